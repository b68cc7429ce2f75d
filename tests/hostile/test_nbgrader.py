"""The hostile class through nbgrader's own commands: nothing that one student hands in aborts the batch of all."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.release import build_sources, generate, nbgrader_environment
from autograder.sandbox import Isolation
from tests.hostile.browser import needs_chromium, visited
from tests.hostile.files import FULL, RIGHT, ROOT, Case, hand_in
from tests.hostile.test_notebooks import CASES, SECRET
from tests.hostile.test_outputs import MARKUP

ALSO = ("one name twice", "one name for all", "half a character", "a cell without metadata", "a shell inside an answer")
FIRST = {case.line: case for case in reversed(CASES) if case.name == "rnn.ipynb"}
FOR_NBGRADER = [*FIRST.values(), *(case for case in CASES if case.what in ALSO and case not in FIRST.values())]
TIMES = [b"yesterday\n", b"2026-13-45 99:99:99", b"\xff\xfe\x00", b""]
LATE = [Case(95, f"a forged time {at}", RIGHT, beside=(("timestamp.txt", text),)) for at, text in enumerate(TIMES)]
PAGE = Case(100, "markup", MARKUP)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, course: Course, isolation: Isolation) -> Path:
    """A course folder in which `nbgrader autograde`, `generate_feedback` and `export` have run over the hostile class."""
    folder = tmp_path_factory.mktemp("nbgrader")
    for name in ("solutions", "exercises"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    (folder / "gradebook").mkdir()
    course = replace(course, topics=(course.topic("rnn"),))
    build_sources(course, folder / "_build" / "source")
    db_url = f"sqlite:///{folder / 'gradebook' / 'gradebook.db'}"
    generate(course, folder / "_build" / "source", folder / "_build" / "release", db_url)
    (folder / "outside").mkdir()
    hand_in(folder / "submitted", [*FOR_NBGRADER, *LATE, PAGE], folder / "outside")
    nbgrader(folder, "autograde", "02_rnn", "--create")
    nbgrader(folder, "generate_feedback", "02_rnn", "--student", PAGE.student)
    nbgrader(folder, "export", "--to", str(folder / "grades.csv"))
    return folder


def nbgrader(folder: Path, *words: str) -> None:
    environment = {**nbgrader_environment(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def test_no_notebook_aborts_nbgraders_batch(exported: Path, course: Course) -> None:
    with (exported / "grades.csv").open() as file:
        scores = {row["student_id"]: float(row["score"] or "nan") for row in csv.DictReader(file)}
    points = {exercise.name: exercise.max_points for exercise in course.topic("rnn").exercises}
    for case in (*FOR_NBGRADER, *LATE):
        lost = FULL if case.lost is None else sum(points[name] for name in case.lost)
        assert scores.pop(case.student) == FULL - lost, case.student
    assert scores.pop("0-honest") == FULL
    assert scores == {PAGE.student: pytest.approx(0, abs=len(points))}
    assert not list((exported / "outside").iterdir())


def test_what_nbgrader_keeps_is_the_release_with_their_text(exported: Path) -> None:
    release = json.loads((ROOT / "exercises" / "02_rnn" / "rnn.ipynb").read_text())
    known = [one["metadata"]["nbgrader"]["grade_id"] for one in release["cells"] if "nbgrader" in one["metadata"]]
    for path in (exported / "autograded").glob("*/02_rnn/rnn.ipynb"):
        cells = json.loads(path.read_text())["cells"]
        assert [one["metadata"]["nbgrader"]["grade_id"] for one in cells if "nbgrader" in one["metadata"]] == known, path
        assert SECRET not in path.read_text()


@needs_chromium
def test_nbgraders_feedback_runs_nothing_of_theirs(exported: Path) -> None:
    page = exported / "feedback" / PAGE.student / "02_rnn" / "rnn.html"
    found = visited([page])[page]
    assert found.ran is None and not [url for url in found.asked if "evil.example" in url]
    assert "<script>" in found.text
