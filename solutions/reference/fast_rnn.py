"""The recurrent network for speed: the results of rnn.py to rounding, in another order of work and another layout."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.reference.fast_memory import (
    Array,
    Caches,
    begin,
    flattened,
    memory_for,
    predictions,
    time_first,
    with_bias,
)
from solutions.reference.shapes import shapes

PARAMETERS = {"Wax": "n_a n_x", "Waa": "n_a n_a", "ba": "n_a 1"}


@shapes(x="n_x m T_x", a0="n_a m", parameters=PARAMETERS)
def rnn_forward(
    x: Array, a0: Array, parameters: dict[str, Array], activation: str = "tanh", reuse: Caches | None = None
) -> tuple[Array, Array | None, Caches]:
    """Walk through a sequence, as solutions.reference.rnn_forward does, with one matrix product a step.

    Parameters
    ----------
    x, a0, parameters, activation : as in solutions.reference.rnn_forward; "Wya" and "by" may be absent
    reuse : caches of an earlier call, whose memory is written over if the sizes are the same

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x); a view of the caches' memory
    y_pred : predictions, shape (n_y, m, T_x); None where the parameters have no "Wya"
    caches : for rnn_backward of this module

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.8 to 10.11.
    """
    if activation not in ("tanh", "relu"):
        raise ValueError(f"activation is {activation!r}; it must be 'tanh' or 'relu'")
    n, (n_x, m, steps), dtype = len(a0), x.shape, np.result_type(x, a0)
    memory = memory_for(reuse, dtype, stacked=(n + n_x + 1, steps + 1, m), dz=(n, steps, m))
    stacked, z = memory["stacked"], np.empty((n, m), dtype)
    begin(stacked, x, a0)
    W = with_bias([np.concatenate([parameters["Waa"], parameters["Wax"]], axis=1)], [parameters["ba"]], dtype)
    for t in range(steps):
        np.matmul(W, stacked[:, t], out=z)
        if activation == "tanh":
            np.tanh(z, out=stacked[:n, t + 1])
        else:
            np.maximum(z, 0, out=stacked[:n, t + 1])
    a = stacked[:n, 1:]
    return a.transpose(0, 2, 1), predictions(a, parameters, "Wya"), Caches(memory, parameters)


@shapes(da="n_a m T_x")
def rnn_backward(da: Array, caches: Any, activation: str = "tanh") -> dict[str, Array]:
    """Carry gradients back through time: one product a step, and one for each of dx and the weights at the end.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> through the output of step t, shape (n_a, m, T_x)
    caches : those of rnn_forward of this module
    activation : the one of the way forward

    Returns
    -------
    gradients : "dx", "da0", "dWax", "dWaa", "dba", as solutions.reference.rnn_backward gives them

    Source: Werbos (1990), Backpropagation through time; Goodfellow et al. (2016), equations 10.19 to 10.28.
    """
    memory, parameters = caches
    stacked, dz = memory["stacked"], memory["dz"]
    n, steps, m = dz.shape
    a = stacked[:n, 1:]
    slopes = 1 - a * a if activation == "tanh" else (a > 0).astype(a.dtype)
    upstream, WaaT = time_first(da, dz.dtype), np.ascontiguousarray(parameters["Waa"].T, dtype=dz.dtype)
    carried, z = np.zeros_like(upstream[0]), np.empty_like(upstream[0])
    for t in reversed(range(steps)):
        np.add(upstream[t], carried, out=z)
        np.multiply(z, slopes[:, t], out=z)
        np.matmul(WaaT, z, out=carried)
        dz[:, t] = z
    flat = flattened(dz, steps)
    dW = flat @ flattened(stacked, steps).T
    dx = (parameters["Wax"].T.astype(dz.dtype, copy=False) @ flat).reshape(-1, steps, m).transpose(0, 2, 1)
    return {"dx": dx, "da0": carried, "dWax": dW[:, n:-1], "dWaa": dW[:, :n], "dba": dW[:, -1:]}
