"""The notebooks run in the reader's own browser: the practice site is whole, and in Chromium its checks pass and fail.

Two tests need Pyodide 0.27.7 in a folder that UNROLLED_PYODIDE names: the npm package `pyodide`, and NumPy's wheel for it.
"""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import os
import re
import subprocess
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Locator, expect, sync_playwright
from playwright.sync_api import Page as Tab

from autograder.course import Course
from autograder.release import source_notebook
from book.extensions import exercise_notebook
from tests.book.conftest import ROOT, Page
from tests.book.test_browser import EXPECTED, PROGRAM
from tests.book.test_exercise_notebook import NOTEBOOKS, application, released
from tools import practice

VENV = ROOT / ".venv-practice"
PYODIDE = os.environ.get("UNROLLED_PYODIDE", "")
needs_jupyterlite = pytest.mark.skipif(
    not (VENV / "installed").is_file() and not EXPECTED, reason="there is no JupyterLite here; `make .venv-practice/installed`"
)
needs_pyodide = pytest.mark.skipif(
    not PYODIDE, reason="UNROLLED_PYODIDE names no folder with the npm package pyodide@0.27.7 and NumPy's wheel for it"
)
needs_chromium = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here; `make browser` installs it or says how")


def test_without_a_practice_site_no_box_offers_one(pages: dict[str, Page]) -> None:
    assert [name for name, page in pages.items() if "Practise in the browser" in page.text] == []


def lay_practice(app: SimpleNamespace, *, with_pyodide: bool = False) -> None:
    for folder in ("notebooks", *["static/pyodide"] * with_pyodide):
        (app.outdir / "practice" / folder).mkdir(parents=True)
    (app.outdir / "practice" / "notebooks" / "index.html").touch()


@pytest.mark.parametrize(("with_pyodide", "whence"), [(False, "from another host"), (True, "from this site")])
def test_with_one_each_box_links_it_and_says_what_it_loads(tmp_path: Path, with_pyodide: bool, whence: str) -> None:
    app, release = application(tmp_path), released(tmp_path)
    exercise_notebook.find_practice(app, app.config)
    assert app.config.exercise_practice == ""
    lay_practice(app, with_pyodide=with_pyodide)
    exercise_notebook.find_practice(app, app.config)
    written = exercise_notebook.write(app, release, "part/page").pformat()
    assert 'refuri="../practice/notebooks/index.html?path=02_rnn/rnn.ipynb"' in written
    assert f"{exercise_notebook.PYTHON_MEGABYTES} MB, {whence}" in written


def test_a_configured_address_comes_before_the_practice_site(tmp_path: Path) -> None:
    app, release = application(tmp_path, practice="https://example.org/lite?path={path}"), released(tmp_path)
    lay_practice(app, with_pyodide=True)
    exercise_notebook.find_practice(app, app.config)
    written = exercise_notebook.write(app, release, "page").pformat()
    assert 'refuri="https://example.org/lite?path=02_rnn/rnn.ipynb"' in written
    assert "from another host" in written


def pyodide_folder(folder: Path, *, numpy: str = "NumPy") -> Path:
    """Something in the form of Pyodide's distribution, Matplotlib missing."""
    folder.mkdir()
    for name in practice.CORE:
        (folder / name).write_text(name)
    (folder / "numpy.whl").write_text(numpy)
    right = hashlib.sha256(b"NumPy").hexdigest()
    packages = {"numpy": ("numpy.whl", right, []), "matplotlib": ("matplotlib.whl", "", ["numpy"]),
                "comm": ("comm-0.1.whl", "", ["Matplotlib", "NumPy"]), "ssl": ("ssl.whl", "", ["openssl"]),
                "sqlite3": ("sqlite3.whl", "", []), "openssl": ("openssl.zip", "", [])}  # fmt: skip  # a table
    told = {name: {"name": name, "file_name": file, "sha256": digest, "depends": depends, "imports": [name]}
            for name, (file, digest, depends) in packages.items()}  # fmt: skip  # a table
    (folder / practice.LOCK).write_text(json.dumps({"info": {}, "packages": told}))
    return folder


def test_pyodides_lock_file_names_what_is_there_and_nothing_else(tmp_path: Path) -> None:
    wheels, place = tmp_path / "wheels", tmp_path / "place"
    wheels.mkdir()
    (wheels / "comm-0.2.2-py3-none-any.whl").write_text("comm")
    practice.lay_pyodide(pyodide_folder(tmp_path / "pyodide"), wheels, place)
    packages = json.loads((place / practice.LOCK).read_text())["packages"]
    assert set(packages) == {"numpy", "comm", "ssl", "sqlite3"}
    assert packages["comm"]["depends"] == ["NumPy"]
    for package in packages.values():
        assert hashlib.sha256((place / package["file_name"]).read_bytes()).hexdigest() == package["sha256"]
    assert zipfile.ZipFile(place / packages["ssl"]["file_name"]).namelist() == [
        f"ssl-0.0.0.dist-info/{part}" for part in ("METADATA", "WHEEL", "RECORD")
    ]
    assert all((place / name).is_file() for name in practice.CORE)


