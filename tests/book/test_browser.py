"""The site in a real browser, every other host blocked: quiet, accessible, readable on a phone, in the dark and on paper."""

from __future__ import annotations

import functools
import http.server
import io
import os
import re
import shutil
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests.book.conftest import CHAPTERS, QUIZ, READ, ROOT

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
EXPECTED = bool(os.environ.get("CI"))  # there the browser is installed, and a test that skips itself would go unnoticed
pytestmark = pytest.mark.skipif(
    PROGRAM is None and not EXPECTED, reason="there is no Chromium here; `make browser` installs it or says how"
)
WRITTEN = [f"{name}.html" for name in CHAPTERS]
PAGES = ["index.html", *(f"{name}.html" for name in READ), "search.html", "genindex.html"]
WITH_QUIZ = [f"{name}.html" for name in CHAPTERS if QUIZ.search((ROOT / "book" / f"{name}.md").read_text(encoding="utf-8"))]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
WITHOUT_GLYPHS = {"exclude": [[".katex-html"]]}  # hidden from assistive software; axe cannot judge its colours, we do
INHERITED = """[...document.querySelectorAll(".katex")].every(formula =>
    getComputedStyle(formula.querySelector(".base")).color === getComputedStyle(formula.parentElement.parentElement).color)"""
SMALLEST_PIXELS = 9.0
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for this module. It ends with the module: while Playwright runs, no other test could use asyncio."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=PROGRAM)
        yield started
        started.close()


Opener = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, address: str, site: Path) -> Iterator[Opener]:
    """Give a function that opens a page with everything but the site blocked; complaints collect in ``page.complaints``."""
    contexts = []

    def open_page(name: str, *, files: bool = False, **settings: Any) -> Page:
        root = site.as_uri() if files else address
        context = browser.new_context(**{"viewport": DESK, **settings})
        context.set_default_timeout(60_000)
        contexts.append(context)
        complaints: list[str] = []

        def guard(route: Route) -> None:
            if route.request.url.startswith((root, "data:")):
                route.continue_()
            else:
                complaints.append(f"asks for {route.request.url}")
                route.abort()

        context.route("**/*", guard)
        page = context.new_page()
        page.complaints = complaints  # type: ignore[attr-defined]  # a place for them
        page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        page.on("response", lambda got: complaints.append(f"{got.status} {got.url}") if got.status >= 400 else None)
        page.goto(f"{root}/{name}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("files", [False, True], ids=["served", "from a folder"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_other_host_and_logs_no_error(opened: Opener, name: str, files: bool) -> None:
    page = opened(name, files=files)
    page.wait_for_load_state("networkidle")
    assert page.complaints == []  # type: ignore[attr-defined]  # put there by opened


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(opened: Opener, name: str) -> None:
    page = opened(name)
    found = {}
    for view in (DESK,) if name.startswith("exercises/") else (DESK, PHONE):
        page.set_viewport_size(view)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("html")).to_have_attribute("data-theme", scheme)
            page.wait_for_timeout(250)  # colours fade from one scheme to the other
            options = {"resultTypes": ["violations"], "runOnly": RULES, "preload": False}
            result = Axe().run(page, WITHOUT_GLYPHS, options).response
            assert page.evaluate(INHERITED), "a formula has a colour of its own"
            assert len(result["passes"]) > 10
            told = [(broken["id"], [node["html"][:200] for node in broken["nodes"]]) for broken in result["violations"]]
            if told:
                found[view["width"], scheme] = told
    assert found == {}


