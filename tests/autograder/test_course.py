"""A course folder is found out at run time."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from autograder.course import Course, _version, load_course, mistaken, mistaken_source, source_of, split_source
from autograder.domain import Mistake
from autograder.errors import CourseError, UsageError


def test_a_topic_is_found_by_both_its_names(course: Course) -> None:
    assert course.topic("bptt") is course.topic("03_bptt")
    with pytest.raises(UsageError, match="There is no assignment 'transformer'"):
        course.topic("transformer")


def test_functions_can_be_picked_from_all_topics(course: Course) -> None:
    topic = course.topic_of(["rnn_backward", "softmax"])
    assert {exercise.name for exercise in topic.exercises} == {"softmax", "rnn_backward"}
    assert {mistake.function for mistake in topic.mistakes} == {"softmax", "rnn_backward"}
    with pytest.raises(UsageError, match="no exercise 'lstm'"):
        course.topic_of(["lstm"])


def test_a_folder_without_a_syllabus_is_no_course(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="course folder"):
        load_course(tmp_path)


def test_the_version_of_the_checks_changes_with_any_file_that_decides_a_grade(tmp_path: Path) -> None:
    for folder in ("solutions/reference", "solutions/rnn"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "one.py").write_text("1")
    versions = [_version(tmp_path, "rnn")]
    for path in sorted(tmp_path.rglob("*.py")):
        path.write_text("2")
        versions.append(_version(tmp_path, "rnn"))
    assert len(set(versions)) == 3
    assert _version(tmp_path, "rnn") == versions[-1]


def test_the_text_of_a_reference_begins_with_def_and_is_what_runs(course: Course) -> None:
    for reference in course.references.values():
        text = source_of(reference)
        assert text.startswith(f"def {reference.__name__}(")
        head, body = split_source(text)
        assert head + body == text and head.endswith('"""') and '"""' not in body


def test_an_edit_that_no_longer_fits_is_an_error_that_names_it(course: Course) -> None:
    stale = Mistake("stale", "softmax", "No.", (("no such text", ""),))
    with pytest.raises(CourseError, match="Mistake stale of softmax"):
        mistaken_source(stale, course.references["softmax"])


def test_a_mistake_never_edits_the_docstring_or_signature(course: Course) -> None:
    for topic in course.topics:
        for mistake in topic.mistakes:
            reference = course.references[mistake.function]
            head, _ = split_source(source_of(reference))
            assert head in mistaken_source(mistake, reference)
            wrong = mistaken(mistake, reference)
            assert list(inspect.signature(wrong).parameters) == list(inspect.signature(reference).parameters)
