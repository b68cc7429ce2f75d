"""Words for grades. Text from a student is only ever text: what could steer a terminal or reorder a line is taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from autograder.domain import CheckResult, Grade

STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, invisible and direction marks, half characters, odd line ends
MEASURED = re.compile(
    r"(?:Where [^`:]*: |For other sizes: )?"
    r"`[^`]+` (?:is off by|is zero everywhere|is wrong in|has (?:a )?shape|holds|lacks the key|"
    r"is [^`]*(?:`return`[^`]*)?; it must be).*?\.(?:\s+|$)"
)

FLAGS = {
    "unreadable": "The file could not be read.",
    "byte-order-mark": "The file begins with a byte order mark; it was skipped.",
    "broken-utf-8": "Some characters of the file are not valid UTF-8; they were replaced.",
    "lone-surrogates": "The notebook holds halves of characters; they became question marks.",
    "no-nbgrader-metadata": "The cells have lost their nbgrader names; functions were found by their own names.",
    "nbformat-3": "The notebook is in an old format; it was read all the same.",
    "not-a-file": "A folder was handed in where a file was expected.",
    "odd-student-id": "The student's name held characters that a file name cannot hold; they became underscores.",
    "confusable-student-id": "Another student's name in this batch looks almost like this one.",
    "nested-archive": "An archive was handed in where a file was expected; it was not opened.",
    "several-files": "Several files were handed in; the one that holds most of the release's cells was graded.",
    "ignored-files": "Links, archives or locked files lay beside what was graded; they were not opened.",
    "duplicated-cell": "This cell stands in the notebook more than once.",
    "retyped-cell": "This cell is of another type than in the released notebook.",
    "missing-cell": "This answer cell of the released notebook is missing.",
}


def clean(text: str) -> str:
    """One line without anything that a terminal or a browser would obey instead of show."""
    line = re.sub(r"[\t\n\r\f\v\u2028\u2029]+", " ", text)
    return "".join(letter for letter in line if unicodedata.category(letter) not in STEERING)


def short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def number(value: float) -> str:
    """At most two decimals, none where none are needed."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(part: float, whole: float) -> int:
    """Whole percents, rounded down, so that 100 means all of it; 0 of 0 is 0."""
    return int(min(max(part / whole, 0.0), 1.0) * 100 + 1e-9) if whole > 0 else 0


def state(grade: Grade) -> str:
    """In words whether this grade says anything about the student's work."""
    if grade.graded:
        return "graded"
    told = any(check.verdict != "could-not-tell" for check in grade.checks)
    return "partly graded" if told else "not graded"


def reason(grade: Grade) -> str:
    """Why something could not be told."""
    return next((check.finding for check in grade.checks if check.verdict == "could-not-tell"), "")


def mistakes(rows: Iterable[CheckResult]) -> list[str]:
    """The mistakes named in some rows, each once, in their order."""
    return list(dict.fromkeys(row.mistake for row in rows if row.mistake and row.verdict == "wrong"))


def by_function(grade: Grade) -> dict[str, list[CheckResult]]:
    """The rows of each function, functions in the order of the grade."""
    groups: dict[str, list[CheckResult]] = {}
    for row in grade.checks:
        groups.setdefault(row.function, []).append(row)
    return groups


def function_state(rows: Iterable[CheckResult]) -> str:
    """A function is right when all of it is; wrong when anything is."""
    verdicts = {row.verdict for row in rows}
    return "wrong" if "wrong" in verdicts else "could-not-tell" if "could-not-tell" in verdicts else "right"


def split_finding(finding: str) -> tuple[str, str]:
    """What was measured in one submission, and the sentence about it, which is the same for everyone who errs so."""
    measured = MEASURED.match(finding)
    end = measured.end() if measured else 0
    return finding[:end].strip(), finding[end:].strip()


def flag_sentence(flag: str) -> str:
    """What a flag means; empty for a flag that this page does not know."""
    return FLAGS.get(flag.partition(":")[0], "")
