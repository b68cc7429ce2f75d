"""A question says what its author meant, and an author who slips is told where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from book.extensions.quiz import parse, split_feedback
from tests.book.conftest import QUIZ, Page


def test_options_and_feedback_are_told_apart() -> None:
    above, options = parse(["Some words.", "", "- [x] $|a|$ or `a | b` | Right,", "  and more.", "- [ ] no | because"])
    assert above == ["Some words.", ""]
    assert [(option.right, option.text, option.feedback) for option in options] == [
        (True, "$|a|$ or `a | b`", "Right, and more."),
        (False, "no", "because"),
    ]


def test_a_bar_inside_a_formula_is_part_of_it() -> None:
    assert split_feedback("$P(y | x)$ | Yes.") == ("$P(y | x)$", "Yes.")


@pytest.mark.parametrize(("lines", "told"), [
    (["- [x] only | one"], "at least two options"),
    (["- [ ] a | b", "- [ ] c | d"], "no option is marked right"),
    (["- [x] a", "- [ ] c | d"], "needs feedback"),
    (["- [x] a | ", "- [ ] c | d"], "needs feedback"),
    (["- [x] a | b", "- [ ] c | d", "Some words."], "only options"),
])  # fmt: skip  # a table
def test_a_slip_is_told(lines: list[str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse(lines)


def test_questions_are_in_the_pages_with_their_formulas(pages: dict[str, Page]) -> None:
    asked = {name: page for name, page in pages.items() if 'class="quiz"' in page.text}
    assert {"rnn.html", "bptt.html"} <= set(asked)
    for name, page in asked.items():
        source = (Path(__file__).parents[2] / "book" / name).with_suffix(".md").read_text(encoding="utf-8")
        groups = re.findall(r'<fieldset class="quiz".*?</fieldset>', page.text, re.DOTALL)
        assert len(groups) == len(QUIZ.findall(source))
        for group in groups:
            assert group.count("data-right") >= 1
            boxes, options = group.count('<input type="checkbox"'), group.count('class="quiz-option"')
            assert boxes == (options if group.count("data-right") > 1 else 0)
            assert "$" not in group
            assert "[x]" not in group
