"""One recurrent layer of any kind, without an output layer: a step, a sequence, and the way back.

The formulas are those of the modules rnn, simplified_gru, gru, lstm and peephole_lstm. Where two kinds share a formula, it
stands here once: a simplified GRU is a GRU whose candidate sees the whole memory, an LSTM one whose peepholes are shut.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import sigmoid
from solutions.reference.deep_shapes import by_cell
from solutions.reference.gru import gru_cell_backward
from solutions.reference.lstm import lstm_cell_backward
from solutions.reference.peephole_lstm import peephole_lstm_cell_backward
from solutions.reference.rnn import rnn_cell_backward
from solutions.reference.simplified_gru import simplified_gru_cell_backward

Array = NDArray[np.floating]
Layer = dict[str, Array]


@by_cell(xt="n_x m", state="state", parameters="layer")
def layer_step(xt: Array, state: tuple[Array, ...], parameters: Layer, cell: str) -> tuple[tuple[Array, ...], Any]:
    """Take one step of a layer that has no output layer: the formulas of its cell up to the new state, and no prediction.

    Parameters
    ----------
    xt : what the layer reads at this step, shape (n_x, m)
    state : what the layer hands on from step to step, each (n_a, m): the tuple (a_prev, c_prev) for "lstm" and
        "peephole_lstm", (a_prev,) for the others. The memory of a GRU is its hidden state, here called a
    parameters : those of the cell's own forward step (for "gru", gru_cell_forward), without the output layer's
    cell : "rnn" (with tanh), "simplified_gru", "gru", "lstm" or "peephole_lstm"

    Returns
    -------
    state : the state after the step, a tuple as above
    cache : the one of that cell's forward step, for its backward step

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.8 and 10.9; Chung et al. (2014), section 3.2,
    with biases; the notes, GRU (simplified); Greff et al. (2017), section II-A, with and without peepholes.
    """
    a_prev, p = state[0], parameters
    if cell == "rnn":
        a_next = np.tanh(p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"])
        return (a_next,), (a_next, a_prev, xt, p)
    stacked = np.concatenate([a_prev, xt])
    if cell.endswith("gru"):
        ut = sigmoid(p["Wu"] @ stacked + p["bu"])
        rt = sigmoid(p["Wr"] @ stacked + p["br"]) if cell == "gru" else 1
        cct = np.tanh(p["Wc"] @ np.concatenate([rt * a_prev, xt]) + p["bc"])
        a_next = ut * cct + (1 - ut) * a_prev
        gates = (ut, rt) if cell == "gru" else (ut,)
        return (a_next,), (a_next, a_prev, *gates, cct, xt, p)
    c_prev = state[1]
    pf, pi, po = (p["p" + gate] if cell == "peephole_lstm" else 0 for gate in "fio")
    ft = sigmoid(p["Wf"] @ stacked + pf * c_prev + p["bf"])
    it = sigmoid(p["Wi"] @ stacked + pi * c_prev + p["bi"])
    cct = np.tanh(p["Wc"] @ stacked + p["bc"])
    c_next = ft * c_prev + it * cct
    ot = sigmoid(p["Wo"] @ stacked + po * c_next + p["bo"])
    a_next = ot * np.tanh(c_next)
    return (a_next, c_next), (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


@by_cell(x="n_x m T_x", a0="n_a m", parameters="layer")
def layer_forward(x: Array, a0: Array, parameters: Layer, cell: str) -> tuple[Array, Any]:
    """Walk one layer through a sequence. Where there is a memory beside the hidden state, it is zero before the first step.

    Parameters
    ----------
    x : what the layer reads, shape (n_x, m, T_x)
    a0 : hidden state before the first step, shape (n_a, m)
    parameters : as in layer_step
    cell : "rnn", "simplified_gru", "gru", "lstm" or "peephole_lstm"

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x)
    caches : the tuple (list of the T_x caches, x), for the backward pass

    Source: as for layer_step, applied from t = 1 to T_x.
    """
    state: tuple[Array, ...] = (a0, np.zeros_like(a0)) if cell.endswith("lstm") else (a0,)
    states = []
    cell_caches = []
    for t in range(x.shape[2]):
        state, cache = layer_step(x[:, :, t], state, parameters, cell)
        states.append(state[0])
        cell_caches.append(cache)
    return np.stack(states, axis=2), (cell_caches, x)


@by_cell(da="n_a m T_x")
def layer_backward(da: Array, caches: Any, cell: str) -> dict[str, Array]:
    """Carry gradients back through one layer, from the last step to the first, with the backward step that its cell has.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> of this layer by every way that leads out of the layer,
        shape (n_a, m, T_x)
    caches : those of layer_forward
    cell : "rnn", "simplified_gru", "gru", "lstm" or "peephole_lstm"

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), under this name for every cell, and one gradient for each parameter of
        the layer, "dWax" and so on, of the shape of its owner

    Source: Werbos (1990), Backpropagation through time, for the walk; the backward step of each cell for a step.
    """
    steps_back: dict[str, Any] = {
        "rnn": (rnn_cell_backward, "da_prev"),
        "simplified_gru": (simplified_gru_cell_backward, "dc_prev"),
        "gru": (gru_cell_backward, "dc_prev"),
        "lstm": (lstm_cell_backward, "da_prev", "dc_prev"),
        "peephole_lstm": (peephole_lstm_cell_backward, "da_prev", "dc_prev"),
    }
    step_back, *carried = steps_back[cell]
    cell_caches, x = caches
    dx = np.zeros_like(x)
    later = [np.zeros_like(da[:, :, 0]) for _ in carried]
    sums: dict[str, Any] = {}
    for t in reversed(range(x.shape[2])):
        step = step_back(da[:, :, t] + later[0], *later[1:], cell_caches[t])
        dx[:, :, t] = step.pop("dxt")
        later = [step.pop(name) for name in carried]
        sums = {key: sums.get(key, 0) + step[key] for key in step}
    return {"dx": dx, "da0": later[0], **sums}
