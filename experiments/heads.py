"""What the scores of the output layer are worth: one head for each kind of answer, its loss with the gradient beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.tasks import Batch
from solutions import reference

Array = NDArray[np.floating]


class Head(NamedTuple):
    """How scores z are judged by what is due, both of shape (n_y, answers).

    Attributes
    ----------
    learn : learn(z, due) gives the mean loss and its gradient for z
    report : report(z, due) gives the loss as a reader wants it, and the share of right answers
    """

    learn: Callable[[Array, Array], tuple[float, Array]]
    report: Callable[[Array, Array], tuple[float, float]]


def half_squared_error(z: Array, due: Array) -> tuple[float, Array]:
    """Numbers: half the squared error."""
    dz = (z - due) / due.shape[1]
    return 0.5 * float(np.sum(dz**2)) * due.shape[1], dz


def squared_error(z: Array, due: Array) -> tuple[float, float]:
    """Numbers: the mean squared error; no number is ever quite right."""
    return float(np.mean((z - due) ** 2)), 0.0


def cross_entropy(z: Array, due: Array) -> tuple[float, Array]:
    """One of n_y symbols: cross-entropy of the softmax, in nats."""
    probabilities = reference.softmax(z)
    return -float(np.mean(np.log(np.sum(probabilities * due, axis=0)))), (probabilities - due) / due.shape[1]


def cross_entropy_and_right(z: Array, due: Array) -> tuple[float, float]:
    """One of n_y symbols: cross-entropy in nats, and how often the most likely symbol is the right one."""
    right = float(np.mean(np.argmax(z, axis=0) == np.argmax(due, axis=0)))
    return cross_entropy(z, due)[0], right


def log_loss(z: Array, due: Array) -> tuple[float, Array]:
    """Any of n_y symbols at once, each on or off by itself: the negative log-likelihood of all together, in nats.

    With probabilities p = sigmoid(z) it is the sum of -due ln p - (1 - due) ln(1 - p), which is ln(1 + e^z) - due z; the
    logarithm is written so that no exponential overflows. The gradient for z is p - due.
    """
    logarithm = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return float(np.mean(np.sum(logarithm - due * z, axis=0))), (reference.sigmoid(z) - due) / due.shape[1]


def log_loss_and_right(z: Array, due: Array) -> tuple[float, float]:
    """Any of n_y symbols at once: the negative log-likelihood, and how often just those that are due have more than 1/2."""
    return log_loss(z, due)[0], float(np.mean(np.all((z > 0) == (due > 0), axis=0)))


NUMBERS = Head(half_squared_error, squared_error)
SYMBOLS = Head(cross_entropy, cross_entropy_and_right)
CHORDS = Head(log_loss, log_loss_and_right)


def head(batch: Batch) -> Head:
    """The head for a batch's kind of answer."""
    if batch.mask is None:
        return NUMBERS
    return CHORDS if batch.several else SYMBOLS
