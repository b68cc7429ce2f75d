"""A Sphinx extension: outputs are taken from the cache only while everything that cells read is unchanged.

Jupyter's cache knows a page's code cells, and Sphinx knows a page's text; neither knows that a cell draws with `book/figures` or
reads a result of an experiment. Here all such files, the book's extensions and the versions of the libraries make one
fingerprint. When it differs from that of the last build, the cache is emptied and every page is read again.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

READ_BY_CELLS = ("book", "solutions/reference", "experiments", "_config.yml")
OF_PAGES = {".md", ".bib", ".css", ".js", ".html", ".pyc"}  # Sphinx itself looks after these, Python after the last
LIBRARIES = ("numpy", "matplotlib", "myst-nb", "jupyter-book")
STAMP = "fingerprint"


def files(root: Path) -> Iterator[Path]:
    """Every file that a cell may read, in a fixed order."""
    for name in READ_BY_CELLS:
        place = root / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in found if path.is_file() and path.suffix not in OF_PAGES)


def fingerprint(root: Path) -> str:
    """Give a digest of names, contents and versions."""
    digest = hashlib.sha256(sys.version.encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for path in files(root):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_of(folder: Path, now: str) -> bool:
    """Say whether what a folder holds was made under this fingerprint."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text() == now


def mark(folder: Path, now: str) -> None:
    """Note the fingerprint in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).write_text(now)


def outdated(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """Empty the cache, and name every page, when something that cells read has changed.

    The cache serves site and EPUB; what Sphinx has read is kept for each of them apart, with a fingerprint of its own.
    """
    now = fingerprint(Path(app.srcdir).parent)
    cache = Path(app.outdir).parent / ".jupyter_cache"
    if not is_of(cache, now):
        shutil.rmtree(cache, ignore_errors=True)
        mark(cache, now)
    return [] if is_of(Path(app.doctreedir), now) else sorted(env.found_docs)


def remember(app: Sphinx, failed: Exception | None) -> None:
    """Note a build without complaint. After any other, Sphinx would not read an unchanged page again, and stay silent."""
    if failed is None and not app._warncount:
        mark(Path(app.doctreedir), fingerprint(Path(app.srcdir).parent))
    else:
        (Path(app.doctreedir) / STAMP).unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register both ends of a build."""
    app.connect("env-get-outdated", outdated)
    app.connect("build-finished", remember)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
