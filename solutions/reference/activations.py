"""Functions applied to each column of numbers a network makes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def softmax(z: NDArray[np.floating]) -> NDArray[np.floating]:
    """Turn scores into probabilities along the first axis.

    The result is exp(z) / sum(exp(z)), where the sum runs over axis 0: one distribution per column.
    It must hold for scores of any size: exp(1000) overflows, softmax([1000, 1000]) does not.

    Parameters
    ----------
    z : scores, shape (n_y, ...); the first axis counts the classes

    Returns
    -------
    y_pred : probabilities, the same shape as z; each column sums to 1

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equation 6.29.
    """
    exponentials = np.exp(z - np.max(z, axis=0))
    y_pred: NDArray[np.floating] = exponentials / np.sum(exponentials, axis=0)
    return y_pred


def sigmoid(z: NDArray[np.floating]) -> NDArray[np.floating]:
    """Squeeze each number into (0, 1): 1 / (1 + exp(-z)).

    It must hold for numbers of any size: exp(1000) overflows, sigmoid(-1000) does not.

    Parameters
    ----------
    z : numbers of any shape

    Returns
    -------
    gate : the same shape as z

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equation 3.30; written with tanh, which never overflows.
    """
    gate: NDArray[np.floating] = 0.5 * (1 + np.tanh(0.5 * z))
    return gate
