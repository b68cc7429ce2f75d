"""A Sphinx extension: what the tools leave wrong in a page is put right before it is written.

* sphinx-thebe, which Jupyter Book always loads, declares the same constant twice on every page (an uncaught error) and names
  a foreign repository to run code in; the book does not use it, so it is left out.
* Jupyter Book adds every file of `_static` by itself, and extensions add some of them again: each is kept once.
* Jupyter Book sends readers from index.html to the first page with a single tag. Here it is a page, with a language and a link.
* Browsers leave MathML out when they name a button, a group or a column. Where a formula is part of such a name, words stand
  beside it for those who hear the page.
* docutils puts footnotes into an `aside` for each and one around all of them: a landmark inside a landmark. The outer one
  becomes a `div`. It gives entries of a bibliography a role that a list may not hold: they become what they are, list items.
* The theme's button that unfolds a chapter's entry in the navigation has a picture and no name. What it unfolds is the exercise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

UNUSED = "sphinx_thebe"
UNUSED_STYLE = "sphinx-thebe.css"
AFTER_ALL_OTHERS = 900
NAVIGATION, UNFOLDED = "generate_toctree_html", "Exercise"

INDEX = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><meta http-equiv="refresh" content="0; url={first}"></head>
<body><main><h1>{title}</h1><p><a href="{first}">Read the book</a></p></main></body>
</html>
"""
NAMED = re.compile(r"<(th|legend|label)\b.*?</\1>", re.DOTALL)
FORMULA = re.compile(r'<span class="math">(?=.*?<annotation encoding="application/x-tex">(.*?)</annotation>)', re.DOTALL)
SPOKEN = (
    (r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1 over \2"),
    (r"\\langle\s*", "&lt;"),
    (r"\s*\\rangle", "&gt;"),
    (r"\\[,;:! ]|\\left|\\right|\\[bB]igg?[lr]?", " "),
    (r"[{}]|\^(?=\{?&lt;)", ""),
    (r"\\(?:var)?([A-Za-z]+)", r"\1 "),
)
FOOTNOTES = re.compile(r'<aside class="footnote-list brackets">(.*?</aside>\s*)</aside>', re.DOTALL)


def leave_out_the_unused(app: Sphinx, _config: Config) -> None:
    """Disconnect every handler of the extension that the book does not use, and forget its style sheet."""
    for listeners in app.events.listeners.values():
        for listener in [one for one in listeners if one.handler.__module__ == UNUSED]:
            app.disconnect(listener.id)
    app.registry.css_files = [entry for entry in app.registry.css_files if entry[0] != UNUSED_STYLE]


def without_repetition(files: list[Any]) -> list[Any]:
    """Keep the first of each style sheet or script; those that are written into the page have no name and stay."""
    names = [getattr(file, "filename", None) for file in files]
    return [file for place, file in enumerate(files) if not names[place] or names[place] not in names[:place]]


def mend_roles(body: str) -> str:
    """Give lists of footnotes and bibliographies the roles that assistive software understands."""
    body = FOOTNOTES.sub(r'<div class="footnote-list brackets">\1</div>', body)
    return body.replace('role="doc-biblioentry"', 'role="listitem"')


def speak(tex: str) -> str:
    """Give plain words for a short formula, both written as in HTML."""
    for pattern, words in SPOKEN:
        tex = re.sub(pattern, words, tex)
    return " ".join(tex.split())


def give_words(body: str) -> str:
    """Put words beside each formula in a name, and hide the formula from those who hear them."""

    def formula(found: re.Match[str]) -> str:
        return f'<span class="visually-hidden">{speak(found[1])}</span><span class="math" aria-hidden="true">'

    return NAMED.sub(lambda named: FORMULA.sub(formula, named.group()), body)


def name_buttons(navigation: Callable[..., Any]) -> Callable[..., str]:
    """Give the theme's function that writes the navigation, its buttons named."""
    return lambda *args, **options: str(navigation(*args, **options)).replace("<summary>", f'<summary aria-label="{UNFOLDED}">')


def repair(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None) -> None:
    """Repair one page's parts."""
    for kind in ("css_files", "script_files"):
        context[kind] = without_repetition(context[kind])
    if NAVIGATION in context:
        context[NAVIGATION] = name_buttons(context[NAVIGATION])
    if context.get("body"):
        body = mend_roles(context["body"])
        context["body"] = body if app.builder.name == "epub" else give_words(body)


def write_index(app: Sphinx, failed: Exception | None) -> None:
    """Write the page that leads to the first one; Jupyter Book leaves it alone when it is there."""
    if failed is None and app.builder.name == "html" and app.config.root_doc != "index":
        first, title = f"{app.config.root_doc}.html", escape(app.config.html_title)
        (Path(app.outdir) / "index.html").write_text(INDEX.format(first=first, title=title), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register each step behind everything it repairs."""
    app.connect("config-inited", leave_out_the_unused, priority=AFTER_ALL_OTHERS)
    app.connect("html-page-context", repair, priority=AFTER_ALL_OTHERS)
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
