"""The same pipeline inside `nbgrader autograde`: one exporter that repairs, one preprocessor that judges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.load import Found
from autograder.pipeline import Batch, grade_one, load_one, release_of
from autograder.rebuild import rebuild, show_grade
from autograder.sandbox.levels import require_isolation


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
