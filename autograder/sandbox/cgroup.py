"""A bound on memory and processes that holds for all of a sandbox together, where the machine grants one."""

from __future__ import annotations

import contextlib
import functools
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
MEMORY, PIDS = "memory", "pids"


@functools.cache
def available() -> str:
    """The kind of cgroup this process may make: a name for people, empty where there is none."""
    try:
        with group(1 << 30, 64) as made:
            return made[1]
    except OSError:
        return ""


@contextlib.contextmanager
def group(memory_bytes: int, processes: int) -> Iterator[tuple[list[Path], str]]:
    """Make a group for one sandbox, give the files to write a process id into, and take the group away afterwards."""
    name = f"unrolled-{uuid.uuid4().hex}"
    made: list[Path] = []
    try:
        if (ROOT / "cgroup.controllers").exists():
            kind = "a version 2 cgroup"
            made.append(_make(_own_version2() / name, {"memory.max": memory_bytes, "pids.max": processes}))
        else:
            kind = "version 1 cgroups"
            made.append(_make(_own_version1(MEMORY) / name, {"memory.limit_in_bytes": memory_bytes}))
            made.append(_make(_own_version1(PIDS) / name, {"pids.max": processes}))
        yield [folder / "cgroup.procs" for folder in made], kind
    finally:
        for folder in made:
            _remove(folder)


def _make(folder: Path, limits: dict[str, int]) -> Path:
    folder.mkdir()
    try:
        for name, amount in limits.items():
            (folder / name).write_text(str(amount))
    except OSError:
        folder.rmdir()
        raise
    return folder


def _own_version2() -> Path:
    line = next(line for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
    return ROOT / line.removeprefix("0::").lstrip("/")


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
