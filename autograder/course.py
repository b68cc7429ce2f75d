"""The course folder, found out at run time: topics, their checks, and the references the checks call."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.domain import Exercise, Mistake, Topic
from autograder.errors import CourseError, UsageError

GRADER = Path(__file__).parent
JUDGING = ("compare.py", "draws.py", "gradients.py", "parts.py", "rules.py", "keys.py", "cases.py", "judge.py", "diagnose.py",
           "sandbox/asked.py", "sandbox/child.py", "sandbox/session.py", "sandbox/slicing.py", "sandbox/wire.py",
           "sandbox/watch.py")  # fmt: skip  # the files that decide a grade


@dataclass(frozen=True, eq=False)
class Course:
    """All that a course folder offers. ``references`` are the model answers by name.

    Within ``unchecked()`` they take their arguments on trust, if the course knows how.
    """

    root: Path
    topics: tuple[Topic, ...]
    references: Mapping[str, Callable[..., Any]]
    unchecked: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext

    def topic(self, name: str) -> Topic:
        """A topic by its name or its assignment's, ``bptt`` or ``03_bptt``. Raises UsageError."""
        for topic in self.topics:
            if name in (topic.name, topic.assignment):
                return topic
        known = ", ".join(topic.name for topic in self.topics)
        raise UsageError(f"There is no assignment {name!r} in this course; it has {known}.")

    def topic_of(self, functions: list[str]) -> Topic:
        """A topic of just these functions, from wherever in the course they come. Raises UsageError."""
        known = {exercise.name: (topic, exercise) for topic in self.topics for exercise in topic.exercises}
        for name in functions:
            if name not in known:
                raise UsageError(f"This course has no exercise {name!r}; it has {', '.join(known)}.")
        picked = [exercise for name, (_, exercise) in known.items() if name in functions]
        sources = {known[name][0].name: known[name][0] for name in functions}.values()
        mistakes = tuple(one for topic in sources for one in topic.mistakes if one.function in functions)
        version = hashlib.sha256("".join(topic.checks_version for topic in sources).encode()).hexdigest()
        return Topic("by-name", 0, "Functions by name", tuple(picked), mistakes, version)

    def release(self, topic: Topic) -> Path:
        """The released notebook of a topic."""
        return self.root / "exercises" / topic.assignment / f"{topic.name}.ipynb"

    @property
    def db_url(self) -> str:
        """nbgrader's gradebook of this course."""
        return f"sqlite:///{self.root / 'gradebook' / 'gradebook.db'}"


@functools.cache
def load_course(root: Path) -> Course:
    """Import the topics of a course folder. Raises CourseError when it is none."""
    if not (root / "solutions" / "syllabus.py").is_file():
        raise CourseError(f"{root} is no course folder (no solutions/syllabus.py in it). Change into one, or use --course.")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    reference = importlib.import_module("solutions.reference")
    syllabus = importlib.import_module("solutions.syllabus").SYLLABUS
    topics = tuple(_load_topic(root, name, number, title) for name, (number, title) in syllabus.items())
    references = {name: getattr(reference, name) for name in reference.__all__}
    return Course(root, topics, references, getattr(reference, "unchecked", contextlib.nullcontext))


def _load_topic(root: Path, name: str, number: int, title: str) -> Topic:
    checks = importlib.import_module(f"solutions.{name}.checks")
    mistakes: tuple[Mistake, ...] = importlib.import_module(f"solutions.{name}.mistakes").MISTAKES
    exercises: tuple[Exercise, ...] = checks.EXERCISES
    known = {exercise.name for exercise in exercises}
    for mistake in mistakes:
        if mistake.function not in known:
            raise CourseError(f"solutions/{name}/mistakes.py: {mistake.id} names {mistake.function}, no exercise of the topic.")
    return Topic(name, number, title, exercises, mistakes, _version(root, name),
                 getattr(checks, "BROUGHT", ()), getattr(checks, "DATA", ()))  # fmt: skip  # as the fields stand


def _version(root: Path, name: str) -> str:
    """A hash over every file that has a say in a grade, and NumPy's version."""
    files = sorted((root / "solutions" / "reference").glob("*.py")) + sorted((root / "solutions" / name).glob("*.py"))
    digest = hashlib.sha256(np.__version__.encode())
    for path in [*files, *(GRADER / part for part in JUDGING)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def source_of(function: Callable[..., Any]) -> str:
    """The text of a reference function, from ``def`` on, without what stands above it."""
    text = inspect.getsource(inspect.unwrap(function))
    return text[re.search(r"^def ", text, re.MULTILINE).start() :]  # type: ignore[union-attr]  # a function's text has a def


@functools.cache
def mistaken(mistake: Mistake, reference: Callable[..., Any]) -> Callable[..., Any]:
    """The reference with the mistake made in it. Raises CourseError when an edit does not fit its text."""
    namespace = dict(inspect.unwrap(reference).__globals__)
    exec(compile(mistaken_source(mistake, reference), f"<{mistake.id}>", "exec", dont_inherit=True), namespace)
    function: Callable[..., Any] = namespace[mistake.function]
    return function


def mistaken_source(mistake: Mistake, reference: Callable[..., Any]) -> str:
    """The text of the mistaken function, without annotations that would need more imports."""
    text = source_of(reference)
    head, body = split_source(text)
    for old, new in mistake.edits:
        if old not in body:
            raise CourseError(f"Mistake {mistake.id} of {mistake.function}: the reference no longer holds {old!r}.")
        body = body.replace(old, new)
    return "from __future__ import annotations\n" + head + body


def split_source(text: str) -> tuple[str, str]:
    """A function's text up to the end of its docstring, and the rest."""
    end = text.index('"""', text.index('"""') + 3) + 3
    return text[:end], text[end:]
