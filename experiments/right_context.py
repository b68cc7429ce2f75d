"""Question 7. A task where the context on the right decides: Mandarin readings, from the left, a step late, and both ways.

All networks have as nearly the same number of parameters as whole units allow, and see the same phrases in the same order.
"""

from __future__ import annotations

import numpy as np

from experiments.networks import Network, count, scores, size_for, start, start_both_ways, states
from experiments.plan import Experiment, Row, Settings
from experiments.reading import CHARACTERS, SOUNDS, Phrase, batch, best, split
from experiments.training import train

SEEDS = range(5)
CELLS = {"rnn": 30, "lstm": 8}
"""Units in each direction of the network that reads both ways; the others get units for as many parameters."""
READERS = {"left": 0, "late": 1, "both": 0}
"""How many steps after the character each of them answers."""
STEPS, BATCH_SIZE, LEARNING_RATE = 400, 64, 0.01
SHOWN = ("我说行星", "我说行情", "我说长大", "我说长处", "请读重力", "请读重复", "请读发怒", "请读发廊")
"""Phrases in pairs that are alike up to the character in question."""


def runs(reduced: bool) -> list[Settings]:
    """Every reader with every cell; for tests: tanh, two seeds, fewer steps."""
    return [
        {"cell": cell, "reader": reader, "seed": seed, "steps": 200 if reduced else STEPS}
        for cell in (list(CELLS)[:1] if reduced else CELLS)
        for reader in READERS
        for seed in SEEDS[: 2 if reduced else None]
    ]


def measure(cell: str, reader: str, seed: int, steps: int) -> list[Row]:
    """Learn to read aloud, and read known words after openings that are new to them, and new words."""
    data, delay = split(), READERS[reader]
    examples = np.random.default_rng([seed, 1])

    def draw() -> list[Phrase]:
        return [data.training[i] for i in examples.integers(len(data.training), size=BATCH_SIZE)]

    network = train(new_network(cell, reader, seed), lambda: batch(draw(), delay), steps, LEARNING_RATE)
    rows: list[Row] = []
    for group, some in (("known", data.known), ("new", data.new)):
        right = np.mean([said == phrase.reading for said, phrase in zip(read(network, some, delay), some, strict=True)])
        limit = best(some, None if reader == "both" else delay)
        rows.append({"parameters": count(network), "group": group, "right": float(right), "limit": limit})
    if seed == SEEDS[0]:
        shown = [phrase for text in SHOWN for phrase in data.known if phrase.text == text]
        for phrase, said in zip(shown, read(network, shown, delay), strict=True):
            rows.append({"group": "shown", "phrase": phrase.text, "due": phrase.reading, "said": said})
    return rows


def new_network(cell: str, reader: str, seed: int) -> Network:
    """A reader that has learnt nothing yet."""
    n_x, n_y, rng = len(CHARACTERS), len(SOUNDS), np.random.default_rng([seed, 0])
    both = start_both_ways(cell, n_x, CELLS[cell], n_y, rng)
    return both if reader == "both" else start([cell], n_x, [size_for(count(both), cell, n_x, n_y)], n_y, rng)


def read(network: Network, some: list[Phrase], delay: int) -> list[str]:
    """The reading that a network gives to the first character of each word."""
    asked = batch(some, delay)
    a, _ = states(network, asked.x)
    return [SOUNDS[k] for k in np.argmax(scores(network, a[:, asked.mask]), axis=0)]


EXPERIMENT = Experiment("right_context", "How much does the context on the right help where it decides?", runs, measure)
