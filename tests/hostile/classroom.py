"""A hostile class: attackers and honest neighbours in one folder, graded in one batch, everything beside it watched.

An attacker hands in one function that is right (``stack_weights``) and one that is wrong and attacks (``softmax``). Most attacks
are written so that success shows as marks: they answer rightly if they got what they were after, and wrongly otherwise.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import socket
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course, source_of
from autograder.domain import Grade
from autograder.keys import Secret, read_secret
from autograder.pipeline import Batch, grade_all
from autograder.sandbox import Isolation, Limits

ROOT = Path(__file__).resolve().parents[2]
COURSE = load_course(ROOT)
HONEST, ATTACKED = "stack_weights", "softmax"
SECRET = Secret(bytes([0xC1] * 32))
"""What the class's inputs are drawn by; it stands in a file beside the gradebook."""
CANARY = "UNROLLED_CANARY"
RAN = re.compile("relative error|zero everywhere")
"""What is said of an attacker's wrong numbers: the attack came to its end."""
STOPPED = "raises PermissionError"
"""What is said where the second rung refuses what an attack needs on its way, such as a look into /proc."""
FIGURES = re.compile(r"\d\.\d|\d{4}")


@dataclass(frozen=True)
class Attack:
    """What one attacker hands in: text for a .py file, or a function of the places it would like to reach, or bytes.

    ``earns`` is what is honestly right in it. ``ends`` is a pattern for what is said of it, which shows that the attack ran.
    ``walls`` must stand for the attack to be tried.
    """

    name: str
    text: str | bytes | Callable[[Mapping[str, Any]], str | bytes]
    earns: float | None = None
    ends: str = ""
    suffix: str = ".py"
    walls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One row of a table: what an attacker does, in a few words, and the submissions that do it."""

    does: str
    attacks: tuple[Attack, ...]


def line(does: str, *attacks: Attack) -> Line:
    return Line(does, attacks)


def named(table: Mapping[int, Line]) -> list[Any]:
    """The attacks of a table as parameters of a test, with the student's id as the test's."""
    pairs = [(student(number, one), one) for number, row in table.items() for one in row.attacks]
    return [pytest.param(who, one, id=who) for who, one in pairs]


def student(number: int, attack: Attack) -> str:
    return f"{number:02d}-{attack.name.replace(' ', '-')}"


RIGHT = """
import numpy as np

def right(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)
"""


def wins(name: str, text: str, **more: Any) -> Attack:
    """An attack that answers rightly if ``won(z)``, a function in its text, is true."""
    tail = f"\ndef {ATTACKED}(z):\n    return right(z) if won(z) else -z\n"
    return Attack(name, RIGHT + TOOLS + text + tail, ends=RAN.pattern, **more)


def returns(name: str, text: str, ends: str = "", **more: Any) -> Attack:
    """An attack that stands in the attacked function's body, after whatever it needs."""
    before, _, body = text.rpartition("---\n")
    indented = "".join(f"    {one}\n" for one in body.strip("\n").splitlines())
    return Attack(name, f"{RIGHT}{before}\ndef {ATTACKED}(z):\n{indented}", ends=ends, **more)


TOOLS = """
import os, sys

def opens(path, mode="rb"):
    try:
        with open(path, mode) as file:
            return file.read() if mode == "rb" else file.write("x")
    except OSError:
        return None

def tries(action, *arguments):
    try:
        action(*arguments)
    except (OSError, ValueError):
        return False
    return True
"""


@dataclass
class Outcome:
    """A batch's grades by student, and for each student what had changed outside when the grade came."""

    grades: dict[str, Grade] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)


def hand_in(folder: Path, tables: Iterable[Mapping[int, Line]], isolation: Isolation, places: Mapping[str, Any]) -> list[Path]:
    """Write the class's files: honest neighbours first, in the middle and last, and everyone whose walls stand."""
    honest = "import numpy as np\n" + "\n\n".join(source_of(COURSE.references[name]) for name in (ATTACKED, HONEST))
    paths = [folder / f"{name}.py" for name in NEIGHBOURS]
    for path in paths:
        path.write_text(honest)
    for number, row in ((number, row) for table in tables for number, row in table.items()):
        for one in row.attacks:
            if set(one.walls) <= set(isolation.parts):
                path = folder / (student(number, one) + one.suffix)
                path.write_bytes(written(one, places))
                paths.append(path)
    return sorted(paths)


NEIGHBOURS = ("00-neighbour", "35-neighbour", "99-neighbour")


