"""A page's notebook reads well in Jupyter: nothing in it waits for Sphinx."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from book.extensions.page_notebook import Names
from tests.book.conftest import CHAPTERS


def names() -> Names:
    return Names(
        number=lambda label: f"Figure {len(label)}",
        equation=lambda label: "(7)",
        section=lambda label: f"*Section {label}*",
        author=lambda key: f"{key.capitalize()} (1990)",
        reference=lambda key: f"{key.capitalize()}. A work.",
        works=["elman"],
    )


@pytest.mark.parametrize(("written", "read"), [
    ("see {numref}`abc`, {eq}`e`, [](other.md), {ref}`there <x>` and {term}`gate`",
     "see Figure 3, (7), *Section other*, there and gate"),
    ("```{math}\n:label: e\nx + 1\n```", "$$\nx + 1\\tag{7}\n$$"),
    ("```{math}\n---\nlabel: e\n---\nx\n```", "$$\nx\\tag{7}\n$$"),
    (":::{note}\nKeep *this*.\n:::", "Keep *this*."),
    ("````{admonition} Title\n```{math}\nx\n```\n````", "**Title**\n\n$$\nx\n$$"),
    ("(target)=\n## Heading", "## Heading"),
    ("a gate, [閘]{.language-zh-Hant-TW}", "a gate, 閘"),
    ("{footcite:t}`elman`\n\n```{footbibliography}\n```", "Elman (1990)\n\n- Elman. A work."),
    ("```{glossary}\ngate\n  A number\n  in all.\n\ncell\n  A box.\n```", "- **gate**: A number in all.\n- **cell**: A box."),
    ("```{bibliography}\n```", "- Elman. A work."),
    ("```{list-table} Names\n:header-rows: 1\n\n* - a\n  - b\n* - 1\n  - two\n    words\n```",
     "*Names*\n\n| a | b |\n|---|---|\n| 1 | two words |"),
])  # fmt: skip  # a table
def test_what_jupyter_does_not_know_is_written_out(written: str, read: str) -> None:
    assert names().plain(written) == read


def test_a_question_keeps_its_answers_folded() -> None:
    told = names().plain("```{quiz} Why?\n- [x] This | Yes.\n- [ ] That,\n  or so | No.\n```")
    asked, answers = told.split("<details>")
    assert asked.startswith("**Question 1.** Why?\n\n- This\n- That, or so\n")
    assert "- ✓ This: Yes.\n- ✗ That, or so: No." in answers


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_page_has_its_notebook(site: Path, name: str) -> None:
    notebook = nbformat.read(site / "_sources" / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert text.startswith("# ")
    assert not re.findall(r"\{[a-z:]+\}`|^[`:]{3,}\{.*|^\([\w-]+\)=$|\]\{\.", text, re.MULTILINE)
    captions = [cell.metadata["mystnb"]["figure"] for cell in notebook.cells if "figure" in cell.metadata.get("mystnb", {})]
    assert len(captions) == len(re.findall(r"^\*Figure [\d.]+\.\*", text, re.MULTILINE))
