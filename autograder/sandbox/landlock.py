"""The second rung, for machines without user namespaces: a command line for a process that Landlock encloses.

Everything of the machine is still there, and nothing of it can be opened but what an interpreter with NumPy reads. There is no
folder to write into, and no process can be started, so that none can be left behind.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from pathlib import Path

import py_landlock

from autograder.sandbox.needed import (
    ENVIRONMENT,
    INSIDE,
    INSTALLED,
    MODULES,
    interpreter,
    interpreter_library,
    nobody,
    numpy_folders,
    setpriv,
    standard_library,
    system_folders,
)

READS_ALL = "-all,+dac_read_search"
"""A grader who is root becomes nobody, who could not even read NumPy in a home folder. What may be read is Landlock's to say."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
NUMPY = """import importlib.util, sys
sys.dont_write_bytecode = True
sys.path.insert(0, {inside!r})
found = importlib.util.spec_from_file_location("numpy", {numpy!r} + "/__init__.py", submodule_search_locations=[{numpy!r}])
sys.modules["numpy"] = importlib.util.module_from_spec(found)
found.loader.exec_module(sys.modules["numpy"])
"""
"""NumPy is loaded from its place: the folder around it, with all that is installed, cannot be listed."""


def trouble() -> str:
    """Why Landlock cannot be used here; empty where it can."""
    try:
        py_landlock.get_abi_version()
    except (OSError, py_landlock.LandlockError) as error:
        return str(error)
    return ""


def command(code: str = "") -> list[str]:
    """The whole command that starts child.py, or runs ``code`` instead, enclosed."""
    start = NUMPY.format(inside=str(INSIDE), numpy=str(numpy_folders()[0]))
    code = code or f"import runpy; runpy.run_path({str(INSIDE / 'child.py')!r}, run_name='__main__')"
    words = [sys.executable, "-I", str(INSIDE / "enclose.py"), _told(), interpreter(), "-I", "-S", "-c", start + code]
    if os.geteuid() != 0:
        return words
    return [setpriv(), *nobody(READS_ALL), "--ambient-caps", READS_ALL, "--", *words]


@functools.cache
def _told() -> str:
    """What enclose.py is told. May be opened: the standard library's parts, but no packages installed among them."""
    library = Path(standard_library())
    parts = [str(path) for path in sorted(library.iterdir()) if path.name not in INSTALLED]
    readable = [*system_folders(), interpreter(), *interpreter_library(), *map(str, numpy_folders()), *parts]
    readable += [str(INSIDE / name) for name in MODULES]
    allowed = {"readable": readable, "listed": [str(library), str(INSIDE)], "devices": DEVICES}
    return json.dumps({"allowed": allowed, "environment": {**ENVIRONMENT, "HOME": "/"}})
