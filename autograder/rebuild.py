"""A notebook for graders to look at: the release, with nothing of the student's but source text."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.domain import CheckResult, Grade, Submission
from autograder.load.read import grade_id, is_answer

PREFIX = "check-"
WORDS = {"right": "right", "wrong": "not yet", "could-not-tell": "could not tell"}


def rebuild(release: NotebookNode, submission: Submission) -> NotebookNode:
    """The released notebook with the student's text in its answer cells, and their other cells at the end, as code."""
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        if grade_id(cell) and is_answer(cell):
            texts = [one.text for one in submission.cells if one.grade_id == grade_id(cell)]
            cell.source = "\n\n".join(texts) if texts else cell.source
    extra = [one.text for one in submission.cells if one.grade_id is None and one.text.strip()]
    if submission.refusal:
        sentence = f"**What was handed in could not be read.** {submission.refusal}"
        notebook.cells.insert(0, _numbered(new_markdown_cell(sentence), 0))
    if extra:
        notebook.cells.append(_numbered(new_markdown_cell("## Cells that are not part of the release"), 1))
        notebook.cells.extend(_numbered(new_code_cell(text), number) for number, text in enumerate(extra, 2))
    return notebook


def _numbered(cell: NotebookNode, number: int) -> NotebookNode:
    """nbformat draws random ids; ours are the same each time."""
    cell["id"] = f"added-{number}"
    return cell


def show_grade(notebook: NotebookNode, grade: Grade) -> NotebookNode:
    """Put findings and exactly one number into each test cell, where nbgrader looks for a score."""
    for cell in notebook.cells:
        name = grade_id(cell).removeprefix(PREFIX)
        rows = [row for row in grade.checks if row.function == name]
        if grade_id(cell).startswith(PREFIX) and rows:
            number = new_output("execute_result", {"text/plain": repr(points_of(rows))}, execution_count=1)
            cell.outputs = [new_output("stream", name="stdout", text="\n".join(lines_of(rows)) + "\n"), number]
            cell.execution_count = 1
    return notebook


def points_of(rows: Iterable[CheckResult]) -> float:
    """The points of one function: finite, and never outside of what it can earn (nbgrader reads -1 as full marks)."""
    rows = list(rows)
    return min(max(float(sum(row.points for row in rows)), 0.0), float(sum(row.max_points for row in rows)))


def lines_of(rows: Sequence[CheckResult]) -> list[str]:
    """The rows of one function as plain text."""
    heads = [f"{row.check}: {WORDS[row.verdict]} ({row.points:g} of {row.max_points:g})" for row in rows]
    return [f"{head}\n    {row.finding}" if row.finding else head for head, row in zip(heads, rows, strict=True)]
