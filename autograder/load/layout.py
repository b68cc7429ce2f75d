"""Whose file is which: from paths inside a folder or an archive to each owner's files, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.domain import Topic
from autograder.load.identity import names_in

ENDINGS = (".ipynb", ".py")
ARCHIVES = re.compile(r"\.(?:zip|tar|tgz|tar\.gz|tar\.bz2|tbz2|tar\.xz|txz|7z|rar|gz|bz2|xz)$", re.IGNORECASE)
ASSIGNMENT = re.compile(r"\d\d_\w+")
JUNK = {"__MACOSX", "__pycache__", ".ipynb_checkpoints", ".git"}
MOST_FILES = 8
NESTED = "An archive was handed in: unpack it, and hand in the notebook itself."


@dataclass(frozen=True)
class Entry:
    """A file by its path below what was named: ``held`` is where its bytes are, ``refusal`` why they are not to be read."""

    parts: tuple[str, ...]
    held: Any
    refusal: str = ""

    @property
    def name(self) -> str:
        return self.parts[-1]


@dataclass(frozen=True)
class Owned:
    """One owner's files for one topic."""

    name: str
    entries: tuple[Entry, ...]
    flags: tuple[str, ...] = ()


def is_candidate(name: str) -> bool:
    """Hidden files are no one's work: archives made on a Mac hold a ``._name`` beside each ``name``."""
    return name.lower().endswith(ENDINGS) and not name.startswith(".")


def is_archive(name: str) -> bool:
    """Whether a file is an archive by its name, of a kind that we read or not."""
    return bool(ARCHIVES.search(name)) and not name.startswith(".")


def stem(name: str) -> str:
    """A file's name without its ending."""
    return ARCHIVES.sub("", name) if is_archive(name) else Path(name).stem


def share_out(entries: Sequence[Entry], topic: Topic, whole: str, *, wrapped: bool = False) -> list[Owned]:
    """Each owner's files for a topic. ``whole`` is who owns a file that nothing else tells the owner of.

    The outermost folder decides: what a student calls the folders inside of it makes nothing another student's.
    ``wrapped``: all may lie in one more folder, as in many archives.
    """
    entries = [one for one in entries if not JUNK & set(one.parts)]
    groups: dict[str, list[Entry]] = {}
    for owner, entry in _owners(_unwrapped(entries, topic) if wrapped else entries, topic, whole):
        groups.setdefault(owner, []).append(entry)
    chosen = [choose(owner, group, topic) for owner, group in groups.items()]
    return [one for one in chosen if one is not None]


def _unwrapped(entries: Sequence[Entry], topic: Topic) -> Sequence[Entry]:
    """Without the folder that all lies in, unless that is a student's own."""
    if len({one.parts[0] for one in entries}) != 1 or any(len(one.parts) == 1 for one in entries):
        return entries
    inner = [replace(one, parts=one.parts[1:]) for one in entries]
    if entries[0].parts[0] == topic.assignment:
        return inner
    own = any(one.parts[0] == topic.assignment or (len(one.parts) == 1 and _named(one, topic)) for one in inner)
    own = own or names_in([entries[0].parts[0]]) != [entries[0].parts[0]]
    if own or all(len(one.parts) > 1 and ASSIGNMENT.fullmatch(one.parts[0]) for one in inner):
        return entries
    return _unwrapped(inner, topic) if all(one.parts[2:3] == (topic.assignment,) for one in inner) else inner


def _owners(entries: Sequence[Entry], topic: Topic, whole: str) -> list[tuple[str, Entry]]:
    flat = [one for one in entries if len(one.parts) == 1 and not _named(one, topic)]
    deep = [one for one in entries if len(one.parts) > 1]
    rest = [one for one in entries if len(one.parts) == 1 and _named(one, topic)]
    folders = list(dict.fromkeys(one.parts[0] for one in deep))
    known = dict(zip(folders, names_in(folders), strict=True))
    owned = list(zip(names_in([stem(one.name) for one in flat]), flat, strict=True))
    owned += [(known[one.parts[0]], replace(one, parts=one.parts[1:])) for one in deep]
    return owned + [(whole, one) for one in rest]


def _named(entry: Entry, topic: Topic) -> bool:
    """Whether a file is called what the release is called, which says nothing about its owner."""
    return stem(entry.name) in (topic.name, topic.assignment)


def choose(owner: str, entries: Sequence[Entry], topic: Topic) -> Owned | None:
    """The files of one owner that may be the submission, none of them if they are for other assignments."""
    here = [one for one in entries if len(one.parts) > 1 and one.parts[0] == topic.assignment]
    here = here or [one for one in entries if not any(ASSIGNMENT.fullmatch(part) for part in one.parts[:-1])]
    if not here:
        return None
    readable = [one for one in here if not one.refusal and is_candidate(one.name)]
    flags = []
    if readable and len(readable) < len(here):
        flags.append("ignored-files")
    if not readable:
        refused = [one if one.refusal else replace(one, refusal=NESTED) for one in here]
        return Owned(owner, tuple(refused[:1]), ("nested-archive",) if refused[0].refusal == NESTED else ())
    named = [one for one in readable if one.name == f"{topic.name}.ipynb"]
    if named:
        return Owned(owner, (min(named, key=lambda one: len(one.parts)),), tuple(flags))
    latest = sorted(readable, key=lambda one: one.parts, reverse=True)  # where names hold dates
    ordered = sorted(latest, key=lambda one: one.name.lower().endswith(".py"))
    return Owned(owner, tuple(ordered[:MOST_FILES]), (*flags, *(["several-files"] if len(ordered) > 1 else [])))
