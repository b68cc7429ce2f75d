"""Grades are written here and nowhere else: results files, and nbgrader's gradebook."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.advice import unwritable
from autograder.domain import CheckResult, Grade, Topic
from autograder.errors import RecordError
from autograder.rebuild import PREFIX, points_of


def to_json_line(grade: Grade) -> str:
    """A grade as one line of JSON: ASCII only, so no text of a student's can break the line."""
    return json.dumps(dataclasses.asdict(grade), allow_nan=False)


def from_json_line(line: str) -> Grade:
    """The grade of a line. Raises RecordError."""
    try:
        fields = json.loads(line)
        checks = tuple(CheckResult(**row) for row in fields.pop("checks"))
        return Grade(**{**fields, "flags": tuple(fields["flags"])}, checks=checks)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RecordError(f"This is no line of a results file ({error}).") from None


def read_results(path: Path) -> list[Grade]:
    """All grades of a results file. Raises RecordError."""
    try:
        return [from_json_line(line) for line in path.read_text().splitlines() if line.strip()]
    except OSError as error:
        raise RecordError(f"{path} cannot be read: {error.strerror}.") from None


def write_results(grades: Sequence[Grade], path: Path) -> None:
    """Write a results file: whole, or not at all. Raises RecordError."""
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w") as file:
            file.writelines(to_json_line(grade) + "\n" for grade in grades)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise RecordError(f"{unwritable(path, error)}.") from None
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Write a folder's own entries through to the disk, where its file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_gradebook(db_url: str, topic: Topic, grades: Sequence[Grade]) -> None:
    """Enter grades of one assignment into nbgrader's gradebook: all of them, or none. Raises RecordError."""
    from nbgrader.api import MissingEntry

    with _gradebook(db_url) as gradebook:
        try:
            gradebook.find_notebook(topic.name, topic.assignment)
        except MissingEntry:
            raise RecordError(f"The gradebook does not know {topic.assignment} yet: run `make exercises` first.") from None
        with _one_transaction(gradebook):
            for grade in grades:
                _enter(gradebook, topic, grade)


def _enter(gradebook: Any, topic: Topic, grade: Grade) -> None:
    gradebook.update_or_create_student(grade.student)
    gradebook.update_or_create_submission(topic.assignment, grade.student)
    for exercise in topic.exercises:
        entry = gradebook.find_grade(PREFIX + exercise.name, topic.name, topic.assignment, grade.student)
        entry.auto_score = points_of(row for row in grade.checks if row.function == exercise.name)
        entry.needs_manual_grade = entry.manual_score is not None


@contextlib.contextmanager
def _one_transaction(gradebook: Any) -> Iterator[None]:
    """nbgrader commits after every student and every submission, before there is a score: here that waits for the end.

    The right to write is asked for first, so that a gradebook that refuses does so before anything was begun.
    """
    from sqlalchemy import text
    from sqlalchemy.orm import Session, scoped_session, sessionmaker

    class AllOrNothing(Session):
        def commit(self) -> None:
            """Nothing yet."""

    gradebook.db.remove()
    gradebook.db = scoped_session(sessionmaker(gradebook.engine, class_=AllOrNothing))
    if gradebook.engine.dialect.name == "sqlite":
        gradebook.db.execute(text("BEGIN IMMEDIATE"))
    yield
    Session.commit(gradebook.db())


@contextlib.contextmanager
def _gradebook(db_url: str) -> Iterator[Any]:
    """nbgrader's own interface to the gradebook; imported late, as it takes a second to load."""
    from nbgrader.api import Gradebook, InvalidEntry
    from sqlalchemy.exc import DBAPIError, SAWarning, SQLAlchemyError

    try:
        with warnings.catch_warnings(), Gradebook(db_url, "unrolled") as gradebook:
            warnings.simplefilter("ignore", SAWarning)  # about the order in which nbgrader builds its own objects
            yield gradebook
    except (SQLAlchemyError, sqlite3.Error, InvalidEntry) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        raise RecordError(f"{unwritable('The gradebook', said or error)}. Nothing was changed in it by this command.") from None
