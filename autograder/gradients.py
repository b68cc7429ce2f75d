"""Numeric gradients: the slope of a loss, measured entry by entry. NumPy only: this file is shipped to learners."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

EPSILON = 1e-5


def entry_at(arguments: Any, path: str) -> Any:
    """What is at a dotted path: ``parameters.Wax`` is ``arguments["parameters"]["Wax"]``; numbers lead into lists."""
    for name in path.split("."):
        arguments = arguments[int(name) if isinstance(arguments, (list, tuple)) else name]
    return arguments


def measured_gradient(
    loss: Callable[[dict[str, Any]], Any], arguments: dict[str, Any], path: str, epsilon: float = EPSILON
) -> Any:
    """The gradient of ``loss(arguments)`` with respect to the array at ``path``, by central differences in float64.

    Where a dictionary or a list is there, one gradient for each array in it; in a dictionary it is called ``d`` and its owner.
    """
    arguments = copy.deepcopy(arguments)
    return _measured(lambda: loss(arguments), entry_at(arguments, path), epsilon)


def _measured(loss: Callable[[], Any], owner: Any, epsilon: float) -> Any:
    if isinstance(owner, dict):
        return {f"d{key}": _measured(loss, inner, epsilon) for key, inner in owner.items()}
    if isinstance(owner, (list, tuple)):
        return [_measured(loss, inner, epsilon) for inner in owner]
    gradient = np.zeros(owner.shape)
    for index in np.ndindex(*owner.shape):
        here = owner[index]
        owner[index] = here + epsilon
        above = loss()
        owner[index] = here - epsilon
        below = loss()
        owner[index] = here
        gradient[index] = (above - below) / (2 * epsilon)
    return gradient
