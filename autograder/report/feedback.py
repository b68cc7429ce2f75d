"""The learner's page: what is right, what is not, and what to look at next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.domain import CheckResult, Grade
from autograder.report.pages import page_of, render, write_page
from autograder.report.words import by_function, flag_sentence, function_state, percent, reason, split_finding, state

FINISHED = "Everything here is right. Go on to the next notebook."
UNREAD = (
    "This says nothing about your work: it could not be judged. Mend what is named here if you can, "
    "and hand in again. If you cannot see what to mend, show this page to your instructor."
)
GO_ON = (
    "Start with {first}: of all that is not right yet it comes first, and later functions may build on it. "
    "Read the notes under it, change your function, run the checks in your notebook, and hand in again if your course allows it."
)


@dataclass(frozen=True)
class Line:
    """One check as the page shows it."""

    check: str
    verdict: str
    points: float
    max_points: float
    finding: str


@dataclass(frozen=True)
class Section:
    """One function as the page shows it."""

    function: str
    verdict: str
    points: float
    max_points: float
    lines: tuple[Line, ...]


def write_feedback(grades: Sequence[Grade], folder: Path) -> list[Path]:
    """One page a grade, at folder/<student>/<assignment>.html; of two grades of one assignment the later stays.

    Every name is looked at before the first page is written. Raises RecordError.
    """
    places = [page_of(grade) for grade in grades]
    return [write_page(folder, place, _page(grade)) for grade, place in zip(grades, places, strict=True)]


def _page(grade: Grade) -> str:
    sections = [_section(grade, function, rows) for function, rows in by_function(grade).items()]
    return render(
        "feedback.html",
        grade=grade,
        state=state(grade),
        share=percent(grade.score, grade.max_score),
        sections=sections,
        right=sum(section.verdict == "right" for section in sections),
        reason=reason(grade),
        next_step=_next_step(grade, sections),
        flags=[(flag, flag_sentence(flag)) for flag in grade.flags],
    )


def _section(grade: Grade, function: str, rows: Sequence[CheckResult]) -> Section:
    points, most = sum(row.points for row in rows), sum(row.max_points for row in rows)
    return Section(function, function_state(rows), points, most, tuple(_lines(rows, reason(grade))))


def _lines(rows: Sequence[CheckResult], told: str) -> list[Line]:
    """A sentence that has been read once is not said again: the page points back to it.

    ``told`` is the reason for which something could not be judged; it stands at the top of the page already.
    """
    first: dict[str, str] = {}
    lines = []
    for row in rows:
        measured, said = split_finding(row.finding)
        known = first.setdefault(said, row.check)
        finding = f"{measured} As for `{known}` above." if said and known != row.check else row.finding
        lines.append(Line(row.check, row.verdict, row.points, row.max_points, "" if row.finding == told else finding.strip()))
    return lines


def _next_step(grade: Grade, sections: Sequence[Section]) -> str:
    if state(grade) == "not graded":
        return UNREAD
    first = next((section.function for section in sections if section.verdict == "wrong"), None)
    if first is not None:
        return GO_ON.format(first=f"`{first}`")
    return FINISHED if grade.graded and sections else UNREAD
