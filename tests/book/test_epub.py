"""The electronic book opens: a sound archive, well-formed chapters, formulas as MathML, answers to read."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from tests.book.conftest import CHAPTERS, QUIZ, READ, ROOT, build_book

XHTML, OPF = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/opf}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    output = tmp_path_factory.mktemp("epub")
    build_book(output, "--builder", "custom", "--custom-builder", "epub")
    with zipfile.ZipFile(output / "_build" / "epub" / "unrolled.epub") as archive:
        yield archive


def chapters_of(book: zipfile.ZipFile) -> dict[str, ElementTree.Element]:
    return {name: ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.endswith(".xhtml")}


def test_the_archive_begins_as_the_standard_wants(book: zipfile.ZipFile) -> None:
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert book.read("mimetype").strip() == b"application/epub+zip"
    assert "META-INF/container.xml" in book.namelist()
    assert book.testzip() is None


def test_the_manifest_names_every_file_and_the_reading_order(book: zipfile.ZipFile) -> None:
    package = ElementTree.fromstring(book.read("content.opf"))
    items = {item.get("href"): item for item in package.iter(OPF + "item")}
    assert set(items) == set(book.namelist()) - {"mimetype", "META-INF/container.xml", "content.opf"}
    names = {item.get("id"): href for href, item in items.items()}
    order = [names[entry.get("idref")] for entry in package.iter(OPF + "itemref")]
    assert [name for name in order if str(name).removesuffix(".xhtml") in READ] == [f"{name}.xhtml" for name in READ]
    for name, chapter in chapters_of(book).items():
        holds = chapter.find(f".//{MATHML}math") is not None
        assert ("mathml" in items[name].get("properties", "")) == holds, name


def test_links_and_pictures_lead_somewhere(book: zipfile.ZipFile) -> None:
    chapters = chapters_of(book)
    ids = {name: {node.get("id") for node in chapter.iter()} for name, chapter in chapters.items()}
    for name, chapter in chapters.items():
        for node in chapter.iter():
            target = node.get("src") or node.get("href") or ""
            if not target or target.startswith(("http", "mailto:")):
                continue
            path, _, anchor = target.partition("#")
            place = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert place in book.namelist(), f"{name}: {target}"
            assert not anchor or anchor in ids.get(place, {anchor}), f"{name}: {target}"


def test_formulas_can_be_read_without_a_style_sheet(book: zipfile.ZipFile) -> None:
    for name, chapter in chapters_of(book).items():
        assert not [node for node in chapter.iter() if "katex-html" in (node.get("class") or "")], name
        assert not list(chapter.iter(XHTML + "script")), name
        for formula in chapter.iter(MATHML + "math"):
            assert formula.find(f".//{MATHML}merror") is None, name


def test_answers_are_in_the_book(book: zipfile.ZipFile) -> None:
    for name in CHAPTERS:
        asked = len(QUIZ.findall((ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")))
        text = book.read(f"{name}.xhtml").decode()
        assert text.count('class="quiz-question"') == asked
        assert text.count('class="quiz-feedback"') >= 2 * asked
        assert "<input" not in text
        assert "<button" not in text
