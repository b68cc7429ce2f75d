"""Grades are kept as they come, beside the results file: whatever ends a batch, the same command goes on where it stopped.

The first line says what the batch is; each line after it is a grade, on the disk before anybody hears of it.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.advice import unwritable
from autograder.domain import Grade
from autograder.errors import RecordError
from autograder.held import hold
from autograder.record import from_json_line, sync_folder, to_json_line

FORMAT = 1
PATIENCE = 2.0  # seconds: a grader that was killed lets go when the last of its processes has seen it
OPENING = os.O_RDWR | os.O_CREAT | os.O_APPEND


@dataclass(frozen=True)
class Journal:
    """An open journal, held by this process. ``grades`` are those of an earlier run of the same batch.

    ``notice`` is a sentence for whoever typed the command, where a journal of another batch lay here.
    """

    path: Path
    descriptor: int
    grades: tuple[Grade, ...] = ()
    notice: str = ""

    def add(self, grade: Grade) -> None:
        """Write one grade through to the disk. Raises RecordError; then nothing of it is in the journal."""
        _append(self.path, self.descriptor, to_json_line(grade))

    def remove(self) -> None:
        """Take the journal away: its grades stand in the results file. Raises RecordError."""
        try:
            self.path.unlink()
        except OSError as error:
            raise RecordError(f"{self.path} cannot be removed ({error.strerror}); all grades are in their places.") from None


@contextlib.contextmanager
def open_journal(results: Path, batch: Mapping[str, Any]) -> Iterator[Journal]:
    """The journal of a results file for one batch. It stays when grading stops, unless it holds no grade.

    A journal of another batch is set aside, never removed. Raises RecordError, also where another grader is at work here.
    """
    path = results.with_name(results.name + ".journal")
    journal = _opened(path, results, json.loads(json.dumps({"format": FORMAT, **batch})))
    bare = os.fstat(journal.descriptor).st_size if not journal.grades else -1
    try:
        yield journal
    finally:
        if os.fstat(journal.descriptor).st_size == bare:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        os.close(journal.descriptor)


def _opened(path: Path, results: Path, head: Mapping[str, Any]) -> Journal:
    notice = ""
    while True:
        with contextlib.ExitStack() as unless_kept:
            descriptor = _held(path, results)
            unless_kept.callback(os.close, descriptor)
            try:
                raw = path.read_bytes()
                found = _head(raw)
                if found != head and raw.count(b"\n") > 1:
                    notice = _set_aside(path, raw.count(b"\n") - 1, found, head)
                    continue
                grades, end = _grades(raw) if found == head else ([], 0)
                os.ftruncate(descriptor, end)
            except OSError as error:
                raise RecordError(f"{unwritable(path, error)}. Nothing was graded by this command.") from None
            if not end:
                _append(path, descriptor, json.dumps(head))
                sync_folder(path.parent)
            unless_kept.pop_all()
            return Journal(path, descriptor, tuple(grades), notice)


def _held(path: Path, results: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = hold(path, OPENING, PATIENCE)
    except OSError as error:
        raise RecordError(f"{unwritable(path, error)}. Nothing was graded by this command.") from None
    if descriptor is None:
        raise RecordError(f"Another grader is writing {results}: wait until it has ended, or name another file with --out.")
    return descriptor


def _head(raw: bytes) -> Any:
    """What the first line says; None where it is cut off, or no line of a journal."""
    line, end, _ = raw.partition(b"\n")
    try:
        return json.loads(line) if end else None
    except ValueError:
        return None


def _grades(raw: bytes) -> tuple[list[Grade], int]:
    """The grades after the first line, and where the last whole one ends: what follows was cut off, and is graded again."""
    end = raw.index(b"\n") + 1
    grades = []
    while (stop := raw.find(b"\n", end)) >= 0:
        try:
            grades.append(from_json_line(raw[end:stop].decode()))
        except (RecordError, UnicodeDecodeError):
            break
        end = stop + 1
    return grades, end


def _set_aside(path: Path, count: int, found: Any, head: Mapping[str, Any]) -> str:
    """Move a journal of another batch out of the way. The sentence says where to, and in what the batches differ."""
    names = (path.with_name(f"{path.name}-{number}") for number in itertools.count(1))
    aside = next(name for name in names if not name.exists())
    path.rename(aside)
    known = found if isinstance(found, dict) else {}
    differs = ", ".join(name for name in head if known.get(name) != head[name])
    return f"{path} holds {count} grades of another batch (other {differs}): it is {aside.name} now, and all are graded anew."


def _append(path: Path, descriptor: int, line: str) -> None:
    """Add a line as a whole: where the disk takes only a part of it, that part is taken back."""
    end = os.fstat(descriptor).st_size
    rest = memoryview(line.encode() + b"\n")
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, end)
        raise RecordError(f"{unwritable(path, error)}. What was graded so far is kept.") from None
