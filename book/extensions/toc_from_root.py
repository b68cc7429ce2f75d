"""A Sphinx extension: `--toc book/_toc.yml` may be given as seen from the folder the build is started in.

Jupyter Book 1.0.4 looks for a relative `--toc` in the current folder and then hands it on unchanged to
sphinx-external-toc, which looks for it in the book's folder: a path relative to the root is never found.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

BEFORE_THE_TOC_IS_READ = 100


def resolve(app: Sphinx, config: Config) -> None:
    """Make the path absolute if it leads to a file from here and to none from the book's folder."""
    path = Path(config.external_toc_path)
    if path.is_file() and not (Path(app.srcdir) / path).is_file():
        config.external_toc_path = path.resolve().as_posix()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the repair ahead of sphinx-external-toc, which reads the table at the same event."""
    app.connect("config-inited", resolve, priority=BEFORE_THE_TOC_IS_READ)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
