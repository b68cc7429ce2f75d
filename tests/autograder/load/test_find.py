"""From paths to one file for each student."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course
from autograder.domain import Topic
from autograder.errors import UsageError
from autograder.load import find, read_submission


@pytest.fixture
def topic(course: Course) -> Topic:
    return course.topic("rnn")


def put(path: Path, text: str = "{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_submitted_tree_gives_one_file_for_each_student(tmp_path: Path, topic: Topic) -> None:
    for student in ("bo", "amara"):
        put(tmp_path / student / "02_rnn" / "rnn.ipynb")
    put(tmp_path / "bo" / "02_rnn" / "scratch.ipynb")
    put(tmp_path / "bo" / "03_bptt" / "bptt.ipynb")
    put(tmp_path / "cem" / "02_rnn" / "my answer.py")
    assert [(one.student, one.path.name) for one in find([tmp_path], topic)] == [
        ("amara", "rnn.ipynb"), ("bo", "rnn.ipynb"), ("cem", "my answer.py"),
    ]  # fmt: skip  # one row of students
    assert [one.student for one in find([tmp_path / "bo"], topic)] == ["bo"]
    assert [one.student for one in find([tmp_path / "bo" / "02_rnn"], topic)] == ["bo"]
    assert [one.student for one in find([tmp_path / "bo" / "02_rnn" / "rnn.ipynb"], topic)] == ["bo"]


def test_a_folder_of_files_and_a_single_file(tmp_path: Path, topic: Topic) -> None:
    for name in ("amara.ipynb", "bo.py", "notes.txt", "._amara.ipynb", ".hidden.py"):
        put(tmp_path / name)
    assert [one.student for one in find([tmp_path], topic)] == ["amara", "bo"]
    assert [one.student for one in find([tmp_path / "bo.py"], topic)] == ["bo"]
    assert [one.student for one in find([tmp_path / "bo.py"], topic, student="007")] == ["007"]


def test_what_the_caller_got_wrong_is_said(tmp_path: Path, topic: Topic) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        find([tmp_path / "nowhere"], topic)
    with pytest.raises(UsageError, match="is empty"):
        find([tmp_path], topic)
    put(tmp_path / "notes.txt")
    with pytest.raises(UsageError, match="holds no .ipynb or .py file"):
        find([tmp_path], topic)
    put(tmp_path / "a.py"), put(tmp_path / "b.py")
    with pytest.raises(UsageError, match="2 submissions were found"):
        find([tmp_path], topic, student="a")
    with pytest.raises(UsageError, match="cannot be a student's id"):
        find([tmp_path / "a.py"], topic, student="../a")


@pytest.mark.parametrize("name", ["-rf", "a*b", "a{b}", "a\nb", "a,b", "=1+1", "..a", "a" * 150, "\u202eev", "a\x1b[31m", "<b>"])
def test_odd_ids_are_made_safe_flagged_and_stay_apart(tmp_path: Path, topic: Topic, name: str) -> None:
    for student in (name, name.replace("a", "e") + "?"):
        put(tmp_path / student / "02_rnn" / "rnn.ipynb")
    found = find([tmp_path], topic)
    assert all(one.flags == ("odd-student-id",) for one in found)
    assert len({one.student for one in found}) == 2
    for one in found:
        assert all(letter.isalnum() or letter in "_-+." for letter in one.student)
        assert one.student[0].isalnum() and len(one.student) <= 100


def test_no_odd_name_becomes_another_students_id(tmp_path: Path, topic: Topic) -> None:
    for student in ("bo", "-bo", "..bo", "bo*", "bo_"):
        put(tmp_path / student / "02_rnn" / "rnn.ipynb")
    assert len({one.student for one in find([tmp_path], topic)}) == 5


@pytest.mark.parametrize("link", ["eve", "eve/02_rnn", "eve/02_rnn/rnn.ipynb"])
def test_a_link_is_not_followed_to_another_students_work(tmp_path: Path, topic: Topic, link: str) -> None:
    put(tmp_path / "bo" / "02_rnn" / "rnn.ipynb", '{"cells": []}')
    (tmp_path / link).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / link).symlink_to(tmp_path / link.replace("eve", "bo"))
    found = find([tmp_path], topic)
    assert [one.student for one in found] == ["bo", "eve"]
    assert read_submission(found[0], "02_rnn", None).refusal is None
    assert "cannot be opened" in str(read_submission(found[1], "02_rnn", None).refusal)


def test_a_folder_named_like_a_notebook_is_one_students_refusal(tmp_path: Path, topic: Topic) -> None:
    (tmp_path / "x.ipynb").mkdir()
    for path in (tmp_path, tmp_path / "x.ipynb"):
        (found,) = find([path], topic)
        assert found.student == "x"
        assert "not a file" in str(read_submission(found, "02_rnn", None).refusal)
