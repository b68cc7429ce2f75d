"""From paths on the command line to one file for each student."""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.domain import Topic
from autograder.errors import UsageError
from autograder.load.archive import MAX_MEMBER, MAX_TOTAL, NOT_A_FILE, Archive, open_archive
from autograder.load.identity import confusable, is_plain, names_in, student_ids
from autograder.load.layout import ENDINGS, Entry, Owned, choose, is_archive, is_candidate, share_out, stem
from autograder.load.private import folder_below

DEEPEST = 6
CLOSED = "The folder cannot be opened: hand in the notebook itself, as a plain file."
LINKED = "The file cannot be opened (a link leads to it): hand in the notebook itself, as a plain file."


@dataclass(frozen=True)
class Found:
    """A file that a student handed in; with ``others`` where it is not clear which, or a ``refusal`` and nothing to read."""

    student: str
    path: Path
    flags: tuple[str, ...] = ()
    others: tuple[Path, ...] = ()
    refusal: str = ""


def find(paths: Iterable[Path], topic: Topic, student: str | None = None, private: Path | None = None) -> list[Found]:
    """All submissions for a topic under some paths, in the order of students.

    A path is a file (the student is its name without ending), a folder of such files or of students' folders, a folder
    in nbgrader's layout, student/assignment/notebook, or an archive of any of these, which is unpacked below ``private``.
    Raises UsageError for a path that does not exist, holds nothing, or cannot be told from another.
    """
    owned = [one for path in paths for one in _under(path, topic, private)]
    _no_one_twice(owned)
    ids = student_ids(one.name for one in owned)
    if student is not None:
        if len(owned) != 1:
            raise UsageError(f"--student names one student, and {len(owned)} submissions were found.")
        if not is_plain(student):
            raise UsageError(f"{student!r} cannot be a student's id: use letters, digits and . @ + - _ only.")
        owned, ids = [replace(owned[0], name=student)], {student: student}
    alike = confusable(ids.values())
    found = [_found(one, ids[one.name], alike) for one in owned]
    return sorted(found, key=lambda one: (one.student, str(one.path)))


def names_archive(path: Path) -> bool:
    """Whether a path leads to an archive, by its name."""
    return is_archive(path.name) and path.is_file()


def _no_one_twice(owned: Sequence[Owned]) -> None:
    twice = [name for name, count in Counter(one.name for one in owned).items() if count > 1]
    if twice:
        raise UsageError(
            f"Two of these paths hold work of {twice[0]!r}, and a student gets one grade: "
            "name one of the two, or grade each by itself with --student."
        )


def _found(one: Owned, student: str, alike: set[str]) -> Found:
    odd = ("odd-student-id",) if student != unicodedata.normalize("NFC", one.name) else ()
    flags = (*one.flags, *odd, *(("confusable-student-id",) if student in alike else ()))
    readable = [entry.held for entry in one.entries if not entry.refusal]
    if not readable:
        return Found(student, one.entries[0].held, flags, refusal=one.entries[0].refusal)
    return Found(student, readable[0], flags, tuple(readable[1:]))


def _under(path: Path, topic: Topic, private: Path | None) -> list[Owned]:
    if not path.exists():
        raise UsageError(f"{path} does not exist.")
    if path.suffix in ENDINGS and path.is_dir():
        return [Owned(path.stem, (Entry((path.name,), path),), ("not-a-file",))]
    if private is not None and names_archive(path):
        found = _in_archive(path, topic, folder_below(private))
    elif path.is_dir():
        found = _in_folder(path, topic)
    else:
        return [Owned(_owner(path, topic), (Entry((path.name,), path),))]
    if not found and path.is_dir() and not any(path.iterdir()):
        raise UsageError(f"{path} is empty: there is nothing to grade in it.")
    if not found:
        raise UsageError(f"{path} holds no .ipynb or .py file for {topic.name}.")
    return found


def _owner(path: Path, topic: Topic) -> str:
    parents: Sequence[Path] = path.resolve().parents
    return parents[1].name if parents[0].name == topic.assignment else path.stem


