"""Each exercise lies in the site, byte for byte, and its box says what is in it."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

from book.extensions import exercise_notebook
from tests.book.conftest import ROOT, Page

NOTEBOOKS = sorted((ROOT / "exercises").glob("[0-9][0-9]_*/*.ipynb"))


def test_every_released_notebook_can_be_downloaded(site: Path) -> None:
    assert NOTEBOOKS
    for notebook in NOTEBOOKS:
        for path in notebook.parent.iterdir():
            assert (site / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


def test_a_box_says_what_is_written_and_links_it(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        source = (ROOT / "book" / name).with_suffix(".md").read_text(encoding="utf-8")
        topics = re.findall(r"^```\{exercise-notebook\} (\w+)", source, re.MULTILINE)
        assert page.text.count('class="exercise-notebook') == len(topics)
        for topic in topics:
            notebook = exercise_notebook.find(ROOT, topic)
            assert notebook is not None, f"{name} links the exercise {topic}, which is not released"
            release = exercise_notebook.read(notebook)
            assert release.address in page.links
            assert release.functions and all(f">{function}</span>" in page.text for function in release.functions)
        assert not [link for link in page.links if "colab" in link], "no repository is configured"


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
    with_it = exercise_notebook.write(application(tmp_path, "someone/unrolled"), release, "../").pformat()
    assert "https://colab.research.google.com/github/someone/unrolled/blob/main/exercises/02_rnn/rnn.ipynb" in with_it
    assert 'refuri="../exercises/02_rnn/rnn.ipynb"' in with_it
    assert "colab" not in exercise_notebook.write(application(tmp_path), release, "").pformat()


def test_practice_is_offered_once_there_is_a_place_for_it(tmp_path: Path) -> None:
    release = released(tmp_path)
    offered = exercise_notebook.write(application(tmp_path, practice="lite/lab/index.html?path={path}"), release, "../").pformat()
    assert 'refuri="../lite/lab/index.html?path=02_rnn/rnn.ipynb"' in offered
    assert "Practise" not in exercise_notebook.write(application(tmp_path), release, "").pformat()


def test_data_travels_with_its_notebook(tmp_path: Path) -> None:
    release = released(tmp_path)
    app = application(tmp_path)
    exercise_notebook.publish(app, None)
    with zipfile.ZipFile(app.outdir / "exercises" / "02_rnn.zip") as archive:
        assert archive.read("02_rnn/names.txt") == b"Ada\n"
        assert json.loads(archive.read("02_rnn/rnn.ipynb"))["nbformat"] == 4
    assert 'refuri="exercises/02_rnn.zip"' in exercise_notebook.write(app, release, "").pformat()


def test_an_epub_names_the_place_instead(tmp_path: Path) -> None:
    app = application(tmp_path)
    app.builder.name = "epub"
    written = exercise_notebook.write(app, released(tmp_path), "").pformat()
    assert "exercises/02_rnn/rnn.ipynb" in written
    assert "refuri" not in written
