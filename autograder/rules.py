"""Rules for results that can be right in more than one way: a loss after training, a random sample.

A rule is called in an Output's ``rule`` expression and gives None, or how the sentence about the output goes on. No
sentence holds a number of the learner's. NumPy only: this file is shipped to learners.
"""

from __future__ import annotations

from typing import Any

import numpy as np

FALSE_ALARM = 1e-9
FEWEST = 5.0
BINS = 5


def within(value: Any, low: float, high: float) -> str | None:
    """Whether one finite number lies between two bounds, both included."""
    number = np.asarray(value)
    if number.dtype.kind not in "iuf" or number.shape != () or not np.isfinite(number):
        return "must be one finite number."
    if number > high:
        return "is higher than that of a right program."
    return "is lower than any right program comes." if number < low else None


def distributed(draws: Any, probabilities: Any, false_alarm: float = FALSE_ALARM) -> str | None:
    """Whether whole numbers in ``draws`` agree with ``probabilities``, by Pearson's chi-square.

    A right program is refused with a probability of at most ``false_alarm`` as far as the statistic follows its
    limiting distribution: the threshold k + 2 sqrt(k s) + 2 s with s = log(1 / false_alarm) bounds the tail of
    chi-square with k degrees of freedom (Laurent and Massart 2000, lemma 1). Outcomes that are expected fewer than
    five times are counted together; one with probability zero must never come.
    """
    drawn, wanted = np.asarray(draws), np.asarray(probabilities, dtype=np.float64)
    if drawn.dtype.kind not in "iu" or drawn.ndim != 1 or drawn.size == 0:
        return "must be whole numbers."
    if drawn.min() < 0 or drawn.max() >= wanted.size or not np.all(wanted[drawn] > 0):
        return "holds what must never be drawn."
    counts, expected = np.bincount(drawn, minlength=wanted.size), wanted / wanted.sum() * drawn.size
    common = expected >= FEWEST
    counts = np.append(counts[common], counts[~common].sum())
    expected = np.append(expected[common], expected[~common].sum())
    if expected[-1] < FEWEST:  # too rare even together: with the most likely outcome
        most = int(np.argmax(expected))
        counts[most], expected[most] = counts[most] + counts[-1], expected[most] + expected[-1]
        counts, expected = (counts[:-1], expected[:-1]) if most != len(counts) - 1 else (counts, expected)
    freedom, surprise = len(counts) - 1, np.log(1 / false_alarm)
    statistic = np.sum((counts - expected) ** 2 / expected)
    if statistic > freedom + 2 * np.sqrt(freedom * surprise) + 2 * surprise:
        return "is drawn with other probabilities than it should be."
    return None


def distributed_each(draws: Any, probabilities: Any, false_alarm: float = FALSE_ALARM) -> str | None:
    """Whether whole numbers agree with ``probabilities``, a row for each: every draw has a distribution of its own.

    The outcomes of a row lie side by side on [0, 1), the likeliest first, each as wide as it is likely. A uniformly
    random place on the one that was drawn is uniform as a whole and independent of the others, if the draws are right
    (Dunn and Smyth 1996, Randomized quantile residuals); five equal bins of these places are judged by ``distributed``, with
    its bound.
    An outcome must never come if all that are as unlikely, over all draws, come with a probability below ``false_alarm``.
    """
    drawn, wanted = np.asarray(draws), np.asarray(probabilities, dtype=np.float64)
    if drawn.dtype.kind not in "iu" or drawn.ndim != 1 or drawn.size == 0:
        return "must be whole numbers."
    if len(wanted) != drawn.size or drawn.min() < 0 or drawn.max() >= wanted.shape[1]:
        return "holds what must never be drawn."
    own = wanted[np.arange(drawn.size), drawn]
    if not np.all(own * wanted.size > false_alarm):
        return "holds what must never be drawn."
    order = np.argsort(-wanted, axis=1, kind="stable")
    before = np.cumsum(np.take_along_axis(wanted, order, axis=1), axis=1)
    rank = np.argmax(order == drawn[:, None], axis=1)
    end = before[np.arange(drawn.size), rank]
    places = end - own * np.random.default_rng([drawn.size, BINS]).random(drawn.size)
    bins = np.clip(np.floor(places / before[:, -1] * BINS), 0, BINS - 1).astype(int)
    return distributed(bins, np.full(BINS, 1 / BINS), false_alarm)
