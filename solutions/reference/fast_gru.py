"""The GRU for speed: the results of gru.py to rounding, in another order of work and another layout.

Gates stand in the order c, u, r here: u and r, which one product makes, are neighbours, and so are c and u, which the
memory's gradient reaches without a product. The candidate needs a product of its own, since the reset gate acts before it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.reference.fast_memory import (
    IN_CACHE,
    Array,
    Caches,
    begin,
    flattened,
    gate,
    memory_for,
    predictions,
    split,
    time_first,
    with_bias,
)
from solutions.reference.shapes import shapes

PARAMETERS = {"W" + gate: "n_c n_c+n_x" for gate in "urc"} | {"b" + gate: "n_c 1" for gate in "urc"}


@shapes(x="n_x m T_x", c0="n_c m", parameters=PARAMETERS)
def gru_forward(
    x: Array, c0: Array, parameters: dict[str, Array], reuse: Caches | None = None
) -> tuple[Array, Array | None, Caches]:
    """Walk through a sequence, as solutions.reference.gru_forward does, with two matrix products a step.

    Parameters
    ----------
    x, c0, parameters : as in solutions.reference.gru_forward; "Wy" and "by" may be absent
    reuse : caches of an earlier call, whose memory (and so what that call returned) is written over if the sizes are the same

    Returns
    -------
    c : memories, shape (n_c, m, T_x); a view of the caches' memory
    y_pred : predictions, shape (n_y, m, T_x); None where the parameters have no "Wy"
    caches : for gru_backward of this module

    Source: Chung et al. (2014), section 3.2, with biases.
    """
    n, (n_x, m, steps), dtype = len(c0), x.shape, np.result_type(x, c0)
    memory = memory_for(reuse, dtype, stacked=(n + n_x + 1, steps + 1, m), gated=(n + n_x + 1, steps, m),
                        gates=(steps, 3, n, m), dz=(3 * n, steps, m))  # fmt: skip  # one table
    stacked, gated = memory["stacked"], memory["gated"]
    begin(stacked, x, c0)
    begin(gated, x, None)
    Wur = with_bias([parameters["Wu"], parameters["Wr"]], [parameters["bu"], parameters["br"]], dtype, sigmoids=2)
    Wc = with_bias([parameters["Wc"]], [parameters["bc"]], dtype)
    change = np.empty((n, m), dtype)
    for t, (candidate, u, r) in enumerate(memory["gates"]):
        sigmoids = memory["gates"][t, 1:].reshape(2 * n, m)
        gate(np.matmul(Wur, stacked[:, t], out=sigmoids))
        c_prev = stacked[:n, t]
        np.multiply(r, c_prev, out=gated[:n, t])
        np.matmul(Wc, gated[:, t], out=candidate)
        np.tanh(candidate, out=candidate)
        np.subtract(candidate, c_prev, out=change)
        np.multiply(u, change, out=change)
        np.add(c_prev, change, out=stacked[:n, t + 1])
    c = stacked[:n, 1:]
    return c.transpose(0, 2, 1), predictions(c, parameters, "Wy"), Caches(memory, parameters)


@shapes(dc="n_c m T_x")
def gru_backward(dc: Array, caches: Any) -> dict[str, Array]:
    """Carry gradients back through time: two products a step, and one for each of dx and the weights at the end.

    Parameters
    ----------
    dc : gradient of the loss with respect to each c<t> through the output of step t, shape (n_c, m, T_x)
    caches : those of gru_forward of this module

    Returns
    -------
    gradients : "dx", "dc0", "dWu", "dbu", "dWr", "dbr", "dWc", "dbc", as solutions.reference.gru_backward gives them

    Source: Werbos (1990), Backpropagation through time, for the walk; the chain rule along gru_cell_forward for each step.
    """
    memory, parameters = caches
    dz, (steps, _, n, m) = memory["dz"], memory["gates"].shape
    W = np.concatenate([parameters["W" + g] for g in "cur"]).astype(dz.dtype, copy=False)
    dc0 = _walk_back(time_first(dc, dz.dtype), W[:, :n], memory)
    flat = flattened(dz, steps)
    dx = (W[:, n:].T @ flat).reshape(-1, steps, m).transpose(0, 2, 1)
    dWc, dWur = flat[:n] @ flattened(memory["gated"], steps).T, flat[n:] @ flattened(memory["stacked"], steps).T
    return {"dx": dx, "dc0": dc0, **split(dWur, "ur"), **split(dWc, "c")}


def _walk_back(upstream: Array, W: Array, memory: dict[str, Array]) -> Array:
    """Fill the memory's dz, the gradient of what the gates are made of, from the last step to the first; gives dc0."""
    stacked, gates, dz = memory["stacked"], memory["gates"], memory["dz"]
    steps, n, m = upstream.shape
    WccT, WurT = np.ascontiguousarray(W[:n].T), np.ascontiguousarray(W[n:].T)
    carried: Array = np.zeros_like(upstream[0])
    d, dgated = np.empty_like(carried), np.empty_like(carried)
    dzt, together = np.empty((3, n, m), dz.dtype), max(1, IN_CACHE // (n * m))
    room = np.empty((min(together, steps), 4, n, m), dz.dtype)
    for end in range(steps, 0, -together):
        start = max(0, end - together)
        slopes = _slopes(gates[start:end], stacked[:n, start:end].transpose(1, 0, 2), room[: end - start])
        for t in reversed(range(start, end)):
            slope = slopes[t - start]
            np.add(upstream[t], carried, out=d)
            np.multiply(slope[:2], d, out=dzt[:2])
            np.matmul(WccT, dzt[0], out=dgated)
            np.multiply(slope[2], dgated, out=dzt[2])
            np.matmul(WurT, dzt[1:].reshape(2 * n, m), out=carried)
            np.add(carried, np.multiply(d, slope[3], out=d), out=carried)
            np.add(carried, np.multiply(gates[t, 2], dgated, out=dgated), out=carried)
            dz[:, t] = dzt.reshape(3 * n, m)
    return carried


def _slopes(gates: Array, c_prev: Array, room: Array) -> Array:
    """What a gradient is multiplied by on its way to z_c and z_u (from dc), to z_r (from r * c), and past the step (1 - u)."""
    candidate, u, sigmoids = gates[:, 0], gates[:, 1], gates[:, 1:]
    np.multiply(sigmoids, sigmoids, out=room[:, 1:3])
    np.subtract(sigmoids, room[:, 1:3], out=room[:, 1:3])
    np.multiply(room[:, 2], c_prev, out=room[:, 2])
    np.subtract(candidate, c_prev, out=room[:, 0])
    np.multiply(room[:, 1], room[:, 0], out=room[:, 1])
    np.multiply(candidate, candidate, out=room[:, 0])
    np.subtract(1, room[:, 0], out=room[:, 0])
    np.multiply(room[:, 0], u, out=room[:, 0])
    np.subtract(1, u, out=room[:, 3])
    return room
