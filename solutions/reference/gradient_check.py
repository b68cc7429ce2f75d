"""Slopes measured instead of derived: the judge of every backward pass."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solutions.reference.shapes import shapes


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


@shapes(gradient="n_a m", x="n_a m")
def gradient_check(
    f: Callable[[NDArray[np.float64]], float],
    gradient: NDArray[np.float64],
    x: NDArray[np.float64],
    epsilon: float = 1e-6,
) -> float:
    """Hold a gradient that somebody derived against the measured one, and say in one number how far they are apart.

    difference = ||gradient - measured|| / (||gradient|| + ||measured||), where ||v|| is the square root of the sum of
    the squares of all entries. It is 0 where both are zero everywhere. Below 1e-7 the gradient is very
    likely right; above 1e-3 it is very likely wrong.

    Parameters
    ----------
    f : takes an array of the shape of x, returns one number
    gradient : what somebody believes to be the gradient of f at x, shape (n_a, m), the shape of x
    x : where to measure, float64, shape (n_a, m)
    epsilon : half the distance between two measurements, above 0

    Returns
    -------
    difference : one number from 0 to 1

    Source: the course notes of Stanford's CS231n on gradient checks, for the relative error; here it is one of whole arrays.
    """
    measured = numerical_gradient(f, x, epsilon)
    distance = np.sqrt(np.sum((gradient - measured) ** 2))
    size = np.sqrt(np.sum(gradient**2)) + np.sqrt(np.sum(measured**2))
    return float(distance / size) if size > 0 else 0.0
