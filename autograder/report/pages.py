"""From a template and plain values to a file in the folder, and never to one outside it."""

from __future__ import annotations

import functools
import os
import re
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from autograder.advice import unwritable
from autograder.domain import Grade
from autograder.errors import RecordError
from autograder.held import hold
from autograder.load.identity import is_plain
from autograder.report.words import clean, number

INDEX = "index.html"
PATIENCE = 10.0  # seconds, for another command that writes the same page


def render(template: str, **values: Any) -> str:
    """A whole page; every text in it is escaped."""
    return _environment().get_template(template).render(**values)


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(code=code_spans, number=number)
    return environment


def _shown(value: Any) -> Any:
    """Every text that a template shows is cleaned here, so that no template can forget it."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def code_spans(text: str) -> Markup:
    """Backticks become <code>; a backtick without a partner stays what it is."""
    parts = re.split(r"`([^`]+)`", clean(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )


def page_of(grade: Grade) -> Path:
    """Where a grade's page lies, seen from the folder. Raises RecordError for a name that could lead elsewhere."""
    for part in (grade.student, grade.assignment):
        if not is_plain(part):
            raise RecordError(f"{part!r} cannot be a file name: use letters, digits and . @ + - _ only.")
    taken = grade.student.casefold() == INDEX  # that name is the class report's
    return Path(grade.student + "_" * taken) / f"{grade.assignment}.html"


def write_page(folder: Path, place: Path, text: str) -> Path:
    """Put a page in the folder in one step: a reader sees the old page or the new one. Raises RecordError."""
    target = folder / place
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(folder.resolve()):
            raise RecordError(f"{target} lies outside {folder}: is {target.parent} a link? Remove it.")
        _write(target.with_name(f".{target.name}.tmp"), target, text)
    except OSError as error:
        raise RecordError(f"{unwritable(target, error)}. The pages that were there before are as they were.") from error
    return target


def _write(temporary: Path, target: Path, text: str) -> None:
    """The name of the temporary file is always the same, so that one that was left behind is used again."""
    descriptor = hold(temporary, os.O_WRONLY | os.O_CREAT, PATIENCE)
    if descriptor is None:
        raise RecordError(f"Another command is writing {target}: run this one again when it has ended.")
    with open(descriptor, "w", encoding="utf-8") as file:
        try:
            file.truncate()
            file.write(text)
            file.flush()
            os.replace(temporary, target)
        except OSError:
            temporary.unlink()
            raise
