"""Who is still at work: a lock on a file or a folder ends with the process that took it, however that ends.

So a folder of ours that nobody holds has lost its owner. A lock is shared with the processes that its owner forks, and ends with
the last of them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
PAUSE = 0.02


def hold(path: Path, flags: int = FOLDER, patience: float = 0) -> int | None:
    """Open and lock a file or a folder: its descriptor, or None where another one holds it for longer than ``patience`` seconds.

    Closing the descriptor lets go of it. Raises OSError, FileNotFoundError where there is nothing.
    """
    import fcntl  # here because Windows has none, and everything but grading works there

    end = time.monotonic() + patience
    while True:
        descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, descriptor):
                return descriptor
        except BlockingIOError:
            if time.monotonic() >= end:
                os.close(descriptor)
                return None
            time.sleep(PAUSE)
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether what was opened still lies there: another may have removed or replaced it before it was locked."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def make_held(make: Callable[[], Path], patience: float = 10) -> tuple[Path, int | None]:
    """Make a folder and hold it. Where file systems know no locks it is not held, and `abandoned` leaves it alone.

    Whoever looks for abandoned folders may come in between making and holding, and take this one away: then another is made.
    """
    while True:
        folder = make()
        try:
            return folder, hold(folder, patience=patience)
        except FileNotFoundError:
            continue
        except OSError:
            return folder, None


def abandoned(folders: Iterable[Path]) -> Iterator[Path]:
    """Those of this user's folders whose owner is gone. Each is held until the next is asked for, to be removed meanwhile."""
    for folder in folders:
        try:
            descriptor = hold(folder)
        except OSError:
            continue  # gone, a link, or not ours to open
        if descriptor is None:
            continue
        try:
            if os.fstat(descriptor).st_uid == os.geteuid():
                yield folder
        finally:
            os.close(descriptor)
