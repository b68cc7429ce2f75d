"""The release is made, never written: notebooks grow from a topic's text and the references, nbgrader cuts the answers out."""

from __future__ import annotations

import ast
import copy
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import numpy as np

from autograder.course import Course, source_of, split_source
from autograder.domain import Exercise, Topic
from autograder.errors import CourseError

SHIPPED = ("draws.py", "compare.py", "gradients.py", "parts.py", "rules.py", "sandbox/watch.py", "visible.py")
CHECKS_FILE = "unrolled_checks.py"


def build_sources(course: Course, folder: Path) -> list[Path]:
    """Write nbgrader's source notebooks, one folder an assignment, answers included. ``folder`` must stay private."""
    written = []
    for topic in course.topics:
        path = folder / topic.assignment / f"{topic.name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(source_notebook(course, topic), path)
        for name in topic.data:
            shutil.copyfile(_data_file(course, topic, name), path.parent / name)
        written.append(path)
    return written


def _data_file(course: Course, topic: Topic, name: str) -> Path:
    """A file that a notebook opens. Raises CourseError when it is not there."""
    path = course.root / "book" / "data" / name
    if not path.is_file():
        raise CourseError(f"solutions/{topic.name}/checks.py names {name} in DATA; there is no such file in book/data.")
    return path


def generate(course: Course, source: Path, release: Path, db_url: str) -> None:
    """Run nbgrader's generate_assignment for every topic; the release is replaced when all went well.

    Raises CourseError with what nbgrader said.
    """
    (course.root / "gradebook").mkdir(exist_ok=True)
    release.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=release.parent, prefix=".release-") as fresh:
        for topic in course.topics:
            _generate_one(course, topic, {"source_directory": source, "release_directory": Path(fresh), "db_url": db_url})
        for topic in course.topics:
            shutil.rmtree(release / topic.assignment, ignore_errors=True)
            shutil.copytree(Path(fresh) / topic.assignment, release / topic.assignment)


def _generate_one(course: Course, topic: Topic, places: dict[str, Path | str]) -> None:
    words = [sys.executable, "-m", "nbgrader", "generate_assignment", topic.assignment, "--create", "--force"]
    words += [f"--CourseDirectory.{name}={place}" for name, place in {"root": course.root, **places}.items()]
    run = subprocess.run(words, cwd=course.root, env=nbgrader_environment(), capture_output=True, text=True, check=False)
    if "because there are submissions associated with it" in run.stderr:
        raise CourseError(
            f"{topic.assignment} gains or loses an exercise, and the gradebook {places['db_url']} holds submissions for it: "
            "nbgrader keeps their grades and refuses. Keep that gradebook for the old release and make this one under another."
        )
    if run.returncode != 0:
        raise CourseError(f"nbgrader could not generate {topic.assignment}:\n{run.stderr.strip()}")


def nbgrader_environment() -> dict[str, str]:
    """nbgrader starts alembic by name, so the folder of this interpreter comes first on PATH."""
    here = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": here + os.pathsep + os.environ.get("PATH", "")}


def source_notebook(course: Course, topic: Topic) -> Any:
    """A topic's text with its marked cells filled: setup, checks, brought functions, and each exercise with its check."""
    text = (course.root / "solutions" / topic.name / "notebook.md").read_text()
    notebook = jupytext.reads(text, fmt="md:myst")
    filled = [cell for original in notebook.cells for cell in _fill(course, topic, original)]
    made = nbformat.v4.new_notebook(cells=filled)
    made.nbformat_minor = 5
    made.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(made.cells):
        cell["id"] = f"{topic.name}-{number:02d}".replace("_", "-")
    named = {cell.metadata.nbgrader.grade_id for cell in filled if "nbgrader" in cell.metadata}
    missing = [exercise.name for exercise in topic.exercises if exercise.name not in named]
    if missing:
        raise CourseError(f"solutions/{topic.name}/notebook.md has no exercise cell for {', '.join(missing)}.")
    return made


