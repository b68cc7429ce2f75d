"""Grades are kept as they come, and taken over by the same command."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course, source_of
from autograder.domain import Grade
from autograder.errors import RecordError
from autograder.journal import open_journal
from autograder.keys import Secret
from autograder.pipeline import Batch, recorded
from autograder.sandbox import Isolation, Limits

ROOT = Path(__file__).resolve().parents[2]
BATCH = {"assignment": "02_rnn", "checks": "1" * 64}
ADA, BO = (Grade(name, "02_rnn", "0" * 64, "1" * 64, "bubblewrap", 2.0, 3.0, 0.1, (), ()) for name in ("ada", "bo"))


def kept(results: Path, batch: dict[str, str] = BATCH) -> tuple[Grade, ...]:
    with open_journal(results, batch) as journal:
        return journal.grades


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A results file to be, with two grades in its journal."""
    with open_journal(tmp_path / "deep" / "results.jsonl", BATCH) as journal:
        journal.add(ADA)
        journal.add(BO)
    return tmp_path / "deep" / "results.jsonl"


def beside(results: Path) -> Path:
    return results.with_name("results.jsonl.journal")


def test_what_was_added_is_there_for_the_same_batch(results: Path) -> None:
    assert kept(results) == (ADA, BO)
    assert kept(results) == (ADA, BO)


def test_at_every_byte_a_journal_that_is_cut_off_keeps_its_whole_lines(results: Path) -> None:
    whole = beside(results).read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == 10]
    for size in range(len(whole)):
        beside(results).write_bytes(whole[:size])
        assert kept(results) == (ADA, BO)[: max(0, sum(size >= end for end in ends) - 1)]
    beside(results).write_bytes(whole[: ends[1] + 20])
    with open_journal(results, BATCH) as journal:
        journal.add(BO)
    assert beside(results).read_bytes() == whole


def test_a_damaged_line_and_what_follows_it_is_graded_again(results: Path) -> None:
    lines = beside(results).read_bytes().splitlines(keepends=True)
    beside(results).write_bytes(lines[0] + lines[1] + b"\0" * 100 + b"\n" + lines[2])
    assert kept(results) == (ADA,)


def test_a_journal_of_another_batch_is_set_aside_and_named(results: Path) -> None:
    before = beside(results).read_bytes()
    with open_journal(results, {**BATCH, "checks": "2" * 64}) as journal:
        assert journal.grades == ()
        assert "2 grades of another batch (other checks)" in journal.notice and "results.jsonl.journal-1" in journal.notice
        journal.add(ADA)
    assert beside(results).with_name("results.jsonl.journal-1").read_bytes() == before
    assert kept(results) == () and beside(results).with_name("results.jsonl.journal-2").exists()


def test_a_journal_without_grades_is_not_left_behind(tmp_path: Path) -> None:
    assert kept(tmp_path / "results.jsonl") == () and not list(tmp_path.iterdir())


