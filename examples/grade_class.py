"""Grade the sample class, print the table, and hold every grade against what examples/class.toml promises."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

from make_submissions import members  # noqa: E402  # the course folder is added first
from rich.console import Console  # noqa: E402

from autograder import record, report  # noqa: E402
from autograder.course import load_course  # noqa: E402
from autograder.domain import Grade  # noqa: E402
from autograder.errors import GraderError  # noqa: E402
from autograder.pipeline import Batch, grade_all  # noqa: E402
from autograder.sandbox import Isolation, find_isolation  # noqa: E402

SUBMISSIONS = ROOT / "examples" / "submissions"


def main() -> int:
    """Exit code 0 when every grade is as promised."""
    isolation = find_isolation()
    entries = [entry for entry in members() if isolation.isolates or entry.get("harmless", True)]
    if not isolation.isolates:
        print(f"This machine gives no isolation ({isolation.reasons[0]}): only the harmless submissions are graded.")
    handed_in = [topic.name for topic in load_course(ROOT).topics if topic.name in {entry["assignment"] for entry in entries}]
    grades = [grade for assignment in handed_in for grade in graded(assignment, isolation, entries)]
    Console(width=None if sys.stdout.isatty() else 140).print(report.grade_table(grades))
    report.write_feedback(grades, ROOT / "_build" / "report")
    page = report.write_class_report(grades, ROOT / "_build" / "report")
    broken = [sentence for entry in entries for sentence in broken_promises(entry, grades)]
    print(*broken or ["Every grade is the one that examples/class.toml promises."], sep="\n")
    print(f"site          {ROOT / '_build' / 'html' / 'index.html'}")
    print(f"gradebook     {ROOT / 'gradebook' / 'gradebook.db'}")
    print(f"class report  {page}")
    return 1 if broken else 0


def graded(assignment: str, isolation: Isolation, entries: list[dict[str, Any]]) -> list[Grade]:
    """The grades of one assignment, recorded in the gradebook and in a results file."""
    batch = Batch(ROOT, assignment, isolation)
    students = [entry["student"] for entry in entries if entry["assignment"] == assignment]
    paths = [SUBMISSIONS / student / batch.topic.assignment for student in students]
    grades = sorted(grade_all(batch, paths, os.cpu_count() or 1)[1], key=lambda one: one.student)
    record.write_results(grades, ROOT / "_build" / "results" / f"{assignment}.jsonl")
    record.write_gradebook(load_course(ROOT).db_url, batch.topic, grades)
    return grades


def broken_promises(entry: dict[str, Any], grades: list[Grade]) -> list[str]:
    """Sentences for everything in a student's grade that is not as promised."""
    who = f"{entry['student']} in {entry['assignment']}"
    ours = [one for one in grades if one.student == entry["student"] and one.assignment.endswith(f"_{entry['assignment']}")]
    if len(ours) != 1:
        return [f"{who}: {len(ours)} grades, 1 is promised"]
    grade = ours[0]
    named = [one.split(":")[1] for one in entry.get("mistakes", [])] + entry.get("named", [])
    wrong = {row.function for row in grade.checks if row.verdict != "right"}
    pairs = {
        "score": (grade.score, entry["score"]),
        "flags": (sorted(grade.flags), sorted(entry.get("flags", []))),
        "functions that lose points": (sorted(wrong), sorted(entry.get("wrong", []))),
        "named mistakes": (sorted({row.mistake for row in grade.checks if row.mistake}), sorted(named)),
        "graded": (grade.graded, entry.get("graded", True)),
    }
    return [f"{who}: {what} {got}, promised {want}" for what, (got, want) in pairs.items() if got != want]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GraderError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
