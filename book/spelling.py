"""A small network that has read first names: it is trained while the book is built, in a second or two."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solutions.reference import (
    bigram_log_probability,
    bigram_probabilities,
    perplexity,
    sequence_log_probability,
    train_language_model,
    unigram_probabilities,
)

Array = NDArray[np.floating]
EOS, UNK = 0, 1
VOCABULARY = ("<EOS>", "<UNK>", *"abcdefghijklmnopqrstuvwxyz")
PLACE = {symbol: place for place, symbol in enumerate(VOCABULARY)}
NAMES = tuple((Path(__file__).parent / "data" / "names.txt").read_text(encoding="utf-8").split())
HELD_OUT = 500


class Models(NamedTuple):
    """What has been learnt from the names, and each model's perplexity on the names that none of them has seen."""

    network: dict[str, Array]
    bigrams: Array
    hesitation: dict[str, float]


def one_hot(names: Sequence[str]) -> tuple[Array, NDArray[np.integer]]:
    """Write names as one array (n_y, m, T_y), each with its <EOS> and padded with more of them, and give their lengths."""
    lengths = np.array([len(name) + 1 for name in names])
    y = np.zeros((len(VOCABULARY), len(names), int(lengths.max())))
    for i, name in enumerate(names):
        y[[PLACE[letter] for letter in name], i, np.arange(len(name))] = 1.0
        y[EOS, i, len(name) :] = 1.0
    return y, lengths


def learn(n_a: int = 48, batch_size: int = 48, steps: int = 800) -> Models:
    """Count, and train, on all names but those that are put aside."""
    rng = np.random.default_rng(5)
    shuffled = [str(name) for name in rng.permutation(NAMES)]
    (unseen, unseen_lengths), (y, lengths) = one_hot(shuffled[:HELD_OUT]), one_hot(shuffled[HELD_OUT:])
    n_y = len(VOCABULARY)
    start: dict[str, Array] = {
        "Wax": 0.3 * rng.standard_normal((n_a, n_y)),
        "Waa": rng.standard_normal((n_a, n_a)) / np.sqrt(n_a),
        "Wya": 0.03 * rng.standard_normal((n_y, n_a)),
        "ba": np.zeros((n_a, 1)),
        "by": np.zeros((n_y, 1)),
    }
    network, _ = train_language_model(y, lengths, start, 0.008, batch_size, range(steps))
    bigrams = bigram_probabilities(y, lengths)
    unigrams = np.repeat(unigram_probabilities(y, lengths)[:, np.newaxis], n_y, axis=1)
    log_probabilities = {
        "single letters": bigram_log_probability(unseen, unseen_lengths, unigrams),
        "pairs": bigram_log_probability(unseen, unseen_lengths, bigrams),
        "the network": sequence_log_probability(unseen, unseen_lengths, network),
    }
    hesitation = {"no idea": float(n_y)} | {
        model: perplexity(logs, unseen_lengths) for model, logs in log_probabilities.items()
    }
    return Models(network, bigrams, hesitation)
