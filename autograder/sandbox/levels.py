"""Which isolation this machine gives, found out by trying it once."""

from __future__ import annotations

import functools
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

from autograder.errors import IsolationError
from autograder.sandbox import cgroup, syscalls
from autograder.sandbox.bubblewrap import INSIDE, command

INSTALL = "sudo apt-get install --yes bubblewrap"


@dataclass(frozen=True)
class Isolation:
    """``parts`` are the walls that stand; ``reasons`` say how they were found, for `doctor`."""

    parts: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def level(self) -> str:
        """The word that stands in each grade."""
        return "+".join(self.parts) or "none"

    @property
    def isolates(self) -> bool:
        return bool(self.parts)


@functools.cache
def find_isolation() -> Isolation:
    """The strongest level that works here: ``bubblewrap``, with ``+seccomp`` and ``+cgroup`` where they work; or ``none``."""
    if not sys.platform.startswith("linux"):
        return Isolation((), (f"{sys.platform} has no Linux namespaces: grade in a Linux container or virtual machine",))
    program = shutil.which("bwrap")
    if program is None:
        return Isolation((), (f"the program bwrap is not installed; to install it: {INSTALL}",))
    trouble = syscalls.compiled().trouble or _try(program, filtered=True)
    if trouble and (trial := _try(program, filtered=False)):
        return Isolation((), (f"{program} does not start here: {trial}",))
    reasons = [f"{program} gives user, mount, process, network, IPC, host-name and cgroup namespaces"]
    parts = ["bubblewrap"]
    if trouble:
        reasons.append(f"no seccomp filter, so that all of the kernel can be asked: {trouble}")
    else:
        parts.append("seccomp")
        reasons.append("a seccomp filter refuses " + ", ".join(syscalls.REFUSED))
    group = cgroup.available()
    if group:
        return Isolation((*parts, "cgroup"), (*reasons, f"memory and processes are bounded by {group}"))
    reasons.append("no cgroup can be made: memory is bounded for each process, not for all together")
    if not counts_by_namespace():
        reasons.append("this kernel (older than 5.14) cannot count processes by namespace: their number is not bounded")
    return Isolation(tuple(parts), tuple(reasons))


def counts_by_namespace() -> bool:
    """Whether a limit on processes counts those of a user namespace only; older kernels count all of the user's."""
    numbers = re.match(r"(\d+)\.(\d+)", platform.release())
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= (5, 14)


def _try(program: str, *, filtered: bool) -> str:
    """Empty when a sandboxed interpreter starts; otherwise what went wrong."""
    try:
        with syscalls.inherited(filtered) as seccomp:
            words = command(program, "import numpy", seccomp)
            trial = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False, pass_fds=seccomp)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if trial.returncode == 0 else (trial.stderr.strip().splitlines() or ["no message"])[-1]


def require_isolation(*, unsafe: bool) -> Isolation:
    """The level found; where there is none, IsolationError unless the instructor accepts that."""
    found = find_isolation()
    if not found.isolates and not unsafe:
        raise IsolationError(
            f"This machine gives no isolation ({found.reasons[0]}). "
            "Grading would run students' code with your rights; --unsafe-no-sandbox does that all the same."
        )
    return found


def unsafe_command() -> list[str]:
    """The same program without any wall, for the instructor who said so."""
    start = f"import sys, runpy; sys.path.insert(0, {str(INSIDE)!r}); "
    return [sys.executable, "-I", "-c", start + f"runpy.run_path({str(INSIDE / 'child.py')!r}, run_name='__main__')"]
