"""Make the sample class in examples/submissions/ from examples/class.toml, the release and the files of answers."""

from __future__ import annotations

import ast
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder.course import Course, load_course, mistaken_source  # noqa: E402  # the course folder is added first
from autograder.domain import Topic  # noqa: E402
from autograder.release import exercise_text  # noqa: E402


def members(path: Path = ROOT / "examples" / "class.toml") -> list[dict[str, Any]]:
    """The entries of the class file."""
    return list(tomllib.loads(path.read_text())["submission"])


def make(folder: Path) -> None:
    """Write the whole class, in nbgrader's layout."""
    course = load_course(ROOT)
    for entry in members():
        topic = course.topic(entry["assignment"])
        name = f"{topic.name}.py" if entry.get("damage") == "py" else f"{topic.name}.ipynb"
        path = folder / entry["student"] / topic.assignment / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content(course, topic, entry))


def content(course: Course, topic: Topic, entry: dict[str, Any]) -> str:
    """The text of one submission's file."""
    texts, extra = answers(course, topic, entry)
    damage = entry.get("damage")
    if damage == "py":
        return "import numpy as np\n\n\n" + "\n\n\n".join(texts.values()) + "\n"
    notebook = json.loads(course.release(topic).read_text())
    if damage != "blank":
        fill(notebook, texts, extra)
    if damage == "duplicated-test":
        cells = notebook["cells"]
        at = next(i for i, cell in enumerate(cells) if named(cell) == "check-softmax")
        cells.insert(at + 1, {**cells[at], "id": "pasted-again"})
    if damage == "no-metadata":
        for cell in notebook["cells"]:
            cell["metadata"] = {}
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    return text[: len(text) // 2] if damage == "cut-off" else text


def answers(course: Course, topic: Topic, entry: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Every function's text, right but for what the entry says, and what stands in a cell of its own."""
    wanted = [exercise.name for exercise in topic.exercises] + list(topic.brought)
    texts = {name: without_markers(exercise_text(course.references[name])) for name in wanted}
    extra = ""
    for made in entry.get("mistakes", []):
        function, _, mistake_id = made.partition(":")
        mistake = next(one for one in topic.mistakes if (one.function, one.id) == (function, mistake_id))
        tree = ast.parse(mistaken_source(mistake, course.references[function]))
        texts[function] = bare(tree.body[-1])
    if "answers" in entry:
        text = (ROOT / "examples" / "answers" / entry["answers"]).read_text()
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                texts[node.name] = str(ast.get_source_segment(text, node))
            elif not isinstance(node, ast.Expr):
                extra += f"{ast.get_source_segment(text, node)}\n"
    return texts, extra


def bare(node: ast.stmt) -> str:
    """A function's text as a learner would hand it in: no annotations, no docstring."""
    assert isinstance(node, ast.FunctionDef)
    node.returns, node.body = None, node.body[1:]
    for argument in node.args.args:
        argument.annotation = None
    return ast.unparse(node)


def without_markers(text: str) -> str:
    """An exercise's text as a learner would hand it in."""
    return "\n".join(line for line in text.splitlines() if "### BEGIN" not in line and "### END" not in line)


def fill(notebook: dict[str, Any], texts: dict[str, str], extra: str) -> None:
    """Put answers into their cells; what is in no exercise goes into a cell after the setup."""
    for cell in notebook["cells"]:
        name = named(cell).removeprefix("brought-")
        if name in texts:
            cell["source"] = texts[name].splitlines(keepends=True)
    if extra:
        at = next(i for i, cell in enumerate(notebook["cells"]) if named(cell) == "setup") + 1
        cell = {"cell_type": "code", "id": "my-own", "metadata": {}, "execution_count": None, "outputs": []}
        notebook["cells"].insert(at, {**cell, "source": extra.splitlines(keepends=True)})


def named(cell: dict[str, Any]) -> str:
    """nbgrader's name of a cell."""
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "submissions")
