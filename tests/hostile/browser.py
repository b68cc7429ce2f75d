"""Pages as Chromium shows them, with every request that leaves written down and none let through."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Route, sync_playwright

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(
    PROGRAM is None and not os.environ.get("CI"), reason="there is no Chromium here; `make browser` installs it or says how"
)
TOUCH_ALL = """() => { for (const part of document.querySelectorAll("*"))
    for (const name of ["mouseover", "focus", "toggle"]) part.dispatchEvent(new Event(name)) }"""


@dataclass(frozen=True)
class Visit:
    """What a visitor would have noticed: ``ran`` is what a script left behind in the window, None if none ran."""

    ran: object
    asked: list[str]
    dialogs: list[str]
    title: str
    text: str
    score: str


def visited(paths: Sequence[Path]) -> dict[Path, Visit]:
    """Open each page, point at every element, and give scripts time to start."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM)
        found = {path: _visit(browser, path) for path in paths}
        browser.close()
    return found


def _visit(browser: Browser, path: Path) -> Visit:
    asked: list[str] = []
    dialogs: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url == path.as_uri():
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    def close(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    context = browser.new_context()
    context.route("**/*", guard)
    page = context.new_page()
    page.on("dialog", close)
    page.goto(path.as_uri())
    page.evaluate(TOUCH_ALL)
    page.wait_for_timeout(200)
    score = page.locator(".score").first.inner_text() if page.locator(".score").count() else ""
    visit = Visit(page.evaluate("window.ran ?? null"), asked, dialogs, page.title(), page.inner_text("body"), score)
    context.close()
    return visit
