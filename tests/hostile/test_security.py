"""SECURITY.md says of each attack what holds it: these tables, line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.domain import Topic
from autograder.sandbox import Limits
from autograder.sandbox.session import TOGETHER
from tests.hostile import around, exhausting, fooling, forging, stealing, test_archives, test_notebooks, test_outputs
from tests.hostile.classroom import COURSE, student

PAGE = (Path(__file__).resolve().parents[2] / "SECURITY.md").read_text()
TRIED = {
    "test_stealing.py": (stealing.STEALING,),
    "test_forging.py": (forging.FORGING, forging.NOTEBOOKS),
    "test_fooling.py": (fooling.FOOLING, fooling.GRADIENTS),
    "test_exhausting.py": (exhausting.EXHAUSTING, exhausting.ASKING),
}
LINES = [(file, number, row) for file, tables in TRIED.items() for table in tables for number, row in table.items()]
NAMES = [student(number, one) for _, number, row in LINES for one in row.attacks]
ROWS = [
    f"| {number} | {row.does} | `{file}` | {', '.join(f'`{student(number, one)}`' for one in row.attacks)} |"
    for file, number, row in LINES
]
FILES = {
    "test_notebooks.py": [(case.line, case.what) for case in test_notebooks.CASES],
    "test_archives.py": [*((row[0], row[1]) for row in test_archives.BOTH + test_archives.ONLY_ZIP + test_archives.ONLY_TAR),
                         *test_archives.ALONE.items()],
    "test_outputs.py": [(case.line, case.what) for case in test_outputs.CASES],
}  # fmt: skip  # a table
FILE_ROWS = [
    f"| {line} | {'; '.join(dict.fromkeys(what for number, what in cases if number == line))} | `{file}` |"
    for file, cases in FILES.items()
    for line in sorted({number for number, _ in cases})
]
FILE_ROWS += [f"| {line} | {what} | `{file}` |" for line, (what, file) in around.AROUND.items()]
OTHERS = stealing.NOT_HERE | around.NOT_HERE


def test_the_page_holds_the_tables_line_by_line() -> None:
    assert [one for one in PAGE.splitlines() if re.match(r"\| \d+ \|.*`test_", one)] == ROWS + FILE_ROWS
    assert all(f"\n| {number} | {says} |" in PAGE for number, says in OTHERS.items())


def test_every_attack_is_tried_or_has_its_reason() -> None:
    tried = {number for _, number, _ in LINES}
    assert tried | set(stealing.NOT_HERE) == set(range(1, 72)) and not tried & set(OTHERS)
    assert {line for cases in FILES.values() for line, _ in cases} == set(range(72, 108))
    assert set(around.AROUND) | set(around.NOT_HERE) == set(range(108, 117))


def test_no_two_attackers_have_one_name() -> None:
    assert len(NAMES) == len(set(NAMES)) > 120


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    limits = Limits()
    for said in (f"{limits.seconds:g} seconds", f"{limits.memory_bytes // 2**30} GB", f"{limits.processes} processes",
                 f"{limits.cpu_seconds} seconds", f"{limits.file_bytes // 2**20} MB"):  # fmt: skip  # one list
        assert said in PAGE, said
    assert TOGETHER == 3 and "three times" in PAGE


@pytest.mark.parametrize("topic", COURSE.topics, ids=lambda topic: topic.name)
def test_no_reference_answers_before_its_own_function_is_judged(topic: Topic, course: Course) -> None:
    """In the second sandbox references answer for wrong functions; whoever is asked for there has been judged before."""
    order = [exercise.name for exercise in topic.exercises]
    for exercise in topic.exercises:
        assert all(order.index(name) < order.index(exercise.name) for name in exercise.needs if name in order)
