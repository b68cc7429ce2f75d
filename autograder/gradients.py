"""Numeric gradients: the slope of a loss, measured entry by entry. NumPy only: this file is shipped to learners."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

EPSILON = 1e-5


def entry_at(arguments: Any, path: str) -> Any:
    """The array at a dotted path: ``parameters.Wax`` is ``arguments["parameters"]["Wax"]``."""
    for name in path.split("."):
        arguments = arguments[name]
    return arguments


def measured_gradient(
    loss: Callable[[dict[str, Any]], Any], arguments: dict[str, Any], path: str, epsilon: float = EPSILON
) -> np.ndarray[Any, Any]:
    """The gradient of ``loss(arguments)`` with respect to the array at ``path``, by central differences in float64."""
    arguments = copy.deepcopy(arguments)
    array = entry_at(arguments, path)
    gradient = np.zeros(array.shape)
    for index in np.ndindex(*array.shape):
        here = array[index]
        array[index] = here + epsilon
        above = loss(arguments)
        array[index] = here - epsilon
        below = loss(arguments)
        array[index] = here
        gradient[index] = (above - below) / (2 * epsilon)
    return gradient
