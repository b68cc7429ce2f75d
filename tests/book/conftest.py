"""What the tests of the book share: the site, built once, and its pages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
QUIZ = re.compile(r"^(?:```|~~~|:::)\{quiz\} ", re.MULTILINE)


def chapters(entry: dict[str, Any]) -> list[str]:
    """Every file that a table of contents names below an entry, in reading order."""
    here = [entry[key] for key in ("root", "file") if key in entry]
    inner = [part for key in ("parts", "chapters", "sections") for part in entry.get(key, [])]
    return here + [name for part in inner for name in chapters(part)]


READ = chapters(yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8")))
EXERCISES = [name for name in READ if name.startswith("exercises/")]
CHAPTERS = [name for name in READ if name not in EXERCISES]


class Page(HTMLParser):
    """What a page contains and what it points to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.needed: set[str] = set()
        self.images: list[dict[str, str | None]] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if known.get("id"):
            self.ids.append(str(known["id"]))
        if tag == "a":
            self.links.add(known.get("href") or "")
        if tag == "img":
            self.images.append(known)
        fetched = tag in {"script", "img"} or known.get("rel") in {"stylesheet", "preload", "icon"}
        if fetched:
            self.needed.add(known.get("src") or known.get("href") or "")


def build_book(output: Path, *options: str) -> None:
    """Build the book as `make site` and `make epub` do, only into another folder."""
    program = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    places = ["--config", "_config.yml", "--toc", "book/_toc.yml", "--path-output", str(output)]
    ran = subprocess.run(
        [*program, "build", "book", *places, *options, "-W", "--keep-going"],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once for all tests."""
    output = tmp_path_factory.mktemp("book")
    build_book(output)
    return output / "_build" / "html"


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, Page]:
    return {f"{name}.html": Page(site / f"{name}.html") for name in READ}
