"""One file becomes a Submission. Nothing in a file is an error of ours: what cannot be read is a refusal with a sentence."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

from autograder.domain import Cell, Submission
from autograder.load.archive import MAX_MEMBER
from autograder.load.find import Found

MAX_BYTES = MAX_MEMBER
MAX_CELLS = 2000
MAX_CELL = 1024 * 1024  # bytes of one cell's text: what the sandbox takes in
MAX_PARTS = 2_000_000  # of JSON: each takes some hundred bytes of memory once it is read


class Unreadable(Exception):
    """The text is a sentence for the student."""


def read_submission(found: Found, assignment: str, release: dict[str, Any] | None) -> Submission:
    """Read a file once, hash it, take its source text. ``release`` is the released notebook, for its cells' ids.

    Of several files that may be meant the one with most of the release's answer cells counts.
    """
    if found.refusal:
        return Submission(found.student, assignment, _hash(b""), (), (*found.flags, "unreadable"), found.refusal)
    read = [_read_file(found, path, assignment, release) for path in (found.path, *found.others)]
    return max(read, key=lambda one: (one.refusal is None, len({cell.grade_id for cell in one.cells if cell.role == "answer"})))


def _read_file(found: Found, path: Path, assignment: str, release: dict[str, Any] | None) -> Submission:
    flags = list(found.flags)
    raw = b""
    try:
        raw = _read(path)
        text = _text(raw, flags)
        is_script = path.suffix.lower() == ".py"
        cells = [Cell(text, "answer")] if is_script else _notebook_cells(_json(text), release, flags)
        _none_too_long(cells)
    except Unreadable as trouble:
        return Submission(found.student, assignment, _hash(raw), (), tuple(dict.fromkeys((*flags, "unreadable"))), str(trouble))
    return Submission(found.student, assignment, _hash(raw), tuple(cells), tuple(dict.fromkeys(flags)))


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _read(path: Path) -> bytes:
    """The bytes of a regular file, read once; a link is not followed out of the class's folder."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        raise Unreadable(f"The file cannot be opened ({error.strerror}): hand in the notebook itself, as a plain file.") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise Unreadable("This is a folder or a device, not a file: hand in the notebook itself.")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > MAX_BYTES:
            raise Unreadable(
                f"The file has {status.st_size // 1_000_000} MB, {MAX_BYTES // 1_000_000} are allowed: "
                "clear all outputs, save, and hand it in again."
            )
        return file.read(MAX_BYTES + 1)


def _text(raw: bytes, flags: list[str]) -> str:
    if raw.startswith(b"\xef\xbb\xbf"):
        flags.append("byte-order-mark")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        flags.append("broken-utf-8")
        return raw.decode("utf-8-sig", "replace")


def _json(text: str) -> dict[str, Any]:
    if sum(map(text.count, "[{,")) > MAX_PARTS:
        raise Unreadable("The file has far too many parts for a notebook: clear all outputs, save, and hand it in again.")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(
            "The file is not a whole notebook (it is cut off, or is something else): "
            "open it in Jupyter, save it, and hand it in again."
        ) from None
    if not isinstance(notebook, dict):
        raise Unreadable("The file is not a notebook: open it in Jupyter, save it, and hand it in again.")
    return notebook


def _notebook_cells(notebook: dict[str, Any], release: dict[str, Any] | None, flags: list[str]) -> list[Cell]:
    """The text of every code cell with its role. Roles come from the release, never from the student's own flags."""
    theirs = list(_cells(notebook, flags))
    known = {grade_id(cell): cell for cell in (release or {}).get("cells", []) if grade_id(cell)}
    if any(_is_torn(cell) for cell in theirs):
        flags.append("lone-surrogates")
    if not any(grade_id(cell) in known for cell in theirs):
        if release is not None:
            flags.append("no-nbgrader-metadata")
        return [Cell(source(cell), "answer") for cell in theirs if cell.get("cell_type") == "code"]
    cells = [Cell(source(cell), "given", grade_id(cell)) for cell in known.values() if is_setup(cell)]
    seen: set[str] = set()
    for cell in theirs:
        name = grade_id(cell)
        if name in known:
            if name in seen:
                flags.append(f"duplicated-cell:{name}")
            seen.add(name)
            if cell.get("cell_type") != known[name].get("cell_type"):
                flags.append(f"retyped-cell:{name}")
            if is_answer(known[name]):
                cells.append(Cell(source(cell), "answer", name))
        elif cell.get("cell_type") == "code":
            cells.append(Cell(source(cell), "extra"))
    flags.extend(f"missing-cell:{name}" for name, cell in known.items() if name not in seen and is_answer(cell))
    return cells


def _none_too_long(cells: list[Cell]) -> None:
    if any(len(cell.text.encode()) > MAX_CELL for cell in cells):
        raise Unreadable("A cell holds more than 1 MB of text: take the data out of the code, and hand it in again.")


def _cells(notebook: dict[str, Any], flags: list[str]) -> list[dict[str, Any]]:
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        flags.append("nbformat-3")
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
    if not isinstance(cells, list):
        raise Unreadable("The notebook has no cells: open it in Jupyter, save it, and hand it in again.")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells, {MAX_CELLS} are allowed.")
    return [cell for cell in cells if isinstance(cell, dict)]


def grade_id(cell: dict[str, Any]) -> str:
    """nbgrader's name of a cell; empty where there is none."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return name if isinstance(name, str) else ""


def is_answer(cell: dict[str, Any]) -> bool:
    """Whether a released cell is one that the learner fills in."""
    return bool(cell["metadata"]["nbgrader"].get("solution"))


def is_setup(cell: dict[str, Any]) -> bool:
    """Whether a released cell is given code that answers may use."""
    return grade_id(cell) == "setup"


def source(cell: dict[str, Any]) -> str:
    """A cell's text, whatever shape the file gives it; lone surrogates become question marks."""
    return _text_of(cell).encode("utf-8", "replace").decode()


def _text_of(cell: dict[str, Any]) -> str:
    text = cell.get("source", cell.get("input", ""))
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


def _is_torn(cell: dict[str, Any]) -> bool:
    """Whether a text holds halves of characters, which no file can hold."""
    try:
        _text_of(cell).encode()
    except UnicodeEncodeError:
        return True
    return False
