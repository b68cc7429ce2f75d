"""A folder that only this user can open, for what archives hold. It ends with the grader, or is removed by the next one.

What its disk refuses is no fault of an archive's, nor of a student's: it is a RecordError.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.advice import unwritable
from autograder.errors import RecordError
from autograder.held import abandoned, make_held

NAME = "unrolled-submissions-"


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """Make the folder, and remove it with all that is in it."""
    with _ours():
        folder, descriptor = make_held(lambda: Path(tempfile.mkdtemp(prefix=NAME)))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def folder_below(private: Path) -> Path:
    """A new folder inside, for one archive."""
    with _ours():
        return Path(tempfile.mkdtemp(dir=private))


class PrivateFile:
    """A new file inside, being written."""

    def __init__(self, target: Path) -> None:
        self.size = 0
        with _ours():
            self._file = target.open("xb", buffering=0)

    def __enter__(self) -> PrivateFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, piece: bytes) -> None:
        """Write all of it."""
        rest = memoryview(piece)
        with _ours():
            while rest:
                rest = rest[self._file.write(rest) :]
        self.size += len(piece)


@contextlib.contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said = unwritable("The folder for what archives hold", error)
        raise RecordError(f"{said}; TMPDIR names another disk for it.") from None


def remove_abandoned() -> None:
    """Remove the folders of this user's graders that were killed; those of graders at work are held, and stay."""
    with contextlib.suppress(OSError):  # there may be no place for such folders at all
        for folder in abandoned(Path(tempfile.gettempdir()).glob(f"{NAME}*")):
            shutil.rmtree(folder, ignore_errors=True)
