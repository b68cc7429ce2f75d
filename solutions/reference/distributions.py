"""Distributions over symbols, reshaped and drawn from. A distribution is a vector of n_y probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


@shapes(probabilities="n_y | probabilities")
def draw_index(probabilities: Array, u: float) -> int:
    """Turn a uniform random number into a symbol: the inverse of the cumulative distribution.

    The symbols lie side by side on [0, 1), in the order of their indices, each as wide as it is likely. The one that u
    falls on is drawn: the first whose cumulative sum is greater than u. If rounding left the sum of all below 1 and u lies
    at or beyond it, it is the last one that has any probability. A symbol of probability 0 is never drawn.

    Parameters
    ----------
    probabilities : a distribution, shape (n_y,)
    u : a number in [0, 1)

    Returns
    -------
    index : one whole number

    Source: Devroye (1986), Non-Uniform Random Variate Generation, chapter III, the inversion method.
    """
    possible = np.flatnonzero(probabilities)
    borders = np.cumsum(probabilities[possible[:-1]])
    return int(possible[np.searchsorted(borders, u, side="right")])


@shapes(probabilities="n_y | probabilities")
def without_unknown(probabilities: Array, unk: int) -> Array:
    """Forbid <UNK>: its probability becomes 0, and what it had goes to the others in proportion to what they have.

    Parameters
    ----------
    probabilities : a distribution in which some other symbol has a probability above 0, shape (n_y,)
    unk : index of <UNK>

    Returns
    -------
    known : a distribution, shape (n_y,)

    Source: the definition of conditional probability, P(A | B) = P(A and B) / P(B), where B is "not <UNK>".
    """
    known = probabilities.copy()
    known[unk] = 0
    return known / np.sum(known)


@shapes(probabilities="n_y | probabilities")
def with_temperature(probabilities: Array, temperature: float) -> Array:
    """Sharpen a distribution (temperature below 1) or flatten it (above 1): p_i^(1/T) / sum_j p_j^(1/T).

    That is softmax(z / T) for scores z, written for p = softmax(z). It must hold for small temperatures, where each power
    alone may underflow to 0: the most likely symbol then gets almost everything. What was impossible stays impossible.

    Parameters
    ----------
    probabilities : a distribution, shape (n_y,); some entries may be 0
    temperature : T, above 0; 1 changes nothing

    Returns
    -------
    tempered : a distribution, shape (n_y,)

    Source: Hinton, Vinyals and Dean (2015), Distilling the Knowledge in a Neural Network, equation 1.
    """
    weights = (probabilities / np.max(probabilities)) ** (1 / temperature)
    tempered: Array = weights / np.sum(weights)
    return tempered


@shapes(probabilities="n_y | probabilities")
def top_k(probabilities: Array, k: int) -> Array:
    """Keep the k most likely symbols, forbid the others, and scale what is left to the sum 1.

    Parameters
    ----------
    probabilities : a distribution, shape (n_y,)
    k : how many to keep, 1 or more; n_y or more keeps all. Of equally likely ones those with lower indices are kept

    Returns
    -------
    kept : a distribution, shape (n_y,)

    Source: Fan, Lewis and Dauphin (2018), Hierarchical Neural Story Generation, section 5.
    """
    most_likely = np.argsort(-probabilities, kind="stable")[:k]
    kept = np.zeros_like(probabilities)
    kept[most_likely] = probabilities[most_likely]
    return kept / np.sum(kept)


@shapes(probabilities="n_y | probabilities")
def top_p(probabilities: Array, p: float) -> Array:
    """Keep the nucleus: as few of the most likely symbols as have a probability of p or more together.

    The others are forbidden, and what is left is scaled to the sum 1.

    Parameters
    ----------
    probabilities : a distribution, shape (n_y,)
    p : above 0, at most 1. Of equally likely symbols those with lower indices come first

    Returns
    -------
    kept : a distribution, shape (n_y,)

    Source: Holtzman et al. (2020), The Curious Case of Neural Text Degeneration, equations 2 and 3.
    """
    order = np.argsort(-probabilities, kind="stable")
    before = np.cumsum(probabilities[order]) - probabilities[order]
    nucleus = order[before < p]
    kept = np.zeros_like(probabilities)
    kept[nucleus] = probabilities[nucleus]
    return kept / np.sum(kept)
