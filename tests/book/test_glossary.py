"""The glossary is sorted, says each thing once, marks its Chinese as Chinese, and leads to chapters that exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.book.conftest import Page

BOOK = Path(__file__).resolve().parents[2] / "book"
ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.M)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
MARKED = re.compile(r"\[([^\]]*)\]\{\.language-zh-Hant-TW\}")


def rows() -> list[tuple[str, ...]]:
    return ROW.findall((BOOK / "glossary.md").read_text(encoding="utf-8"))[1:]


def test_terms_are_sorted_and_stand_once() -> None:
    terms = [row[0].lower() for row in rows()]
    assert len(terms) > 60
    assert terms == sorted(set(terms))


def test_each_term_is_explained_in_one_plain_sentence() -> None:
    for term, chinese, sentence, _ in rows():
        assert MARKED.fullmatch(chinese), term
        assert sentence.endswith(".") and 4 <= len(sentence.split()) <= 30, term


def test_chinese_is_marked_as_chinese() -> None:
    text = (BOOK / "glossary.md").read_text(encoding="utf-8")
    assert not CHINESE.findall(MARKED.sub("", text))


def test_chapters_that_are_named_are_there() -> None:
    linked = {match for row in rows() for match in re.findall(r"\]\((\w+)\.md\)", row[3])}
    assert len(linked) >= 6
    assert all((BOOK / f"{name}.md").is_file() for name in linked)


def test_a_screen_reader_is_told_which_words_are_chinese(pages: dict[str, Page]) -> None:
    found = re.findall(r'<span lang="zh-Hant-TW">([^<]+)</span>', pages["glossary.html"].text)
    assert len(found) >= len(rows())
    assert all(CHINESE.search(words) for words in found)


def test_every_work_stands_in_the_bibliography(pages: dict[str, Page]) -> None:
    entries = re.findall(r"^@\w+\{(\w+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.M)
    assert len(entries) == len(set(entries)) > 30
    assert len(re.findall(r'class="citation"', pages["bibliography.html"].text)) == len(entries)


def test_every_entry_of_the_bibliography_is_closed() -> None:
    """Git's union merge leaves out a closing brace where two branches have each added entries at the end."""
    text = (BOOK / "references.bib").read_text(encoding="utf-8")
    for entry in re.split(r"^(?=@)", text, flags=re.M):
        assert entry.count("{") == entry.count("}"), entry[:40]
