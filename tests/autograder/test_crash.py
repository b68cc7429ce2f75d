"""A grader is killed, at fifty moments of a batch: nothing that was recorded is lost, and the same command ends the same."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, source_of
from autograder.held import abandoned
from autograder.release import build_sources, generate
from autograder.sandbox import Isolation, cgroup

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50
TOPIC = "notation"
SCORES = """
    select submitted_assignment.student_id, grade_cell.name, grade.auto_score from grade
    join submitted_notebook on grade.notebook_id = submitted_notebook.id
    join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
    join base_cell grade_cell on grade.cell_id = grade_cell.id order by 1, 2
"""


@dataclass
class Desk:
    """What lies before an instructor: a class in an archive, a course with its gradebook, a grader to be killed."""

    folder: Path
    warm: subprocess.Popen[str]

    @property
    def results(self) -> Path:
        return self.folder / "results.jsonl"

    @property
    def journal(self) -> Path:
        return self.folder / "results.jsonl.journal"

    @property
    def gradebook(self) -> Path:
        return self.folder / "course" / "gradebook" / "gradebook.db"

    def words(self, jobs: int, paths: list[Path] | None = None) -> list[str]:
        paths = paths or [self.folder / "class.zip"]
        where = ["--course", self.folder / "course", "--out", self.results]
        return list(map(str, ["grade", "-a", TOPIC, *where, "--jobs", jobs, *paths]))

    def clear(self) -> None:
        """As if nothing had ever been graded."""
        for path in (self.results, self.journal, self.gradebook.with_name("gradebook.db-journal")):
            path.unlink(missing_ok=True)
        shutil.copy(self.folder / "empty.db", self.gradebook)

    def run(self, words: list[str], seconds: float = -1.0, lines: int = 0) -> dict[str, Any]:
        assert self.warm.stdin is not None and self.warm.stdout is not None
        order = {"words": words, "said": str(self.folder / "said.txt"), "seconds": seconds,
                 "journal": str(self.journal), "lines": lines}  # fmt: skip  # one table
        self.warm.stdin.write(json.dumps(order) + "\n")
        self.warm.stdin.flush()
        ended: dict[str, Any] = json.loads(self.warm.stdout.readline())
        return ended

    def said(self) -> str:
        return (self.folder / "said.txt").read_text()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, course: Course, isolation: Isolation) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "private").mkdir()
    (folder / "course" / "gradebook").mkdir(parents=True)
    for name in ("solutions", "exercises"):
        (folder / "course" / name).symlink_to(ROOT / name)
    only = replace(course, topics=(course.topic(TOPIC),))
    build_sources(only, folder / "source")
    generate(only, folder / "source", folder / "release", f"sqlite:///{folder / 'empty.db'}")
    hand_in(folder / "class.zip", course)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "private")}
    command = [sys.executable, str(Path(__file__).with_name("warm.py")), str(folder / "course")]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as warm:
        yield Desk(folder, warm)


def hand_in(path: Path, course: Course) -> None:
    """Six submissions: each but the first lacks one function."""
    names = [exercise.name for exercise in course.topic(TOPIC).exercises]
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(6):
            kept = [source_of(course.references[name]) for name in names if name != names[number - 1] or not number]
            archive.writestr(f"student-{number}.py", "import numpy as np\n" + "\n\n".join(kept))


def scores(gradebook: Path) -> list[tuple[Any, ...]]:
    """What a gradebook says, once it has been found whole."""
    with closing(sqlite3.connect(gradebook)) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        return database.execute(SCORES).fetchall()


def grades(path: Path) -> dict[str, dict[str, Any]]:
    """The grades of a results file or a journal by student, without the time that they took."""
    whole = [json.loads(line) for line in path.read_text().split("\n")[:-1]]
    return {line["student"]: {**line, "seconds": 0} for line in whole if "student" in line}


@dataclass
class Right:
    """How a batch ends that nobody kills."""

    results: dict[str, dict[str, Any]]
    scores: list[tuple[Any, ...]]
    seconds: float


def assert_nothing_is_lost(desk: Desk, right: Right, before: set[str]) -> str:
    """Whatever has been written is right, and nothing that was is gone. Returns how far the grader had come."""
    kept = grades(desk.journal) if desk.journal.exists() else {}
    half_written = desk.gradebook.with_name("gradebook.db-journal").exists()
    assert all(right.results[student] == grade for student, grade in kept.items())
    entered = scores(desk.gradebook)
    assert entered in ([], right.scores)
    if desk.results.exists():
        assert list(grades(desk.results).items()) == list(right.results.items())
    assert before <= set(kept) or entered == right.scores
    if half_written or entered:
        return "gradebook half written" if half_written else "gradebook written"
    if desk.results.exists():
        return "results written"
    return "all graded" if len(kept) == len(right.results) else "grading" if kept else "before"


def finish(desk: Desk) -> Right:
    desk.clear()
    ended = desk.run(desk.words(1))
    assert ended["code"] == 0, desk.said()
    assert ended["left"] == [] and not desk.journal.exists()
    return Right(grades(desk.results), scores(desk.gradebook), ended["seconds"])


def test_fifty_kills_lose_nothing(desk: Desk) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    right = finish(desk)
    assert [one["score"] for one in right.results.values()].count(right.results["student-0"]["max_score"]) == 1
    phases: Counter[str] = Counter()

    def kill(seconds: float, lines: int = 0) -> bool:
        before = set(grades(desk.journal)) if desk.journal.exists() else set()
        ended = desk.run(desk.words(chance.choice((1, 2))), seconds, lines)
        assert ended["left"] == []
        phase = assert_nothing_is_lost(desk, right, before)
        assert len(list((desk.folder / "private").glob("unrolled-*"))) <= 1
        if ended["code"] is None:
            phases[phase] += 1
        else:
            assert ended["code"] == 0, desk.said()
        return ended["code"] is None

    desk.clear()
    while phases.total() < KILLS // 2 - 1:  # anywhere in a batch, which the next run goes on with
        if not kill(chance.uniform(0, right.seconds)):
            desk.clear()
    kill(0, 1 + len(right.results))  # when the last grade is in the journal
    full = desk.journal.read_bytes()
    ended = desk.run(desk.words(1))
    assert ended["code"] == 0 and "6 of 6 were graded before" in desk.said()
    while phases.total() < KILLS:  # where nothing is left but to record
        desk.clear()
        desk.journal.write_bytes(full)
        kill(chance.uniform(0, ended["seconds"]))
    print(dict(phases))
    recording = phases.total() - phases["before"] - phases["grading"] - phases["all graded"]
    assert phases["grading"] >= 5 and phases["all graded"] >= 3 and recording >= 5, phases
    the_same_command_ends_the_same(desk, right)


def the_same_command_ends_the_same(desk: Desk, right: Right) -> None:
    """In a new process, which finds what the killed ones have left."""
    environment = {**os.environ, "TMPDIR": str(desk.folder / "private")}
    command = [sys.executable, "-m", "autograder", *desk.words(2)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (grades(desk.results), scores(desk.gradebook)) == (right.results, right.scores)
    assert not desk.journal.exists() and not list((desk.folder / "private").glob("unrolled-*"))
    assert {path.name for path in desk.gradebook.parent.iterdir()} == {"gradebook.db"}
    assert not list(abandoned(path for own in cgroup._own() for path in own.glob(f"{cgroup.NAME}*")))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_killed_grader_takes_the_students_programs_with_it(desk: Desk, tmp_path: Path, jobs: int) -> None:
    desk.clear()
    for name in ("sleeps", "loops"):
        body = "time.sleep(600)" if name == "sleeps" else "while True: pass"
        (tmp_path / f"{name}.py").write_text(f"import time\ndef build_vocabulary(sentences, size):\n    {body}\n")
    ended = desk.run([*desk.words(jobs, [tmp_path]), "--seconds", "30"], 1.5)
    assert ended["code"] is None, desk.said()
    assert ended["left"] == []
