"""A Sphinx extension: the EPUB is a file that readers of electronic books accept.

In a page, formulas are HTML that needs KaTeX's style sheet and fonts; in an EPUB they are MathML, which its standard asks readers
to show. The standard also wants the manifest to say which chapters hold MathML; Sphinx leaves that out.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinxcontrib import katex

MANIFEST = "content.opf"
ITEM = re.compile(r'<item id="[^"]*" href="([^"]+\.xhtml)"(?![^>]*properties)')
LEFT_OUT = ("katex/", "katex-math.css", "favicon.svg", "mystnb.")  # the last is named in an EPUB and not put into it
SCRIPTS = (".js",)


def choose_mathml(app: Sphinx) -> None:
    """Let KaTeX write MathML only, and leave what serves its HTML out of the book."""
    if app.builder.name != "epub":
        return
    katex.KATEX_DEFAULT_OPTIONS["output"] = "mathml"
    static = Path(app.srcdir) / "_static"
    files = [path.relative_to(app.srcdir).as_posix() for path in static.rglob("*") if path.is_file()]
    app.config.epub_exclude_files += [name for name in files if _is_left_out(name)] + ["_static/katex-math.css"]


def _is_left_out(name: str) -> bool:
    return name.removeprefix("_static/").startswith(LEFT_OUT) or name.endswith(SCRIPTS)


def link_less(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Take the style sheets that were left out from the head of a chapter."""
    if app.builder.name == "epub":
        sheets = context.get("css_files", [])
        context["css_files"] = [sheet for sheet in sheets if not _is_left_out(str(getattr(sheet, "filename", sheet)))]
        context["script_files"] = []


def declare(manifest: str, chapters: dict[str, str]) -> str:
    """Say in the manifest which chapters hold MathML. ``chapters`` are file names and their texts."""

    def item(found: re.Match[str]) -> str:
        return found.group() + (' properties="mathml"' if "<math" in chapters.get(found.group(1), "") else "")

    return ITEM.sub(item, manifest)


def finish(app: Sphinx, failed: Exception | None) -> None:
    """Write the archive again, its manifest completed; the first entry stays first and uncompressed, as the standard wants."""
    book = Path(app.outdir) / f"{app.config.epub_basename}.epub"
    if failed is not None or app.builder.name != "epub":
        return
    with zipfile.ZipFile(book) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.infolist()]
    chapters = {entry.filename: text.decode() for entry, text in entries if entry.filename.endswith(".xhtml")}
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            is_manifest = entry.filename == MANIFEST
            archive.writestr(entry, declare(content.decode(), chapters).encode() if is_manifest else content)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the three steps."""
    app.connect("builder-inited", choose_mathml, priority=100)
    app.connect("html-page-context", link_less, priority=950)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
