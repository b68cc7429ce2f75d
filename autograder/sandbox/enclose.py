"""The first program of a sandbox without namespaces: it gives up what it may do, for good, and becomes the interpreter.

Landlock takes files and networks away, a seccomp filter takes the kernel's other doors. Both hold for whatever this process
becomes; neither can be taken back. It is started by its path; its first argument says what may still be opened, and
in which environment the rest of them is run.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

import py_landlock

sys.path.insert(0, os.path.dirname(__file__))  # started by its path, without any: its neighbour lies beside it
import syscalls  # type: ignore[import-not-found]  # mypy does not look there

KEEPS_LENGTHS = 3  # the version of Landlock that refuses to cut a file short


def enclose(readable: list[str], listed: list[str], devices: list[str]) -> None:
    """Allow reading below ``readable``, listing of the folders ``listed``, devices to be written, and nothing else."""
    wall = py_landlock.Landlock()
    access = py_landlock.AccessFs
    for path in readable:
        whole = access.READ_FILE | access.EXECUTE
        wall.add_path_rule(path, access=whole | access.READ_DIR if os.path.isdir(path) else whole)
    wall.add_path_rule(*listed, access=access.READ_DIR)
    wall.add_path_rule(*devices, access=access.READ_FILE | access.WRITE_FILE)
    # made first: behind the wall, libseccomp could not be found any more
    refusals = syscalls.made(alone=True, shortening=py_landlock.get_abi_version() >= KEEPS_LENGTHS)
    wall.apply()
    refusals.load()


def main() -> None:
    told, words = json.loads(sys.argv[1]), sys.argv[2:]
    if os.getsid(0) != os.getpid():
        os.setsid()
    ctypes.CDLL(None).prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    enclose(**told["allowed"])
    os.execve(words[0], words, told["environment"])


if __name__ == "__main__":
    main()
