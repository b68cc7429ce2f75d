"""From words to arrays: a vocabulary, one-hot vectors, and a batch of sentences of different lengths.

Everything here follows the notes that this course grew from: x<t> is a one-hot vector over the vocabulary, and a word that
is not in it becomes `<UNK>`. NumPy sorts texts as Python does, by code points: capitals come before small letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.integer[Any]]


def build_vocabulary(sentences: Sequence[Sequence[str]], size: int) -> dict[str, int]:
    """Give each of the most frequent words an index; all others will have to share that of `<UNK>`.

    `<UNK>` has index 0. Behind it come the size - 1 most frequent words, the most frequent first; words that are equally
    frequent come in the order in which Python sorts texts: "Potter" before "and", "and" before "spell".

    Parameters
    ----------
    sentences : a list of sentences, each a list of words. A word counts as often as it occurs. Words are taken as they are:
        "New" and "new" are two. If "<UNK>" itself stands in a sentence, it is not counted
    size : how many entries the vocabulary may have at most, `<UNK>` among them; at least 1

    Returns
    -------
    vocabulary : a dictionary, from each word to its index, a whole number. Where there are fewer words than places, it
        holds all of them and `<UNK>`

    Source: the notes; the order among words is this course's own, so that there is one right answer.
    """
    words = [word for sentence in sentences for word in sentence if word != "<UNK>"]
    known, counts = np.unique(words, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    listed = ["<UNK>", *known[order[: size - 1]].tolist()]
    return {word: index for index, word in enumerate(listed)}


def encode(sentence: Sequence[str], vocabulary: dict[str, int]) -> Indices:
    """Put its index for each word of a sentence; for a word that is not in the vocabulary, the index of `<UNK>`.

    Parameters
    ----------
    sentence : a list of T_x words
    vocabulary : a dictionary from words to indices. `<UNK>` is one of its words; its index need not be 0

    Returns
    -------
    indices : an array of whole numbers, shape (T_x,)

    Source: the notes.
    """
    return np.array([vocabulary.get(word, vocabulary["<UNK>"]) for word in sentence])


def one_hot(indices: Indices, n_x: int) -> NDArray[np.float64]:
    """Make a vector of each index: 1 at the index, 0 elsewhere. The new axis comes first.

    Parameters
    ----------
    indices : whole numbers from 0 to n_x - 1, shape (T_x,) for one sentence, (m, T_x) for m of equal length
    n_x : size of the vocabulary

    Returns
    -------
    x : float64, shape (n_x, T_x) for one sentence, (n_x, m, T_x) for m

    Source: the notes.
    """
    return 1.0 * np.equal.outer(np.arange(n_x), indices)


def pad_batch(sequences: Sequence[Indices], n_x: int) -> tuple[NDArray[np.float64], Indices]:
    """Lay sentences of different lengths side by side in one array. Where a sentence has ended, its columns are zero.

    Parameters
    ----------
    sequences : a list of m arrays of indices; the one of example i has shape (T_x^(i),), at least one index
    n_x : size of the vocabulary

    Returns
    -------
    x : float64, shape (n_x, m, T_x), where T_x is the largest of the lengths. x[:, i, t] is one-hot while t < T_x^(i), and
        zero in every element after that
    lengths : the lengths T_x^(i), whole numbers, shape (m,)

    Source: the notes for x^(i)<t> and T_x^(i); zeros for what is not there are this course's convention.
    """
    lengths = np.array([len(sequence) for sequence in sequences])
    x = np.zeros((n_x, len(sequences), max(lengths)))
    for i, sequence in enumerate(sequences):
        x[:, i, : lengths[i]] = one_hot(sequence, n_x)
    return x, lengths


def count_parameters(n_a: int, n_x: int, n_y: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Tell the shape of every parameter of the network, and how many numbers it has to learn.

    Parameters
    ----------
    n_a, n_x, n_y : sizes of the hidden state, of the input and of the output

    Returns
    -------
    shapes : a dictionary from "Waa", "Wax", "Wa", "Wya", "ba", "by" to a shape, a tuple of two whole numbers;
        "Wa" is [W_aa W_ax], the two laid side by side
    total : how many numbers are learned in all, biases included. W_a holds no numbers of its own

    Source: the notes, simplified RNN notation: (100, 100) and (100, 10000) make (100, 10100).
    """
    shapes = {"Waa": (n_a, n_a), "Wax": (n_a, n_x), "Wya": (n_y, n_a), "ba": (n_a, 1), "by": (n_y, 1)}
    total = n_a * (n_a + n_x + 1) + n_y * (n_a + 1)
    return {**shapes, "Wa": (n_a, n_a + n_x)}, total
