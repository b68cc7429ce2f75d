"""Inputs of one's own: the same for a student who is graded again, others for anybody else and under another secret."""

from __future__ import annotations

import json
import os
import pickle
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.cases import KEPT, cases_of
from autograder.course import Course, source_of
from autograder.domain import Cell, CheckResult, Submission
from autograder.errors import RecordError, UsageError
from autograder.grade import Grading, grade_submission
from autograder.keys import VARIABLE, Secret, course_secret, read_secret, student_key
from autograder.pipeline import Batch, grade_all
from autograder.sandbox import Isolation

ROOT = Path(__file__).resolve().parents[2]
OTHER = Secret(bytes(32))
DAMAGED = {"empty": b"", "short": b"5e" * 31, "odd": b"5e" * 32 + b"5", "words": b"correct horse battery staple" * 3,
           "bytes": bytes(range(256)), "long": b"5e" * 5000}  # fmt: skip  # a table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two students who hand in the same wrong work."""
    for name in ("ada", "ben"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "rnn.py").write_text("def softmax(z):\n    return z - z.sum()\n")
    return tmp_path / "in"


def findings(isolation: Isolation, folder: Path, secret: Secret) -> dict[str, tuple[CheckResult, ...]]:
    batch = Batch(ROOT, "", isolation, ("softmax",), secret=secret)
    return {grade.student: grade.checks for grade in grade_all(batch, [folder])[1]}


def test_who_is_graded_again_has_the_same_inputs_and_nobody_else_has(isolation: Isolation, folder: Path, secret: Secret) -> None:
    """A finding tells of the inputs: it holds the size of the error that they lead to."""
    first = findings(isolation, folder, secret)
    assert "relative error" in first["ada"][0].finding
    assert findings(isolation, folder, secret) == first
    other = findings(isolation, folder, OTHER)
    assert len({first["ada"], first["ben"], other["ada"], other["ben"]}) == 4


def test_a_key_depends_on_the_secret_the_assignment_and_the_student(secret: Secret) -> None:
    ids = ["ada", "ben", "Ada", "a\u0308", "\u00e4", "\udcff", ""]
    keys = {student_key(one, task, who) for one in (secret, OTHER) for task in ("02_rnn", "03_bptt") for who in ids}
    assert len(keys) == 2 * 2 * len(ids)
    assert student_key(secret, "02_rnn", "ada") in keys


def test_one_submission_draws_once_for_each_function_however_often_it_is_asked(
    course: Course, isolation: Isolation, secret: Secret
) -> None:
    topic = course.topic("bptt")
    texts = [source_of(course.references[name]) for name in topic.brought]
    texts += [f"def {one.name}(*inputs):\n    return {{}}\n" for one in topic.exercises]
    cells = tuple(Cell(text, "answer") for text in texts)
    cases_of.cache_clear()
    grade_submission(Grading(course, topic, isolation, secret), Submission("s", topic.assignment, "", cells))
    info = cases_of.cache_info()
    assert info.misses == len(topic.exercises) and info.hits > len(topic.exercises)


def test_what_is_kept_is_enough_for_one_submission_and_does_not_grow(course: Course) -> None:
    assert sum(len(topic.exercises) for topic in course.topics) <= KEPT
    softmax = course.topic_of(["softmax"]).exercises[0]
    for number in range(KEPT + 10):
        cases_of(course, softmax, str(number))
    assert cases_of.cache_info().currsize == KEPT


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of a course that names no other."""
    monkeypatch.delenv(VARIABLE)
    return tmp_path / "gradebook" / "draws.key"


def test_a_course_makes_its_secret_once_and_for_this_user_only(own: Path, tmp_path: Path) -> None:
    made = course_secret(tmp_path)
    assert len(made.value) == 32 and course_secret(tmp_path) == made
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert course_secret(tmp_path / "another") != made


def test_graders_that_begin_at_once_agree(own: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(course_secret, [tmp_path] * 64))
    assert len(set(made)) == 1
    assert os.listdir(own.parent) == ["draws.key"]


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_secret_is_one_sentence_and_stays_as_it_is(own: Path, tmp_path: Path, text: bytes) -> None:
    own.parent.mkdir()
    own.write_bytes(text)
    with pytest.raises(UsageError, match="must hold 64 hexadecimal digits and nothing else") as raised:
        course_secret(tmp_path)
    assert "\n" not in str(raised.value) and "5e5e" not in str(raised.value) and "horse" not in str(raised.value)
    assert own.read_bytes() == text


def test_a_secret_that_cannot_be_read_or_made_is_one_sentence(own: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere.key cannot be read: No such file"):
        read_secret(tmp_path / "nowhere.key")
    own.mkdir(parents=True)
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        course_secret(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(RecordError, match="cannot be made: Not a directory.*--secret"):
        course_secret(tmp_path / "file")


def grade(out: Path, folder: Path, secret: Path) -> subprocess.CompletedProcess[str]:
    words = ["grade", "--by-name", "softmax", "--out", str(out), "--secret", str(secret), str(folder)]
    command = [sys.executable, "-m", "autograder", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_grade_tells_what_it_was_drawn_by_and_not_the_secret(
    isolation: Isolation, folder: Path, tmp_path: Path, secret: Secret
) -> None:
    (tmp_path / "one.key").write_text(f"  {secret.value.hex().upper()}\n")
    done = grade(tmp_path / "results.jsonl", folder, tmp_path / "one.key")
    assert done.returncode == 0
    text = (tmp_path / "results.jsonl").read_text()
    assert {json.loads(line)["draws_fingerprint"] for line in text.splitlines()} == {secret.fingerprint} != {OTHER.fingerprint}
    assert secret.value.hex() not in (text + done.stdout + done.stderr).lower()
    batch = Batch(ROOT, "rnn", isolation, secret=secret)
    assert repr(secret.value) not in repr(batch) and secret.value.hex() not in repr(batch)
    assert pickle.loads(pickle.dumps(batch)) == batch


def test_with_a_damaged_secret_nothing_is_graded(isolation: Isolation, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "damaged.key").write_text("5e5e")
    done = grade(tmp_path / "results.jsonl", folder, tmp_path / "damaged.key")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("Error: The secret ") and "Nothing was graded" in done.stderr
    assert not (tmp_path / "results.jsonl").exists()
