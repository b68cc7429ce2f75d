"""Each exercise lies in the site, byte for byte, and its box says what is in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from book.extensions import exercise_notebook
from tests.book.conftest import CHAPTERS, EXERCISES, ROOT, Page

NOTEBOOKS = sorted((ROOT / "exercises").glob("[0-9][0-9]_*/*.ipynb"))


def test_every_released_notebook_can_be_downloaded(site: Path) -> None:
    assert NOTEBOOKS
    for notebook in NOTEBOOKS:
        for path in notebook.parent.iterdir():
            assert (site / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


def test_a_box_says_what_is_written_and_links_it(pages: dict[str, Page]) -> None:
    for name in CHAPTERS:
        page = pages[f"{name}.html"]
        source = (ROOT / "book" / name).with_suffix(".md").read_text(encoding="utf-8")
        topics = re.findall(r"^```\{exercise-notebook\} (\w+)", source, re.MULTILINE)
        assert page.text.count('class="exercise-notebook') == len(topics)
        for topic in topics:
            notebook = exercise_notebook.find(ROOT, topic)
            assert notebook is not None, f"{name} links the exercise {topic}, which is not released"
            release = exercise_notebook.read(notebook)
            assert {f"{release.page}.html", release.address} <= page.links
            assert release.functions and all(f">{function}</span>" in page.text for function in release.functions)


def test_every_released_notebook_can_be_read(pages: dict[str, Page]) -> None:
    """Its page shows every cell but the folded one, formulas as formulas, and nothing that came of running it."""
    assert [str(notebook.relative_to(ROOT).with_suffix("")) for notebook in NOTEBOOKS] == EXERCISES
    for notebook, name in zip(NOTEBOOKS, EXERCISES, strict=True):
        cells = nbformat.read(notebook, as_version=4).cells
        text = pages[f"{name}.html"].text
        assert f"Exercise: {exercise_notebook.read(notebook).title.split()[0]}" in text
        assert text.count('class="cell_input') == sum(cell.cell_type == "code" for cell in cells) - 1
        assert text.count('class="katex"') > 10 and "katex-error" not in text and "cell_output" not in text
        assert f"../../{name}.ipynb" in pages[f"{name}.html"].links


def released(folder: Path) -> exercise_notebook.Release:
    """A notebook with a file beside it, in a course of its own."""
    place = folder / "exercises" / "02_rnn"
    place.mkdir(parents=True)
    shutil.copyfile(NOTEBOOKS[0], place / "rnn.ipynb")
    (place / "names.txt").write_text("Ada\n")
    found = exercise_notebook.find(folder, "rnn")
    assert found is not None
    return exercise_notebook.read(found)


def application(folder: Path, repository: str = "", practice: str = "") -> SimpleNamespace:
    config = SimpleNamespace(
        exercise_repository=repository, exercise_branch="main", exercise_practice=practice, exercise_practice_complete=False
    )
    builder = SimpleNamespace(format="html", name="html")
    return SimpleNamespace(config=config, builder=builder, srcdir=folder / "book", outdir=folder / "site")


def test_colab_is_offered_once_a_repository_is_named(tmp_path: Path) -> None:
    release = released(tmp_path)
    with_it = exercise_notebook.write(application(tmp_path, "someone/unrolled"), release, "part/page").pformat()
    assert "https://colab.research.google.com/github/someone/unrolled/blob/main/exercises/02_rnn/rnn.ipynb" in with_it
    assert 'refuri="../exercises/02_rnn/rnn.ipynb"' in with_it
    assert "colab" not in exercise_notebook.write(application(tmp_path), release, "page").pformat()


@pytest.mark.parametrize(("origin", "repository"), [
    ("https://github.com/someone/unrolled.git", "someone/unrolled"),
    ("git@github.com:someone/un.rolled", "someone/un.rolled"),
    ("https://git.example.org/someone/unrolled.git", ""),
    ("../course", ""),
])  # fmt: skip  # a table
def test_the_repository_is_the_one_that_the_course_was_cloned_from(tmp_path: Path, origin: str, repository: str) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    app = application(tmp_path)
    app.srcdir.mkdir()
    exercise_notebook.find_repository(app, app.config)
    assert app.config.exercise_repository == "", "there is no origin yet"
    subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "origin", origin], check=True)
    exercise_notebook.find_repository(app, app.config)
    assert app.config.exercise_repository == repository
    app.config.exercise_repository = "configured/course"
    exercise_notebook.find_repository(app, app.config)
    assert app.config.exercise_repository == "configured/course"


def test_practice_is_offered_once_there_is_a_place_for_it(tmp_path: Path) -> None:
    release = released(tmp_path)
    app = application(tmp_path, practice="lite/lab/index.html?path={path}")
    offered = exercise_notebook.write(app, release, "part/page").pformat()
    assert 'refuri="../lite/lab/index.html?path=02_rnn/rnn.ipynb"' in offered
    assert "Practise" not in exercise_notebook.write(application(tmp_path), release, "page").pformat()


def test_data_travels_with_its_notebook(tmp_path: Path) -> None:
    release = released(tmp_path)
    app = application(tmp_path)
    exercise_notebook.publish(app, None)
    with zipfile.ZipFile(app.outdir / "exercises" / "02_rnn.zip") as archive:
        assert archive.read("02_rnn/names.txt") == b"Ada\n"
        assert json.loads(archive.read("02_rnn/rnn.ipynb"))["nbformat"] == 4
    assert 'refuri="exercises/02_rnn.zip"' in exercise_notebook.write(app, release, "page").pformat()


def test_an_epub_names_the_place_instead(tmp_path: Path) -> None:
    app = application(tmp_path)
    app.builder.name = "epub"
    written = exercise_notebook.write(app, released(tmp_path), "page").pformat()
    assert "exercises/02_rnn/rnn.ipynb" in written
    assert "refuri" not in written
