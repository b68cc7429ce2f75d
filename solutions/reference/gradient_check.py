"""Slopes measured instead of derived: the judge of every backward pass."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def numerical_gradient(
    f: Callable[[NDArray[np.float64]], float], x: NDArray[np.float64], epsilon: float = 1e-6
) -> NDArray[np.float64]:
    """Measure the gradient of f at x by central differences, one entry of x at a time.

    Each entry of the result is (f(x with epsilon added there) - f(x with epsilon taken off there)) / (2 * epsilon).
    When the function returns, x holds the numbers it held before.

    Parameters
    ----------
    f : takes an array of the shape of x, returns one number
    x : where to measure, float64, any shape
    epsilon : half the distance between the two measurements, above 0

    Returns
    -------
    gradient : the same shape as x

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 11.5, the centered difference.
    """
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[index] = epsilon
        gradient[index] = (f(x + step) - f(x - step)) / (2 * epsilon)
    return gradient
