"""How the fast networks lay out their memory, and what all of them do in one product over all steps.

The stacked vectors [a<t-1>; x<t>; 1] of all steps stand in one array of shape (n_a + n_x + 1, T_x + 1, m). So a step's
part is a matrix whose rows are contiguous, a step is ONE product with [W b], which takes input and bias along, and the same
array, read as (n_a + n_x + 1, T_x m), gives the gradient of all weights and biases in ONE product at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import softmax

Array = NDArray[np.floating]

IN_CACHE = 2**15
"""So many numbers of one gate are treated at a time on the way back: a few steps of them stay in a core's own cache."""


class Caches(NamedTuple):
    """What a forward pass leaves for the way back: named arrays, and the parameters it was called with."""

    memory: dict[str, Array]
    parameters: Mapping[str, Array]


def memory_for(reuse: Caches | None, dtype: Any, **shapes: tuple[int, ...]) -> dict[str, Array]:
    """Arrays of these shapes, not filled: those of earlier caches where they fit, else new ones."""
    old = {} if reuse is None else reuse.memory
    if old.keys() == shapes.keys() and all(old[name].shape == shapes[name] and old[name].dtype == dtype for name in shapes):
        return old
    return {name: np.empty(shape, dtype) for name, shape in shapes.items()}


def begin(stacked: Array, x: Array, first: Array | None) -> None:
    """Fill the stacked vectors with all inputs, the ones that meet the biases, and the state before the first step."""
    steps, n = x.shape[2], len(stacked) - len(x) - 1
    stacked[n:-1, :steps] = x.transpose(0, 2, 1)
    stacked[-1] = 1
    if first is not None:
        stacked[:n, 0] = first


def with_bias(weights: Sequence[Array], biases: Sequence[Array], dtype: Any, sigmoids: int = 0) -> Array:
    """[W b] of several gates one above the other, shape (gates * n_a, n_a + n_x + 1); the first sigmoids among them halved."""
    beside = [np.concatenate([W, b], axis=1) for W, b in zip(weights, biases, strict=True)]
    halved = [0.5 * Wb if place < sigmoids else Wb for place, Wb in enumerate(beside)]
    return np.concatenate(halved).astype(dtype, copy=False)


def gate(half: Array) -> None:
    """Make sigmoid(z) of z / 2, in place: sigmoid(z) = (1 + tanh(z / 2)) / 2, which never overflows."""
    np.tanh(half, out=half)
    np.multiply(half, 0.5, out=half)
    np.add(half, 0.5, out=half)


def predictions(states: Array, parameters: Mapping[str, Array], weight: str) -> Array | None:
    """softmax(W_y a<t> + b_y) of all steps from states (n_a, T_x, m), in one product; None where there is no W_y."""
    if weight not in parameters:
        return None
    n, steps, m = states.shape
    z = parameters[weight] @ states.reshape(n, steps * m) + parameters["by"]
    return softmax(z).reshape(-1, steps, m).transpose(0, 2, 1)


def time_first(upstream: Array, dtype: Any) -> Array:
    """Gradients (n_a, m, T_x) as (T_x, n_a, m), copied only where their memory does not lie so already."""
    return np.ascontiguousarray(upstream.transpose(2, 0, 1), dtype=dtype)


def flattened(stacked: Array, steps: int) -> Array:
    """The first so many steps of an array (rows, T, m) as a matrix (rows, steps * m), without a copy."""
    return stacked.reshape(len(stacked), -1)[:, : steps * stacked.shape[2]]


def split(dWb: Array, names: str) -> dict[str, Array]:
    """The gradient of stacked [W b] as gradients by name, one letter for each gate."""
    blocks = zip(names, np.split(dWb, len(names)), strict=True)
    return {key: part for g, one in blocks for key, part in (("dW" + g, one[:, :-1]), ("db" + g, one[:, -1:]))}
