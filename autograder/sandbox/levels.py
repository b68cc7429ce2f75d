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
from autograder.sandbox import bubblewrap, cgroup, landlock, syscalls
from autograder.sandbox.needed import INSIDE

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

    @property
    def forks(self) -> bool:
        """Whether the process inside may start others, and so lives on from one function to the next."""
        return "landlock" not in self.parts


@functools.cache
def find_isolation() -> Isolation:
    """The strongest level that works here: ``bubblewrap``, with ``+seccomp`` and ``+cgroup`` where they work; where there are no
    namespaces ``landlock+seccomp``, with ``+cgroup`` where that works; or ``none``."""
    if not sys.platform.startswith("linux"):
        return Isolation((), (f"{sys.platform} has no Linux namespaces: grade in a Linux container or virtual machine",))
    first = find_bubblewrap()
    if first.isolates:
        return first
    second = find_landlock()
    return Isolation(second.parts, (*first.reasons, *second.reasons))


def find_bubblewrap() -> Isolation:
    """The first rung: namespaces, built by bubblewrap."""
    program = shutil.which("bwrap")
    if program is None:
        return Isolation((), (f"the program bwrap is not installed; to install it: {INSTALL}",))
    trouble = syscalls.compiled().trouble or _try_bubblewrap(program, filtered=True)
    if trouble and (trial := _try_bubblewrap(program, filtered=False)):
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
    remedy = f"to have one, put `{cgroup.DELEGATION}` in front of the command"
    reasons.append(f"no cgroup can be made: memory is bounded for each process, not for all together; {remedy}")
    if not counts_by_namespace():
        reasons.append("this kernel (older than 5.14) cannot count processes by namespace: their number is not bounded")
    return Isolation(tuple(parts), tuple(reasons))


def find_landlock() -> Isolation:
    """The second rung: Landlock and a stricter filter, one without the other would be no wall."""
    trouble = landlock.trouble() or syscalls.compiled().trouble or _try(landlock.command("import numpy"))
    if trouble:
        return Isolation((), (f"no Landlock either: {trouble}",))
    refused = ", ".join(syscalls.REFUSED | syscalls.REFUSED_ALONE)
    reasons = ["Landlock lets an interpreter and NumPy be read, and no other file", f"a seccomp filter refuses {refused}"]
    group = cgroup.available()
    if group:
        return Isolation(("landlock", "seccomp", "cgroup"), (*reasons, f"memory is bounded by {group}"))
    return Isolation(("landlock", "seccomp"), (*reasons, "no cgroup can be made: a limit of the process bounds its memory"))


def counts_by_namespace() -> bool:
    """Whether a limit on processes counts those of a user namespace only; older kernels count all of the user's."""
    numbers = re.match(r"(\d+)\.(\d+)", platform.release())
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= (5, 14)


def _try_bubblewrap(program: str, *, filtered: bool) -> str:
    with syscalls.inherited(filtered) as seccomp:
        return _try(bubblewrap.command(program, "import numpy", seccomp), seccomp)


def _try(words: list[str], inherited: tuple[int, ...] = ()) -> str:
    """Empty when a sandboxed interpreter starts; otherwise what went wrong."""
    try:
        trial = subprocess.run(
            words, capture_output=True, text=True, timeout=30, check=False, pass_fds=inherited, env={}, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if trial.returncode == 0 else (trial.stderr.strip().splitlines() or ["no message"])[-1]


def require_isolation(*, unsafe: bool) -> Isolation:
    """The level found; where there is none, IsolationError unless the instructor accepts that."""
    found = find_isolation()
    if not found.isolates and not unsafe:
        raise IsolationError(
            f"This machine gives no isolation ({'; '.join(found.reasons)}). "
            "Grading would run students' code with your rights; --unsafe-no-sandbox does that all the same."
        )
    return found


def unsafe_command() -> list[str]:
    """The same program without any wall, for the instructor who said so."""
    start = f"import sys, runpy; sys.path.insert(0, {str(INSIDE)!r}); "
    return [sys.executable, "-I", "-c", start + f"runpy.run_path({str(INSIDE / 'child.py')!r}, run_name='__main__')"]
