"""The tasks that the networks learn. Every draw is a batch of new examples, except where a task lives on a file of data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Generator = np.random.Generator
DATA = Path(__file__).resolve().parents[1] / "book" / "data"


class Batch(NamedTuple):
    """Examples side by side.

    Attributes
    ----------
    x : inputs, shape (n_x, m, T_x), float32
    y : what is due: one-hot of shape (n_y, m, T_x); or numbers of shape (n_y, m) where the last step answers
    mask : which steps are asked, shape (m, T_x); None where the last step answers with a number
    several : whether any number of the n_y may be 1 at once, each for itself, instead of just one
    """

    x: Array
    y: Array
    mask: NDArray[np.bool_] | None
    several: bool = False


def one_hot(indices: NDArray[np.integer], size: int) -> Array:
    """Indices (m, T) as one-hot columns (size, m, T), float32."""
    return np.eye(size, dtype=np.float32)[:, indices]


def adding(rng: Generator, m: int, steps: int) -> Batch:
    """The adding problem: two numbers of a sequence are marked, one in each half; say their sum at the end.

    Who always answers 1 has a mean squared error of 1/6, the variance of the sum of two numbers between 0 and 1.

    Source: Hochreiter and Schmidhuber (1997), experiment 4, in the form of Bai, Kolter and Koltun (2018), section 5.1.
    """
    values = rng.random((m, steps))
    marks = np.zeros((m, steps))
    rows = np.arange(m)
    marks[rows, rng.integers(0, steps // 2, m)] = 1
    marks[rows, rng.integers(steps // 2, steps, m)] = 1
    x = np.stack([values, marks]).astype(np.float32)
    return Batch(x, np.sum(x[0] * x[1], axis=1)[np.newaxis], None)


def adding_afresh(rng: Generator, m: int, steps: int) -> Batch:
    """The adding problem with a sign that says "begin afresh": two marks before it, two after it; only the latter are added.

    The sign stands in the second quarter. As in adding, who always answers 1 has a mean squared error of 1/6.
    """
    values, order = rng.random((m, steps)), rng.random((m, steps))
    signs, rows, places = rng.integers(steps // 4, steps // 2, (m, 1)), np.arange(m)[:, np.newaxis], np.arange(steps)
    marks, late = np.zeros((m, steps)), np.zeros((m, steps))
    for mark, side in ((late, places > signs), (marks, places < signs)):
        mark[rows, np.argsort(np.where(side, order, 2))[:, :2]] = 1
    x = np.stack([values, marks + late, places == signs]).astype(np.float32)
    y = np.sum(values * late, axis=1).astype(np.float32)
    return Batch(x, y[np.newaxis], None)


COPIED, SYMBOLS = 10, 10


def copying(rng: Generator, m: int, delay: int) -> Batch:
    """Copying: ten symbols of eight kinds, a silence, a sign; then the ten symbols are due.

    Sequences have delay + 20 steps. Symbol 0 is the silence and 9 the sign, which stands ten steps before the end. All steps are
    asked. Who remembers nothing and guesses among the eight has a cross-entropy of 10 ln 8 / (delay + 20) nats per step.

    Source: Hochreiter and Schmidhuber (1997), in the form of Bai, Kolter and Koltun (2018), section 5.1.
    """
    said = rng.integers(1, 9, (m, COPIED))
    steps = delay + 2 * COPIED
    read, due = np.zeros((m, steps), int), np.zeros((m, steps), int)
    read[:, :COPIED], due[:, -COPIED:] = said, said
    read[:, -COPIED - 1] = 9
    return Batch(one_hot(read, SYMBOLS), one_hot(due, SYMBOLS), np.ones((m, steps), bool))


LETTERS = "BTSXPVE"
GRAMMAR = (
    (("T", 1), ("P", 2)),
    (("S", 1), ("X", 3)),
    (("T", 2), ("V", 4)),
    (("X", 2), ("S", 5)),
    (("P", 3), ("V", 5)),
)
"""At each node two letters, and the node that each leads to; 5 is the end."""


def reber_word(rng: Generator) -> str:
    """One word of Reber's grammar: at each node one of two letters, each as likely as the other."""
    node, word = 0, "B"
    while node != 5:
        letter, node = GRAMMAR[node][rng.integers(2)]
        word += letter
    return word + "E"


def embedded_reber(rng: Generator, m: int) -> Batch:
    """The embedded Reber grammar: T or P, a word of Reber's grammar, and the same T or P again; the letter before last is asked.

    A network sees B, then T or P, then the inner word, and is asked for the letter after it: only the second letter of the
    sequence tells. Guessing is right half the time. Sequences have different lengths; all zeros are padding.

    Source: Reber (1967); Hochreiter and Schmidhuber (1997), experiment 1, with the one decision that needs memory.
    """
    words = [f"B{gate}{reber_word(rng)}{gate}E" for gate in ("TP"[int(i)] for i in rng.integers(0, 2, m))]
    steps = max(map(len, words)) - 1
    x, y = np.zeros((2, len(LETTERS), m, steps), np.float32)
    mask = np.zeros((m, steps), bool)
    for i, word in enumerate(words):
        numbers = [LETTERS.index(letter) for letter in word]
        x[numbers[:-1], i, np.arange(len(word) - 1)] = 1
        y[numbers[1:], i, np.arange(len(word) - 1)] = 1
        mask[i, len(word) - 3] = True
    return Batch(x, y, mask)


ALPHABET = "abcdefghijklmnopqrstuvwxyz."
"""Letters of names; the full stop ends one."""


def names(seed: int = 0, held_out: int = 500) -> tuple[list[str], list[str]]:
    """The first names of book/data, shuffled: those to learn from, and those held out."""
    lines = (DATA / "names.txt").read_text(encoding="utf-8").split()
    order = np.random.default_rng(seed).permutation(len(lines))
    shuffled = [lines[i] for i in order]
    return shuffled[held_out:], shuffled[:held_out]


def stream(rng: Generator, m: int, words: Sequence[str], steps: int) -> Batch:
    """Names one after the other without an end, m stretches of so many letters, each from the beginning of a name.

    At each full stop another name begins, and what stood before it tells nothing any more.
    """
    rows = []
    for _ in range(m):
        text = ""
        while len(text) < steps:
            text += words[int(rng.integers(len(words)))] + "."
        rows.append([ALPHABET.index(letter) for letter in text[:steps]])
    y = one_hot(np.array(rows), len(ALPHABET))
    x = np.zeros_like(y)
    x[:, :, 1:] = y[:, :, :-1]
    return Batch(x, y, np.ones((m, steps), bool))


def spelled(words: Sequence[str]) -> Batch:
    """Names as a language model reads them: nothing at first, then each letter; due are the letters and the full stop."""
    steps = max(map(len, words)) + 1
    due = np.full((len(words), steps), ALPHABET.index("."))
    for i, word in enumerate(words):
        due[i, : len(word)] = [ALPHABET.index(letter) for letter in word]
    y = one_hot(due, len(ALPHABET))
    x = np.zeros_like(y)
    x[:, :, 1:] = y[:, :, :-1]
    mask = np.arange(steps) <= np.array([len(word) for word in words])[:, np.newaxis]
    return Batch(x * mask, y, mask)
