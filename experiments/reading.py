"""Mandarin characters with several readings at the head of a word: which reading is due, what follows decides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from experiments.tasks import DATA, Batch

OPENINGS = ("请读", "他写", "我说", "再听")
"""Any word may stand after any of them; the file puts each word after two."""
NEW = 5  # one word in so many is new


class Phrase(NamedTuple):
    """A phrase in which one character, at `place` from 0, is to be read; a word begins with it."""

    text: str
    place: int
    reading: str

    @property
    def word(self) -> str:
        """The word alone."""
        return self.text[self.place :]


class Split(NamedTuple):
    """Phrases to learn from; the words of these after openings that they are never learnt after; words that are not learnt."""

    training: list[Phrase]
    known: list[Phrase]
    new: list[Phrase]


def phrases() -> list[Phrase]:
    """All phrases of the file."""
    lines = (DATA / "readings.tsv").read_text(encoding="utf-8").splitlines()[1:]
    fields = [(text, sounds.split(), int(places.split()[0])) for text, sounds, places in (line.split("\t") for line in lines)]
    return [Phrase(text, place, sounds[place]) for text, sounds, place in fields]


ALL = phrases()
CHARACTERS = {one: number for number, one in enumerate(sorted({one for phrase in ALL for one in phrase.text}))}
SOUNDS = sorted({phrase.reading for phrase in ALL})


def split() -> Split:
    """Put aside one word in five; the others are learnt as the file has them, alone and after two of the four openings."""
    words = {phrase.word: phrase.reading for phrase in ALL}
    order = np.random.default_rng(0).permutation(sorted(words))
    new = set(order[: len(order) // NEW])
    learnt = {phrase.text for phrase in ALL}

    def after(opening: str, word: str) -> Phrase:
        return Phrase(opening + word, len(opening), words[word])

    return Split(
        [phrase for phrase in ALL if phrase.word not in new],
        [after(opening, word) for word in words if word not in new for opening in OPENINGS if opening + word not in learnt],
        [after(opening, word) for word in words if word in new for opening in ("", *OPENINGS)],
    )


def batch(some: Sequence[Phrase], delay: int = 0) -> Batch:
    """Phrases as a network reads them, padded with zeros; the reading is due so many steps after its character."""
    m, steps = len(some), max(len(phrase.text) for phrase in some)
    x, y = np.zeros((len(CHARACTERS), m, steps), np.float32), np.zeros((len(SOUNDS), m, steps), np.float32)
    mask = np.zeros((m, steps), bool)
    for i, (text, place, reading) in enumerate(some):
        x[[CHARACTERS[one] for one in text], i, np.arange(len(text))] = 1
        y[SOUNDS.index(reading), i, place + delay] = 1
        mask[i, place + delay] = True
    return Batch(x, y, mask)


def best(some: Sequence[Phrase], seen: int | None) -> float:
    """The share of right answers that nobody can exceed who has read each phrase up to its character and `seen` more, or all.

    Who has read the same must answer the same. So of all phrases that begin alike, at most those of their most frequent reading
    are answered well, even by somebody who knows all the answers beforehand.
    """
    alike: dict[str, Counter[str]] = defaultdict(Counter)
    for text, place, reading in some:
        alike[text if seen is None else text[: place + 1 + seen]][reading] += 1
    return sum(max(readings.values()) for readings in alike.values()) / len(some)