def _in_folder(folder: Path, topic: Topic) -> list[Owned]:
    """A class, or one student: folder/assignment/file, or the assignment's folder itself."""
    here = folder if folder.name == topic.assignment else folder / topic.assignment
    if here.is_dir() and not here.is_symlink():
        chosen = choose(here.resolve().parent.name, list(_files(here, topic)), topic)
        return [] if chosen is None else [chosen]
    entries = list(_files(folder, topic))
    handed_in = [one for one in entries if not _is_download(one)]
    if entries and not handed_in:
        raise UsageError(f"{folder} holds archives only: name the archive itself.")
    return share_out(handed_in, topic, folder.resolve().name)


def _is_download(entry: Entry) -> bool:
    """An archive beside the files of a class is what they came in, unless its name says which student it is from."""
    name = stem(entry.name)
    return len(entry.parts) == 1 and is_archive(entry.name) and names_in([name]) == [name]


def _files(folder: Path, topic: Topic, above: tuple[str, ...] = ()) -> Iterator[Entry]:
    """What may be someone's work. Links are not followed: one that stands for a student's folder is handed on, refused."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        yield Entry((*above, topic.assignment), folder, CLOSED)
        return
    for path in paths:
        parts = (*above, path.name)
        if is_candidate(path.name) or (is_archive(path.name) and not path.is_dir()):
            yield Entry(parts, path)
        elif path.is_symlink():
            if (not above and (path / topic.assignment).is_dir()) or (parts[1:] == (topic.assignment,) and path.is_dir()):
                yield Entry((parts[0], topic.assignment), path, LINKED)
        elif path.is_dir() and len(parts) < DEEPEST:
            yield from _files(path, topic, parts)


def _in_archive(path: Path, topic: Topic, private: Path) -> list[Owned]:
    with open_archive(path) as archive:
        entries, strays = [], {}
        for member in archive.members:
            if member.stray:
                if member.parts[0].lower().endswith(ENDINGS) or is_archive(member.parts[0]):
                    strays[member.parts[0]] = Owned(member.parts[0], (Entry(member.parts, member, member.refusal),))
            elif is_candidate(member.parts[-1]) or is_archive(member.parts[-1]):
                entries.append(Entry(member.parts, member, member.refusal))
            elif member.refusal == NOT_A_FILE and len(member.parts) <= 2:
                entries.append(Entry((member.parts[0], topic.assignment), member, NOT_A_FILE))
        owned = {one.name: one for one in share_out(entries, topic, stem(path.name), wrapped=True)}
        return _unpacked(archive, list({**strays, **owned}.values()), path, private)


def _unpacked(archive: Archive, owned: Sequence[Owned], path: Path, private: Path) -> list[Owned]:
    """The same with files of ours, under names of ours, in place of members."""
    wanted = [list(_wanted(one.entries)) for one in owned]
    total, copies = 0, dict[int, Entry]()
    # in the order of the archive: a compressed one that is read from its end to its start is unpacked anew for each file
    for entry in sorted(itertools.chain.from_iterable(wanted), key=lambda one: one.held.place):
        target = private / f"{len(copies)}{Path(entry.name).suffix.lower()}"
        refusal = entry.refusal or archive.copy(entry.held, target)
        total += target.stat().st_size if target.exists() else 0
        if total > MAX_TOTAL:
            raise UsageError(f"{path} unpacks to more than {MAX_TOTAL // 10**9} GB; nothing of it was graded. Grade it in parts.")
        copies[id(entry)] = replace(entry, held=path if refusal else target, refusal=refusal)
    return [replace(one, entries=tuple(copies[id(entry)] for entry in some)) for one, some in zip(owned, wanted, strict=True)]


def _wanted(entries: Iterable[Entry]) -> Iterator[Entry]:
    """An owner's files, the likeliest first, until they are as large together as one may be."""
    size = 0
    for entry in entries:
        yield entry
        size += 0 if entry.refusal else min(entry.held.size, MAX_MEMBER)  # one that is too large hides none behind it
        if size > MAX_MEMBER:
            return
