"""One file becomes a submission or a refusal in a sentence; nothing in a file is an error of ours."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from autograder.domain import Submission
from autograder.load import Found, read_submission
from autograder.load.read import MAX_CELL
from autograder.sandbox import wire


def cell(name: str, text: Any, *, solution: bool = True, kind: str = "code") -> dict[str, Any]:
    nbgrader = {"grade_id": name, "solution": solution, "grade": False, "locked": not solution, "schema_version": 3}
    return {"cell_type": kind, "metadata": {"nbgrader": nbgrader}, "source": text}


RELEASE = {"cells": [cell("setup", "import numpy as np", solution=False), cell("softmax", "def softmax(z):\n    ...")]}


def read(path: Path, content: Any, release: dict[str, Any] | None = RELEASE) -> Submission:
    if not isinstance(content, (bytes, str)):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return read_submission(Found("s", path), "02_rnn", release)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.ipynb"


def test_roles_come_from_the_release_and_never_from_the_student(path: Path) -> None:
    theirs = [cell("setup", "np = None"), cell("softmax", "mine", solution=False)]
    theirs += [{"cell_type": "code", "metadata": {}, "source": ["one\n", "two"]}, {"cell_type": "markdown", "source": "text"}]
    found = read(path, {"cells": theirs})
    roles = {one.role: one.text for one in found.cells}
    assert roles == {"given": "import numpy as np", "answer": "mine", "extra": "one\ntwo"}
    assert found.refusal is None and found.flags == ()


def test_a_python_file_is_one_answer(tmp_path: Path) -> None:
    found = read(tmp_path / "s.py", "def f(): pass")
    assert [(one.text, one.role) for one in found.cells] == [("def f(): pass", "answer")]


def test_a_notebook_without_metadata_is_read_by_function_name_and_flagged(path: Path) -> None:
    found = read(path, {"cells": [{"cell_type": "code", "source": "x"}]})
    assert [one.role for one in found.cells] == ["answer"] and found.flags == ("no-nbgrader-metadata",)


def test_duplicated_retyped_and_missing_cells_are_flagged_and_their_text_is_used(path: Path) -> None:
    found = read(path, {"cells": [cell("softmax", "first"), cell("softmax", "second", kind="markdown")]})
    assert [one.text for one in found.cells if one.role == "answer"] == ["first", "second"]
    assert set(found.flags) == {"duplicated-cell:softmax", "retyped-cell:softmax"}
    found = read(path, {"cells": [cell("setup", "")]})
    assert "missing-cell:softmax" in found.flags


def test_an_old_notebook_is_read(path: Path) -> None:
    sheet = {"cells": [{"cell_type": "code", "input": ["x = 1"]}, 5, None]}
    found = read(path, {"nbformat": 3, "worksheets": [sheet, None, {"cells": 5}, {}]}, None)
    assert [one.text for one in found.cells] == ["x = 1"] and "nbformat-3" in found.flags


REFUSED = {
    "empty": b"",
    "cut off": json.dumps({"cells": [cell("softmax", "x")]})[:-9],
    "a list": "[]",
    "a number": "7",
    "no cells": "{}",
    "cells null": '{"cells": null}',
    "cells a number": '{"cells": 7}',
    "cells a dictionary": '{"cells": {"a": 1}}',
    "deep nesting": "[" * 200_000,
    "deep nesting inside": '{"cells": ' + "[" * 100_000,
    "a long number": '{"cells": ' + "9" * 5000 + "}",
    "not text": os.urandom(500),
    "too many cells": json.dumps({"cells": [{}] * 2001}),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_notebook_is_refused_in_a_sentence(path: Path, content: Any) -> None:
    found = read(path, content)
    assert found.refusal and found.refusal.endswith(".") and found.cells == () and "unreadable" in found.flags


ODD = {
    "null cells": {"cells": [None, 1, "x", [], {}]},
    "null metadata": {"cells": [{"cell_type": "code", "metadata": None, "source": "x"}]},
    "source of numbers": {"cells": [{"cell_type": "code", "metadata": {"nbgrader": []}, "source": [1, None, "x"]}]},
    "source a number": {"cells": [{"cell_type": "code", "source": 5}]},
    "id a number": {"cells": [{"cell_type": [], "metadata": {"nbgrader": {"grade_id": 5}}, "source": "x"}]},
    "other version": {"nbformat": 9, "cells": [{"cell_type": "code", "source": "x"}]},
    "schema 99": {"cells": [{"cell_type": "code", "metadata": {"nbgrader": {"schema_version": 99}}, "source": "x"}]},
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD.keys())
def test_odd_notebooks_are_read_as_far_as_they_go(path: Path, content: Any) -> None:
    for release in (RELEASE, None):
        found = read(path, content, release)
        assert found.refusal is None and all(isinstance(one.text, str) for one in found.cells)


def test_marks_broken_bytes_and_lone_surrogates_are_read_and_flagged(path: Path) -> None:
    whole = json.dumps({"cells": [cell("softmax", "answer")]}).encode()
    assert read(path, b"\xef\xbb\xbf" + whole).flags == ("byte-order-mark",)
    broken = read(path, whole.replace(b"answer", b"ans\xffwer"))
    assert broken.flags == ("broken-utf-8",) and broken.refusal is None
    lone = read(path, whole.replace(b"answer", b"ans\\ud800wer"))
    assert lone.cells[1].text.encode() == b"ans?wer"


def test_a_huge_file_is_refused_without_being_read(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200_000_000)
    found = read_submission(Found("s", path), "02_rnn", RELEASE)
    assert found.refusal and "200 MB" in found.refusal


def test_a_pipe_does_not_hang(path: Path) -> None:
    os.mkfifo(path)
    assert read_submission(Found("s", path), "02_rnn", RELEASE).refusal


@pytest.mark.parametrize("letters", ["a", "\xe9"])
def test_a_cell_that_the_sandbox_would_not_take_is_refused(path: Path, letters: str) -> None:
    assert MAX_CELL <= wire.MAX_TEXT
    largest = letters * (MAX_CELL // len(letters.encode()))
    assert read(path, {"cells": [cell("softmax", largest)]}).refusal is None
    found = read(path, {"cells": [cell("softmax", largest + "a")]})
    assert found.refusal and "more than 1 MB" in found.refusal and found.cells == ()
    assert read(path.with_suffix(".py"), largest + "a").refusal == found.refusal
    twice = read(path, {"cells": [cell("softmax", largest + "a"), *[cell("softmax", "")] * 9]})
    assert twice.flags == ("duplicated-cell:softmax", "unreadable")


def test_the_hash_is_of_what_was_graded(path: Path) -> None:
    one, other = read(path, {"cells": []}), read(path, {"cells": [], "metadata": {}})
    assert len(one.sha256) == 64 and one.sha256 != other.sha256
