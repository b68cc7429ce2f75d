"""Language models that count: what a recurrent network has to beat. Word 0 ends each sequence, and stands before it too.

Formulas: additive smoothing as in Chen and Goodman (1999), An empirical study of smoothing techniques for language modeling,
section 2.1; n-grams as in Goodfellow, Bengio and Courville (2016), Deep Learning, section 12.4.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.language_model import inputs_from_targets
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


@shapes(y="n_y m T_y | one-hot", lengths="m")
def unigram_probabilities(y: Array, lengths: NDArray[np.integer], smoothing: float = 1.0) -> Array:
    """Say how often each word is said, whatever was said before.

    P(k) = (count(k) + smoothing) / (number of all counted words + smoothing * n_y), where count(k) is how often word k stands in
    the first lengths[i] steps of the sequences. The mark at the end of a sequence is counted like any other word.

    Parameters
    ----------
    y : sequences, one-hot, shape (n_y, m, T_y)
    lengths : how many steps of each sequence count, whole numbers from 1 to T_y, shape (m,); the rest is padding
    smoothing : what is added to each count, above 0, so that no word is held impossible

    Returns
    -------
    probabilities : shape (n_y,), their sum is 1

    Source: Chen and Goodman (1999), section 2.1.
    """
    counted = np.arange(y.shape[2]) < lengths[:, np.newaxis]
    counts = np.einsum("kmt,mt->k", y, counted) + smoothing
    probabilities: Array = counts / np.sum(counts)
    return probabilities


@shapes(y="n_y m T_y | one-hot", lengths="m")
def bigram_probabilities(y: Array, lengths: NDArray[np.integer], smoothing: float = 1.0) -> Array:
    """Say how often each word follows each other word, and forget all that was said before.

    P(k | j) = (count(j, k) + smoothing) / (count(j, anything) + smoothing * n_y), where count(j, k) is how often word k stands in
    the first lengths[i] steps of a sequence with word j one step before it. Before the first word of each sequence stands
    word 0, the mark of an end: where one sequence has ended, the next one begins.

    Parameters
    ----------
    y : sequences, one-hot, shape (n_y, m, T_y)
    lengths : how many steps of each sequence count, whole numbers from 1 to T_y, shape (m,); the rest is padding
    smoothing : what is added to each count, above 0, so that nothing is held impossible

    Returns
    -------
    bigrams : P(k | j) stands at [k, j], shape (n_y, n_y); the sum of each column is 1

    Source: Chen and Goodman (1999), section 2.1.
    """
    before = inputs_from_targets(y)
    before[0, :, 0] = 1
    counted = np.arange(y.shape[2]) < lengths[:, np.newaxis]
    counts = np.einsum("kmt,jmt->kj", y * counted, before) + smoothing
    bigrams: Array = counts / np.sum(counts, axis=0)
    return bigrams


@shapes(y="n_y m T_y | one-hot", lengths="m", bigrams="n_y n_y")
def bigram_log_probability(y: Array, lengths: NDArray[np.integer], bigrams: Array) -> Array:
    """Say how probable whole sequences are for a model that remembers one word.

    log P(y<1>, ..., y<T>) = log P(y<1> | 0) + log P(y<2> | y<1>) + ... + log P(y<T> | y<T-1>), where word 0, the mark of an end,
    stands before the first word. A probability may be 0: the log probability of a sequence that needs it is minus infinity,
    that of any other sequence is finite.

    Parameters
    ----------
    y : sequences, one-hot, shape (n_y, m, T_y)
    lengths : how many steps of each sequence count, whole numbers from 1 to T_y, shape (m,); the rest is padding
    bigrams : P(k | j) at [k, j], shape (n_y, n_y), from bigram_probabilities

    Returns
    -------
    log_probability : in nats, shape (m,)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 12.4.1, for n = 2.
    """
    before = inputs_from_targets(y)
    before[0, :, 0] = 1
    counted = np.arange(y.shape[2]) < lengths[:, np.newaxis]
    chances = np.einsum("kmt,kj,jmt->mt", y, bigrams, before)
    with np.errstate(divide="ignore"):  # what is impossible has the logarithm minus infinity
        log_probability: Array = np.sum(np.log(chances), axis=1, where=counted)
    return log_probability
