"""The wall: a command line for bubblewrap that shows the student's process an interpreter, NumPy and nothing else.

A grader that is root needs two steps. A process inside whose user is really root could still write to files of
/proc/sys that belong to root. So a first bubblewrap only lays out the files, setpriv becomes the user nobody, and a
second bubblewrap builds the wall, as it would for any other user.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import sys
import sysconfig
from pathlib import Path, PurePosixPath

INSIDE = Path(__file__).parent
PACKAGES = "/unrolled/packages"
PROGRAM = "/unrolled/inside"
PRIVATE = "/tmp"  # inside the sandbox this is a tmpfs of its own
PRIVATE_BYTES = 64 * 1024 * 1024
NOBODY = "65534"

WALL = ("--unshare-all", "--unshare-user", "--disable-userns", "--uid", NOBODY, "--gid", NOBODY, "--cap-drop", "ALL",
        "--new-session", "--die-with-parent", "--hostname", "sandbox", "--clearenv")  # fmt: skip  # flags read best in rows
BECOME_NOBODY = ("--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--inh-caps", "-all", "--bounding-set", "-all",
                 "--no-new-privs", "--")  # fmt: skip  # flags read best in rows
FRESH = ("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev",
         "--size", str(PRIVATE_BYTES), "--tmpfs", PRIVATE, "--chdir", PRIVATE)  # fmt: skip  # flags read best in rows
ENVIRONMENT = {
    "PATH": "/usr/bin",
    "HOME": PRIVATE,
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def command(program: str, code: str = "", seccomp: tuple[int, ...] = ()) -> list[str]:
    """The whole command that starts child.py, or runs ``code`` instead, behind the wall.

    The interpreter starts isolated (-I) and without site (-S): no installed packages, no start-up files, and the
    folder it starts in is not on its path. NumPy alone is added, from a folder of its own. ``seccomp`` are file
    descriptors, inherited by the command, that hold compiled filters.
    """
    start = f"import sys; sys.path[:0] = [{PROGRAM!r}, {PACKAGES!r}]; sys.dont_write_bytecode = True; "
    code = code or f"import runpy; runpy.run_path({PROGRAM + '/child.py'!r}, run_name='__main__')"
    environment = [word for name, text in ENVIRONMENT.items() for word in ("--setenv", name, text)]
    filtered = [word for number in seccomp for word in ("--seccomp", str(number))]
    inner = [*filtered, "--", _interpreter(), "-I", "-S", "-c", start + code]
    if os.geteuid() != 0:
        return [program, *WALL, *environment, *_files(), *FRESH, "--remount-ro", "/", *inner]
    setpriv = shutil.which("setpriv") or "/usr/bin/setpriv"
    layout = [*_files(), *_shown(program), *_shown(setpriv), "--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
    layout += ["--dir", PRIVATE, "--die-with-parent", "--", setpriv, *BECOME_NOBODY]
    return [program, *layout, program, *WALL, *environment, "--ro-bind", "/", "/", *FRESH, *inner]


@functools.cache
def _files() -> tuple[str, ...]:
    """Read-only: the interpreter, its library without installed packages, the system's shared libraries, NumPy."""
    words: list[str] = []
    for folder in _system_folders():
        words += ["--symlink", os.readlink(folder), folder] if os.path.islink(folder) else _shown(folder)
    library = sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix, "base": sys.base_prefix})
    for path in (_interpreter(), library, *_interpreter_library()):
        words += _shown(path)
    for hidden in (Path(library) / "site-packages", Path(library) / "dist-packages"):
        if hidden.is_dir():
            words += ["--tmpfs", str(hidden), "--remount-ro", str(hidden)]
    for package in _numpy_folders():
        words += _shown(str(package), f"{PACKAGES}/{package.name}")
    for name in ("child.py", "wire.py", "slicing.py", "watch.py"):
        words += _shown(str(INSIDE / name), f"{PROGRAM}/{name}")
    return tuple(words)


def _shown(path: str, place: str = "") -> list[str]:
    """Bind a path read-only. Its parents are made first: bubblewrap started by root would close them to others."""
    parents = [str(parent) for parent in reversed(PurePosixPath(place or path).parents)][1:]
    made = [word for parent in parents for word in ("--perms", "0755", "--dir", parent)]
    return [*made, "--ro-bind", path, place or path]


def _system_folders() -> list[str]:
    """Where the loader and the C library lie. A merged /usr shows as links, which are kept as links."""
    candidates = ["/lib", "/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"]
    return [folder for folder in candidates if os.path.exists(folder)]


def _interpreter() -> str:
    """The real program behind the virtual environment's link."""
    return os.path.realpath(sys.executable)


def _interpreter_library() -> list[str]:
    """libpython, where the interpreter is a shared one."""
    name, folder = str(sysconfig.get_config_var("INSTSONAME")), sysconfig.get_config_var("LIBDIR")
    path = Path(folder or "/nowhere") / name
    in_system = any(str(path).startswith(one + "/") for one in _system_folders())
    return [str(path)] if ".so" in name and path.is_file() and not in_system else []


def _numpy_folders() -> list[Path]:
    spec = importlib.util.find_spec("numpy")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("numpy")
    package = Path(spec.origin).parent
    return [path for path in (package, package.parent / "numpy.libs") if path.is_dir()]
