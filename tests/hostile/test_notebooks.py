"""Notebooks that are damaged, strange or meant to harm: each earns what its honest part earns, or a row with 0 and a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.domain import Grade
from autograder.pipeline import Batch, grade_all
from autograder.record import to_json_line
from autograder.sandbox import Isolation
from tests.hostile.files import (
    FULL,
    OUTSIDE,
    RIGHT,
    ROOT,
    Case,
    Notebook,
    cell,
    changed,
    earned,
    fingerprint,
    hand_in,
    with_cell,
    with_source,
)

SECRET = "the-secret-of-the-folder-beside"
REACHING_OUT = b"""
import os, pathlib, subprocess
try:
    pathlib.Path("@OUTSIDE@/written").write_text("x")
    print(pathlib.Path("@OUTSIDE@/secret").read_text())
except OSError:
    pass
"""


def marked(**fields: Any) -> bytes:
    """The right notebook with changed nbgrader metadata in every cell that has some."""

    def edit(notebook: Notebook) -> None:
        for one in notebook["cells"]:
            if "nbgrader" in one["metadata"]:
                one["metadata"]["nbgrader"].update(fields)

    return changed(edit)


def old_format(notebook: Notebook) -> None:
    cells = [{**one, "input": one["source"], "language": "python"} for one in notebook.pop("cells")]
    for one in cells:
        del one["source"]
    notebook.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": cells, "metadata": {}}])


def cells_gone(notebook: Notebook) -> None:
    notebook["cells"] = [one for one in notebook["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") != "softmax"]


def magic(text: str) -> bytes:
    return with_cell(text.replace("OUTSIDE", OUTSIDE.decode()))


def outputs(megabytes: int) -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": "stdout", "text": "x" * 1_000_000} for _ in range(megabytes)]


TWIN = '\nsоftmax = lambda z: z * 0  # the second letter is Cyrillic\n'

CASES = [
    Case(72, "nothing at all", b"", None, "not a whole notebook"),
    Case(72, "cut in the middle", RIGHT[: len(RIGHT) // 2], None, "not a whole notebook"),
    Case(72, "a picture", b"\x89PNG\r\n\x1a\n" + bytes(2000), None, "not a whole notebook"),
    Case(72, "a web page", b"<html><script>alert(1)</script></html>", None, "not a whole notebook"),
    Case(72, "a list", b"[1, 2]", None, "not a notebook"),
    Case(73, "a byte order mark", b"\xef\xbb\xbf" + RIGHT, flag="byte-order-mark"),
    Case(73, "bytes that are not UTF-8", RIGHT.replace(b"the", b"th\xff", 1), flag="broken-utf-8"),
    Case(73, "UTF-16", RIGHT.decode().encode("utf-16"), None, "not a whole notebook"),
    Case(73, "half a character", with_source("softmax", lambda text: text + "\n# \ud83d"), flag="lone-surrogates"),
    Case(74, "lists in lists", b"[" * 100_000 + b"]" * 100_000, None, "not a whole notebook"),
    Case(74, "lists in lists in an output", RIGHT.replace(b'"outputs": []', b'"outputs": ' + b"[" * 10**5 + b"]" * 10**5, 1),
         None, "not a whole notebook"),
    Case(75, "format 3", changed(old_format), flag="nbformat-3"),
    Case(75, "format 9", changed(lambda notebook: notebook.update(nbformat=9, nbformat_minor=99))),
    Case(75, "a format that is no number", changed(lambda notebook: notebook.update(nbformat="four"))),
    Case(76, "no list of cells", b'{"cells": null, "metadata": {}, "nbformat": 4}', None, "has no cells"),
    Case(76, "cells that are none", changed(lambda notebook: notebook["cells"].extend([None, 5, "x", [], {}, {"source": 1}]))),
    Case(76, "no metadata", changed(lambda notebook: notebook.update(metadata=None))),
    Case(76, "a cell without metadata", changed(lambda notebook: cell(notebook, "softmax").update(metadata=None)),
         flag="missing-cell:softmax"),
    Case(76, "a number for a text", with_source("softmax", lambda _: 5), ("softmax",), "not defined"),
    Case(76, "numbers between the lines", with_source("softmax", lambda text: [1, None, *text.splitlines(True), {}])),
    Case(77, "metadata of version 99", marked(schema_version=99)),
    Case(77, "metadata of version minus one", marked(schema_version=-1)),
    Case(77, "one name twice", changed(lambda notebook: notebook["cells"].append(cell(notebook, "softmax"))),
         flag="duplicated-cell:softmax"),
    Case(77, "one name for all", marked(grade_id="softmax"), flag="duplicated-cell:softmax"),
    Case(78, "a name nobody knows", with_cell("x = 1", metadata={"nbgrader": {"grade_id": "golf", "points": 99}})),
    Case(78, "a number for a name", with_cell("x = 1", metadata={"nbgrader": {"grade_id": 5, "points": 5}})),
    Case(78, "keys nobody knows", marked(**{"../x": 1, "task": "yes", "checksum": [], "cell_type": "raw"})),
    Case(78, "an answer gone", changed(cells_gone), ("softmax",), "not defined", "missing-cell:softmax"),
    Case(79, "points that are none", marked(points="nan")),
    Case(79, "points without end", marked(points=1e308)),
    Case(80, "a shell for a kernel", changed(lambda notebook: notebook["metadata"].update(
        kernelspec={"name": "bash", "language": "bash", "argv": ["sh", "-c", f"touch {OUTSIDE.decode()}/x"]}))),
    Case(81, "an answer as prose", changed(lambda notebook: cell(notebook, "softmax").update(cell_type="markdown")),
         flag="retyped-cell:softmax"),
    Case(81, "an answer as raw text", changed(lambda notebook: cell(notebook, "softmax").update(cell_type="raw")),
         flag="retyped-cell:softmax"),
    Case(82, "an attachment above its folder", with_cell("", cell_type="markdown", attachments={
        "../../../x.png": {"image/png": "AAAA"}, f"{OUTSIDE.decode()}/x": {"text/plain": "x"}})),
    Case(82, "outputs with paths", with_cell("", metadata={"filename": "../../x.png"}, outputs=[{
        "output_type": "display_data", "data": {"image/png": "AAAA"}, "metadata": {"filenames": {"image/png": "/x.png"}}}])),
    Case(83, "a shell cell", magic("%%bash\ntouch OUTSIDE/x\ncat OUTSIDE/secret")),
    Case(83, "a shell line", magic("!touch OUTSIDE/x\nfiles = !cat OUTSIDE/secret")),
    Case(83, "an extension and a script", magic("%load_ext OUTSIDE\n%run OUTSIDE/secret\n%cd OUTSIDE\n%%writefile OUTSIDE/x\nx")),
    Case(83, "a shell by its function", magic("get_ipython().system('touch OUTSIDE/x')")),
    Case(83, "a shell inside an answer", with_source("softmax", lambda text: f"!touch {OUTSIDE.decode()}/x\n%time\n{text}\n?np")),
    Case(83, "plain Python that reaches out", with_cell(REACHING_OUT.decode())),
    Case(84, "outputs of ten megabytes", with_cell("", outputs=outputs(10))),
    Case(84, "outputs of more", with_cell("", outputs=outputs(34)), None, "clear all outputs"),
    Case(84, "millions of parts", b'{"cells": [' + b"[]," * 2_000_000 + b"[]]}", None, "far too many parts"),
    Case(85, "a zero byte in an answer", with_source("softmax", lambda text: text + "\0"), ("softmax",),
         "cannot be read as Python"),
    Case(85, "a zero byte beside the answers", with_cell("x = '\0'")),
    Case(85, "tabs among spaces", with_source("softmax", lambda text: text + "\nif 1:\n        x = 1\n\tx = 2\n"), ("softmax",),
         "cannot be read as Python"),
    Case(85, "line ends of other systems", with_source("softmax", lambda text: text.replace("\n", "\r\n"))),
    Case(85, "form feeds and lonely returns", with_source("softmax", lambda text: "\f\n" + text.replace("\n", "\r"))),
    Case(86, "a name in wide letters", with_source("softmax", lambda text: text.replace("def softmax", "def ｓｏｆｔｍａｘ"))),
    Case(86, "a name with a Cyrillic letter", with_source("softmax", lambda text: text.replace("def softmax", "def sоftmax")),
         ("softmax",), "not defined"),
    Case(86, "a twin of a right answer", with_source("softmax", lambda text: text + TWIN)),
    Case(87, "a name of one's own", RIGHT, name="my homework (2).ipynb"),
    Case(87, "two files", RIGHT, name="b.ipynb", beside=(("a.ipynb", b'{"cells": []}'), ("c.ipynb", b"")), flag="several-files"),
    Case(87, "a wrong file beside the right one", RIGHT, beside=(("zzz.ipynb", b"[[["), ("bptt.ipynb", b'{"cells": []}'))),
]  # fmt: skip  # a table


Result = tuple[dict[str, Grade], bool]


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret").write_text(SECRET)
    (folder / "__init__.py").write_text("")
    return folder


@pytest.fixture(scope="module")
def grades(tmp_path_factory: pytest.TempPathFactory, isolation: Isolation, outside: Path) -> Result:
    """The class graded, and whether all around it is as it was."""
    folder = tmp_path_factory.mktemp("submitted")
    hand_in(folder, CASES, outside)
    around = (folder, outside, ROOT / "exercises", ROOT / "solutions", ROOT / "autograder" / "load")
    before = fingerprint(*around)
    found = {one.student: one for one in grade_all(Batch(ROOT, "rnn", isolation), [folder], 2)[1]}
    return found, fingerprint(*around) == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.student)
def test_a_notebook_earns_what_is_honest_in_it(case: Case, grades: Result) -> None:
    grade = grades[0][case.student]
    assert earned(grade, case.lost), [row for row in grade.checks if row.points != row.max_points]
    assert case.flag in ("", *grade.flags)
    findings = [row.finding for row in grade.checks]
    assert not case.says or any(case.says in finding for finding in findings)
    assert case.lost is not None or all(finding.endswith(".") for finding in findings)


def test_nobody_else_lost_anything(grades: Result) -> None:
    assert grades[0]["0-honest"].score == FULL and not grades[0]["0-honest"].flags
    assert len(grades[0]) == len(CASES) + 1
    assert grades[1], "something beside the notebooks was changed"
    assert not [student for student, grade in grades[0].items() if SECRET in to_json_line(grade)]


def test_every_line_has_a_case() -> None:
    assert {case.line for case in CASES} == set(range(72, 88))