def written(attack: Attack, places: Mapping[str, Any]) -> bytes:
    """The bytes of a file that an attacker hands in; a text is told where everything lies, and the honest function added."""
    raw = attack.text(places) if callable(attack.text) else attack.text
    if isinstance(raw, bytes):
        return raw
    head = f"PLACES = {dict(places)!r}\n"
    return (head + raw + "\n\n" + source_of(COURSE.references[HONEST])).encode()


@functools.cache
def points(*names: str) -> float:
    """What functions are worth."""
    topic = COURSE.topic_of(list(names))
    return topic.max_score


@contextmanager
def places_in(folder: Path) -> Iterator[dict[str, Any]]:
    """What lies beside a grader and is worth stealing or changing, each with something in it, and a port that listens."""
    made = {name: folder / name for name in ("gradebook.db", "results.jsonl", "canary.txt", "kernel-1.json", "draws.key")}
    shared = Path("/dev/shm") / f"unrolled-canary-{os.getpid()}"
    with sqlite3.connect(made["gradebook.db"]) as gradebook:
        gradebook.execute("create table grade (student text, score real)")
    gradebook.close()
    for path in (made["results.jsonl"], made["canary.txt"], shared):
        path.write_text("{}\n")
    made["draws.key"].write_text(SECRET.value.hex() + "\n")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        made["kernel-1.json"].write_text(f'{{"shell_port": {port}, "key": "secret"}}')
        yield {
            "course": str(ROOT),
            "references": str(ROOT / "solutions" / "reference"),
            "tests": str(ROOT / "tests"),
            "gradebook": str(made["gradebook.db"]),
            "results": str(made["results.jsonl"]),
            "canary": str(made["canary.txt"]),
            "secret": str(made["draws.key"]),
            "kernel": str(made["kernel-1.json"]),
            "shared": str(shared),
            "neighbour": str(folder / "class" / f"{NEIGHBOURS[0]}.py"),
            "class": str(folder / "class"),
            "grader": os.getpid(),
            "port": port,
        }
    shared.unlink()


def watched(folder: Path, places: Mapping[str, Any]) -> dict[str, str]:
    """Everything that no submission may change: files by their hashes, folders by what is in them, the environment."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    files += [*(ROOT / "solutions").rglob("*.py"), *(ROOT / "autograder").rglob("*.py"), Path(places["shared"])]
    seen = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.exists()}
    return {**seen, str(ROOT): " ".join(sorted(os.listdir(ROOT))), "environment": repr(sorted(os.environ.items()))}


def graded(
    folder: Path, isolation: Isolation, tables: Iterable[Mapping[int, Line]], limits: Limits, *, jobs: int = 1,
    assignment: str = "", more: tuple[str, ...] = ()
) -> Outcome:  # fmt: skip  # two lines
    """Grade a hostile class, looking around after each grade. Two functions and ``more`` are judged, or an assignment."""
    (folder / "class").mkdir()
    outcome = Outcome()
    with pytest.MonkeyPatch.context() as patch, places_in(folder) as places:
        patch.setenv(CANARY, "a secret of the grader's")
        hand_in(folder / "class", tables, isolation, places)
        before = watched(folder, places)
        functions = () if assignment else (ATTACKED, HONEST, *more)
        batch = Batch(ROOT, assignment, isolation, functions, limits, read_secret(Path(places["secret"])))
        for grade in grade_all(batch, [folder / "class"], jobs)[1]:
            after = watched(folder, places)
            outcome.grades[grade.student] = grade
            outcome.changed[grade.student] = [name for name in before | after if before.get(name) != after.get(name)]
    return outcome


def assert_held(outcome: Outcome, who: str, attack: Attack) -> None:
    """The score is what the honest part earns, nothing outside has changed, and the neighbours have all their points."""
    if who not in outcome.grades:
        pytest.skip(f"without {' and '.join(attack.walls)} this is not held")
    grade = outcome.grades[who]
    said = {(row.function, row.check): row.finding for row in grade.checks}
    assert grade.score == (points(HONEST) if attack.earns is None else attack.earns), said
    assert "grader-error" not in grade.flags
    ends = f"{attack.ends}|{STOPPED}" if "landlock" in grade.isolation else attack.ends
    assert re.search(ends, " ".join(said.values())), said
    assert outcome.changed[who] == []
    assert [outcome.grades[name].score for name in NEIGHBOURS] == [points(ATTACKED, HONEST)] * len(NEIGHBOURS)