def test_a_file_of_another_release_of_pyodide_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="another release"):
        practice.lay_pyodide(pyodide_folder(tmp_path / "pyodide", numpy="older"), tmp_path, tmp_path / "place")


def test_a_folder_without_numpy_is_refused(tmp_path: Path) -> None:
    folder = pyodide_folder(tmp_path / "pyodide")
    (folder / "numpy.whl").unlink()
    with pytest.raises(FileNotFoundError, match=r"numpy\.whl"):
        practice.lay_pyodide(folder, tmp_path, tmp_path / "place")


def build(site: Path, *options: str) -> Path:
    """Build the practice site as `make practice` does."""
    words = [str(VENV / "bin" / "python"), str(ROOT / "tools" / "practice.py"), "--output", str(site / "practice"), *options]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return site / "practice"


@needs_jupyterlite
def test_every_link_has_its_target_and_every_notebook_its_data(tmp_path: Path) -> None:
    made = build(tmp_path)
    page, _, parameters = exercise_notebook.PRACTICE.partition("?")
    assert (tmp_path / page).is_file()
    assert parameters == "path={path}"
    for notebook in NOTEBOOKS:
        listing = made / "api" / "contents" / notebook.parent.name / "all.json"
        listed = [one["name"] for one in json.loads(listing.read_text(encoding="utf-8"))["content"]]
        for path in notebook.parent.iterdir():
            assert (made / "files" / path.relative_to(ROOT / "exercises")).read_bytes() == path.read_bytes()
            assert path.name in listed
    settings = json.loads((made / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]["litePluginSettings"]
    assert settings[practice.KERNEL]["disablePyPIFallback"] is True, "the reader's browser would ask a package index"
    assert list((made / "pypi").glob("comm-*.whl"))
    assert not (made / "static" / "pyodide").exists()


class Served(http.server.ThreadingHTTPServer):
    """A folder on this machine, and how many bytes of what it gave away."""

    def __init__(self, folder: Path) -> None:
        self.given: Counter[str] = Counter()
        super().__init__(("127.0.0.1", 0), functools.partial(Counting, directory=str(folder)))
        self.address = f"http://127.0.0.1:{self.server_port}"


class Counting(http.server.SimpleHTTPRequestHandler):
    server: Served

    def copyfile(self, source: Any, outputfile: Any) -> None:
        text = source.read()
        self.server.given["pyodide" if "/static/pyodide/" in self.path else "page"] += len(text)
        outputfile.write(text)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The practice site with Pyodide beside it."""
    site = tmp_path_factory.mktemp("practice")
    build(site, "--pyodide", PYODIDE)
    (site / "blank.html").write_text("<!doctype html><title>Nothing</title>")
    with Served(site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def tab(served: Served) -> Iterator[Tab]:
    """A tab of a Chromium that finds no other host."""
    with sync_playwright() as playwright:
        no_other = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=[no_other])
        context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        context.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        yield context.new_page()
        expect.set_options(timeout=5_000)
        browser.close()


def open_notebook(tab: Tab, served: Served, path: str) -> None:
    tab.goto(f"{served.address}/{exercise_notebook.PRACTICE.format(path=path)}")
    expect(tab.locator(".jp-Notebook .jp-Cell").first).to_be_visible()


def cell(tab: Tab, text: str | re.Pattern[str]) -> Locator:
    """The first code cell with a text; a folded cell shows its first line."""
    return tab.locator(".jp-Notebook .jp-CodeCell").filter(has_text=text).first


def run(tab: Tab, text: str | re.Pattern[str], says: str = "") -> None:
    """Run the cell with a text, and wait until it says something, or has run."""
    found = cell(tab, text)
    found.scroll_into_view_if_needed()
    found.locator(".jp-InputPrompt").first.click()
    tab.keyboard.press("Control+Enter")
    if says:
        expect(found.locator(".jp-OutputArea")).to_contain_text(says)
    else:
        expect(found.locator(".jp-InputPrompt").first).to_contain_text(re.compile(r"\[\d"))


def write(tab: Tab, name: str, text: str) -> None:
    """Put a text, which defines the same function, in place of all of a cell, and run it."""
    found = cell(tab, f"def {name}(")
    found.scroll_into_view_if_needed()
    found.locator(".cm-content").click()
    tab.keyboard.press("Control+a")
    tab.keyboard.insert_text(text)
    tab.keyboard.press("Control+Enter")
    expect(found.locator(".jp-InputPrompt")).to_contain_text(re.compile(r"\d"))


RIGHT = "def encode(sentence, vocabulary):\n    return np.array([vocabulary.get(word, vocabulary['<UNK>']) for word in sentence])"
NAMES = len((ROOT / "exercises" / "06_sampling" / "names.txt").read_text(encoding="utf-8").split())
WRONG = RIGHT.replace("'<UNK>'", "sentence[0]")


@needs_jupyterlite
@needs_pyodide
@needs_chromium
def test_a_reader_writes_a_function_and_the_check_answers(tab: Tab, served: Served, tmp_path: Path) -> None:
    asked: list[str] = []
    tab.context.on("request", lambda request: asked.append(request.url))
    open_notebook(tab, served, "01_notation/notation.ipynb")
    run(tab, "%%writefile", "Writing unrolled_checks.py")
    run(tab, re.compile(r"import numpy as np\s*from unrolled_checks"))
    measured = served.given["pyodide"] / 1e6
    assert abs(measured - exercise_notebook.PYTHON_MEGABYTES) < 1.0, f"the box should say {measured:.0f} MB"

    run(tab, "check(encode)", "name 'encode' is not defined")
    write(tab, "encode", WRONG)
    run(tab, "check(encode)", "encode: not yet.")
    write(tab, "encode", RIGHT)
    run(tab, "check(encode)", "encode: all visible checks passed.")

    run(tab, "import matplotlib.pyplot", "No module named 'matplotlib'")

    tab.keyboard.press("Control+s")
    tab.wait_for_timeout(1_000)
    tab.reload()
    expect(cell(tab, "def encode(").locator(".cm-content")).to_contain_text("vocabulary.get(word")
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "mine.ipynb")
    mine = nbformat.read(tmp_path / "mine.ipynb", as_version=4)
    marked = {one.metadata["nbgrader"]["grade_id"]: one.source for one in mine.cells if "nbgrader" in one.metadata}
    assert marked["encode"] == RIGHT

    open_notebook(tab, served, "06_sampling/sampling.ipynb")
    write(tab, "draw_index", 'def draw_index(): ...\nprint(len(open("names.txt").read().split()), "names")')
    expect(cell(tab, "names.txt").locator(".jp-OutputArea")).to_contain_text(f"{NAMES} names")
    assert [url for url in asked if not url.startswith((served.address, "data:", "blob:"))] == []


CHECK_ALL = """async ([python, cells]) => {
    const pyodide = await loadPyodide();
    await pyodide.loadPackage("numpy");
    pyodide.globals.set("cells", cells);
    return await pyodide.runPythonAsync(python);
}"""
RUN_CELLS = """
import contextlib, io, json, os, sys
told = {}
for name, sources in json.loads(cells).items():
    sys.modules.pop("unrolled_checks", None)
    here, said = {}, io.StringIO()
    with contextlib.redirect_stdout(said):
        for source in sources:
            if source.startswith("%%writefile"):
                first, _, source = source.partition("\\n")
                exec(compile(source, "unrolled_checks.py", "exec"), (module := type(sys)("unrolled_checks")).__dict__)
                sys.modules["unrolled_checks"] = module
            else:
                exec(source, here)
    told[name] = said.getvalue().splitlines()
import numpy
json.dumps({"python": sys.version.split()[0], "numpy": numpy.__version__, "told": told})
"""


@needs_jupyterlite
@needs_pyodide
@needs_chromium
def test_right_answers_pass_every_visible_check_on_pyodide(tab: Tab, served: Served, course: Course) -> None:
    wanted, cells = {}, {}
    for topic in course.topics:
        marked = [one for one in source_notebook(course, topic).cells if "nbgrader" in one.metadata]
        cells[topic.name] = [one.source for one in marked]
        wanted[topic.name] = [exercise.name for exercise in topic.exercises]
    tab.goto(f"{served.address}/blank.html")
    tab.add_script_tag(url=f"{served.address}/practice/static/pyodide/pyodide.js")
    got = json.loads(tab.evaluate(CHECK_ALL, [RUN_CELLS, json.dumps(cells)]))
    assert got["python"].startswith("3.12.")
    assert got["numpy"] == "2.0.2"
    for name, functions in wanted.items():
        passed = [line.partition(":")[0] for line in got["told"][name] if "all visible checks passed" in line]
        assert passed == functions
