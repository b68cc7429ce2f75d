"""The loss of a sequence of predictions, and its slope."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.shapes import shapes


@shapes(y_pred="n_y m T_y | probabilities", y="n_y m T_y | one-hot")
def sequence_cross_entropy(y_pred: NDArray[np.floating], y: NDArray[np.floating]) -> float:
    """Measure how far predictions are from the truth: summed over time, averaged over the examples.

    L = -(1/m) * sum over t, i and k of y[k, i, t] * log(y_pred[k, i, t])

    Parameters
    ----------
    y_pred : predicted probabilities, shape (n_y, m, T_y), every entry above 0
    y : the truth, one-hot, shape (n_y, m, T_y)

    Returns
    -------
    loss : one number, in nats per sequence

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.12 to 10.14.
    """
    _, m, _ = y.shape
    return float(-np.sum(y * np.log(y_pred)) / m)


@shapes(y_pred="n_y m T_y | probabilities", y="n_y m T_y | one-hot")
def softmax_cross_entropy_backward(y_pred: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.floating]:
    """Give the gradient of the sequence loss with respect to the scores z, where y_pred = softmax(z).

    The loss is the one of exercise `rnn`: summed over time, averaged over the m examples.

    Parameters
    ----------
    y_pred : predicted probabilities, shape (n_y, m, T_y)
    y : the truth, one-hot, shape (n_y, m, T_y)

    Returns
    -------
    dz : gradient of the loss with respect to z, shape (n_y, m, T_y)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equation 10.18.
    """
    _, m, _ = y.shape
    dz: NDArray[np.floating] = (y_pred - y) / m
    return dz
