"""Build the practice site: every released notebook, to be edited and run in the reader's own browser, by JupyterLite.

    .venv-practice/bin/python tools/practice.py --output _build/html/practice [--pyodide FOLDER]

Without a folder the reader's browser fetches Pyodide from the address that JupyterLite knows. With one, Pyodide is served by
the site itself: the folder holds the npm package `pyodide` 0.27 and NumPy's wheel for it, and whatever else of Pyodide's
distribution is wanted (Matplotlib, say). Needs requirements-practice.txt, and the wheels of requirements-browser.txt.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
SETTINGS = {
    # all cells are there at once: the browser's search and screen readers meet every one
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    # a button to take the notebook home: this page's menus have none
    "@jupyterlab/notebook-extension:panel": {
        "toolbar": [{"name": "download", "label": "Download", "command": "docmanager:download", "rank": 60}]
    },
}
AT_START = {  # the kernel loads them, and the exercises do without: what stands in where Pyodide's own are not there
    "ssl": "",
    "sqlite3": '''"""A stand-in without databases: IPython names these classes, and its history is off in a browser."""

class Connection: ...
class DatabaseError(Exception): ...
class IntegrityError(DatabaseError): ...
class OperationalError(DatabaseError): ...
''',
}


def build(output: Path, wheels: Path, pyodide: Path | None = None, exercises: Path = ROOT / "exercises") -> None:
    """Write the practice site into ``output``, which is replaced. Raises FileNotFoundError, ValueError, CalledProcessError."""
    with tempfile.TemporaryDirectory() as made:
        lite = Path(made)
        if pyodide is not None:
            lay_pyodide(pyodide, wheels, lite / "static" / "pyodide")
        settings = {
            "LiteBuildConfig": {
                "apps": ["notebooks", "tree"],
                "contents": [str(exercises)],
                "cache_dir": str(lite / "cache"),
                "output_dir": str(lite / "site"),
                "no_sourcemaps": True,
                "no_unused_shared_packages": True,
            },
            "PipliteAddon": {"piplite_urls": [str(path) for path in sorted(wheels.glob("comm-*.whl"))]},
        }
        page = {"appName": "Unrolled", "litePluginSettings": {KERNEL: {"disablePyPIFallback": True}}}
        (lite / "jupyter_lite_config.json").write_text(json.dumps(settings))
        (lite / "jupyter-lite.json").write_text(json.dumps({"jupyter-lite-schema-version": 0, "jupyter-config-data": page}))
        (lite / "overrides.json").write_text(json.dumps(SETTINGS))
        words = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(lite)]
        subprocess.run(words, cwd=lite, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(lite / "site", output)


def lay_pyodide(source: Path, wheels: Path, place: Path) -> None:
    """Copy Pyodide from a folder, with a lock file that names what is there and nothing else.

    What neither the folder nor ``wheels`` holds is then a missing module when it is imported, not a failed download. Raises
    FileNotFoundError where a part of the core is missing, ValueError where a file is not the one that Pyodide's lock names.
    """
    place.mkdir(parents=True)
    for name in CORE:
        shutil.copyfile(source / name, place / name)
    lock = json.loads((source / LOCK).read_text(encoding="utf-8"))
    ours = {re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower(): path for path in wheels.glob("*.whl")}
    kept: dict[str, dict[str, Any]] = {}
    for name, package in lock["packages"].items():
        theirs = source / package["file_name"]
        if theirs.is_file():
            if digest(theirs) != package["sha256"]:
                raise ValueError(f"{theirs} is not what {source / LOCK} names: it comes from another release of Pyodide.")
            kept[name] = package | {"file_name": shutil.copyfile(theirs, place / theirs.name).name}
        elif name in ours:
            kept[name] = package | entry(shutil.copyfile(ours[name], place / ours[name].name))
        elif name in AT_START:
            kept[name] = package | entry(stand_in(name, place)) | {"package_type": "package", "imports": []}
    if "numpy" not in kept:
        raise FileNotFoundError(f"{source} holds no {lock['packages']['numpy']['file_name']}; no exercise runs without NumPy.")
    for package in kept.values():
        package["depends"] = [one for one in package["depends"] if re.sub(r"[-_.]+", "-", one).lower() in kept]
    (place / LOCK).write_text(json.dumps(lock | {"packages": kept}), encoding="utf-8")


def entry(wheel: Path) -> dict[str, str]:
    """What a lock file says of a wheel."""
    return {"file_name": wheel.name, "version": wheel.name.split("-")[1], "sha256": digest(wheel)}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stand_in(name: str, place: Path) -> Path:
    """A wheel for a package that is asked for at the start and not there: a small module, or none, which cannot be imported."""
    wheel, about = place / f"{name}-0.0.0-py3-none-any.whl", f"{name}-0.0.0.dist-info"
    texts = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: unrolled\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    if AT_START[name]:
        texts[f"{name}.py"] = AT_START[name]
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in texts.items():
            archive.writestr(path, text)
    return wheel


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the practice site.")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--wheels", type=Path, default=ROOT / ".venv-practice" / "wheels")
    parser.add_argument("--pyodide", type=Path, help="a folder with the npm package pyodide and NumPy's wheel for it")
    told = parser.parse_args()
    try:
        build(told.output, told.wheels, told.pyodide)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
