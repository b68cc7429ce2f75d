"""The same pipeline inside `nbgrader autograde`: one exporter that repairs, one preprocessor that judges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import parse_utc

from autograder.load import Found
from autograder.pipeline import Batch, grade_one, load_one, release_of
from autograder.rebuild import rebuild, show_grade
from autograder.sandbox.levels import require_isolation

LONGEST_TIME = 100


def set_aside_unreadable_times(assignment: str, student: str, notebooks: list[str]) -> None:
    """Rename a ``timestamp.txt`` that tells no time: nbgrader would stop at it, and its student would have no grade."""
    for folder in {Path(notebook).parent for notebook in notebooks}:
        path = folder / "timestamp.txt"
        if path.is_symlink() or (path.exists() and not _tells_a_time(path)):
            path.rename(folder / "timestamp-unreadable.txt")


def _tells_a_time(path: Path) -> bool:
    try:
        text = path.read_text().strip() if path.is_file() and path.stat().st_size <= LONGEST_TIME else "none"
        return not text or parse_utc(text) is not None
    except (ValueError, OverflowError):
        return False


def _batch(coursedir: Any, assignment: str) -> Batch:
    return Batch(Path(coursedir.root), assignment, require_isolation(unsafe=False))


class RebuildingExporter(NotebookExporter):  # type: ignore[misc]  # nbconvert has no types
    """Reads what a student handed in, however damaged, and goes on with the release and their source text in it.

    So a notebook that nbgrader cannot read, or whose metadata would abort the batch, becomes a row like any other.
    """

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        converter = self.parent
        if not converter._sanitizing:
            return super().from_filename(filename, resources, **kwargs)
        batch = _batch(converter.coursedir, resources["nbgrader"]["assignment"])
        submission = load_one(batch, Found(resources["nbgrader"]["student"], Path(filename)))
        release = nbformat.reads(json.dumps(release_of(batch)), as_version=4)
        return self.from_notebook_node(rebuild(release, submission), resources, **kwargs)


class JudgeOutside(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Stands where nbgrader executes a student's notebook in a kernel; here nothing of the student's runs."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        names = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        folder = coursedir.format_path(coursedir.submitted_directory, names["student"], names["assignment"])
        found = Found(names["student"], Path(folder) / f"{names['notebook']}.ipynb")
        grade = grade_one(_batch(coursedir, names["assignment"]), found)
        return show_grade(nb, grade), resources
