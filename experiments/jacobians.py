"""Jacobians over many steps, exact: dc<T>/dc<T-k> of one layer along all ways, from the backward pass of each step.

The backward pass of a step multiplies a gradient by the transposed Jacobian of the step. Set out with all unit vectors at once,
and all rows of the product come back together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solutions import reference

Array = NDArray[np.floating]


class Cell(NamedTuple):
    """How to walk forward through a sequence and back through one step; what keep(cache) says the old memory is multiplied by."""

    forward: Callable[..., Any]
    backward: Callable[..., dict[str, Array]]
    keep: Callable[[Any], Array]


CELLS = {
    "rnn": Cell(reference.rnn_forward, reference.rnn_cell_backward, lambda cache: np.zeros_like(cache[0])),
    "simplified_gru": Cell(
        reference.simplified_gru_forward, reference.simplified_gru_cell_backward, lambda cache: 1 - cache[2]
    ),
    "gru": Cell(reference.gru_forward, reference.gru_cell_backward, lambda cache: 1 - cache[2]),
    "lstm": Cell(reference.lstm_forward, reference.lstm_cell_backward, lambda cache: cache[4]),
}


def walk(cell: str, parameters: dict[str, Array], x: Array) -> list[Any]:
    """The caches of all steps, in float64, each example as often as there are units; every layer starts from zeros."""
    n = len(parameters["ba" if cell == "rnn" else "bc"])
    output = {"Wya": np.zeros((1, n))} if cell == "rnn" else {"Wy": np.zeros((1, n))}
    exact = {name: value.astype(np.float64) for name, value in parameters.items()}
    many = np.repeat(x.astype(np.float64), n, axis=1)
    *_, (caches, _) = CELLS[cell].forward(many, np.zeros((n, many.shape[1])), exact | output | {"by": np.zeros((1, 1))})
    return list(caches)


def back(cell: str, caches: list[Any]) -> Iterator[Array]:
    """The Jacobians of the last memory by the memory 1, 2, 3 ... steps before, shape (m, n, n) each: row j is dc_j<T>.

    In an LSTM the memory has two ways on: straight into the next step, and through its own hidden state. Both are counted; held
    fixed is what was there before, a<t-1> and with it the gates of step t, and the inputs.
    """
    n, columns = caches[0][0].shape
    to_memory: Array = np.tile(np.eye(n), columns // n)
    to_state: Array = np.zeros((n, columns))
    for place in reversed(range(len(caches))):
        if cell == "lstm":
            step = CELLS[cell].backward(to_state, to_memory, caches[place])
            to_memory, to_state = step["dc_prev"], step["da_prev"]
            whole = to_memory + to_state * shown(caches[place - 1]) if place else to_memory
        else:
            whole = to_memory = CELLS[cell].backward(to_memory, caches[place])["da_prev" if cell == "rnn" else "dc_prev"]
        yield whole.reshape(n, columns // n, n).transpose(1, 2, 0)


def shown(cache: Any) -> Array:
    """The slopes of an LSTM's hidden state by the memory of the same step: G_o * (1 - tanh(c)^2)."""
    slopes: Array = cache[7] * (1 - np.tanh(cache[1]) ** 2)
    return slopes


def straight(cell: str, caches: list[Any]) -> Iterator[Array]:
    """What the straight way alone leaves after 1, 2, 3 ... steps back: the product of what each element was kept by, (n, m)."""
    n = len(caches[0][0])
    product = np.ones_like(caches[0][0][:, ::n])
    for cache in reversed(caches):
        product = product * CELLS[cell].keep(cache)[:, ::n]
        yield product
