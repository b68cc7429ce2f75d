"""The site builds without a warning, shows formulas without a network, and no link in it leads nowhere."""

from __future__ import annotations

import posixpath
import re
import socket
import sys
import threading
import time
from pathlib import Path

import html5lib
import pytest
from sphinxcontrib import katex

from book.extensions import offline_math, page_repairs
from tests.book.conftest import Page

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "book" / "_static" / "katex"


def test_nothing_is_fetched_from_elsewhere(pages: dict[str, Page]) -> None:
    assert not {url for page in pages.values() for url in page.needed if url.startswith(("http", "//"))}


NUMBERED = {
    "notation.html": 4,
    "rnn.html": 6,
    "bptt.html": 11,
    "rnn_types.html": 14,
    "gradients.html": 10,
    "gru.html": 20,
    "lstm.html": 21,
    "language_model.html": 13,
    "sampling.html": 7,
    "gradient_checking.html": 8,
    "brnn.html": 17,
    "deep_rnn.html": 14,
    "speed.html": 29,
}


def test_formulas_are_in_the_page(pages: dict[str, Page]) -> None:
    for name, labels in NUMBERED.items():
        text = pages[name].text
        assert text.count('class="eqno"') == labels
        assert text.count('class="katex"') > 50
        assert "katex-error" not in text


def test_no_fence_is_left_in_the_text(pages: dict[str, Page]) -> None:
    """A backtick behind three opening ones makes a paragraph of a directive, without a warning."""
    assert not [name for name, page in pages.items() if re.search(r"(?:```|~~~|:::)\{\w", page.text)]


def test_links_inside_the_site_lead_somewhere(site: Path, pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for link in page.links:
            if link.startswith(("http", "mailto:")) or link in {"", "#"}:
                continue
            address, _, anchor = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), address)) if address else name
            assert (site / target).is_file(), f"{name}: {link}"
            if anchor and target in pages:
                assert anchor in pages[target].ids, f"{name}: {link}"


def test_pages_are_html_without_an_error(site: Path) -> None:
    for path in sorted([*site.glob("*.html"), *site.glob("exercises/*/*.html")]):
        parser = html5lib.HTMLParser()
        parser.parse(path.read_text(encoding="utf-8"))
        assert parser.errors == [], path.name


def test_no_id_is_given_twice(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert sorted(page.ids) == sorted(set(page.ids)), name


def test_roles_of_notes_and_bibliographies_are_mended() -> None:
    note = '<aside class="footnote">1</aside>\n'
    notes = f'<aside class="footnote-list brackets">\n{note}{note}</aside>'
    mended = page_repairs.mend_roles(notes + '<div role="list" class="citation-list"><div role="doc-biblioentry">x</div></div>')
    assert mended.startswith('<div class="footnote-list brackets">')
    assert mended.count("<aside") == mended.count("</aside>") == 2
    assert mended.count("<div") == mended.count("</div>") == 3
    assert 'role="listitem"' in mended and "doc-biblioentry" not in mended


@pytest.mark.parametrize(("tex", "words"), [
    (r"\hat y^{\langle t\rangle}", "hat y&lt;t&gt;"),
    (r"W_{aa}\, a^{\langle 1\rangle}", "W_aa a&lt;1&gt;"),
    (r"\frac{1}{m}", "1 over m"),
    (r"10{,}000\varepsilon", "10,000epsilon"),
])  # fmt: skip  # a table
def test_a_formula_in_a_name_has_words(tex: str, words: str) -> None:
    formula = f'<span class="math"><math><annotation encoding="application/x-tex">{tex}</annotation></math></span>'
    said = page_repairs.give_words(f"<p>{formula}</p><label>{formula}</label>")
    assert said.startswith(f'<p>{formula}</p><label><span class="visually-hidden">{words}</span><span class="math" aria-hidden')


def test_figures_are_svg_and_say_what_they_show(site: Path, pages: dict[str, Page]) -> None:
    images = [image for page in pages.values() for image in page.images]
    assert len(images) >= 6
    for image in images:
        assert len((image.get("alt") or "").split()) >= 20
        assert (site / str(image["src"])).read_text(encoding="utf-8").count("<svg") == 1


def test_fonts_fit_the_renderer_and_lie_beside_their_licence() -> None:
    assert f"KaTeX {katex.katex_version} " in (FONTS / "README.txt").read_text(encoding="utf-8")
    assert "MIT License" in (FONTS / "LICENSE").read_text(encoding="utf-8")
    sheet = (FONTS / "katex.min.css").read_text(encoding="utf-8")
    assert f'"{katex.katex_version}"' in sheet
    named = set(re.findall(r"url\((fonts/[^)]+)\)", sheet))
    assert named == {f"fonts/{font.name}" for font in (FONTS / "fonts").iterdir()}


def test_a_renderer_that_listens_late_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the moment a socket has a file and the moment it listens, a connection is refused."""
    sleeper = [sys.executable, "-c", "input()"]
    monkeypatch.setattr(katex.KaTeXServer, "build_command", lambda **_: sleeper)
    monkeypatch.chdir(tmp_path)  # a socket's path may be only about a hundred characters long
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as late:
        late.bind("katex.sock")
        opened = threading.Timer(0.3, late.listen)
        began = time.monotonic()
        opened.start()
        process, connection = offline_math.start_server(Path(), 5.0)
        assert time.monotonic() - began >= 0.25
        connection.close()
        process.communicate(b"\n", timeout=10)
        opened.join()