def _fill(course: Course, topic: Topic, cell: Any) -> Iterator[Any]:
    tags = cell.metadata.get("tags", [])
    exercises = {exercise.name: exercise for exercise in topic.exercises}
    if "setup" in tags:
        yield _cell(cell.source, "setup", locked=True)
    elif "checks" in tags:
        yield _cell(f"%%writefile {CHECKS_FILE}\n" + visible_checks(topic), "visible-checks", locked=True, collapsed=True)
    elif "brought" in tags:
        for name in topic.brought:
            yield _cell(exercise_text(course.references[name]), f"brought-{name}", solution=True)
    elif "exercise" in tags:
        name = cell.source.strip()
        if name not in exercises:
            raise CourseError(f"solutions/{topic.name}/notebook.md asks for {name!r}, which is no exercise of the topic.")
        yield _cell(exercise_text(exercises[name].reference), name, solution=True)
        yield _cell(f"check({name})", f"check-{name}", points=exercises[name].max_points, locked=True)
    elif cell.cell_type == "markdown":
        yield nbformat.v4.new_markdown_cell(cell.source)
    else:
        yield nbformat.v4.new_code_cell(cell.source)


def _cell(
    source: str,
    grade_id: str,
    *,
    solution: bool = False,
    locked: bool = False,
    points: float | None = None,
    collapsed: bool = False,
) -> Any:
    """A code cell with nbgrader's metadata, schema 3."""
    nbgrader = {"schema_version": 3, "grade_id": grade_id, "cell_type": "code", "solution": solution,
                "locked": locked, "grade": points is not None, "task": False}  # fmt: skip  # one table
    if points is not None:
        nbgrader["points"] = int(points) if float(points).is_integer() else points
    metadata: dict[str, Any] = {"nbgrader": nbgrader}
    if collapsed:
        metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form", "tags": ["hide-input"]}
    return nbformat.v4.new_code_cell(source.rstrip("\n"), metadata=metadata)


def exercise_text(reference: Callable[..., Any]) -> str:
    """The reference as an exercise: signature without annotations, docstring, and the body as nbgrader's solution region."""
    head, body = split_source(source_of(reference))
    node = ast.parse(head).body[0]
    assert isinstance(node, ast.FunctionDef)
    bare = copy.deepcopy(node.args)
    for argument in (*bare.posonlyargs, *bare.args, *bare.kwonlyargs):
        argument.annotation = None
    docstring = head[head.index('    """') :]
    signature = f"def {node.name}({ast.unparse(bare)}):"
    return "\n".join([signature, docstring, "    ### BEGIN SOLUTION", body.strip("\n"), "    ### END SOLUTION"])


def visible_checks(topic: Topic) -> str:
    """The text of the file of checks that comes with a notebook: shipped modules, then this topic's descriptions."""
    here = Path(__file__).parent
    parts = ['"""The visible checks of this notebook. Made from the grader\'s own files; changes here change no grade."""\n',
             "from __future__ import annotations\n"]  # fmt: skip  # the first lines of a file
    parts += [_without_own_imports((here / name).read_text()) for name in SHIPPED]
    table = ",\n".join(f"    {exercise.name!r}: {_literal(_description(exercise))}" for exercise in topic.exercises)
    return "\n".join(parts) + f"\nEXERCISES.update({{\n{table},\n}})\n"


def _without_own_imports(text: str) -> str:
    """A module's text without its docstring and the imports that the joined file does not need."""
    end = ast.parse(text).body[0].end_lineno or 0
    kept = [line for line in text.splitlines()[end:] if not line.startswith(("from autograder", "from __future__"))]
    return "\n".join(kept).strip("\n") + "\n"


def _description(exercise: Exercise) -> dict[str, Any]:
    """What the visible check may know of an exercise: no truth but the worked examples."""
    told = ("name", "path", "axes", "own", "rule", "where", "taken_by", "form")
    outputs = [{name: getattr(one, name) for name in told} for one in exercise.outputs]
    return {"draws": dict(exercise.draws), "arguments": exercise.arguments, "outputs": outputs,
            "sizes": exercise.sizes, "loss": exercise.loss, "slopes": dict(exercise.slopes),
            "examples": [(example.arguments, example.returned) for example in exercise.examples]}  # fmt: skip  # one table


def _literal(value: Any) -> str:
    """Python text that makes the value again."""
    if isinstance(value, np.ndarray):
        return f"np.array({_literal(value.tolist())})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + "".join(f"{_literal(one)}, " for one in value) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(one) for one in value) + "]"
    if isinstance(value, (float, np.floating)) and not np.isfinite(value):
        return f"float('{value}')"
    return repr(float(value)) if isinstance(value, np.floating) else repr(value)
