"""Two small networks that learn to read Mandarin characters while the book is built, in a second or two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solutions.reference import brnn_forward, train_tagger

Array = NDArray[np.floating]
Parameters = dict[str, Any]
FILE = Path(__file__).parent / "data" / "readings.tsv"
ASKED = "干散行长发调相重"
"""Characters with two readings, each of them about as frequent as the other, at the head of many words."""


class Phrase(NamedTuple):
    """A phrase in which one character, at `place` from 0, is to be read; behind it stands one more."""

    text: str
    place: int
    reading: str


class Split(NamedTuple):
    """Phrases to learn from, others of the same words, and phrases whose words occur in neither."""

    training: list[Phrase]
    held_out: list[Phrase]
    new_words: list[Phrase]


def phrases() -> list[Phrase]:
    """All phrases that end in a word of two characters, the first of them one of ASKED."""
    lines = FILE.read_text(encoding="utf-8").splitlines()[1:]
    fields = [(text, sounds.split(), int(places.split()[0])) for text, sounds, places in (line.split("\t") for line in lines)]
    asked = [one for one in fields if one[0][one[2]] in ASKED and len(one[0]) - one[2] == 2]
    return [Phrase(text, place, sounds[place]) for text, sounds, place in asked]


ALL = phrases()
CHARACTERS = {one: number for number, one in enumerate(sorted({one for phrase in ALL for one in phrase.text}))}
SOUNDS = sorted({phrase.reading for phrase in ALL})


def split() -> Split:
    """Put aside every phrase of one word in ten, and one in ten of the others."""
    rng = np.random.default_rng(0)
    words = sorted({phrase.text[phrase.place :] for phrase in ALL})
    new = set(rng.choice(words, len(words) // 10, replace=False))
    known = [phrase for phrase in ALL if phrase.text[phrase.place :] not in new]
    known = [known[i] for i in rng.permutation(len(known))]
    tenth = len(known) // 10
    return Split(known[tenth:], known[:tenth], [phrase for phrase in ALL if phrase.text[phrase.place :] in new])


def box(some: Sequence[Phrase]) -> tuple[Array, Array, NDArray[np.integer], NDArray[np.bool_]]:
    """Write phrases as a padded batch: x and y one-hot, the lengths, and the mask of the characters that are asked about."""
    lengths = np.array([len(phrase.text) for phrase in some])
    m, steps = len(some), int(lengths.max())
    x, y = np.zeros((len(CHARACTERS), m, steps), np.float32), np.zeros((len(SOUNDS), m, steps), np.float32)
    mask = np.zeros((m, steps), dtype=bool)
    for i, phrase in enumerate(some):
        x[[CHARACTERS[one] for one in phrase.text], i, range(len(phrase.text))] = 1.0
        y[SOUNDS.index(phrase.reading), i, phrase.place] = 1.0
        mask[i, phrase.place] = True
    return x, y, lengths, mask


def draw(n_a: int, from_the_left_only: bool) -> Parameters:
    """Where to start. What belongs to the way from the right may be zero: then it gets no gradient, and stays zero."""
    rng = np.random.default_rng(0)
    n_x, n_y = len(CHARACTERS), len(SOUNDS)

    def normal(rows: int, columns: int, scale: float) -> Array:
        return (scale * rng.standard_normal((rows, columns))).astype(np.float32)

    def one_way(scale: float) -> dict[str, Array]:
        weights = {"Wax": normal(n_a, n_x, 0.3 * scale), "Waa": normal(n_a, n_a, 0.5 * scale / np.sqrt(n_a))}
        return weights | {"ba": np.zeros((n_a, 1), np.float32)}

    right = 0.0 if from_the_left_only else 1.0
    output = np.hstack([normal(n_y, n_a, 1.0), right * normal(n_y, n_a, 1.0)]) / np.float32(np.sqrt(2 * n_a))
    return {"forward": one_way(1.0), "backward": one_way(right), "Wy": output, "by": np.zeros((n_y, 1), np.float32)}


def learn(n_a: int, from_the_left_only: bool, training: Sequence[Phrase], passes: int = 12, m: int = 32) -> Parameters:
    """Go through the phrases a few times, in another order each time, with one step for each batch of about m."""
    rng, parameters = np.random.default_rng(1), draw(n_a, from_the_left_only)
    for _ in range(passes):
        for batch in np.array_split(rng.permutation(len(training)), len(training) // m):
            parameters, _ = train_tagger(*box([training[i] for i in batch]), parameters, 3.0, 1)
    return parameters


def read(parameters: Parameters, some: Sequence[Phrase]) -> list[str]:
    """The reading that a network gives to the character that is asked about, for each phrase."""
    x, _, lengths, mask = box(some)
    a0 = np.zeros((parameters["Wy"].shape[1], len(some)), np.float32)
    return [SOUNDS[k] for k in brnn_forward(x, a0, lengths, parameters)[1][:, mask].argmax(axis=0)]


def share_right(parameters: Parameters, some: Sequence[Phrase]) -> float:
    """How many of the readings are right."""
    return float(np.mean([mine == phrase.reading for mine, phrase in zip(read(parameters, some), some, strict=True)]))


def networks(training: Sequence[Phrase]) -> dict[str, Parameters]:
    """A network that reads from the left only and one that reads both ways, with the same number of states."""
    return {"from the left": learn(32, True, training), "both ways": learn(16, False, training)}


def counted() -> Counter[str]:
    """How many phrases there are of each reading."""
    return Counter(phrase.reading for phrase in ALL)
