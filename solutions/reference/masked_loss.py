"""The loss of sequences of different lengths in one array, and its slope: padding counts in neither."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.losses import sequence_cross_entropy, softmax_cross_entropy_backward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


@shapes(y_pred="n_y m T_y | probabilities", y="n_y m T_y | one-hot", lengths="m")
def masked_cross_entropy(y_pred: Array, y: Array, lengths: NDArray[np.integer]) -> float:
    """Measure how far predictions are from the truth where there is one: summed over time, averaged over the examples.

    L = -(1/m) * sum over i, over t = 1 to lengths[i] and over k of y[k, i, t] * log(y_pred[k, i, t])

    Where every sequence fills all steps, this is sequence_cross_entropy.

    Parameters
    ----------
    y_pred : predicted probabilities, shape (n_y, m, T_y), every entry above 0
    y : the truth, one-hot, shape (n_y, m, T_y)
    lengths : how many steps of each sequence count, whole numbers from 1 to T_y, shape (m,); the rest is padding

    Returns
    -------
    loss : one number, in nats per sequence

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.12 to 10.14, with a T for each sequence.
    """
    counted = np.arange(y.shape[2]) < lengths[:, np.newaxis]
    return sequence_cross_entropy(y_pred, y * counted)


@shapes(y_pred="n_y m T_y | probabilities", y="n_y m T_y | one-hot", lengths="m")
def masked_cross_entropy_backward(y_pred: Array, y: Array, lengths: NDArray[np.integer]) -> Array:
    """Give the gradient of masked_cross_entropy with respect to the scores z, where y_pred = softmax(z).

    Parameters
    ----------
    y_pred : predicted probabilities, shape (n_y, m, T_y)
    y : the truth, one-hot, shape (n_y, m, T_y)
    lengths : how many steps of each sequence count, whole numbers from 1 to T_y, shape (m,); the rest is padding

    Returns
    -------
    dz : gradient of the loss with respect to z, shape (n_y, m, T_y); it is 0 at padding

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equation 10.18, where a step counts.
    """
    counted = np.arange(y.shape[2]) < lengths[:, np.newaxis]
    return softmax_cross_entropy_backward(y_pred, y) * counted
