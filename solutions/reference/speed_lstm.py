"""The LSTM with fused gates: one product for all inputs, one a step for all gates, and one for all weights at the end.

Gates stand in the order f, i, o, c here: the three that a sigmoid makes are neighbours. Arrays named in the plural have time
as their first axis.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import sigmoid, softmax
from solutions.reference.lstm import PARAMETERS
from solutions.reference.shapes import shapes
from solutions.reference.speed import previous_states, project_inputs, project_inputs_backward, time_first

Array = NDArray[np.floating]
GATES = {key: axes for key, axes in PARAMETERS.items() if key not in ("Wy", "by")}


@shapes(parameters=GATES)
def fuse_gates(parameters: dict[str, Array]) -> tuple[Array, Array]:
    """Stack the four weights and the four biases of an LSTM, in the order f, i, o, c, so that one product serves all.

    Parameters
    ----------
    parameters : "Wf", "Wi", "Wc", "Wo" (n_a, n_a + n_x), "bf", "bi", "bc", "bo" (n_a, 1)

    Returns
    -------
    W : shape (4 n_a, n_a + n_x)
    b : shape (4 n_a, 1)

    Source: held against the product of each gate.
    """
    W = np.concatenate([parameters["W" + gate] for gate in "fioc"])
    b = np.concatenate([parameters["b" + gate] for gate in "fioc"])
    return W, b


@shapes(x="n_x m T_x", a0="n_a m", parameters=PARAMETERS)
def lstm_forward_fast(x: Array, a0: Array, parameters: dict[str, Array]) -> tuple[Array, Array, Array, Any]:
    """Walk through a sequence as lstm_forward does: one product a step for all four gates, one sigmoid for three of them.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : hidden state before the first step, shape (n_a, m); the memory before it is zero
    parameters : as in fuse_gates, and "Wy" (n_y, n_a), "by" (n_y, 1)

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x)
    y_pred : predictions, shape (n_y, m, T_x)
    c : memories, shape (n_a, m, T_x)
    cache : what lstm_backward_fast needs; the tuple (steps, memories, gates, a0, x, parameters) does, with time first: steps is
        a, memories is c, and gates (T_x, 4 n_a, m) holds G_f, G_i, G_o and c~ in this order; another layout is as good

    Source: Greff et al. (2017), section II-A, without peepholes.
    """
    n_a, (W, b) = len(a0), fuse_gates(parameters)
    gates = time_first(project_inputs(x, W[:, n_a:], b))  # of each step, what is projected, until the gates take its place
    steps, memories = np.empty_like(gates[:, :n_a]), np.empty_like(gates[:, :n_a])
    a_next, c_next, Wa = a0, np.zeros_like(a0), W[:, :n_a].copy()
    for t in range(len(gates)):
        zt = gates[t] + Wa @ a_next
        gates[t] = np.concatenate([sigmoid(zt[: 3 * n_a]), np.tanh(zt[3 * n_a :])])
        ft, it, ot, cct = np.split(gates[t], 4)
        c_next = ft * c_next + it * cct
        a_next = ot * np.tanh(c_next)
        steps[t], memories[t] = a_next, c_next
    a, c = np.moveaxis(steps, 0, 2), np.moveaxis(memories, 0, 2)
    y_pred = softmax(project_inputs(a, parameters["Wy"], parameters["by"]))
    return a, y_pred, c, (steps, memories, gates, a0, x, parameters)


@shapes(da="n_a m T_x")
def lstm_backward_fast(da: Array, cache: Any) -> dict[str, Array]:
    """Carry gradients back through time: slopes of all steps first, then the loop, then all weights at once.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> through the output of step t, shape (n_a, m, T_x)
    cache : what lstm_forward_fast left, the tuple (steps, memories, gates, a0, x, parameters)

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), and "dWf", "dbf", "dWi", "dbi", "dWo", "dbo", "dWc", "dbc", each of the
        shape of its owner

    Source: Greff et al. (2017), section II-B, without peepholes.
    """
    steps, memories, gates, a0, x, parameters = cache
    n_a, shown, (ft, it, ot, cct) = len(a0), np.tanh(memories), np.split(gates, 4, axis=1)
    slopes = (
        previous_states(memories, np.zeros_like(a0)) * ft * (1 - ft),
        cct * it * (1 - it),
        shown * ot * (1 - ot),
        it * (1 - cct**2),
    )
    dz = np.concatenate(slopes, axis=1)  # of each step, the slopes, until the walk multiplies them by what comes back
    upstream, to_memory, WaT = time_first(da), ot * (1 - shown**2), fuse_gates(parameters)[0][:, :n_a].T.copy()
    da_next, dc_next = np.zeros_like(a0), np.zeros_like(a0)
    for t in reversed(range(len(steps))):
        da_next = da_next + upstream[t]
        dc_next = dc_next + da_next * to_memory[t]
        dz[t] *= np.concatenate([dc_next, dc_next, da_next, dc_next])
        da_next, dc_next = WaT @ dz[t], dc_next * ft[t]
    inner = project_inputs_backward(np.moveaxis(dz, 0, 2), x, fuse_gates(parameters)[0][:, n_a:])
    dWa = np.tensordot(dz, previous_states(steps, a0), axes=([0, 2], [0, 2]))
    dW, db = np.split(np.concatenate([dWa, inner["dW"]], axis=1), 4), np.split(inner["db"], 4)
    gradients = {"dx": inner["dx"], "da0": da_next}
    for place, gate in enumerate("fioc"):
        gradients["dW" + gate], gradients["db" + gate] = dW[place], db[place]
    return gradients
