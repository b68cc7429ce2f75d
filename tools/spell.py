"""Spell-check the prose of book, notebooks and documents: `python -m tools.spell` prints each unknown word and where it is.

The dictionary is Hunspell's American one, which comes with spylls and needs no network; `tools/words.txt` holds the project's
own words, British spellings among them. Names of cited authors are known from the bibliography. Code and formulas are skipped;
captions and text alternatives of figures are prose.
"""

from __future__ import annotations

import functools
import gc
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import spylls
from spylls.hunspell import Dictionary

ROOT = Path(__file__).resolve().parents[1]
PROSE = ("*.md", "book/**/*.md", "docs/**/*.md", "solutions/*/notebook.md")
OWN_WORDS = ROOT / "tools" / "words.txt"

CELL = re.compile(r"^(?P<fence>`{3,})\{code-cell\}.*?^(?P=fence)[ \t]*$", re.M | re.S)
SAID_IN_A_CELL = re.compile(r"^ *(?:alt|caption): *(?:[>|]-?)?(.*\n(?: {6,}.*\n)*)", re.M)
NO_PROSE = re.compile(
    r"\A---\n.*?^---$"  # the head of a file
    r"|^(?P<fence>`{3,}|~{3,})(?:\{math\}.*?|(?!\{).*?)^(?P=fence)[ \t]*$"  # formulas and code
    r"|\{[^{}\n]*=[^{}\n]*\}"  # attributes
    r"|^`{3,}\{\S+\}|^:[\w-]+:.*$|^\([\w-]+\)=$|\{[\w:.-]+\}`[^`]*`"  # directives, their options, targets, roles
    r"|(?P<ticks>`+).*?(?P=ticks)|\$\$.*?\$\$|\$[^$]*\$"  # code and formulas in a line
    r"|\]\{\.[\w-]+\}"  # classes of words, such as a language
    r"|\]\([^)]*\)|https?://\S+|<[^>\n]*>",  # addresses
    re.M | re.S,
)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def prose(text: str) -> str:
    """Blank out what is no prose. Line breaks stay, so that a word keeps its line."""

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found.group())

    def cell(found: re.Match[str]) -> str:
        said = SAID_IN_A_CELL.finditer(found.group())
        kept = {place for part in said for place in range(*part.span(1))}
        return "".join(letter if place in kept or letter == "\n" else " " for place, letter in enumerate(found.group()))

    return NO_PROSE.sub(blank, CELL.sub(cell, text))


def words(text: str) -> Iterator[tuple[int, str]]:
    """Give each word of the prose with its line."""
    for number, line in enumerate(prose(text).splitlines(), 1):
        for found in WORD.finditer(line):
            if len(found.group()) > 1 and found.group().isascii():
                yield number, found.group().replace("’", "'")


def own_words() -> set[str]:
    """The project's words, and the names in its bibliography."""
    listed = OWN_WORDS.read_text(encoding="utf-8").split()
    bibliography = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    authors = re.findall(r"^\s*(?:author|editor)\s*=\s*\{(.*)\}", bibliography, re.M)
    return {*listed, *(name for line in authors for name in re.findall(r"[^\W\d_]+", line))}


@functools.cache
def english() -> Dictionary:
    """Read the dictionary. spylls leaves its files to the garbage collector, which is called while its complaint is muted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        dictionary = Dictionary.from_files(str(Path(spylls.__file__).parent / "hunspell" / "data" / "en" / "en_US"))
        gc.collect()
    return dictionary


def unknown(texts: dict[str, str]) -> list[str]:
    """Name every word that neither dictionary knows, as `file:line: word`."""
    dictionary, own = english(), own_words()

    def known(word: str) -> bool:
        bare = word.removesuffix("'s")
        return bare in own or bare.lower() in own or dictionary.lookup(word)

    judged: dict[str, bool] = {}
    found = []
    for name, text in texts.items():
        for line, word in words(text):
            if word not in judged:
                judged[word] = known(word)
            if not judged[word]:
                found.append(f"{name}:{line}: {word}")
    return found


def all_prose() -> dict[str, str]:
    """The text of every file with prose, by its path."""
    paths = sorted({path for pattern in PROSE for path in ROOT.glob(pattern) if "_build" not in path.parts})
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


if __name__ == "__main__":
    misspelt = unknown(all_prose())
    print("\n".join(misspelt) or "Every word is known.")
    sys.exit(bool(misspelt))
