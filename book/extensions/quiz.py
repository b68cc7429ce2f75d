"""A Sphinx extension: questions with feedback, answered in the page.

    ```{quiz} Which shape has $W_a$?
    - [x] $(n_a, n_a + n_x)$ | Right: it acts on $[a; x]$, stacked.
    - [ ] $(n_a, n_a \\, n_x)$ | Count the rows of $[a; x]$.
    ```

Text between the question and the first option (a table, a piece of code) stands above the options. One right option gives
radio buttons, more than one gives boxes to tick. Lines that are indented continue an option. The bar between an option and
its feedback has a space on both sides; a bar inside a formula or inside code is none.

In HTML the reader chooses and presses a button; without a script, in print and in an EPUB the answers are there to read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

OPTION = re.compile(r"- \[([ xX])\] +(.*)")
PROTECTED = re.compile(r"(`+).*?\1|\$.*?\$")
RIGHT, WRONG, ALL = "Right", "Not this one", "Choose all that fit."
BUTTON, MORE = "Check", "There is more that fits."


class quiz(nodes.General, nodes.Element):
    """One question; its children are a quiz_question, blocks, and pairs of quiz_option and quiz_feedback."""


class quiz_question(nodes.Part, nodes.TextElement):
    """The question's own words."""


class quiz_option(nodes.Part, nodes.TextElement):
    """What can be chosen."""


class quiz_feedback(nodes.Part, nodes.TextElement):
    """What is said to a reader who chose it."""


@dataclass(frozen=True)
class Option:
    """One line of a quiz, as its author wrote it."""

    right: bool
    text: str
    feedback: str
    line: int


def split_feedback(text: str) -> tuple[str, str]:
    """Cut an option at its first free-standing bar. Raises ValueError when there is none, or nothing on one side."""
    hidden = PROTECTED.sub(lambda found: "x" * len(found.group()), text)
    at = hidden.find(" | ")
    option, feedback = text[:at].strip(), text[at + 3 :].strip()
    if at < 0 or not option or not feedback:
        raise ValueError(f"an option needs feedback, written `option | feedback`: {text!r}")
    return option, feedback


def parse(lines: list[str]) -> tuple[list[str], list[Option]]:
    """Give the lines above the options, and the options. Raises ValueError with what an author has to change."""
    starts = [number for number, line in enumerate(lines) if OPTION.match(line)]
    if len(starts) < 2:
        raise ValueError("a question needs at least two options, written `- [x] option | feedback`")
    options = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        stray = [line for line in lines[start + 1 : end] if line.strip() and not line.startswith("  ")]
        if stray:
            raise ValueError(f"after the options come only options; a line that continues one is indented: {stray[0]!r}")
        mark, first = OPTION.fullmatch(lines[start]).groups()  # type: ignore[union-attr]  # it matched above
        text = " ".join([first, *lines[start + 1 : end]])
        options.append(Option(mark != " ", *split_feedback(" ".join(text.split())), line=start))
    if not any(option.right for option in options):
        raise ValueError("no option is marked right, `- [x]`")
    return lines[: starts[0]], options


class QuizDirective(SphinxDirective):
    """```{quiz} question```, with options as a list."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            above, options = parse(list(self.content))
        except ValueError as wrong:
            raise self.error(f"quiz: {wrong}") from wrong
        number = self.env.new_serialno("quiz") + 1
        several = sum(option.right for option in options) > 1
        node = quiz(ids=[f"quiz-{number}"], number=number, several=several)
        node += self.words(quiz_question, " ".join(self.arguments[0].split()), self.lineno, number=number, several=several)
        if any(line.strip() for line in above):
            block = nodes.container(classes=["quiz-above"])
            self.state.nested_parse(self.content[: len(above)], self.content_offset, block)
            node += block
        for place, option in enumerate(options, 1):
            told: dict[str, Any] = {"right": option.right, "number": number, "place": place, "several": several}
            line = self.content_offset + option.line + 1
            node += self.words(quiz_option, option.text, line, **told)
            node += self.words(quiz_feedback, option.feedback, line, **told)
        return [node]

    def words(self, kind: type[nodes.TextElement], text: str, line: int, **told: Any) -> nodes.TextElement:
        children, messages = self.state.inline_text(text, line)
        made = kind(text, "", *children, *messages, **told)
        made.source, made.line = self.env.doc2path(self.env.docname), line
        return made


# How it is written. `self` is Sphinx's translator; an EPUB takes the same HTML without the parts that need a script.
def is_live(translator: Any) -> bool:
    return bool(translator.builder.name != "epub")


def visit_quiz(self: Any, node: quiz) -> None:
    shape = "fieldset" if is_live(self) else "div"
    self.body.append(f'<{shape} class="quiz" id="{node["ids"][0]}">\n')


def depart_quiz(self: Any, node: quiz) -> None:
    if is_live(self):
        self.body.append(f'<button type="button" class="quiz-check" hidden>{BUTTON}</button>')
        self.body.append(f'<span class="quiz-more" role="status" data-words="{MORE}"></span>\n</fieldset>\n')
    else:
        self.body.append("</div>\n")


def visit_question(self: Any, node: quiz_question) -> None:
    shape = "legend" if is_live(self) else "p"
    self.body.append(f'<{shape} class="quiz-question"><span class="quiz-number">Question {node["number"]}.</span> ')


def depart_question(self: Any, node: quiz_question) -> None:
    if node["several"]:
        self.body.append(f' <span class="quiz-hint">{ALL}</span>')
    self.body.append("</legend>\n" if is_live(self) else "</p>\n")


def visit_option(self: Any, node: quiz_option) -> None:
    right = ' data-right="yes"' if node["right"] else ""
    self.body.append(f'<div class="quiz-option"{right}>')
    if is_live(self):
        name = f"quiz-{node['number']}"
        kind = "checkbox" if node["several"] else "radio"
        here = f"{name}-{node['place']}"
        self.body.append(f'<input type="{kind}" name="{name}" id="{here}"/><label for="{here}">')
    else:
        self.body.append(f'<p class="quiz-words">{node["place"]}. ')


def depart_option(self: Any, node: quiz_option) -> None:
    self.body.append("</label>\n" if is_live(self) else "</p>\n")


def visit_feedback(self: Any, node: quiz_feedback) -> None:
    verdict = RIGHT if node["right"] else WRONG
    role = ' role="status"' if is_live(self) else ""
    self.body.append(f'<div class="quiz-feedback"{role}><p><strong class="quiz-verdict">{verdict}.</strong> ')


def depart_feedback(self: Any, node: quiz_feedback) -> None:
    self.body.append("</p></div></div>\n")


def pass_by(self: Any, node: nodes.Node) -> None:
    """Other builders write the words and nothing else."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and its nodes. Jupyter Book adds quiz.js and quiz.css, like all that lies in _static."""
    shown: dict[Any, Any] = {quiz: (visit_quiz, depart_quiz), quiz_question: (visit_question, depart_question),
             quiz_option: (visit_option, depart_option),
             quiz_feedback: (visit_feedback, depart_feedback)}  # fmt: skip  # a table
    for node, pair in shown.items():
        others = dict.fromkeys(("latex", "text", "man", "texinfo"), (pass_by, pass_by))
        app.add_node(node, html=pair, epub=pair, **others)
    app.add_directive("quiz", QuizDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
