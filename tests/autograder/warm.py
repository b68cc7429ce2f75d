"""A process that has everything loaded, forks a grader for each line it reads, kills it, and says what it left running.

Whatever a killed grader started becomes a child of this process, and of no other: so nothing can be overlooked, and nothing of
anybody else's is taken for ours.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 10.0


def grade(words: list[str], said: str) -> int:
    """Start the command line in a fork; its words go into a file. The process's id."""
    process = os.fork()
    if process:
        return process
    try:
        from autograder import cli

        descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.argv = ["autograder", *words]
        cli.main()
    except SystemExit as leaving:
        sys.stdout.flush()
        os._exit(leaving.code if isinstance(leaving.code, int) else 0)
    finally:
        os._exit(70)


def killed(words: list[str], said: str, seconds: float, journal: str, lines: int) -> dict[str, Any]:
    """Kill a grader after so many seconds, and not before its journal has so many lines. Negative seconds: let it end."""
    start = time.monotonic()
    process = grade(words, said)
    code = None
    while code is None and (seconds < 0 or time.monotonic() < start + seconds or _lines(journal) < lines):
        time.sleep(0.0005)
        ended, status = os.waitpid(process, os.WNOHANG)
        code = os.waitstatus_to_exitcode(status) if ended else None
    took = time.monotonic() - start
    if code is None:
        os.kill(process, signal.SIGKILL)
    return {"code": code, "seconds": took, "left": left_running()}


def _lines(journal: str) -> int:
    try:
        return Path(journal).read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


def left_running() -> list[str]:
    """The commands of what still runs a while after the grader has ended; it is killed then."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.002)
        except ChildProcessError:
            return []
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    commands = [Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")[:200] for child in children]
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    return commands


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    import nbgrader.api  # noqa: F401  # each of these takes a part of a second to load

    from autograder import cli  # noqa: F401  # as above
    from autograder.course import load_course
    from autograder.sandbox import find_isolation

    load_course(Path(sys.argv[1]).resolve())
    find_isolation()
    for line in sys.stdin:
        print(json.dumps(killed(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
