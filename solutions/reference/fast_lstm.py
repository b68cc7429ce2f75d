"""The LSTM for speed: the results of lstm.py to rounding, in another order of work and another layout.

Gates stand in the order o, i, f, c here, and c<t-1> behind them. So the three sigmoids are neighbours; [i f] stands over
[c~ c<t-1>], and both products of the new memory are one call; and i, f, c, which the memory's gradient reaches, are neighbours.
The rows of the three gates are halved beforehand: sigmoid(z) = (1 + tanh(z / 2)) / 2, so one call of tanh serves all four.
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
    memory_for,
    predictions,
    split,
    time_first,
    with_bias,
)
from solutions.reference.shapes import shapes

PARAMETERS = {"W" + gate: "n_a n_a+n_x" for gate in "fico"} | {"b" + gate: "n_a 1" for gate in "fico"}
ORDER = "oifc"


@shapes(x="n_x m T_x", a0="n_a m", parameters=PARAMETERS)
def lstm_forward(
    x: Array, a0: Array, parameters: dict[str, Array], reuse: Caches | None = None
) -> tuple[Array, Array | None, Array, Caches]:
    """Walk through a sequence, as solutions.reference.lstm_forward does, with one matrix product a step.

    Parameters
    ----------
    x, a0, parameters : as in solutions.reference.lstm_forward; "Wy" and "by" may be absent
    reuse : caches of an earlier call, whose memory (and so what that call returned) is written over if the sizes are the same

    Returns
    -------
    a, c : hidden states and memories, shape (n_a, m, T_x); views of the caches' memory
    y_pred : predictions, shape (n_y, m, T_x), returned between the two; None where the parameters have no "Wy"
    caches : for lstm_backward of this module

    Source: Greff et al. (2017), section II-A, without peepholes.
    """
    n, (n_x, m, steps), dtype = len(a0), x.shape, np.result_type(x, a0)
    memory = memory_for(reuse, dtype, stacked=(n + n_x + 1, steps + 1, m), gates=(steps + 1, 5, n, m),
                        tanh_c=(steps, n, m), dz=(4 * n, steps, m))  # fmt: skip  # one table
    stacked, gates, tanh_c = memory["stacked"], memory["gates"], memory["tanh_c"]
    begin(stacked, x, a0)
    gates[0, 4] = 0
    W = with_bias([parameters["W" + g] for g in ORDER], [parameters["b" + g] for g in ORDER], dtype, sigmoids=3)
    z, products, columns = gates.reshape(steps + 1, 5 * n, m), np.empty((2, n, m), dtype), stacked.transpose(1, 0, 2)
    parts = (columns, z[:, : 4 * n], z[:, : 3 * n], gates[:, 1:3], gates[:, 3:], gates[1:, 4], tanh_c, gates[:, 0],
             columns[1:, :n])  # fmt: skip  # views of each step
    for column, zt, sigmoids, scales, scaled, c_next, shown, output, a_next in zip(*parts, strict=False):
        np.matmul(W, column, out=zt)
        np.tanh(zt, out=zt)
        np.multiply(sigmoids, 0.5, out=sigmoids)
        np.add(sigmoids, 0.5, out=sigmoids)
        np.multiply(scales, scaled, out=products)
        np.add(products[0], products[1], out=c_next)
        np.tanh(c_next, out=shown)
        np.multiply(output, shown, out=a_next)
    a, c = stacked[:n, 1:], gates[1:, 4].transpose(1, 2, 0)
    return a.transpose(0, 2, 1), predictions(a, parameters, "Wy"), c, Caches(memory, parameters)


@shapes(da="n_a m T_x")
def lstm_backward(da: Array, caches: Any) -> dict[str, Array]:
    """Carry gradients back through time: one product a step, and one for each of dx and the weights at the end.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> through the output of step t, shape (n_a, m, T_x)
    caches : those of lstm_forward of this module

    Returns
    -------
    gradients : "dx", "da0" and "dWf", "dbf", "dWi", "dbi", "dWc", "dbc", "dWo", "dbo", as solutions.reference.lstm_backward
        gives them

    Source: Greff et al. (2017), section II-B, without peepholes.
    """
    memory, parameters = caches
    dz, (steps, n, m) = memory["dz"], memory["tanh_c"].shape
    W = np.concatenate([parameters["W" + g] for g in ORDER]).astype(dz.dtype, copy=False)
    da0 = _walk_back(time_first(da, dz.dtype), np.ascontiguousarray(W[:, :n].T), memory)
    flat = flattened(dz, steps)
    dx = (W[:, n:].T @ flat).reshape(-1, steps, m).transpose(0, 2, 1)
    return {"dx": dx, "da0": da0, **split(flat @ flattened(memory["stacked"], steps).T, ORDER)}


def _walk_back(upstream: Array, WaT: Array, memory: dict[str, Array]) -> Array:
    """Fill the memory's dz, the gradient of what the gates are made of, from the last step to the first; gives da0."""
    gates, dz = memory["gates"], memory["dz"]
    steps, n, m = upstream.shape
    carried: Array = np.zeros_like(upstream[0])
    dc = np.zeros_like(carried)
    d, through, dzt = np.empty_like(dc), np.empty_like(dc), np.empty((4, n, m), dz.dtype)
    flat, dz_steps = dzt.reshape(4 * n, m), dz.transpose(1, 0, 2)
    together = max(1, IN_CACHE // (n * m))
    room = np.empty((min(together, steps), 5, n, m), dz.dtype)
    for end in range(steps, 0, -together):
        start = max(0, end - together)
        slopes = _slopes(gates[start:end], memory["tanh_c"][start:end], room[: end - start])
        parts = (upstream[start:end], slopes[:, 0], slopes[:, 1:4], slopes[:, 4], gates[start:end, 2], dz_steps[start:end])
        for up, o, ifc, to_memory, forget, kept in zip(*(part[::-1] for part in parts), strict=True):
            np.add(up, carried, out=d)
            np.add(dc, np.multiply(d, to_memory, out=through), out=dc)
            np.multiply(o, d, out=dzt[0])
            np.multiply(ifc, dc, out=dzt[1:])
            np.matmul(WaT, flat, out=carried)
            kept[:] = flat
            np.multiply(dc, forget, out=dc)
    return carried


def _slopes(gates: Array, shown: Array, room: Array) -> Array:
    """What a gradient is multiplied by on its way to z_o (from da), to z_i, z_f, z_c (from dc), and from da to dc.

    None of it depends on a gradient, so it is made for several steps in one call each.
    """
    sigmoids, tanhs = gates[:, :3], ((3, gates[:, 3], gates[:, 1]), (4, shown, gates[:, 0]))
    np.multiply(sigmoids, sigmoids, out=room[:, :3])
    np.subtract(sigmoids, room[:, :3], out=room[:, :3])
    np.multiply(room[:, 0], shown, out=room[:, 0])
    np.multiply(room[:, 1:3], gates[:, 3:], out=room[:, 1:3])
    for place, value, gate in tanhs:
        part = room[:, place]
        np.multiply(value, value, out=part)
        np.subtract(1, part, out=part)
        np.multiply(part, gate, out=part)
    return room
