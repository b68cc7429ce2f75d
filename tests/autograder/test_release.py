"""The release: made from one source, the same each time, and silent about everything that must stay hidden."""

import ast
import json
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook

from autograder.cases import cases_of
from autograder.course import load_course, source_of, split_source
from autograder.errors import CourseError
from autograder.release import build_sources, generate, visible_checks

ROOT = Path(__file__).resolve().parents[2]
COURSE = load_course(ROOT)
NOTEBOOKS = [pytest.param(topic, id=topic.assignment) for topic in COURSE.topics]


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Sources and release made again, in a folder of their own, with a gradebook of their own."""
    folder = tmp_path_factory.mktemp("release")
    build_sources(COURSE, folder / "source")
    generate(COURSE, folder / "source", folder / "release", f"sqlite:///{folder / 'gradebook.db'}")
    return folder


def test_the_committed_release_is_what_is_made(made):
    for topic in COURSE.topics:
        again = made / "release" / topic.assignment / f"{topic.name}.ipynb"
        assert json.loads(again.read_text()) == json.loads(COURSE.release(topic).read_text())
        names = sorted([f"{topic.name}.ipynb", *topic.data])
        assert sorted(path.name for path in COURSE.release(topic).parent.iterdir()) == names


@pytest.mark.parametrize("topic", NOTEBOOKS)
def test_format_and_metadata_are_nbgraders(topic):
    notebook = read(COURSE.release(topic))
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    marked = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert {one.schema_version for one in marked} == {3}
    assert sum(one.get("points", 0) for one in marked) == topic.max_score
    assert all(one.locked for one in marked if one.grade)


def solution_lines(function):
    """The lines of an answer that say something: not brackets, bare returns, or a plain walk (`for t in range(T_x):`)."""
    _, body = split_source(source_of(function))
    lines = [line.strip() for line in body.splitlines()]
    empty = re.compile(r"for \w+ in [\w()]+:|\w+ = [{(\[]")
    return [line for line in lines if len(line) > 12 and not empty.fullmatch(line)]


def everything(notebook):
    """All texts of a notebook: sources, metadata, outputs, attachments."""
    return json.dumps(notebook, ensure_ascii=False)


@pytest.mark.parametrize("topic", NOTEBOOKS)
def test_nothing_hidden_is_in_the_release(topic):
    notebook = json.loads(COURSE.release(topic).read_text())
    sources = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    checks = visible_checks(topic)
    for name, function in COURSE.references.items():
        for line in solution_lines(function):
            assert line not in sources.replace(checks, ""), f"a line of {name} is in the release: {line}"
    text = everything(notebook)
    assert "SOLUTION" not in text
    assert "HIDDEN" not in text
    for mistake in topic.mistakes:
        assert mistake.sentence not in text
        assert mistake.id not in text
    assert not any(cell.get("outputs") or cell.get("attachments") for cell in notebook["cells"])
    for exercise in topic.exercises:
        for case in cases_of(COURSE, exercise, "class"):
            for value in case.truth.values():
                numbers = value.ravel() if isinstance(value, np.ndarray) else []
                finite = [number for number in numbers if 1e-3 < abs(number) < 1e9]
                telling = [number for number in finite if round(12 * number, 9) % 1]  # a third is none
                assert not any(f"{number:.5f}" in text for number in telling)


def test_the_scan_finds_a_planted_answer(made):
    planted = read(made / "source" / "02_rnn" / "rnn.ipynb")
    sources = "\n".join(cell.source for cell in planted.cells)
    assert any(line in sources for line in solution_lines(COURSE.references["rnn_cell_forward"]))


@pytest.mark.parametrize("topic", NOTEBOOKS)
def test_stub_signature_and_docstring_are_the_references(topic):
    cells = [cell for cell in read(COURSE.release(topic)).cells if "nbgrader" in cell.metadata]
    sources = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells}
    for exercise in topic.exercises:
        stub = ast.parse(sources[exercise.name]).body[0]
        model = ast.parse(source_of(exercise.reference)).body[0]
        assert ast.get_docstring(stub) == ast.get_docstring(model)
        assert [one.arg for one in stub.args.args] == [one.arg for one in model.args.args]
        assert sources[exercise.name].rstrip().endswith("raise NotImplementedError()")


def executed(notebook, folder):
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, allow_errors=True, timeout=600).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {cell.metadata.get("nbgrader", {}).get("grade_id", cell.id): cell.outputs for cell in cells}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("topic", NOTEBOOKS)
def test_a_learner_who_writes_the_answers_sees_every_check_pass(topic, made, tmp_path):
    for name in topic.data:
        shutil.copy(made / "source" / topic.assignment / name, tmp_path)
    outputs = executed(read(made / "source" / topic.assignment / f"{topic.name}.ipynb"), tmp_path)
    for exercise in topic.exercises:
        assert "all visible checks passed" in outputs[f"check-{exercise.name}"][0].text
    assert not any(output.output_type == "error" for cell in outputs.values() for output in cell)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("topic", NOTEBOOKS)
def test_a_fresh_notebook_runs_and_says_what_is_not_written(topic, tmp_path):
    outputs = executed(read(COURSE.release(topic)), tmp_path)
    for exercise in topic.exercises:
        (error,) = [output for output in outputs[f"check-{exercise.name}"] if output.output_type == "error"]
        assert error.traceback == [f"`{exercise.name}` has not been written yet, or one that it builds on."]


def test_the_checks_file_needs_numpy_alone():
    tree = ast.parse(visible_checks(COURSE.topics[0]))
    imported = {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported - set(sys.stdlib_module_names) == {"numpy"}
    assert not re.search(r"\bautograder\.", visible_checks(COURSE.topics[0]).split('"""', 2)[2])


def small_course(root, *, data=()):
    """A copy of this course with one topic."""
    topic = replace(COURSE.topic("rnn"), data=data)
    for part in ("solutions/rnn", "book/data"):
        (root / part).mkdir(parents=True, exist_ok=True)
    (root / "solutions/rnn/notebook.md").write_text((ROOT / "solutions/rnn/notebook.md").read_text())
    return replace(COURSE, root=root, topics=(topic,))


def test_data_is_released_beside_the_notebook(tmp_path):
    course = small_course(tmp_path, data=("names.txt",))
    with pytest.raises(CourseError, match="there is no such file in book/data"):
        build_sources(course, tmp_path / "source")
    (tmp_path / "book/data/names.txt").write_text("ada\n")
    build_sources(course, tmp_path / "source")
    generate(course, tmp_path / "source", tmp_path / "out", course.db_url)
    assert sorted(path.name for path in (tmp_path / "out" / "02_rnn").iterdir()) == ["names.txt", "rnn.ipynb"]


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_a_release_that_fails_leaves_the_old_one(tmp_path):
    course = small_course(tmp_path)
    build_sources(course, tmp_path / "source")
    generate(course, tmp_path / "source", tmp_path / "out", course.db_url)
    with Gradebook(course.db_url) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission("02_rnn", "ada")
    fewer = tmp_path / "source" / "02_rnn" / "rnn.ipynb"
    notebook = read(fewer)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") != "check-softmax"]
    nbformat.write(notebook, fewer)
    before = course.root / "out" / "02_rnn" / "rnn.ipynb"
    text = before.read_text()
    with pytest.raises(CourseError, match="gains or loses an exercise.*holds submissions"):
        generate(course, tmp_path / "source", tmp_path / "out", course.db_url)
    assert before.read_text() == text and [path.name for path in (tmp_path / "out").iterdir()] == ["02_rnn"]
