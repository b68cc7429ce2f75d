"""Inputs drawn from a description: the same descriptions serve the hidden checks and the visible ones.

A description is a string of axis names, ``"n_x m T_x"`` or ``"n_a n_a+n_x"``, a dictionary of descriptions, or any other
value, which stands for itself. A bar and a kind may follow the axes: ``one-hot`` and ``probabilities`` along the first axis.
Three kinds follow something else: ``"lambda x: np.sum(x) | living"`` is a function that travels as text, ``"| generator"`` a
seeded numpy.random.Generator, ``"lambda sizes, rng: ... | made"`` whatever the text makes. NumPy only: shipped to learners.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def draw(description: Any, sizes: Mapping[str, int], rng: np.random.Generator) -> Any:
    """Draw one input. ``"n_a m"`` gives normal numbers of standard deviation 0.6, which keep tanh off its flat ends."""
    if isinstance(description, dict):
        return {key: draw(inner, sizes, rng) for key, inner in description.items()}
    if not isinstance(description, str):
        return description
    axes, kind = parted(description)
    if kind == "living":
        return Living(axes)
    if kind == "generator":
        return Living(f"np.random.default_rng({int(rng.integers(2**31))})")
    if kind == "made":
        return Living(axes).made()(sizes, rng)
    shape = tuple(sum(int(part) if part.isdigit() else sizes[part] for part in axis.split("+")) for axis in axes.split())
    if kind == "one-hot":
        return np.moveaxis(np.eye(shape[0])[rng.integers(shape[0], size=shape[1:])], -1, 0).copy()
    if kind == "probabilities":
        weights = rng.uniform(0.1, 1.0, size=shape)
        return weights / weights.sum(axis=0)
    return 0.6 * rng.standard_normal(shape)


def parted(description: str) -> tuple[str, str]:
    """What stands before the last bar, and the kind behind it; the kind is empty where there is no bar."""
    before, bar, behind = description.rpartition("|")
    return (before.strip(), behind.strip()) if bar else (description.strip(), "")


def draw_all(descriptions: Mapping[str, Any], sizes: Mapping[str, int], rng: np.random.Generator) -> dict[str, Any]:
    """Draw every named input, in the order in which they are named."""
    return {name: draw(description, sizes, rng) for name, description in descriptions.items()}


class Living:
    """An input that is no data, a function or a random generator: it travels as text and is made anew for each call."""

    def __init__(self, text: str) -> None:
        self.text = text

    def made(self) -> Any:
        """The value. The text is the course's own, never a learner's."""
        return eval(self.text, {"np": np})

    def __repr__(self) -> str:
        return f"Living({self.text!r})"


def live(arguments: Sequence[Any]) -> list[Any]:
    """The arguments of one call, with everything that travels as text made."""
    return [one.made() if isinstance(one, Living) else one for one in arguments]


def evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    """The value of one of the course's own expressions, such as ``rnn_cell_forward(xt, a_prev, parameters)[2]``."""
    return eval(expression, {"np": np, **names})
