"""A bound on memory and processes that holds for all of a sandbox together, where the machine grants one."""

from __future__ import annotations

import contextlib
import functools
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from autograder.held import abandoned, make_held

ROOT = Path("/sys/fs/cgroup")
MEMORY, PIDS = "memory", "pids"
NAME = "unrolled-sandbox-"
LEAF = "unrolled-graders"
DELEGATION = "systemd-run --user --scope -p Delegate=yes"
"""In front of a command, it asks systemd for a version 2 group that the command may divide."""


@functools.cache
def available() -> str:
    """The kind of cgroup this process may make: a name for people, empty where there is none.

    What graders that were killed have left is taken away first.
    """
    try:
        for folder in abandoned(child for own in _own() for child in own.glob(f"{NAME}*")):
            _remove(folder)
        with group(1 << 30, 64) as made:
            return made[1]
    except OSError:
        return ""


@contextlib.contextmanager
def group(memory_bytes: int, processes: int) -> Iterator[tuple[list[Path], str]]:
    """Make a group for one sandbox, give the files to write a process id into, and take the group away afterwards."""
    limits: list[dict[str, int]] = [{"memory.limit_in_bytes": memory_bytes}, {"pids.max": processes}]
    kind = "version 1 cgroups"
    if _is_version2():
        limits, kind = [{"memory.max": memory_bytes, "pids.max": processes}], "a version 2 cgroup"
    with contextlib.ExitStack() as made:
        folders = [made.enter_context(_made(own, some)) for own, some in zip(_own(), limits, strict=True)]
        yield [folder / "cgroup.procs" for folder in folders], kind


@contextlib.contextmanager
def _made(own: Path, limits: dict[str, int]) -> Iterator[Path]:
    """A group below our own one, held by this process, so that another can tell when nobody needs it any more."""
    with contextlib.ExitStack() as afterwards:
        folder, descriptor = make_held(lambda: _new(own))
        if descriptor is not None:
            afterwards.callback(os.close, descriptor)
        afterwards.callback(_remove, folder)
        for name, amount in limits.items():
            (folder / name).write_text(str(amount))
        yield folder


def _new(own: Path) -> Path:
    folder = own / f"{NAME}{uuid.uuid4().hex}"
    folder.mkdir()
    return folder


def _is_version2() -> bool:
    return (ROOT / "cgroup.controllers").exists()


def _own() -> list[Path]:
    """The groups that this process is in, below which it makes others: one, or one for each controller."""
    return [_own_version2()] if _is_version2() else [_own_version1(MEMORY), _own_version1(PIDS)]


def _own_version2() -> Path:
    line = next(line for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
    own = ROOT / line.removeprefix("0::").lstrip("/")
    if own.name == LEAF:
        return own.parent
    handed_out = (own / "cgroup.subtree_control").read_text().split()
    if not {MEMORY, PIDS} <= set(handed_out):
        _step_down(own)
    return own


def _step_down(own: Path) -> None:
    """Let a delegated group hand out its controllers. None does that while it holds processes: they go into one below it."""
    if not _is_delegated(own):
        raise PermissionError(f"{own} is not delegated")
    leaf = own / LEAF
    leaf.mkdir(exist_ok=True)
    for process in (own / "cgroup.procs").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            (leaf / "cgroup.procs").write_text(process)
    (own / "cgroup.subtree_control").write_text(f"+{MEMORY} +{PIDS}")


def _is_delegated(own: Path) -> bool:
    """Whether a group is this user's to divide. Root may write into all of them: there systemd's mark tells."""
    if os.geteuid() != 0:
        return os.access(own / "cgroup.procs", os.W_OK) and own.stat().st_uid == os.geteuid()
    for mark in ("trusted.delegate", "user.delegate"):
        with contextlib.suppress(OSError):
            if os.getxattr(own, mark) == b"1":
                return True
    return False


def _own_version1(controller: str) -> Path:
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return ROOT / controller / path.lstrip("/")
    raise FileNotFoundError(f"no {controller} controller")


def _remove(folder: Path) -> None:
    """The kernel refuses while a killed process is still being taken down; that is over in milliseconds."""
    for _ in range(100):
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:
            _kill_all(folder)
            time.sleep(0.01)


def _kill_all(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for process in (folder / "cgroup.procs").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process), 9)