def glyph_sizes(node: ElementTree.Element, scale: float = 1.0) -> Iterator[float]:
    """The size of each glyph that a figure uses, in the figure's units: matplotlib draws it 100 high and scales it."""
    found = re.search(r"scale\(([\d.]+)", node.get("transform", ""))
    scale *= float(found.group(1)) if found else 1.0
    if node.tag == SVG + "use" and "-" in node.get("{http://www.w3.org/1999/xlink}href", ""):
        yield 100.0 * scale
    for child in node:
        if child.tag != SVG + "defs":
            yield from glyph_sizes(child, scale)


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_everything(opened: Opener, name: str, site: Path) -> None:
    page = opened(name, viewport=PHONE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for image in page.locator("article img").all():
        drawn = ElementTree.fromstring((site / str(image.get_attribute("src"))).read_text(encoding="utf-8"))
        groups = [group for group in drawn.iter(SVG + "g") if group.get("id", "").startswith("text_")]
        words = [size for group in groups for size in glyph_sizes(group)]
        shown = image.evaluate("image => image.getBoundingClientRect().width") / float(drawn.get("viewBox", "").split()[2])
        assert words
        assert min(words) * shown >= SMALLEST_PIXELS, image.get_attribute("alt")


def brightness(picture: bytes) -> float:
    return float(np.asarray(Image.open(io.BytesIO(picture)).convert("L")).mean())


def test_dark_mode_reaches_page_and_figures_and_is_remembered(opened: Opener) -> None:
    page = opened("rnn.html")
    figure = page.locator("article img").first
    assert brightness(page.screenshot()) > 200.0
    light = brightness(figure.screenshot())
    button = page.get_by_role("button", name="Color mode")
    for _ in range(3):
        if page.locator("html").get_attribute("data-mode") == "dark":
            break
        button.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.wait_for_timeout(250)
    assert brightness(page.screenshot()) < 60.0
    assert brightness(figure.screenshot()) < 60.0 < 200.0 < light
    page.goto(page.url.replace("rnn", "bptt"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_previous_and_next_walk_through_the_book(opened: Opener) -> None:
    page = opened(f"{READ[0]}.html")
    start, seen = page.url.removesuffix(f"{READ[0]}.html"), [READ[0]]
    while page.locator("a.right-next").count():
        page.locator("a.right-next").click()
        page.wait_for_load_state()
        seen.append(page.url.removeprefix(start).removesuffix(".html"))
    assert seen == READ
    page.locator("a.left-prev").click()
    expect(page).to_have_url(re.compile(READ[-2]))


def test_code_is_copied_without_its_output(opened: Opener) -> None:
    page = opened("rnn.html", permissions=["clipboard-read", "clipboard-write"])
    cell = page.locator("div.cell_input").first
    cell.hover()
    cell.locator("button.copybtn").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.length > 0)")
    assert page.evaluate("navigator.clipboard.readText()").strip() == cell.locator("pre").inner_text().strip()


@pytest.mark.parametrize("files", [False, True], ids=["served", "from a folder"])
def test_search_finds_words_of_the_text(opened: Opener, files: bool) -> None:
    for words, name in (("unrolled folded", "rnn.html"), ("central differences", "bptt.html"), ("broadcasting", "intro.html")):
        page = opened(f"search.html?q={words.replace(' ', '+')}", files=files)
        expect(page.locator(f'#search-results a[href^="{name}"]').first).to_be_visible()
        assert page.complaints == []  # type: ignore[attr-defined]  # put there by opened


@pytest.mark.parametrize("name", WRITTEN)
def test_paper_shows_the_text_and_nothing_to_click(opened: Opener, name: str) -> None:
    page = opened(name)
    page.emulate_media(media="print")
    bars = ("#pst-primary-sidebar", "#pst-secondary-sidebar", ".bd-header-article", ".prev-next-footer", "button")
    for bar in bars:
        assert [part for part in page.locator(bar).all() if part.is_visible()] == [], bar
    expect(page.locator("h1:visible")).to_have_count(1)
    expect(page.locator("article p").first).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def test_paper_is_white_after_reading_in_the_dark(opened: Opener) -> None:
    page = opened("rnn.html", color_scheme="dark")
    assert brightness(page.screenshot()) < 60.0
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_timeout(250)
    assert brightness(page.screenshot()) > 200.0
    page.emulate_media(media="screen", color_scheme="dark")
    page.wait_for_timeout(250)
    assert brightness(page.screenshot()) < 60.0


@pytest.mark.parametrize("name", WITH_QUIZ)
def test_a_question_is_answered_with_the_keyboard(opened: Opener, name: str) -> None:
    page = opened(name)
    quiz = page.locator("fieldset.quiz:has(input[type=radio])").first
    button, told = quiz.get_by_role("button"), quiz.locator(".quiz-feedback p")
    assert not [words for words in told.all() if words.is_visible()]
    expect(button).to_be_disabled()
    quiz.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(told.nth(0)).to_be_visible()
    expect(told.nth(1)).to_be_hidden()
    quiz.locator("label").nth(1).click()
    expect(told.nth(0)).to_be_hidden()
    button.click()
    expect(told.nth(1)).to_be_visible()
    right = quiz.locator(".quiz-option[data-right]").first
    right.locator("label").click()
    button.click()
    expect(right.locator(".quiz-feedback")).to_contain_text("Right.")


def test_a_question_with_several_answers_says_what_is_missing(opened: Opener) -> None:
    page = opened("rnn.html")
    quiz = page.locator("fieldset.quiz", has=page.locator("input[type=checkbox]")).first
    rights = quiz.locator(".quiz-option[data-right]")
    rights.nth(0).locator("label").click()
    quiz.get_by_role("button").click()
    expect(quiz.locator(".quiz-more")).to_have_text("There is more that fits.")
    rights.nth(1).locator("label").click()
    expect(quiz.locator(".quiz-more")).to_be_empty()
    quiz.get_by_role("button").click()
    expect(quiz.locator(".quiz-more")).to_be_empty()


@pytest.mark.parametrize("name", WITH_QUIZ)
def test_answers_are_shown_on_paper_and_without_a_script(opened: Opener, name: str) -> None:
    for page in (opened(name), opened(name, java_script_enabled=False)):
        if page.locator("html.quiz-live").count():
            page.emulate_media(media="print")
        feedback = page.locator(".quiz-feedback p").all()
        assert feedback
        assert all(words.is_visible() for words in feedback)


def test_formulas_in_a_choice_have_words(opened: Opener) -> None:
    """Browsers leave formulas out of a button's name, so a choice that is a formula would have none."""
    page = opened("rnn.html")
    expect(page.get_by_role("radio", name="(n_a, m)").or_(page.get_by_role("radio", name="(100, 10100)"))).to_have_count(1)
    for choice in page.locator(".quiz input").all():
        assert choice.evaluate("input => input.labels[0].innerText.trim().length") > 0


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_is_downloaded_as_a_notebook(opened: Opener, name: str) -> None:
    page = opened(name)
    page.get_by_role("button", name="Download this page").click()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name=".ipynb").click()
    notebook = nbformat.read(downloaded.value.path(), as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].source.startswith("# ")
