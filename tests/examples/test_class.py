"""The sample class: made again it is the same, and every grade is the one that class.toml promises, by both roads."""

import csv
import filecmp
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))

from grade_class import broken_promises  # noqa: E402  # the examples are no package
from make_submissions import make, members  # noqa: E402

from autograder.pipeline import Batch, grade_all  # noqa: E402
from autograder.release import build_sources, generate, nbgrader_environment  # noqa: E402

SAMPLES = ROOT / "examples" / "submissions"
TOPICS = sorted({entry["assignment"] for entry in members()})


@pytest.fixture(scope="module")
def grades(course, isolation):
    return [grade for topic in TOPICS for grade in grade_all(Batch(ROOT, topic, isolation), [SAMPLES], 2)[1]]


def test_the_class_is_large_enough():
    assert len(members()) >= 16


def test_made_again_it_is_the_same(tmp_path):
    make(tmp_path)
    here = sorted(path.relative_to(SAMPLES) for path in SAMPLES.rglob("*") if path.is_file())
    assert here == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert filecmp.cmpfiles(SAMPLES, tmp_path, here, shallow=False)[0] == here


@pytest.mark.parametrize("entry", members(), ids=lambda entry: f"{entry['student']}-{entry['assignment']}")
def test_every_grade_is_as_promised(entry, grades):
    assert broken_promises(entry, grades) == []


def test_a_broken_promise_would_be_told(grades):
    assert broken_promises({**members()[0], "score": 1, "flags": ["x"]}, grades) != []


def test_one_engine_or_two_the_grades_are_the_same(course, isolation, grades):
    batch = Batch(ROOT, "bptt", isolation)
    serial = {one.student: (one.score, one.checks) for one in grade_all(batch, [SAMPLES], 1)[1]}
    assert serial == {one.student: (one.score, one.checks) for one in grades if one.assignment == "03_bptt"}


@pytest.fixture(scope="module")
def exported(tmp_path_factory, course):
    """nbgrader's own commands in a course folder of their own: autograde, generate_feedback, export."""
    folder = tmp_path_factory.mktemp("nbgrader")
    for name in ("solutions", "exercises"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(SAMPLES, folder / "submitted")
    (folder / "gradebook").mkdir()
    course = replace(course, topics=tuple(map(course.topic, TOPICS)))
    build_sources(course, folder / "_build" / "source")
    db_url = f"sqlite:///{folder / 'gradebook' / 'gradebook.db'}"
    generate(course, folder / "_build" / "source", folder / "_build" / "release", db_url)
    for topic in course.topics:
        nbgrader(folder, "autograde", topic.assignment, "--create")
        nbgrader(folder, "generate_feedback", topic.assignment)
    nbgrader(folder, "export", "--to", str(folder / "grades.csv"))
    return folder


def nbgrader(folder, *words):
    environment = {**nbgrader_environment(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def held_by_nbgrader():
    return [entry for entry in members() if entry.get("damage") != "py"]


def test_nbgrader_export_gives_the_same_scores(exported, grades, course):
    with (exported / "grades.csv").open() as file:
        rows = {(row["student_id"], row["assignment"]): float(row["score"]) for row in csv.DictReader(file)}
    ours = {(one.student, one.assignment): one.score for one in grades}
    for entry in held_by_nbgrader():
        key = (entry["student"], course.topic(entry["assignment"]).assignment)
        assert rows[key] == ours[key] == entry["score"], key


def test_nbgrader_feedback_holds_the_findings(exported):
    page = (exported / "feedback" / "dana" / "02_rnn" / "rnn.html").read_text()
    assert "Count the terms in the formula" in page
    cut_off = (exported / "feedback" / "mei" / "02_rnn" / "rnn.html").read_text()
    assert "could not be read" in cut_off


def test_both_roads_draw_the_same_inputs(exported, grades):
    """The size of an error hangs on the inputs: the same digits, the same inputs."""
    page = (exported / "feedback" / "dana" / "02_rnn" / "rnn.html").read_text()
    (dana,) = [one for one in grades if (one.student, one.assignment) == ("dana", "02_rnn")]
    errors = [error for row in dana.checks for error in re.findall(r"relative error of \S+", row.finding)]
    assert errors and [error for error in errors if error not in page] == []


def test_the_autograded_notebook_keeps_nothing_but_source_text(exported):
    notebook = json.loads((exported / "autograded" / "priya" / "02_rnn" / "rnn.ipynb").read_text())
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    assert ids.count("check-softmax") == 1
