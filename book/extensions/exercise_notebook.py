"""A Sphinx extension: a chapter's exercise in a small box, and the released notebooks inside the site.

    ```{exercise-notebook} lstm
    ```

The box says what is written in `exercises/NN_lstm/lstm.ipynb` and links it, to read (extension `exercise_page`) and to download.
Everything is read from the release, so nothing is said twice. The release's folders are copied into the site, with an archive
beside each notebook that comes with data.

Two configuration values, empty by default, add links to the box. `exercise_repository`, an `OWNER/NAME` on GitHub (with
`exercise_branch`, main), offers to open the notebook in Colab; while it is empty, it is the repository that the course was cloned
from, where that is on GitHub. `exercise_practice` is the address of a place where the notebook
runs in the browser, such as a JupyterLite site; `{path}` in it stands for the notebook, as in `lite/lab/index.html?path={path}`.
While it is empty, the box offers the practice site that `make practice` has laid into the site, where it has;
`exercise_practice_complete` then says whether Python is served from there too.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

FOLDER = "exercises"
PRACTICE = "practice/notebooks/index.html?path={path}"
PYTHON_MEGABYTES = 21  # what a reader's browser loads before the first check; tests/book/test_practice.py measures it
COLAB = "https://colab.research.google.com/github/{repository}/blob/{branch}/{path}"
GITHUB = re.compile(r"(?:https://|ssh://)?(?:[\w-]+@)?github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?")
logger = logging.getLogger(__name__)


class exercise_box(nodes.General, nodes.Element):
    """Stands for the box until the builder, and with it the kind of link, is known."""


@dataclass(frozen=True)
class Release:
    """What a released exercise says about itself."""

    notebook: Path
    title: str
    functions: tuple[str, ...]
    points: float
    data: tuple[Path, ...]

    @property
    def address(self) -> str:
        """The notebook as seen from the root of the site, and of the repository."""
        return f"{FOLDER}/{self.notebook.parent.name}/{self.notebook.name}"

    @property
    def page(self) -> str:
        """The page on which the notebook can be read, as Sphinx names it."""
        return self.address.removesuffix(".ipynb")

    @property
    def archive(self) -> str:
        """The notebook and its data in one file, as seen from the root of the site."""
        return f"{FOLDER}/{self.notebook.parent.name}.zip"


def find(root: Path, topic: str) -> Path | None:
    """Give the notebook of a topic in the release."""
    found = sorted((root / FOLDER).glob(f"[0-9][0-9]_{topic}/{topic}.ipynb"))
    return found[0] if found else None


def read(notebook: Path) -> Release:
    """Read title, functions and points out of a released notebook; what lies beside it is its data."""
    cells = nbformat.read(notebook, as_version=4).cells
    title = next(cell.source.splitlines()[0].removeprefix("# ") for cell in cells if cell.cell_type == "markdown")
    marks = [cell.metadata.get("nbgrader", {}) for cell in cells]
    graded = {mark["grade_id"].removeprefix("check-"): mark["points"] for mark in marks if mark.get("grade")}
    data = tuple(sorted(path for path in notebook.parent.iterdir() if path.is_file() and path != notebook))
    return Release(notebook, title, tuple(graded), sum(graded.values()), data)


class ExerciseNotebookDirective(SphinxDirective):
    """```{exercise-notebook} topic```."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        root, topic = Path(self.env.srcdir).parent, self.arguments[0]
        notebook = find(root, topic)
        if notebook is not None:
            self.env.note_dependency(str(notebook))
            return [exercise_box(release=read(notebook))]
        if not (root / "solutions" / topic).is_dir():
            raise self.error(f"exercise-notebook: there is no topic {topic!r} in solutions/ and none in {FOLDER}/")
        logger.info("exercise-notebook: %s is not released yet; run `make exercises`", topic)
        missing = nodes.paragraph("", "The notebook of this chapter is not released yet.")
        return [nodes.container("", missing, classes=["exercise-notebook"])]


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put words and links in place of each box."""
    for box in list(doctree.findall(exercise_box)):
        box.replace_self(write(app, box["release"], docname))


def write(app: Sphinx, release: Release, docname: str) -> nodes.container:
    """Give the box of a release. Outside of HTML there is nothing to download, so its place is named."""
    up = "../" * docname.count("/")
    title = nodes.paragraph("", "", nodes.strong("", f"{release.title}: {release.notebook.name}"))
    written = nodes.paragraph("", "You write ")
    for number, name in enumerate(release.functions):
        written += [nodes.Text(", ")] * bool(number) + [nodes.literal("", name)]
    written += nodes.Text(f"; {release.points:g} points.")
    box = nodes.container("", title, written, classes=["exercise-notebook"])
    if app.builder.format != "html" or app.builder.name == "epub":
        box += nodes.paragraph("", "It lies in the course's folder: ", nodes.literal("", release.address))
        return box
    offered = links(app, release, up)
    if docname != release.page:
        offered.insert(0, [link(f"{up}{release.page}.html", "Read it here")])
    box += nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph("", "", *offer)) for offer in offered))
    return box


def links(app: Sphinx, release: Release, up: str) -> list[list[nodes.Node]]:
    """What a reader can do with a notebook: links, each with what there is to say about it."""
    offered = [[link(up + release.address, "Download the notebook")]]
    if release.data:
        names = ", ".join(path.name for path in release.data)
        offered.append([link(up + release.archive, f"Download it with its data ({names})")])
    if app.config.exercise_repository:
        where = {"repository": app.config.exercise_repository, "branch": app.config.exercise_branch, "path": release.address}
        offered.append([link(COLAB.format(**where), "Open in Colab")])
    if app.config.exercise_practice:
        path = release.address.removeprefix(f"{FOLDER}/")
        address = app.config.exercise_practice.format(path=path)
        offered.append([practise(address if "://" in address else up + address), nodes.Text(what_it_loads(app))])
    return offered


def practise(address: str) -> nodes.reference:
    """The link to practise; its class lets `practice.js` find it."""
    made = link(address, "Practise in the browser")
    made["classes"].append("practice")
    return made


def what_it_loads(app: Sphinx) -> str:
    """What a reader should know before following the link to practise."""
    whence = "this site" if app.config.exercise_practice_complete else "another host"
    return (
        f": nothing to install. It loads Python, about {PYTHON_MEGABYTES} MB, from {whence}. "
        "What you write stays in this browser; download it to keep it or to hand it in."
    )


def find_repository(app: Sphinx, config: Any) -> None:
    """Offer Colab where the course comes from a repository that Colab can read."""
    words = ["git", "-C", str(app.srcdir), "config", "--get", "remote.origin.url"]
    if not config.exercise_repository and shutil.which("git"):
        origin = subprocess.run(words, capture_output=True, text=True, check=False).stdout
        found = GITHUB.fullmatch(origin.strip())
        config.exercise_repository = found[1] if found else ""


def find_practice(app: Sphinx, config: Any) -> None:
    """Offer the practice site that lies in the site, so that there is a link exactly when it leads somewhere."""
    if not config.exercise_practice and (Path(app.outdir) / PRACTICE.partition("?")[0]).is_file():
        config.exercise_practice = PRACTICE
        config.exercise_practice_complete = (Path(app.outdir) / "practice" / "static" / "pyodide").is_dir()


def link(address: str, words: str) -> nodes.reference:
    return nodes.reference("", words, refuri=address, internal=not address.startswith("http"))


def publish(app: Sphinx, failed: Exception | None) -> None:
    """Copy the release into the site, and write an archive for each notebook with data."""
    if failed is not None or app.builder.format != "html" or app.builder.name == "epub":
        return
    for old in (path for path in (Path(app.outdir) / FOLDER).rglob("*") if path.is_file() and path.suffix != ".html"):
        old.unlink()
    for notebook in sorted((Path(app.srcdir).parent / FOLDER).glob("[0-9][0-9]_*/*.ipynb")):
        release = read(notebook)
        place = Path(app.outdir) / FOLDER / notebook.parent.name
        place.mkdir(parents=True, exist_ok=True)
        for path in (notebook, *release.data):
            shutil.copyfile(path, place / path.name)
        if release.data:
            with zipfile.ZipFile(Path(app.outdir) / release.archive, "w", zipfile.ZIP_DEFLATED) as archive:
                for path in (notebook, *release.data):
                    archive.write(path, f"{notebook.parent.name}/{path.name}")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, what it turns into, and the copying."""
    app.add_config_value("exercise_repository", "", "html")
    app.add_config_value("exercise_branch", "main", "html")
    app.add_config_value("exercise_practice", "", "html")
    app.add_config_value("exercise_practice_complete", False, "html")
    app.add_node(exercise_box)
    app.add_directive("exercise-notebook", ExerciseNotebookDirective)
    app.connect("config-inited", find_repository)
    app.connect("config-inited", find_practice)
    app.connect("doctree-resolved", resolve)
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
