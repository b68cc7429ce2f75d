"""The wall: a command line for bubblewrap that shows the student's process an interpreter, NumPy and nothing else.

A grader that is root needs two steps. A process inside whose user is really root could still write to files of
/proc/sys that belong to root. So a first bubblewrap only lays out the files, setpriv becomes the user nobody, and a
second bubblewrap builds the wall, as it would for any other user. The first one gives up its rights too, and may then not
even kill what is nobody's: it has a process namespace of its own, with which the kernel takes everything down.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path, PurePosixPath

from autograder.sandbox.needed import (
    ENVIRONMENT,
    INSIDE,
    INSTALLED,
    MODULES,
    NOBODY,
    interpreter,
    interpreter_library,
    nobody,
    numpy_folders,
    setpriv,
    standard_library,
    system_folders,
)

PACKAGES = "/unrolled/packages"
PROGRAM = "/unrolled/inside"
PRIVATE = "/tmp"  # inside the sandbox this is a tmpfs of its own
PRIVATE_BYTES = 64 * 1024 * 1024

WALL = ("--unshare-all", "--unshare-user", "--disable-userns", "--uid", NOBODY, "--gid", NOBODY, "--cap-drop", "ALL",
        "--new-session", "--die-with-parent", "--hostname", "sandbox", "--clearenv")  # fmt: skip  # flags read best in rows
FRESH = ("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev",
         "--size", str(PRIVATE_BYTES), "--tmpfs", PRIVATE, "--chdir", PRIVATE)  # fmt: skip  # flags read best in rows


def command(program: str, code: str = "", seccomp: tuple[int, ...] = ()) -> list[str]:
    """The whole command that starts child.py, or runs ``code`` instead, behind the wall.

    The interpreter starts isolated (-I) and without site (-S): no installed packages, no start-up files, and the
    folder it starts in is not on its path. NumPy alone is added, from a folder of its own. ``seccomp`` are file
    descriptors, inherited by the command, that hold compiled filters.
    """
    start = f"import sys; sys.path[:0] = [{PROGRAM!r}, {PACKAGES!r}]; sys.dont_write_bytecode = True; "
    code = code or f"import runpy; runpy.run_path({PROGRAM + '/child.py'!r}, run_name='__main__')"
    environment = [word for name, text in (*ENVIRONMENT.items(), ("HOME", PRIVATE)) for word in ("--setenv", name, text)]
    filtered = [word for number in seccomp for word in ("--seccomp", str(number))]
    inner = [*filtered, "--", interpreter(), "-I", "-S", "-c", start + code]
    if os.geteuid() != 0:
        return [program, *WALL, *environment, *_files(), *FRESH, "--remount-ro", "/", *inner]
    layout = [*_files(), *_shown(program), *_shown(setpriv()), "--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
    layout += ["--dir", PRIVATE, "--unshare-pid", "--die-with-parent", "--", setpriv(), *nobody("-all"), "--"]
    return [program, *layout, program, *WALL, *environment, "--ro-bind", "/", "/", *FRESH, *inner]


@functools.cache
def _files() -> tuple[str, ...]:
    """Read-only: the interpreter, its library without installed packages, the system's shared libraries, NumPy."""
    words: list[str] = []
    for folder in system_folders():
        words += ["--symlink", os.readlink(folder), folder] if os.path.islink(folder) else _shown(folder)
    library = standard_library()
    for path in (interpreter(), library, *interpreter_library()):
        words += _shown(path)
    for hidden in (Path(library) / name for name in INSTALLED):
        if hidden.is_dir():
            words += ["--tmpfs", str(hidden), "--remount-ro", str(hidden)]
    for package in numpy_folders():
        words += _shown(str(package), f"{PACKAGES}/{package.name}")
    for name in MODULES:
        words += _shown(str(INSIDE / name), f"{PROGRAM}/{name}")
    return tuple(words)


def _shown(path: str, place: str = "") -> list[str]:
    """Bind a path read-only. Its parents are made first: bubblewrap started by root would close them to others."""
    parents = [str(parent) for parent in reversed(PurePosixPath(place or path).parents)][1:]
    made = [word for parent in parents for word in ("--perms", "0755", "--dir", parent)]
    return [*made, "--ro-bind", path, place or path]
