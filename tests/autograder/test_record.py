"""Results files and nbgrader's gradebook."""

import json
import os
import shutil
from dataclasses import replace

import pytest

from autograder.domain import CheckResult, Grade
from autograder.errors import RecordError
from autograder.record import read_results, to_json_line, write_gradebook, write_results
from autograder.release import build_sources, generate

GRADE = Grade("ada", "02_rnn", "0" * 64, "1" * 64, "bubblewrap", 2.0, 3.0, 0.1, ("retyped-cell:softmax",),
              (CheckResult("softmax", "y_pred", 2.0, 3.0, "wrong", "off\nby \u2028 \x1b[31m", "over-examples"),))  # fmt: skip


def test_a_line_has_the_promised_keys_and_reads_back(tmp_path):
    fields = json.loads(to_json_line(GRADE))
    assert list(fields) == ["student", "assignment", "submission_sha256", "checks_version", "isolation", "score",
                            "max_score", "seconds", "flags", "checks", "draws_fingerprint"]  # fmt: skip
    assert list(fields["checks"][0]) == ["function", "check", "points", "max_points", "verdict", "finding", "mistake"]
    write_results([GRADE, GRADE], tmp_path / "deep" / "results.jsonl")
    assert read_results(tmp_path / "deep" / "results.jsonl") == [GRADE, GRADE]


def test_a_line_stays_one_line_whatever_is_in_it():
    assert len(to_json_line(GRADE).splitlines()) == 1


def test_a_failed_write_leaves_the_old_file(tmp_path):
    write_results([GRADE], tmp_path / "results.jsonl")
    (tmp_path / "results.jsonl.partial").mkdir()
    with pytest.raises(RecordError, match="cannot be written"):
        write_results([], tmp_path / "results.jsonl")
    assert read_results(tmp_path / "results.jsonl") == [GRADE]


def test_a_broken_results_file_is_an_error_of_ours(tmp_path):
    (tmp_path / "results.jsonl").write_text("{}\n")
    with pytest.raises(RecordError, match="no line of a results file"):
        read_results(tmp_path / "results.jsonl")


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory, course):
    folder = tmp_path_factory.mktemp("gradebook")
    course = replace(course, topics=(course.topic("rnn"),))
    build_sources(course, folder / "source")
    generate(course, folder / "source", folder / "release", f"sqlite:///{folder / 'gradebook.db'}")
    return folder / "gradebook.db"


def entry(path):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{path}") as gradebook:
        submission = gradebook.find_submission("02_rnn", "ada")
        return submission.score, submission.max_score, submission.needs_manual_grade


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_scores_are_in_nbgraders_gradebook_once(tmp_path, empty_gradebook, course):
    shutil.copy(empty_gradebook, tmp_path / "gradebook.db")
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    topic = course.topic("rnn")
    write_gradebook(url, topic, [GRADE])
    write_gradebook(url, topic, [GRADE])
    assert entry(tmp_path / "gradebook.db") == (2.0, topic.max_score, False)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_no_row_can_give_more_than_its_points(tmp_path, empty_gradebook, course):
    shutil.copy(empty_gradebook, tmp_path / "gradebook.db")
    bad = replace(GRADE, checks=(replace(GRADE.checks[0], points=-5.0), replace(GRADE.checks[0], points=-1.0)))
    write_gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", course.topic("rnn"), [bad])
    assert entry(tmp_path / "gradebook.db")[0] == 0.0


def test_a_gradebook_without_the_assignment_says_what_to_do(tmp_path, course):
    with pytest.raises(RecordError, match="make exercises"):
        write_gradebook(f"sqlite:///{tmp_path / 'new.db'}", course.topic("rnn"), [GRADE])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_gradebook_is_one_sentence(tmp_path, empty_gradebook, course):
    shutil.copy(empty_gradebook, tmp_path / "gradebook.db")
    (tmp_path / "gradebook.db").chmod(0o444)
    with pytest.raises(RecordError, match="cannot be written"):
        write_gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", course.topic("rnn"), [GRADE])
