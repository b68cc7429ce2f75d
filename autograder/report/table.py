"""The terminal's view of a batch: one row a submission."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from autograder.domain import Grade
from autograder.report.words import clean, mistakes, number, short, state

MISTAKES_SHOWN = 2
LONGEST_CELL = 120


def grade_table(grades: Sequence[Grade]) -> Table:
    """One row a submission, in the order given; the caption names the isolation that was reached.

    What comes from students goes in as Text, which rich does not search for markup.
    """
    table = Table(box=box.SIMPLE_HEAD, caption=Text(_caption(grades)), caption_justify="left")
    table.add_column("student", overflow="fold")
    table.add_column("assignment", overflow="fold")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("max", justify="right", no_wrap=True)
    table.add_column("flags", overflow="fold")
    table.add_column("first mistakes", overflow="fold")
    for grade in grades:
        known = state(grade)
        score = Text(number(grade.score) if known == "graded" else _ungraded(grade, known))
        cells = [_text(grade.student), _text(grade.assignment), score, Text(number(grade.max_score)),
                 _text(", ".join(grade.flags)), _text(_first_mistakes(grade))]  # fmt: skip  # six cells, two lines
        table.add_row(*cells, style=None if known == "graded" else "bold yellow")
    return table


def _ungraded(grade: Grade, known: str) -> str:
    return known if known == "not graded" else f"{known}: {number(grade.score)}"


def _text(text: str) -> Text:
    return Text(short(clean(text), LONGEST_CELL))


def _first_mistakes(grade: Grade) -> str:
    named = mistakes(grade.checks)
    more = len(named) - MISTAKES_SHOWN
    return ", ".join(named[:MISTAKES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _caption(grades: Sequence[Grade]) -> str:
    if not grades:
        return "no submissions"
    levels = ", ".join(dict.fromkeys(clean(grade.isolation) for grade in grades))
    ungraded = sum(not grade.graded for grade in grades)
    tail = f"; {ungraded} of {len(grades)} could not be graded in full" if ungraded else ""
    return f"isolation: {levels}{tail}"
