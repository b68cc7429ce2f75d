"""The site builds without a warning, shows formulas without a network, and no link in it leads nowhere."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from sphinxcontrib import katex

from book.extensions import offline_math

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "book" / "_static" / "katex"


class Page(HTMLParser):
    """What a page contains and what it points to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.needed: set[str] = set()
        self.images: list[dict[str, str | None]] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.ids.add(known.get("id") or "")
        if tag == "a":
            self.links.add(known.get("href") or "")
        if tag == "img":
            self.images.append(known)
        fetched = tag in {"script", "img"} or known.get("rel") in {"stylesheet", "preload", "icon"}
        if fetched:
            self.needed.add(known.get("src") or known.get("href") or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the book as `make course` does, only into another folder."""
    output = tmp_path_factory.mktemp("book")
    program = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    places = ["--config", "_config.yml", "--toc", "book/_toc.yml", "--path-output", str(output)]
    ran = subprocess.run(
        [*program, "build", "book", *places, "-W", "--keep-going"],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    return output / "_build" / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    table = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    names = [table["root"], *(chapter["file"] for part in table["parts"] for chapter in part["chapters"])]
    return {f"{name}.html": Page(site / f"{name}.html") for name in names}


def test_nothing_is_fetched_from_elsewhere(pages: dict[str, Page]) -> None:
    assert not {url for page in pages.values() for url in page.needed if url.startswith(("http", "//"))}


def test_formulas_are_in_the_page(pages: dict[str, Page]) -> None:
    for name, labels in (("rnn.html", 6), ("bptt.html", 11)):
        text = pages[name].text
        assert text.count('class="eqno"') == labels
        assert text.count('class="katex"') > 50
        assert "katex-error" not in text


def test_links_inside_the_site_lead_somewhere(site: Path, pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for link in page.links:
            if link.startswith(("http", "mailto:")) or link in {"", "#"}:
                continue
            target, _, anchor = link.partition("#")
            assert (site / (target or name)).is_file(), f"{name}: {link}"
            if anchor and (target or name) in pages:
                assert anchor in pages[target or name].ids, f"{name}: {link}"


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
