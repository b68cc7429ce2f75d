"""Every released notebook, filled with the model answers and untouched: all points, and none, by both roads."""

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))

from make_submissions import content  # noqa: E402  # the examples are no package

from autograder.course import load_course  # noqa: E402
from autograder.record import read_results  # noqa: E402
from autograder.release import build_sources, generate, nbgrader_environment  # noqa: E402

TOPICS = load_course(ROOT).topics
EVERY = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
STUDENTS = {"model": {}, "blank": {"damage": "blank"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, course):
    """A course folder with two students who hand in every notebook, and nbgrader's own release of it."""
    folder = tmp_path_factory.mktemp("releases")
    for name in ("solutions", "exercises", "book"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for student, entry in STUDENTS.items():
        for topic in TOPICS:
            path = folder / "submitted" / student / topic.assignment / f"{topic.name}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(content(course, topic, entry))
    build_sources(course, folder / "_build" / "source")
    db_url = f"sqlite:///{folder / 'gradebook' / 'gradebook.db'}"
    (folder / "gradebook").mkdir()
    generate(course, folder / "_build" / "source", folder / "_build" / "release", db_url)
    return folder


def run(folder, *words):
    environment = {**nbgrader_environment(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", *map(str, words)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


@EVERY
def test_by_our_own_command(folder, isolation, topic):
    out = folder / f"{topic.name}.jsonl"
    run(folder, "autograder", "grade", "--assignment", topic.name, "--out", out, "--no-gradebook", "--quiet", "submitted")
    grades = {one.student: one for one in read_results(out)}
    wrong = [(row.function, row.check, row.finding) for row in grades["model"].checks if row.verdict != "right"]
    assert wrong == []
    assert grades["model"].score == topic.max_score and grades["blank"].score == 0
    assert all(one.graded and one.flags == () for one in grades.values())


@pytest.fixture(scope="module")
def exported(folder, isolation):
    """What `nbgrader autograde` wrote into its gradebook, by student and assignment."""
    for topic in TOPICS:
        run(folder, "nbgrader", "autograde", topic.assignment, "--create")
    run(folder, "nbgrader", "export", "--to", folder / "grades.csv")
    with (folder / "grades.csv").open() as file:
        return {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}


@EVERY
def test_by_nbgraders_command(exported, topic):
    full, none = exported["model", topic.assignment], exported["blank", topic.assignment]
    assert float(full["score"]) == float(full["max_score"]) == topic.max_score
    assert float(none["score"]) == 0
