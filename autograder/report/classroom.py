"""The instructor's page: what should I explain again tomorrow?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from autograder.domain import CheckResult, Grade
from autograder.report.chart import histogram
from autograder.report.pages import INDEX, page_of, render, write_page
from autograder.report.words import by_function, function_state, mistakes, percent, reason, split_finding, state

TO_EXPLAIN = 3
FINE = 80  # percent: what more have right needs no second explanation in class
MISTAKES_SHOWN = 20
UNEXPLAINED = "Wrong in a way that no known mistake explains."


@dataclass(frozen=True)
class Seen:
    """A mistake, and how many submissions hold it. Without ``mistake`` it has no name, only a sentence."""

    count: int
    function: str
    mistake: str
    sentence: str


@dataclass(frozen=True)
class Share:
    """How many have one function right, of those about whom that could be told."""

    function: str
    right: int
    told: int
    seen: tuple[Seen, ...]

    @property
    def percent(self) -> int:
        return percent(self.right, self.told)


def write_class_report(grades: Sequence[Grade], folder: Path) -> Path:
    """Write folder/index.html. A grade links to its feedback page where that page exists: write those first.

    Raises RecordError.
    """
    names = sorted({grade.assignment for grade in grades})
    text = render(
        "class.html",
        count=len(grades),
        assignments=[_assignment(name, [grade for grade in grades if grade.assignment == name]) for name in names],
        rows=[_row(grade, folder) for grade in sorted(grades, key=lambda one: (one.student, one.assignment))],
        isolations=sorted({grade.isolation for grade in grades}),
        versions=sorted({(grade.assignment, grade.checks_version) for grade in grades}),
    )
    return write_page(folder, Path(INDEX), text)


def _assignment(name: str, grades: Sequence[Grade]) -> dict[str, Any]:
    """All that the page says about one assignment; ungraded submissions are counted and left out of every number."""
    graded = [grade for grade in grades if grade.graded]
    shares = [percent(grade.score, grade.max_score) for grade in graded]
    seen = _seen(grades)
    functions = _functions(grades, seen)
    return {
        "name": name,
        "handed_in": len(grades),
        "graded": len(graded),
        "median": int(median(shares)) if shares else None,
        "chart": histogram(shares, name) if shares else None,
        "functions": functions,
        "explain": [share for share in functions if share.percent < FINE][:TO_EXPLAIN],
        "seen": seen[:MISTAKES_SHOWN],
        "more": max(0, len(seen) - MISTAKES_SHOWN),
    }


def _functions(grades: Sequence[Grade], seen: Sequence[Seen]) -> list[Share]:
    """Every function of an assignment, the one that fewest have right first."""
    states: dict[str, Counter[str]] = {}
    for grade in grades:
        for function, rows in by_function(grade).items():
            states.setdefault(function, Counter())[function_state(rows)] += 1
    shares = [
        Share(function, tally["right"], tally["right"] + tally["wrong"], tuple(one for one in seen if one.function == function))
        for function, tally in states.items()
    ]
    return sorted((share for share in shares if share.told), key=lambda share: share.right / share.told)


def _seen(grades: Sequence[Grade]) -> list[Seen]:
    """The mistakes by how many submissions hold them; a mistake in three outputs of a function is one."""
    tally: Counter[tuple[str, str, str]] = Counter()
    sentences: dict[tuple[str, str], str] = {}
    for grade in grades:
        for function, rows in by_function(grade).items():
            wrong = [row for row in rows if row.verdict == "wrong"]
            for mistake, sentence in _named(wrong):
                kept = sentences.setdefault((function, mistake), sentence) if mistake else sentence
                tally[function, mistake, kept] += 1
    return [Seen(count, *key) for key, count in tally.most_common()]


def _named(wrong: Sequence[CheckResult]) -> list[tuple[str, str]]:
    """The mistakes in one function with their sentences; where none is known, what its first wrong row says."""
    names = mistakes(wrong)
    if names:
        first = {name: next(row.finding for row in wrong if row.mistake == name) for name in names}
        return [(name, split_finding(finding)[1] or finding) for name, finding in first.items()]
    return [("", split_finding(row.finding)[1] or UNEXPLAINED) for row in wrong[:1]]


def _row(grade: Grade, folder: Path) -> dict[str, Any]:
    place = page_of(grade)
    known = state(grade)
    return {
        "grade": grade,
        "state": known,
        "share": percent(grade.score, grade.max_score),
        "link": quote(place.as_posix()) if (folder / place).is_file() else "",
        "mistakes": mistakes(grade.checks),
        "reason": "" if known == "graded" else reason(grade),
    }
