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

READ_BY_CELLS = ("book/figures", "book/data", "book/extensions", "solutions/reference", "experiments", "_config.yml")
LIBRARIES = ("numpy", "matplotlib", "myst-nb", "jupyter-book")
STAMP, COMPLAINED = "fingerprint", "complained"


def files(root: Path) -> Iterator[Path]:
    """Every file that a cell may read, in a fixed order, without what Python makes."""
    for name in READ_BY_CELLS:
        place = root / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)


def fingerprint(root: Path) -> str:
    """Give a digest of names, contents and versions."""
    digest = hashlib.sha256(sys.version.encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for path in files(root):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def forget(cache: Path, now: str) -> bool:
    """Empty the cache when it was filled under another fingerprint; say whether it was."""
    stamp = cache / STAMP
    if stamp.is_file() and stamp.read_text() == now:
        return False
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    stamp.write_text(now)
    return True


def cache_of(app: Sphinx) -> Path:
    """Where Jupyter Book keeps what cells printed."""
    return Path(app.outdir).parent / ".jupyter_cache"


def outdated(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """Name every page when something that cells read has changed since the last build, or when that one complained."""
    changed = forget(cache_of(app), fingerprint(Path(app.srcdir).parent))
    complained = (cache_of(app) / COMPLAINED).exists()
    return sorted(env.found_docs) if changed or complained else []


def remember(app: Sphinx, failed: Exception | None) -> None:
    """Note a build with warnings: Sphinx would not read an unchanged page again, and the next build would be silent."""
    note = cache_of(app) / COMPLAINED
    if failed is not None or app._warncount:
        note.touch()
    else:
        note.unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register both ends of a build."""
    app.connect("env-get-outdated", outdated)
    app.connect("build-finished", remember)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
