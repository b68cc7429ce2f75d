"""Updates of a recurrent network, number by number: everything that is computed is shown in the order in which it is computed.

Plain gradient descent in float32, without clipping, written out so that the first number that is lost can be caught in the act.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.tasks import Batch
from solutions.reference import softmax

Array = NDArray[np.floating]
Arrays = dict[str, Array]


class Made(NamedTuple):
    """Something that was computed: the name of the array, the step of time (0: of none), and the factors of a matrix product."""

    array: str
    time: int
    value: Array
    factors: tuple[Array, Array] | None = None


def product(array: str, time: int, left: Array, right: Array) -> Made:
    """A matrix product that remembers what it was made of."""
    return Made(array, time, left @ right, (left, right))


def update(parameters: Arrays, batch: Batch, activation: str, learning_rate: float) -> Iterator[Made]:
    """One update; parameters, "Wa" = [W_aa W_ax b_a] and "Wy" = [W_ya b_y], are replaced at its end."""
    n, (_, m, steps) = len(parameters["Wa"]), batch.x.shape
    one = np.ones((1, m), np.float32)
    a, seen, states, dzy = np.zeros((n, m), np.float32), [], [], {}
    for t in range(steps):
        seen.append(np.concatenate([a, batch.x[:, :, t], one]))
        yield (z := product("z", t + 1, parameters["Wa"], seen[t]))
        a = np.tanh(z.value) if activation == "tanh" else np.maximum(z.value, 0)
        yield Made("a", t + 1, a)
        states.append(a)
    for t in range(steps) if batch.mask is not None else [steps - 1]:
        yield (scores := product("scores", t + 1, parameters["Wy"], np.concatenate([states[t], one])))
        dzy[t] = wrong(scores.value, batch, t)
        yield Made("dz_y", t + 1, dzy[t])
    dz = None
    dzs: list[Array] = []
    for t in reversed(range(steps)):
        sources = [(parameters["Wa"][:, :n], dz)] * (dz is not None) + [(parameters["Wy"][:, :n], dzy.get(t))] * (t in dzy)
        yield (da := product("da", t + 1, np.concatenate([W for W, _ in sources]).T, np.concatenate([d for _, d in sources])))
        dz = da.value * (1 - states[t] ** 2 if activation == "tanh" else (states[t] > 0).astype(np.float32))
        yield Made("dz", t + 1, dz)
        dzs.insert(0, dz)
    outputs = [np.concatenate([states[t], one]) for t in dzy]
    yield (dWa := product("dW_a", 0, np.concatenate(dzs, axis=1), np.concatenate(seen, axis=1).T))
    yield (dWy := product("dW_y", 0, np.concatenate(list(dzy.values()), axis=1), np.concatenate(outputs, axis=1).T))
    for name, slope in {"Wa": dWa.value, "Wy": dWy.value}.items():
        parameters[name] = parameters[name] - np.float32(learning_rate) * slope
        yield Made(name, 0, parameters[name])


def wrong(scores: Array, batch: Batch, t: int) -> Array:
    """The gradient of the scores of step t: of half the squared error, or of the cross-entropy."""
    m = scores.shape[1]
    if batch.mask is None:
        return (scores - batch.y) / np.float32(m)
    return (softmax(scores) - batch.y[:, :, t]) * batch.mask[:, t] / np.float32(np.sum(batch.mask))


def operation(made: Made) -> str:
    """What gave the first NaN of an array: zero times infinity, or infinity minus infinity."""
    if made.factors is None:
        return "0 * inf" if made.array == "dz" else "inf - inf"
    row, column = np.argwhere(np.isnan(made.value))[0]
    terms = made.factors[0][row] * made.factors[1][:, column]
    return "0 * inf" if np.any(np.isnan(terms)) else "inf - inf"


def norm(*arrays: Any) -> float:
    """The norm of all arrays together, in float64."""
    return float(np.sqrt(sum(np.sum(np.square(array.astype(np.float64))) for array in arrays)))
