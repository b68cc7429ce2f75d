"""LSTM with peepholes: the gates see the memory itself, each element of a gate its own element of the memory.

Formulas: Gers and Schmidhuber (2000) for the peepholes; both passes as in Greff et al. (2017), sections II-A and II-B.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import sigmoid, softmax
from solutions.reference.lstm import PARAMETERS as WEIGHTS
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
PARAMETERS = {**WEIGHTS, "pf": "n_a 1", "pi": "n_a 1", "po": "n_a 1"}


@shapes(xt="n_x m", a_prev="n_a m", c_prev="n_a m", parameters=PARAMETERS)
def peephole_lstm_cell_forward(
    xt: Array, a_prev: Array, c_prev: Array, parameters: dict[str, Array]
) -> tuple[Array, Array, Array, Any]:
    """Take one step of an LSTM whose gates see the memory: element n of c touches element n of a gate only.

    G_f = sigmoid(W_f [a<t-1>; x<t>] + p_f * c<t-1> + b_f)      G_i = sigmoid(W_i [a<t-1>; x<t>] + p_i * c<t-1> + b_i)
    c~<t> = tanh(W_c [a<t-1>; x<t>] + b_c)                      c<t> = G_f * c<t-1> + G_i * c~<t>
    G_o = sigmoid(W_o [a<t-1>; x<t>] + p_o * c<t> + b_o)        a<t> = G_o * tanh(c<t>)
    y_pred<t> = softmax(W_y a<t> + b_y)

    Parameters
    ----------
    xt : input of this step, shape (n_x, m)
    a_prev : hidden state of the step before, shape (n_a, m)
    c_prev : memory of the step before, shape (n_a, m)
    parameters : "Wf", "Wi", "Wc", "Wo" (n_a, n_a + n_x), "bf", "bi", "bc", "bo" (n_a, 1), "pf", "pi", "po" (n_a, 1),
        "Wy" (n_y, n_a), "by" (n_y, 1)

    Returns
    -------
    a_next : hidden state of this step, shape (n_a, m)
    c_next : memory of this step, shape (n_a, m)
    yt_pred : prediction of this step, shape (n_y, m)
    cache : the tuple (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters), for the backward pass; ft, it and ot
        are the gates G_f, G_i and G_o, cct is the candidate c~<t>

    Source: Gers and Schmidhuber (2000), Recurrent nets that time and count; Greff et al. (2017), section II-A.
    """
    stacked = np.concatenate([a_prev, xt])
    ft = sigmoid(parameters["Wf"] @ stacked + parameters["pf"] * c_prev + parameters["bf"])
    it = sigmoid(parameters["Wi"] @ stacked + parameters["pi"] * c_prev + parameters["bi"])
    cct = np.tanh(parameters["Wc"] @ stacked + parameters["bc"])
    c_next = ft * c_prev + it * cct
    ot = sigmoid(parameters["Wo"] @ stacked + parameters["po"] * c_next + parameters["bo"])
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


@shapes(x="n_x m T_x", a0="n_a m", parameters=PARAMETERS)
def peephole_lstm_forward(x: Array, a0: Array, parameters: dict[str, Array]) -> tuple[Array, Array, Array, Any]:
    """Walk through a sequence from the first step to the last. The memory before the first step is zero.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : hidden state before the first step, shape (n_a, m)
    parameters : as in peephole_lstm_cell_forward

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x)
    y_pred : predictions, shape (n_y, m, T_x)
    c : memories, shape (n_a, m, T_x)
    caches : the tuple (list of the T_x caches, x), for the backward pass

    Source: Greff et al. (2017), section II-A, applied from t = 1 to T_x.
    """
    T_x = x.shape[2]
    a = np.zeros_like(a0, shape=(*a0.shape, T_x))
    c = np.zeros_like(a)
    y_pred = np.zeros_like(a0, shape=(parameters["Wy"].shape[0], x.shape[1], T_x))
    cell_caches = []
    a_next, c_next = a0, np.zeros_like(a0)
    for t in range(T_x):
        a_next, c_next, yt_pred, cache = peephole_lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t] = a_next
        c[:, :, t] = c_next
        y_pred[:, :, t] = yt_pred
        cell_caches.append(cache)
    return a, y_pred, c, (cell_caches, x)


@shapes(da_next="n_a m", dc_next="n_a m")
def peephole_lstm_cell_backward(da_next: Array, dc_next: Array, cache: Any) -> dict[str, Array]:
    """Carry the gradients of one step back to everything that the step was made from.

    Parameters
    ----------
    da_next : gradient of the loss with respect to a_next, shape (n_a, m)
    dc_next : gradient of the loss with respect to c_next by every way that does not lead through a_next, shape (n_a, m)
    cache : the tuple (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) of peephole_lstm_cell_forward

    Returns
    -------
    gradients : "dxt" (n_x, m), "da_prev" and "dc_prev" (n_a, m), and "dWf", "dbf", "dWi", "dbi", "dWc", "dbc", "dWo", "dbo",
        "dpf", "dpi", "dpo", each of the shape of its owner

    Source: Greff et al. (2017), section II-B, for one step.
    """
    _, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    tanh_c = np.tanh(c_next)
    dzo = da_next * tanh_c * ot * (1 - ot)
    dc = dc_next + da_next * ot * (1 - tanh_c**2) + parameters["po"] * dzo
    dzf = dc * c_prev * ft * (1 - ft)
    dzi = dc * cct * it * (1 - it)
    dzc = dc * it * (1 - cct**2)
    stacked, n_a = np.concatenate([a_prev, xt]), a_prev.shape[0]
    gradients = {
        "dc_prev": dc * ft + parameters["pf"] * dzf + parameters["pi"] * dzi,
        "dpf": np.sum(dzf * c_prev, axis=1, keepdims=True),
        "dpi": np.sum(dzi * c_prev, axis=1, keepdims=True),
        "dpo": np.sum(dzo * c_next, axis=1, keepdims=True),
    }
    dstacked = np.zeros_like(stacked)
    for gate, dz in {"f": dzf, "i": dzi, "c": dzc, "o": dzo}.items():
        dstacked += parameters["W" + gate].T @ dz
        gradients["dW" + gate] = dz @ stacked.T
        gradients["db" + gate] = np.sum(dz, axis=1, keepdims=True)
    return {"dxt": dstacked[n_a:], "da_prev": dstacked[:n_a], **gradients}


@shapes(da="n_a m T_x")
def peephole_lstm_backward(da: Array, caches: Any) -> dict[str, Array]:
    """Carry gradients back through time, from the last step to the first.

    A step acts on the next one in two ways, through its hidden state and through its memory: both gradients are carried.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> through the output of step t, shape (n_a, m, T_x)
    caches : the tuple (list of caches, x) of peephole_lstm_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), and "dWf", "dbf", "dWi", "dbi", "dWc", "dbc", "dWo", "dbo", "dpf", "dpi",
        "dpo", each of the shape of its owner

    Source: Greff et al. (2017), section II-B.
    """
    cell_caches, x = caches
    parameters = cell_caches[0][-1]
    dx = np.zeros_like(x)
    names = ["Wf", "bf", "Wi", "bi", "Wc", "bc", "Wo", "bo", "pf", "pi", "po"]
    sums = {"d" + key: np.zeros_like(parameters[key]) for key in names}
    da_prev = dc_prev = np.zeros_like(da[:, :, 0])
    for t in reversed(range(x.shape[2])):
        step = peephole_lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, cell_caches[t])
        dx[:, :, t] = step["dxt"]
        for key in sums:
            sums[key] += step[key]
        da_prev, dc_prev = step["da_prev"], step["dc_prev"]
    return {"dx": dx, "da0": da_prev, **sums}
