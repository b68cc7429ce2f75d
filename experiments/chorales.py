"""Question 3, with music. Do LSTM, GRU and tanh differ on Bach's chorales as published tables say?

Each network hears a four-part chorale, quarter note by quarter note, and says of each of 88 pitches how likely it sounds next.
Each cell gets as many units as make the number of parameters equal, and learns at several rates; what it does on chorales of
its own (the validation part) says when training ends and, in `chosen_rate`, which rate counts.

The chorales are not part of the course: `make chorales` takes them from another package. So this experiment runs by its name
only.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.chorale_data import FILE, Pitches
from experiments.heads import CHORDS
from experiments.networks import Network, count, evaluate, size_for, start
from experiments.plan import Experiment, Row, Settings
from experiments.results import chosen
from experiments.tasks import Batch, Generator
from experiments.training import train

SEEDS = range(5)
CELLS = ("rnn", "gru", "lstm")
RATES = (0.0015, 0.004)
PARAMETERS = 20_000
LOWEST, KEYS = 21, 88
"""The keys of a piano: MIDI's pitches 21 to 108."""
TEST = 0.2
"""The share of the chorales that is tested, and also the share that says when to stop."""
BATCH_SIZE, TESTED_TOGETHER = 4, 24
MOST_ROUNDS, PATIENCE = 120, 6
"""Training ends after so many rounds through the chorales, or after so many in a row without getting better."""


class Split(NamedTuple):
    """Chorales to learn from; others that say when to stop; others to test."""

    training: list[Pitches]
    validation: list[Pitches]
    test: list[Pitches]


def chorales() -> list[Pitches]:
    """The chorales that `make chorales` has taken from music21."""
    with np.load(FILE) as file:
        return np.split(file["pitches"], np.cumsum(file["lengths"])[:-1])


def cadences() -> list[Pitches]:
    """Forty short pieces for tests: four chords, twice, in one of five keys. Who has heard the first chord knows the others."""
    chords = np.array([[72, 67, 64, 48], [72, 69, 65, 53], [71, 67, 62, 55], [72, 67, 64, 60]], np.uint8)
    return [np.tile(chords + np.uint8(key), (2, 1)) for key in range(5) for _ in range(8)]


MUSIC = {"chorales": chorales, "cadences": cadences}


def split(pieces: Sequence[Pitches]) -> Split:
    """Shuffle, always in the same way, and put aside a fifth to say when to stop and a fifth to test."""
    order = np.random.default_rng(0).permutation(len(pieces))
    shuffled, aside = [pieces[i] for i in order], int(TEST * len(pieces))
    return Split(shuffled[2 * aside :], shuffled[aside : 2 * aside], shuffled[:aside])


def heard(pieces: Sequence[Pitches]) -> Batch:
    """Pieces as a network hears them, each step to be foretold from those before it; the first one is given."""
    steps = max(map(len, pieces)) - 1
    x, y = np.zeros((2, KEYS, len(pieces), steps), np.float32)
    mask = np.zeros((len(pieces), steps), bool)
    for i, pitches in enumerate(pieces):
        roll = keys(pitches)
        x[:, i, : len(pitches) - 1], y[:, i, : len(pitches) - 1] = roll[:, :-1], roll[:, 1:]
        mask[i, : len(pitches) - 1] = True
    return Batch(x, y, mask, several=True)


def keys(pitches: Pitches) -> NDArray[np.float32]:
    """Which keys are down, 1 or 0, shape (88, steps)."""
    roll = np.zeros((KEYS, len(pitches)), np.float32)
    step, voice = np.nonzero(pitches)
    roll[pitches[step, voice].astype(int) - LOWEST, step] = 1
    return roll


def batches(pieces: Sequence[Pitches], size: int, rng: Generator) -> list[Batch]:
    """One round through the pieces in random order, those of about the same length together."""
    order = sorted(rng.permutation(len(pieces)), key=lambda i: len(pieces[i]))
    groups = [order[at : at + size] for at in range(0, len(order), size)]
    return [heard([pieces[i] for i in groups[number]]) for number in rng.permutation(len(groups))]


