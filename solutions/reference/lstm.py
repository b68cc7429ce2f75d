"""Long short-term memory: one step, a sequence, both ways back, and a start for its weights.

Formulas: Hochreiter and Schmidhuber (1997) for the memory cell, Gers, Schmidhuber and Cummins (2000) for its forget gate;
the whole of both passes as in Greff et al. (2017), sections II-A and II-B, without peepholes.
Gates stand in the order f, i, c, o everywhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import sigmoid, softmax
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
PARAMETERS = {"Wf": "n_a n_a+n_x", "Wi": "n_a n_a+n_x", "Wc": "n_a n_a+n_x", "Wo": "n_a n_a+n_x", "Wy": "n_y n_a",
              "bf": "n_a 1", "bi": "n_a 1", "bc": "n_a 1", "bo": "n_a 1", "by": "n_y 1"}  # fmt: skip  # weights, biases


def initialize_lstm(n_x: int, n_a: int, n_y: int, rng: np.random.Generator, forget_bias: float = 1.0) -> dict[str, Array]:
    """Draw weights to start training from. The forget gate starts open, so that memory and gradients live long at first.

    The four weights that act on [a; x] are drawn with mean 0 and standard deviation 1 / sqrt(n_a + n_x) (standard normal
    numbers times that scale), Wy with mean 0 and standard deviation 1 / sqrt(n_a). Biases are 0, but bf is forget_bias.

    Parameters
    ----------
    n_x, n_a, n_y : how many inputs, hidden units and classes
    rng : the generator to draw from
    forget_bias : every entry of bf

    Returns
    -------
    parameters : "Wf", "Wi", "Wc", "Wo" (n_a, n_a + n_x), "Wy" (n_y, n_a), "bf", "bi", "bc", "bo" (n_a, 1), "by" (n_y, 1)

    Source: Gers, Schmidhuber and Cummins (2000) and Jozefowicz, Zaremba and Sutskever (2015) for the forget bias.
    """
    parameters: dict[str, Array] = {}
    for gate in ["f", "i", "c", "o"]:
        parameters["W" + gate] = rng.standard_normal((n_a, n_a + n_x)) / np.sqrt(n_a + n_x)
        parameters["b" + gate] = np.zeros((n_a, 1))
    parameters["bf"] += forget_bias
    Wy = rng.standard_normal((n_y, n_a)) / np.sqrt(n_a)
    return {**parameters, "Wy": Wy, "by": np.zeros((n_y, 1))}


@shapes(xt="n_x m", a_prev="n_a m", c_prev="n_a m", parameters=PARAMETERS)
def lstm_cell_forward(xt: Array, a_prev: Array, c_prev: Array, parameters: dict[str, Array]) -> tuple[Array, Array, Array, Any]:
    """Take one step: forget a part of the memory, write a part of the candidate, show a part of the result.

    G_f = sigmoid(W_f [a<t-1>; x<t>] + b_f)    G_i = sigmoid(W_i [a<t-1>; x<t>] + b_i)    G_o = sigmoid(W_o [a<t-1>; x<t>] + b_o)
    c~<t> = tanh(W_c [a<t-1>; x<t>] + b_c)     c<t> = G_f * c<t-1> + G_i * c~<t>          a<t> = G_o * tanh(c<t>)
    y_pred<t> = softmax(W_y a<t> + b_y)

    Parameters
    ----------
    xt : input of this step, shape (n_x, m)
    a_prev : hidden state of the step before, shape (n_a, m)
    c_prev : memory of the step before, shape (n_a, m)
    parameters : "Wf", "Wi", "Wc", "Wo" (n_a, n_a + n_x), "bf", "bi", "bc", "bo" (n_a, 1), "Wy" (n_y, n_a), "by" (n_y, 1)

    Returns
    -------
    a_next : hidden state of this step, shape (n_a, m)
    c_next : memory of this step, shape (n_a, m)
    yt_pred : prediction of this step, shape (n_y, m)
    cache : the tuple (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters), for the backward pass; ft, it and ot
        are the gates G_f, G_i and G_o, cct is the candidate c~<t>

    Source: Gers, Schmidhuber and Cummins (2000); Greff et al. (2017), section II-A, without peepholes.
    """
    stacked = np.concatenate([a_prev, xt])
    ft = sigmoid(parameters["Wf"] @ stacked + parameters["bf"])
    it = sigmoid(parameters["Wi"] @ stacked + parameters["bi"])
    cct = np.tanh(parameters["Wc"] @ stacked + parameters["bc"])
    ot = sigmoid(parameters["Wo"] @ stacked + parameters["bo"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


@shapes(x="n_x m T_x", a0="n_a m", parameters=PARAMETERS)
def lstm_forward(x: Array, a0: Array, parameters: dict[str, Array]) -> tuple[Array, Array, Array, Any]:
    """Walk through a sequence from the first step to the last. The memory before the first step is zero.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : hidden state before the first step, shape (n_a, m)
    parameters : as in lstm_cell_forward

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x)
    y_pred : predictions, shape (n_y, m, T_x)
    c : memories, shape (n_a, m, T_x)
    caches : the tuple (list of the T_x caches, x), for the backward pass

    Source: Greff et al. (2017), section II-A, without peepholes, applied from t = 1 to T_x.
    """
    T_x = x.shape[2]
    a = np.zeros_like(a0, shape=(*a0.shape, T_x))
    c = np.zeros_like(a)
    y_pred = np.zeros_like(a0, shape=(parameters["Wy"].shape[0], x.shape[1], T_x))
    cell_caches = []
    a_next, c_next = a0, np.zeros_like(a0)
    for t in range(T_x):
        a_next, c_next, yt_pred, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t] = a_next
        c[:, :, t] = c_next
        y_pred[:, :, t] = yt_pred
        cell_caches.append(cache)
    return a, y_pred, c, (cell_caches, x)


@shapes(da_next="n_a m", dc_next="n_a m")
def lstm_cell_backward(da_next: Array, dc_next: Array, cache: Any) -> dict[str, Array]:
    """Carry the gradients of one step back to everything that the step was made from.

    Parameters
    ----------
    da_next : gradient of the loss with respect to a_next, shape (n_a, m)
    dc_next : gradient of the loss with respect to c_next by every way that does not lead through a_next, shape (n_a, m)
    cache : the tuple (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) of lstm_cell_forward

    Returns
    -------
    gradients : "dxt" (n_x, m), "da_prev" and "dc_prev" (n_a, m), and "dWf", "dbf", "dWi", "dbi", "dWc", "dbc", "dWo", "dbo",
        each of the shape of its owner

    Source: Greff et al. (2017), section II-B, without peepholes, for one step.
    """
    _, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tanh_c**2)
    dzf = dc * c_prev * ft * (1 - ft)
    dzi = dc * cct * it * (1 - it)
    dzc = dc * it * (1 - cct**2)
    dzo = da_next * tanh_c * ot * (1 - ot)
    stacked, n_a = np.concatenate([a_prev, xt]), a_prev.shape[0]
    gradients = {"dc_prev": dc * ft}
    dstacked = np.zeros_like(stacked)
    for gate, dz in {"f": dzf, "i": dzi, "c": dzc, "o": dzo}.items():
        dstacked += parameters["W" + gate].T @ dz
        gradients["dW" + gate] = dz @ stacked.T
        gradients["db" + gate] = np.sum(dz, axis=1, keepdims=True)
    return {"dxt": dstacked[n_a:], "da_prev": dstacked[:n_a], **gradients}


@shapes(da="n_a m T_x")
def lstm_backward(da: Array, caches: Any) -> dict[str, Array]:
    """Carry gradients back through time, from the last step to the first.

    A step acts on the next one in two ways, through its hidden state and through its memory: both gradients are carried.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> through the output of step t, shape (n_a, m, T_x)
    caches : the tuple (list of caches, x) of lstm_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), and "dWf", "dbf", "dWi", "dbi", "dWc", "dbc", "dWo", "dbo", each of the
        shape of its owner

    Source: Greff et al. (2017), section II-B, without peepholes.
    """
    cell_caches, x = caches
    parameters = cell_caches[0][-1]
    dx = np.zeros_like(x)
    sums = {"d" + key: np.zeros_like(parameters[key]) for key in ["Wf", "bf", "Wi", "bi", "Wc", "bc", "Wo", "bo"]}
    da_prev = dc_prev = np.zeros_like(da[:, :, 0])
    for t in reversed(range(x.shape[2])):
        step = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, cell_caches[t])
        dx[:, :, t] = step["dxt"]
        for key in sums:
            sums[key] += step[key]
        da_prev, dc_prev = step["da_prev"], step["dc_prev"]
    return {"dx": dx, "da0": da_prev, **sums}
