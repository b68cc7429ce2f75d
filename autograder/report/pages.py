"""From a template and plain values to a file in the folder, and never to one outside it."""

from __future__ import annotations

import functools
import os
import re
import secrets
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from autograder.domain import Grade
from autograder.errors import RecordError
from autograder.load.identity import is_plain
from autograder.report.words import clean, number

INDEX = "index.html"


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
    temporary = target.parent / f".{secrets.token_hex(8)}.tmp"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(folder.resolve()):
            raise RecordError(f"{target} lies outside {folder}: is {target.parent} a link? Remove it.")
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, target)
    except OSError as error:
        raise RecordError(f"{target} cannot be written ({error.strerror}): check the folder and the free space.") from error
    finally:
        _forget(temporary)
    return target


def _forget(temporary: Path) -> None:
    """Nothing is left behind when a page could not be written; after a success there is nothing to remove."""
    try:
        temporary.unlink(missing_ok=True)
    except OSError:
        return  # the first error is the one to read
