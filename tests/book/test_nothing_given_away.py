"""No line of a model answer stands in a chapter's code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "book").glob("*.md"))
ANSWERS = sorted((ROOT / "solutions" / "reference").rglob("*.py"))
TOO_SHORT_TO_TELL = 12


def lines_of_answers() -> Iterator[str]:
    """Each line of each function's body, without its docstring."""
    for path in ANSWERS:
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                for statement in body:
                    yield from lines[statement.lineno - 1 : statement.end_lineno]


def squeezed(line: str) -> str:
    return re.sub(r"\s+", "", line.split("#")[0])


SECRET = {squeezed(line) for line in lines_of_answers() if len(squeezed(line)) >= TOO_SHORT_TO_TELL}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_no_line_of_an_answer_stands_in_a_chapter(chapter: Path) -> None:
    cells = re.findall(r"^```\{code-cell\}.*?^```$", chapter.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    told = {line for cell in cells for line in cell.splitlines() if squeezed(line) in SECRET}
    assert len(SECRET) > 200
    assert not told
