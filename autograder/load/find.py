"""From paths on the command line to one file for each student."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.domain import Topic
from autograder.errors import UsageError

ENDINGS = (".ipynb", ".py")
PLAIN_ID = re.compile(r"[^\W_][\w.@+ -]{0,99}")


@dataclass(frozen=True)
class Found:
    """A file that a student handed in."""

    student: str
    path: Path
    flags: tuple[str, ...] = ()


def find(paths: Iterable[Path], topic: Topic, student: str | None = None) -> list[Found]:
    """All submissions for a topic under some paths, in the order of students.

    A path is a file (the student is its name without ending), a folder of such files, or a folder in nbgrader's
    layout, student/assignment/notebook. Raises UsageError for a path that does not exist or holds nothing.
    """
    found = [one for path in paths for one in _under(path, topic)]
    if student is not None:
        if len(found) != 1:
            raise UsageError(f"--student names one student, and {len(found)} submissions were found.")
        if not PLAIN_ID.fullmatch(student):
            raise UsageError(f"{student!r} cannot be a student's id: use letters, digits and . @ + - _ only.")
        found = [Found(student, found[0].path)]
    return sorted(found, key=lambda one: (one.student, str(one.path)))


def _under(path: Path, topic: Topic) -> list[Found]:
    if not path.exists():
        raise UsageError(f"{path} does not exist.")
    if path.suffix in ENDINGS and path.is_dir():
        return [Found(_student(path.stem), path, ("not-a-file",))]
    if path.is_file():
        return [_identified(_owner(path, topic), path)]
    found = _in_tree(path, topic) or _in_folder(path)
    if not found and not any(path.iterdir()):
        raise UsageError(f"{path} is empty: there is nothing to grade in it.")
    if not found:
        raise UsageError(f"{path} holds no .ipynb or .py file for {topic.name}.")
    return found


def _in_tree(folder: Path, topic: Topic) -> list[Found]:
    """nbgrader's layout: folder/student/assignment/file, or folder/assignment/file for one student."""
    deep = [path for path in folder.glob(f"*/{topic.assignment}") if path.is_dir()]
    alone = [folder / topic.assignment] if (folder / topic.assignment).is_dir() else []
    here = [folder] if folder.name == topic.assignment else []
    linked = [_identified(place.parent.name, link) for place in deep if (link := _link(place))]
    owned = [(place.parent.name, place) for place in deep if not _link(place)]
    owned += [(place.resolve().parent.name, place) for place in alone + here]
    return linked + [_identified(owner, path) for owner, place in owned for path in _chosen(place, topic)]


def _link(place: Path) -> Path | None:
    """A student's folder that is a link could lead to another's: the link itself is handed on, and refused when read."""
    return next((path for path in (place, place.parent) if path.is_symlink()), None)


def _chosen(place: Path, topic: Topic) -> list[Path]:
    """The topic's own notebook if it is there, else every file of a known ending (a wrong file name is no crime)."""
    named = place / f"{topic.name}.ipynb"
    return [named] if named.exists() else sorted(path for path in place.iterdir() if _is_candidate(path))[:1]


def _in_folder(folder: Path) -> list[Found]:
    return [_identified(path.stem, path) for path in folder.iterdir() if _is_candidate(path)]


def _is_candidate(path: Path) -> bool:
    """Hidden files are no one's work: archives made on a Mac hold a ``._name`` beside each ``name``."""
    return path.suffix in ENDINGS and not path.name.startswith(".")


def _owner(path: Path, topic: Topic) -> str:
    parents: Sequence[Path] = path.resolve().parents
    return parents[1].name if parents[0].name == topic.assignment else path.stem


def _identified(raw: str, path: Path) -> Found:
    student = _student(raw)
    return Found(student, path, () if student == raw else ("odd-student-id",))


def _student(raw: str) -> str:
    """The id as nbgrader and a file system can hold it. What is replaced leaves a mark of the whole, so that two stay two."""
    if PLAIN_ID.fullmatch(raw):
        return raw
    cleaned = re.sub(r"[^\w.@+ -]", "_", raw)[:80].lstrip("._@+ -") or "unnamed"
    return f"{cleaned}-{hashlib.sha256(os.fsencode(raw)).hexdigest()[:8]}"