def test_a_second_grader_is_told_in_one_line(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.py").write_text("x = 1\n")
    command = [sys.executable, "-m", "autograder", "grade", "--by-name", "softmax", str(tmp_path / "one.py"), "-o", str(results)]
    with open_journal(results, BATCH) as journal:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
        assert f"Another grader is writing {results}: wait until it has ended" in done.stderr
        monkeypatch.setattr("autograder.journal.PATIENCE", 0)
        with pytest.raises(RecordError, match="Another grader"), open_journal(results, BATCH):
            pass
        journal.add(ADA)
    assert kept(results) == (ADA, BO, ADA)


@pytest.fixture
def submissions(tmp_path: Path, course: Course) -> Path:
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("ada", "bo", "cho"):
        (folder / f"{name}.py").write_text("import numpy as np\n" + source_of(course.references["softmax"]))
    return folder


def interrupted(batch: Batch, submissions: Path, out: Path) -> list[str]:
    """Grade until the second grade has come, and stop without a word. Those that were graded."""
    with pytest.raises(KeyboardInterrupt), recorded(batch, [submissions], out) as run:
        graded = [next(run.grades).student for _ in range(2)]
        raise KeyboardInterrupt
    return graded


def test_the_rest_is_graded_and_what_has_changed(tmp_path: Path, submissions: Path, isolation: Isolation) -> None:
    batch = Batch(ROOT, "", isolation, ("softmax",))
    out = tmp_path / "results.jsonl"
    assert interrupted(batch, submissions, out) == ["ada", "bo"]
    (submissions / "bo.py").write_text("def softmax(z):\n    return -z\n")
    (submissions / "ada.py").rename(tmp_path / "ada.py")
    shutil.copy(tmp_path / "ada.py", submissions / "ada.py")
    with recorded(batch, [submissions], out) as run:
        assert (run.count, run.before) == (3, 1)
        found = {one.student: one for one in run.grades}
    full = found["ada"].max_score
    assert {name: one.score for name, one in found.items()} == {"ada": full, "bo": 0, "cho": full}
    assert not beside(out).exists()


def test_a_submission_that_cannot_be_read_is_looked_at_again(tmp_path: Path, submissions: Path, isolation: Isolation) -> None:
    batch = Batch(ROOT, "", isolation, ("softmax",))
    (submissions / "ada.py").unlink()
    (submissions / "ada.py").symlink_to(tmp_path)
    assert interrupted(batch, submissions, tmp_path / "results.jsonl") == ["ada", "bo"]
    with recorded(batch, [submissions], tmp_path / "results.jsonl") as run:
        assert run.before == 1 and {one.student for one in run.grades} == {"ada", "bo", "cho"}


def test_other_limits_make_another_batch(tmp_path: Path, submissions: Path, isolation: Isolation) -> None:
    batch = Batch(ROOT, "", isolation, ("softmax",))
    interrupted(batch, submissions, tmp_path / "results.jsonl")
    with recorded(replace(batch, limits=Limits(seconds=4)), [submissions], tmp_path / "results.jsonl") as run:
        assert run.before == 0 and "other limits" in run.notice
        assert len(list(run.grades)) == 3


def test_grades_that_another_secret_drew_for_are_not_taken_over(
    tmp_path: Path, submissions: Path, isolation: Isolation
) -> None:
    batch = Batch(ROOT, "", isolation, ("softmax",))
    interrupted(batch, submissions, tmp_path / "results.jsonl")
    with recorded(replace(batch, secret=Secret(bytes(32))), [submissions], tmp_path / "results.jsonl") as run:
        assert run.before == 0 and len({one.draws_fingerprint for one in run.grades}) == 1


def test_another_class_takes_nothing_from_the_first(tmp_path: Path, submissions: Path, isolation: Isolation) -> None:
    batch, out = Batch(ROOT, "", isolation, ("softmax",)), tmp_path / "results.jsonl"
    interrupted(batch, submissions, out)
    with recorded(batch, [submissions / "cho.py"], out) as run:
        assert run.before == 0 and "other submissions" in run.notice
        assert len(list(run.grades)) == 1
    beside(out).with_name("results.jsonl.journal-1").rename(beside(out))
    with recorded(batch, [submissions], out) as run:
        assert run.before == 2 and len(list(run.grades)) == 3


def test_the_same_command_says_how_many_it_takes_over(tmp_path: Path, submissions: Path, isolation: Isolation) -> None:
    out = tmp_path / "results.jsonl"
    interrupted(Batch(ROOT, "", isolation, ("softmax",)), submissions, out)
    command = [sys.executable, "-m", "autograder", "grade", "--by-name", "softmax", str(submissions), "-o", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "2 of 3 were graded before; going on.\n")
    assert [json.loads(line)["student"] for line in out.read_text().splitlines()] == ["ada", "bo", "cho"]
