"""A Sphinx extension: every page can be downloaded as a notebook, with the outputs that the site shows.

The notebook is for Jupyter, which knows Markdown and formulas but neither MyST's directives nor its cross-references. So those
are written out: numbers of figures and formulas, names of cited authors, tables, questions. What has no rule of its own here
keeps its words and loses its fence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import yaml
from sphinx.application import Sphinx

FENCE = re.compile(
    r"^(?P<fence>(?P<mark>[`:~])(?P=mark){2,})\{(?P<name>[\w:.-]+)\} *(?P<argument>.*)\n(?P<body>(?:.*\n)*?)(?P=fence)[ \t]*$",
    re.M,
)
OPTIONS = re.compile(r"\A(?:---\n(?P<yaml>(?:.*\n)*?)---\n|(?P<colons>(?::[\w-]+:.*\n)+))")
ROLE = re.compile(r"\{([\w:.-]+)\}`([^`]+)`")
EMPTY_LINK = re.compile(r"\[\]\(([^)#]*?)(?:\.md)?(?:#([^)]*))?\)")
CLASSED = re.compile(r"\[([^\]]*)\]\{\.[\w-]+\}")
PAGE_LINK = re.compile(r"\]\(([\w/-]+)\.md\)")
GLOSSED = re.compile(r"^(\S.*)\n((?:(?: +.*)?\n)+)", re.M)
LATER = "\0"
"""Stands for the works that a page cites, until all of its citations have been met."""
TARGET = re.compile(r"^\([\w-]+\)=\n", re.M)
NOTE = (
    "*This page of* Unrolled *was executed when the site was built; its outputs are kept. Pictures are drawn by the package "
    "`figures` of the course's folder `book/`: to run the cells again, open the notebook there.*"
)
Namer = Callable[[str], str]


@dataclass
class Names:
    """What cross-references on one page are called; each is a function from a label to words."""

    number: Namer
    equation: Namer
    section: Namer
    author: Namer
    reference: Namer
    contents: str = ""
    works: list[str] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    questions: int = 0

    def role(self, found: re.Match[str]) -> str:
        """Write out one role."""
        name, text = found.group(1).rpartition(":")[0] or found.group(1), found.group(2)
        words, _, label = text.rpartition("<")
        if name in {"footcite", "cite"}:
            keys = [key.strip() for key in text.split(",")]
            self.cited += [key for key in keys if key not in self.cited]
            return ", ".join(map(self.author, keys))
        if words:
            return words.strip()
        rules = {"numref": self.number, "eq": self.equation, "ref": self.section, "doc": self.section}
        return rules[name](label) if name in rules else text if name == "term" else f"`{text}`"

    def directive(self, found: re.Match[str]) -> str:
        """Write out one directive."""
        head = OPTIONS.match(found["body"])
        options = _options(head) if head else {}
        body = found["body"][head.end() if head else 0 :]
        argument = found["argument"].strip()
        rules: dict[str, Callable[[], str]] = {
            "math": lambda: _formula(argument + body, self.equation(options["label"]) if "label" in options else ""),
            "list-table": lambda: _table(argument, body),
            "quiz": lambda: self.question(argument, body),
            "exercise-notebook": lambda: f"The exercise of this chapter is the notebook `{argument}.ipynb`.",
            "tableofcontents": lambda: self.contents,
            "footbibliography": lambda: LATER,
            "bibliography": lambda: "\n".join(f"- {self.reference(key)}" for key in self.works),
            "glossary": lambda: GLOSSED.sub(lambda term: f"- **{term[1]}**: {' '.join(term[2].split())}\n", body).strip(),
        }
        if found["name"] in rules:
            return rules[found["name"]]()
        inner = FENCE.sub(self.directive, body).strip("\n")
        return f"**{argument}**\n\n{inner}" if argument else inner

    def question(self, asked: str, body: str) -> str:
        """Write out a question, its answers folded."""
        self.questions += 1
        options = re.findall(r"^- \[([ xX])\] +(.*(?:\n  .*)*)", body, re.M)
        above = body.partition("- [")[0].strip()
        lines = [" ".join(text.split()) for _, text in options]
        shown = [f"- {line.partition(' | ')[0]}" for line in lines]
        marks = ["✗" if mark == " " else "✓" for mark, _ in options]
        told = [f"- {mark} {line.replace(' | ', ': ', 1)}" for mark, line in zip(marks, lines, strict=True)]
        parts = [f"**Question {self.questions}.** {asked}", above, "\n".join(shown)]
        parts += ["<details><summary>Answers</summary>", "\n".join(told), "</details>"]
        return "\n\n".join(part for part in parts if part)

    def plain(self, text: str) -> str:
        """Give the Markdown that Jupyter understands for a piece of MyST."""
        text = FENCE.sub(self.directive, TARGET.sub("", text) + "\n")
        text = EMPTY_LINK.sub(lambda found: self.section(found.group(2) or found.group(1)), text)
        text = PAGE_LINK.sub(r"](\1.ipynb)", ROLE.sub(self.role, CLASSED.sub(r"\1", text)))
        return text.replace(LATER, "\n".join(f"- {self.reference(key)}" for key in self.cited)).rstrip("\n")


def _options(head: re.Match[str]) -> dict[str, Any]:
    if head["yaml"] is not None:
        return dict(yaml.safe_load(head["yaml"]) or {})
    return dict(re.findall(r"^:([\w-]+): *(.*)$", head["colons"], re.M))


def _formula(tex: str, number: str) -> str:
    tag = rf"\tag{{{number.strip('()')}}}" if number else ""
    return f"$$\n{tex.strip()}{tag}\n$$"


def _table(title: str, body: str) -> str:
    """A list-table as a table of Markdown: its first row is the head."""
    rows = [re.split(r"^  - ", row, flags=re.M) for row in re.split(r"^\* - ", body, flags=re.M)[1:]]
    cells = [[" ".join(cell.split()).replace("|", r"\|") for cell in row] for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    lines.insert(1, "|" + "---|" * len(cells[0]))
    return "\n".join([f"*{title}*\n", *lines] if title else lines)


def names_for(app: Sphinx, page: str) -> Names:
    """Look labels up where Sphinx keeps them."""
    env = app.env
    standard, maths = env.get_domain("std"), env.get_domain("math")
    entries = env.get_domain("cite").bibdata.data.entries

    def number(label: str) -> str:
        place, target = standard.anonlabels.get(label, (page, label))[:2]
        for kind, numbers in env.toc_fignumbers.get(place, {}).items():
            if target in numbers:
                return f"{kind.capitalize()} {'.'.join(map(str, numbers[target]))}"
        return label

    def equation(label: str) -> str:
        known = maths.equations.get(label)
        return f"({known[1]})" if known else label

    def section(label: str) -> str:
        if label in env.titles:
            return f"*{env.titles[label].astext()}*"
        return f"*{standard.labels.get(label, ('', '', label))[2]}*"

    def people(key: str) -> list[str]:
        return [" ".join([*person.prelast_names, *person.last_names]) for person in entries[key].persons.get("author", [])]

    def author(key: str) -> str:
        who = people(key)
        short = who[0] + " et al." if len(who) > 2 else " and ".join(who)
        return f"{_words(short)} ({entries[key].fields.get('year', 'no year')})"

    def reference(key: str) -> str:
        known = entries[key].fields
        where = [known[name] for name in ("title", "journal", "booktitle", "publisher") if name in known]
        address = f"https://doi.org/{known['doi']}" if "doi" in known else known.get("url", "")
        return _words(f"{', '.join(people(key))} ({known.get('year', 'no year')}). {'. '.join(where)}. {address}".rstrip())

    contents = "\n".join(f"- {env.titles[name].astext()}" for name in env.toctree_includes.get(page, []))
    return Names(number, equation, section, author, reference, contents, sorted(entries))


def _words(text: str) -> str:
    return re.sub(r"[{}]", "", text)


def write(app: Sphinx, page: str) -> None:
    """Write one page's notebook beside its source."""
    source = Path(app.srcdir) / f"{page}.md"
    executed = Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"
    notebook = jupytext.read(source, fmt="md:myst")
    if executed.is_file():
        notebook = nbformat.read(executed, as_version=4)
    names = names_for(app, page)
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell = nbformat.v4.new_markdown_cell(names.plain(cell.source))
        caption = cell.metadata.get("mystnb", {}).get("figure", {})
        cells.append(cell)
        if caption:
            told = f"*{names.number(caption['name'])}.* {names.plain(caption['caption'])}"
            cells.append(nbformat.v4.new_markdown_cell(told))
    if executed.is_file():
        cells.insert(1, nbformat.v4.new_markdown_cell(NOTE))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    for place, cell in enumerate(made.cells):
        cell["id"] = f"cell-{place}"
    target = Path(app.outdir) / "_sources" / f"{page}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, target)


def offer(app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: Any) -> None:
    """Tell the theme that there is a notebook, and write it."""
    if doctree is not None and app.builder.name == "html" and (Path(app.srcdir) / f"{page}.md").is_file():
        context["ipynb_source"] = f"{page}.ipynb"
        write(app, page)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the step, ahead of the theme's, which makes the menu of downloads."""
    app.connect("html-page-context", offer, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
