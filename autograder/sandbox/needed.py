"""What a sandbox needs of this machine to run: an interpreter, its library, the system's libraries, NumPy, four files of ours."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import sysconfig
from pathlib import Path

INSIDE = Path(__file__).parent
MODULES = ("child.py", "wire.py", "slicing.py", "watch.py")
ENVIRONMENT = {
    "PATH": "/usr/bin",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""All that the program inside is told of its surroundings, but where its home is."""
NOBODY = "65534"
INSTALLED = ("site-packages", "dist-packages")


def setpriv() -> str:
    """The program with which root becomes somebody else."""
    return shutil.which("setpriv") or "/usr/bin/setpriv"


def nobody(rights: str) -> list[str]:
    """What setpriv is told so that root becomes nobody; ``rights`` are those that can still be inherited."""
    who = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
    return [*who, "--inh-caps", rights, "--bounding-set", rights, "--no-new-privs"]


def system_folders() -> list[str]:
    """Where the loader and the C library lie. Where /usr is merged, some are links."""
    candidates = ["/lib", "/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"]
    return [folder for folder in candidates if os.path.exists(folder)]


def interpreter() -> str:
    """The real program behind the virtual environment's link."""
    return os.path.realpath(sys.executable)


def standard_library() -> str:
    """The folder of the standard library. Other packages may be installed in folders inside it, named by ``INSTALLED``."""
    return sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix, "base": sys.base_prefix})


def interpreter_library() -> list[str]:
    """libpython, where the interpreter is a shared one."""
    name, folder = str(sysconfig.get_config_var("INSTSONAME")), sysconfig.get_config_var("LIBDIR")
    path = Path(folder or "/nowhere") / name
    in_system = any(str(path).startswith(one + "/") for one in system_folders())
    return [str(path)] if ".so" in name and path.is_file() and not in_system else []


def numpy_folders() -> list[Path]:
    """NumPy, and the libraries that its wheel brings."""
    spec = importlib.util.find_spec("numpy")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("numpy")
    package = Path(spec.origin).parent
    return [path for path in (package, package.parent / "numpy.libs") if path.is_dir()]
