"""The bytes of a handed-in notebook, held against the released one: a Submission, whatever they are."""

from __future__ import annotations

import copy
import functools
import hashlib
import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from autograder.domain import Submission
from autograder.load import Found, read_submission
from autograder.load.read import grade_id, is_answer, is_setup, source
from autograder.sandbox import wire
from tools.fuzz.damage import NUMBERS, TEXTS, bytes_damaged
from tools.fuzz.properties import MOST_BYTES, bounded, hold, is_sentence, release, scratch, topic

__all__ = ["MOST_BYTES", "WORDS", "check", "damaged", "seeds"]
KEYS = ("cells", "worksheets", "cell_type", "source", "input", "metadata", "nbgrader", "grade_id", "nbformat", "solution",
        "outputs")  # fmt: skip  # a list
WORDS = (*KEYS, "code", "markdown", "raw", "setup", "softmax", "rnn_forward", '{"', '":', '",', "[{", "}]", "\\ud800", "\ufeff")
FLAG = re.compile(r"byte-order-mark|broken-utf-8|lone-surrogates|nbformat-3|no-nbgrader-metadata|unreadable"
                  r"|(?:duplicated|retyped|missing)-cell:(?P<name>[\w-]+)")  # fmt: skip  # all there are


def check(data: bytes) -> None:
    """Hold what grading relies on, for the bytes as a notebook, as one that was never ours, and as a script."""
    for name, held_against in (("s.ipynb", release()), ("s.ipynb", None), ("s.py", release())):
        path = scratch("notebooks") / name
        path.write_bytes(data)
        with bounded():
            found = read_submission(Found("s", path, ("own-flag",)), topic().assignment, held_against)
        hold((found.student, found.assignment) == ("s", topic().assignment), "it is another's, or for something else")
        hold(found.sha256 == hashlib.sha256(data).hexdigest(), "the hash is not of what was read")
        known = _released(held_against) if held_against and name.endswith(".ipynb") else {}
        _flags_of_ours(found.flags, known)
        if found.refusal is not None:
            _refused(found)
        else:
            _read(found, known)


def _refused(found: Submission) -> None:
    hold(is_sentence(found.refusal or ""), f"this is no sentence: {found.refusal!r}")
    hold(found.cells == () and "unreadable" in found.flags, "a refused file has cells, or no flag")


def _flags_of_ours(flags: Sequence[str], known: Container[str]) -> None:
    hold(len(set(flags)) == len(flags) and flags[:1] == ("own-flag",), "a flag is lost, or there twice")
    for flag in flags[1:]:
        match = FLAG.fullmatch(flag)
        hold(match is not None and (match["name"] is None or match["name"] in known), f"a flag of the student's own: {flag!r}")


def _read(found: Submission, known: Mapping[Any, dict[str, Any]]) -> None:
    for cell in found.cells:
        cell.text.encode()  # no halves of characters
        hold(cell.role in ("given", "answer", "extra"), "a role of the student's own")
        if cell.role == "given":
            hold(is_setup(known[cell.grade_id]) and cell.text == source(known[cell.grade_id]), "given code is not the release's")
        elif cell.grade_id is not None:
            hold(is_answer(known[cell.grade_id]) and cell.role == "answer", "an answer to nothing")
    sent = [(cell.text, cell.role) for cell in found.cells]
    hold(wire.decode(wire.encode(sent), trusted=True) == sent, "the sandbox would be given other text")


def _released(notebook: dict[str, Any]) -> dict[Any, dict[str, Any]]:
    return {grade_id(cell): cell for cell in notebook["cells"] if grade_id(cell)}


@functools.cache
def seeds() -> dict[str, bytes]:
    """The release, cut down to what is read; notebooks of other formats and makers; and a script."""
    ours = {"cells": [dict(cell, source=source(cell)[:60]) for cell in release()["cells"] if grade_id(cell)], "nbformat": 4}
    code = {"cell_type": "code", "metadata": {}, "source": ["import numpy as np\n", "x = 1"], "outputs": []}
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1", "language": "python"}]}]}
    found = {"ours": ours, "none": {"cells": []}, "theirs": {"cells": [code, dict(code, cell_type="markdown")]}, "old": old}
    written = {name: json.dumps(notebook).encode() for name, notebook in found.items()}
    written["marked"] = b"\xef\xbb\xbf" + json.dumps({"cells": [code]}, indent=1).encode()
    written["torn"] = written["theirs"].replace(b"x = 1", b"'\\ud83d'")
    written["script"] = b"def softmax(z):\n    return z\n"
    return written


def damaged(data: bytes, chance: Random) -> bytes:
    """The notebook with a part of it changed, wherever it can be read; else, and now and then, damaged blindly."""
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        return bytes_damaged(data, chance)
    if not isinstance(notebook, (dict, list)) or chance.random() < 0.1:
        return bytes_damaged(data, chance)
    inner = list(_containers(notebook, 0))
    _change(chance.choice(inner), chance, [*inner, notebook])
    text = json.dumps(notebook, ensure_ascii=chance.random() < 0.7)
    return text.encode("utf-8", "surrogatepass" if chance.random() < 0.5 else "replace")


def _containers(value: Any, depth: int) -> Iterator[Any]:
    """Every list and every dictionary, the outermost first."""
    if isinstance(value, (list, dict)) and depth < 50:
        yield value
        for one in value if isinstance(value, list) else value.values():
            yield from _containers(one, depth + 1)


def _change(inside: Any, chance: Random, all_of_it: list[Any]) -> None:
    """Put in, take out, exchange or double one thing of a list or a dictionary."""
    new = copy.deepcopy(chance.choice(all_of_it)) if chance.random() < 0.2 else _odd(chance)
    if isinstance(inside, list):
        at = chance.randint(0, len(inside))
        put_in = chance.choice(([], [new], inside[at : at + 1] * 2, [new] * chance.randint(1, 9)))
        inside[at : at + chance.choice((0, 1, 2))] = put_in
        return
    key = chance.choice([*inside, *KEYS, *TEXTS[:8]])
    how = chance.randrange(3)
    if how == 0 and key in inside:
        inside[chance.choice(KEYS)] = inside.pop(key)
    elif how == 1 and key in inside:
        del inside[key]
    else:
        inside[key] = new


def _odd(chance: Random) -> Any:
    """Something that may stand in JSON, and seldom stands in a notebook."""
    names = [grade_id(cell) for cell in release()["cells"] if grade_id(cell)]
    marked = {"cell_type": chance.choice(("code", "markdown", "raw", 5)), "source": chance.choice(TEXTS),
              "metadata": {"nbgrader": {"grade_id": chance.choice(names)}}}  # fmt: skip  # a cell
    text = chance.choice(TEXTS)
    return chance.choice((None, True, 1.5, float("nan"), chance.choice(NUMBERS), text, chance.choice(names),
                          [], {}, [text] * 3, {chance.choice(KEYS): text}, marked, "code"))  # fmt: skip  # a list
