"""Inputs drawn from a description: the same descriptions serve the hidden checks and the visible ones.

A description is a string of axis names, ``"n_x m T_x"``, after a bar perhaps the kind of numbers, a dictionary of
descriptions, or any other value, which stands for itself. NumPy only: this file is shipped to learners.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

KINDS = ("normal", "probabilities", "one-hot", "function")


def draw(description: Any, sizes: Mapping[str, int], rng: np.random.Generator) -> Any:
    """Draw one input. ``"n_a m"`` gives normal numbers of standard deviation 0.6, which keep tanh off its flat ends."""
    if isinstance(description, dict):
        return {key: draw(inner, sizes, rng) for key, inner in description.items()}
    if not isinstance(description, str):
        return description
    axes, _, kind = (part.strip() for part in description.partition("|"))
    if kind == "function":
        return Function(axes)
    shape = tuple(int(axis) if axis.isdigit() else sizes[axis] for axis in axes.split())
    if kind == "one-hot":
        return np.moveaxis(np.eye(shape[0])[rng.integers(shape[0], size=shape[1:])], -1, 0).copy()
    if kind == "probabilities":
        weights = rng.uniform(0.1, 1.0, size=shape)
        return weights / weights.sum(axis=0)
    return 0.6 * rng.standard_normal(shape)


def draw_all(descriptions: Mapping[str, Any], sizes: Mapping[str, int], rng: np.random.Generator) -> dict[str, Any]:
    """Draw every named input, in the order in which they are named."""
    return {name: draw(description, sizes, rng) for name, description in descriptions.items()}


class Function:
    """A function of NumPy arrays that travels as text, for exercises that take a function."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, *arguments: Any) -> Any:
        return eval(self.text, {"np": np})(*arguments)  # the text is the course's own, never a learner's

    def __repr__(self) -> str:
        return self.text


def evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    """The value of one of the course's own expressions, such as ``rnn_cell_forward(xt, a_prev, parameters)[2]``."""
    return eval(expression, {"np": np, **names})
