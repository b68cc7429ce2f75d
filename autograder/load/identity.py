"""Who handed something in: ids as text that nbgrader, a file system and a page can hold, and ids that look alike."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

LONGEST = 100
MOST_BYTES = 200  # a file system holds 255, and pages add an ending
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)  # devices to Windows, with any ending
LOOKALIKES = str.maketrans(  # Greek, Cyrillic and Armenian letters, digits and strokes beside the Latin letters they look like
    "аαеεоοօ0рρсϲуγхχіιӏ1|кκтτνυսԁһհѕјԛԝвнм",
    "aaeeooooppccyyxxiilllkkttvuudhhsjqwbhm",
)
NUMBERED = (
    re.compile(r"(.+?_\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?"),  # Moodle: name_number_..., as a file or a folder
    re.compile(r"([^_]+)(?:_LATE)?_(\d+)_\d+_.+"),  # Canvas: name_user_submission_file
    re.compile(r"(.+?)_attempt_\d{4}(?:-\d\d){5}.*"),  # Blackboard: assignment_user_attempt_time_file
    re.compile(r"(\d+)-\d+ - .+ - .+"),  # Brightspace: user-box - name - time
    re.compile(r"[^,]+, .+\(([^()]+)\)"),  # Sakai: last, first(user)
)


def is_plain(text: str) -> bool:
    """Whether an id can stand as it is, in a gradebook, a path on any system, a page and a terminal."""
    if unicodedata.normalize("NFC", text) != text or len(text) > LONGEST:
        return False
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return False
    letters = all(_is_letter(one) or one in "_.@+ -" for one in text)
    return letters and text[:1].isalnum() and text[-1] not in ". " and not RESERVED.fullmatch(text)


def _is_letter(one: str) -> bool:
    """Letters and digits of any script, with the marks that many scripts write their vowels with."""
    return one.isalnum() or unicodedata.category(one) in ("Mn", "Mc")


def student_ids(names: Iterable[str]) -> dict[str, str]:
    """An id for each name, no two the same: whoever's name needs no mending keeps it, whatever others are called."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(dict.fromkeys(names), key=lambda one: (not is_plain(one), one)):
        student = unicodedata.normalize("NFC", name)
        again = 0
        while not is_plain(student) or student in taken:
            student = _marked(name, again)
            again += 1
        given[name] = student
        taken.add(student)
    return given


def _marked(name: str, again: int) -> str:
    """What is replaced leaves a mark of the whole, so that two stay two; ``again`` gives another one where it is taken."""
    text = unicodedata.normalize("NFC", name)
    safe = "".join(one if _is_letter(one) or one in "_@+ -" else "_" for one in text)
    safe = safe[: LONGEST // 2].encode("utf-8", "replace")[: MOST_BYTES // 2].decode("utf-8", "ignore").lstrip("_@+ -")
    safe = safe if safe[:1].isalnum() else "unnamed"
    return f"{safe}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass') + bytes(again)).hexdigest()[:8]}"


def confusable(students: Iterable[str]) -> set[str]:
    """Ids that a person, a spreadsheet or a file system could take for another one of these."""
    groups: dict[str, set[str]] = {}
    for student in students:
        groups.setdefault(_skeleton(student), set()).add(student)
    return {student for group in groups.values() if len(group) > 1 for student in group}


def _skeleton(student: str) -> str:
    """What is left of an id without case, accents, leading zeros, and the difference between letters that look alike."""
    text = unicodedata.normalize("NFKD", student).casefold()
    text = "".join(one for one in text if not "\u0300" <= one <= "\u036f")
    return (text.lstrip("0") if text.isdigit() else text).translate(LOOKALIKES).replace("i", "l")


def names_in(stems: Sequence[str]) -> list[str]:
    """The students' names in what a learning-management system calls their files or folders; else what they are called.

    A way of naming counts only where all are named in it. The student's part stands before what students choose
    themselves (their files' names), and the first match counts, so that nobody can write another's name into it.
    """
    for pattern in NUMBERED:
        found = [pattern.fullmatch(stem) for stem in stems]
        if stems and all(found):
            return ["_".join(one.groups()) for one in found if one]
    return list(stems)