def score(network: Network, pieces: Sequence[Pitches]) -> tuple[float, float]:
    """Nats per step, and the share of steps at which just the pitches that sound were thought more likely than not."""
    groups = batches(pieces, TESTED_TOGETHER, np.random.default_rng(0))
    loss, right = np.average([evaluate(network, one) for one in groups], 0, [np.sum(np.asarray(one.mask)) for one in groups])
    return float(loss), float(right)


def guess(learnt: Sequence[Pitches], asked: Sequence[Pitches]) -> float:
    """Nats per step of who knows how often each pitch sounds, and hears nothing."""
    sounding, due = (np.concatenate([keys(pitches)[:, 1:] for pitches in pieces], axis=1) for pieces in (learnt, asked))
    shares = (np.sum(sounding, axis=1, keepdims=True) + 0.5) / (sounding.shape[1] + 1)
    return CHORDS.report(np.log(shares / (1 - shares)) + np.zeros_like(due), due)[0]


def runs(reduced: bool) -> list[Settings]:
    """Every cell at every rate on the chorales; for tests: cadences, one rate, two seeds."""
    return [
        {"music": "cadences" if reduced else "chorales", "cell": cell, "rate": rate, "seed": seed}
        for cell in CELLS
        for rate in RATES[1 if reduced else 0 :]
        for seed in SEEDS[: 2 if reduced else None]
    ]


def measure(music: str, cell: str, rate: float, seed: int) -> list[Row]:
    """Learn until the validation part says that it is enough, and report what the best network did on all parts."""
    parts = split(MUSIC[music]())
    network, rounds = learn(parts, cell, rate, seed)
    (training, _), (validation, _), (test, right) = (score(network, part) for part in parts)
    return [
        {"parameters": count(network), "rounds": rounds, "training": training, "validation": validation, "test": test,
         "right": right, "guess": guess(parts.training, parts.test)}
    ]  # fmt: skip  # one row


def learn(parts: Split, cell: str, rate: float, seed: int) -> tuple[Network, int]:
    """The network that did best on the validation part, and after how many rounds."""
    examples = np.random.default_rng([seed, 1])
    waiting: list[Batch] = []
    scores: list[float] = []
    best = start([cell], KEYS, [size_for(PARAMETERS, cell, KEYS, KEYS)], KEYS, np.random.default_rng([seed, 0]))

    def draw() -> Batch:
        if not waiting:
            waiting.extend(batches(parts.training, BATCH_SIZE, examples))
        return waiting.pop()

    def watch(step: int, network: Network) -> bool:
        nonlocal best
        scores.append(score(network, parts.validation)[0])
        since = len(scores) - 1 - scores.index(min(scores))
        if since == 0:
            best = network
        return since >= PATIENCE

    every = -(-len(parts.training) // BATCH_SIZE)
    train(best, draw, MOST_ROUNDS * every, rate, watch=watch, every=every)
    return best, scores.index(min(scores)) + 1


def chosen_rate(rows: Sequence[Row], cell: str) -> list[Row]:
    """The rows of a cell at the rate with the best median on the validation part."""
    rates = {row["rate"] for row in rows if row["cell"] == cell}
    best = min(rates, key=lambda rate: median(chosen(rows, "validation", cell=cell, rate=rate)))
    return [row for row in rows if row["cell"] == cell and row["rate"] == best]


def missing() -> str:
    """What must be done before the chorales can be heard."""
    if FILE.exists():
        return ""
    return "The chorales are not part of the course: run `make chorales` first, which takes them from the package music21."


EXPERIMENT = Experiment("chorales", "LSTM, GRU or tanh, at equal size, on Bach's chorales?", runs, measure, missing=missing)
