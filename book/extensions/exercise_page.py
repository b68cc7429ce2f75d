"""A Sphinx extension: each released notebook can be read in the site, on a page behind its chapter.

`book/exercises` is a link to the release, so the page is the released notebook itself, never executed. It says in its title
that it is an exercise, since a chapter has the same one, and shows the box of links below it. In place of the folded cell, which
only brings the checks, stands a sentence.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from sphinx.application import Sphinx

PLACE = "exercises/"
FOLDED = "hide-input"
BOX = "```{{exercise-notebook}} {topic}\n```"

CHECKS = {"cell_type": "markdown", "metadata": {}, "source": "*In the notebook, the folded cell stands here.*"}


def introduce(_app: Sphinx, page: str, source: list[str]) -> None:
    """Give a released notebook its title and its box, on the way from the file to the parser."""
    if page.startswith(PLACE):
        notebook = json.loads(source[0])
        first, *others = notebook["cells"]
        title, _, rest = "".join(first["source"]).removeprefix("# ").partition("\n")
        box = BOX.format(topic=PurePosixPath(page).name)
        begun = {**first, "source": f"# Exercise: {title}\n\n{box}\n{rest}"}
        notebook["cells"] = [begun, *(CHECKS if FOLDED in cell["metadata"].get("tags", []) else cell for cell in others)]
        source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the step."""
    app.connect("source-read", introduce)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
