"""The simplified gated recurrent unit of the notes: one gate, no reset. One step, a sequence, and both ways back.

Formulas: Chung, Gulcehre, Cho and Bengio (2014), section 3.2, without the reset gate; the notes that this course grew from.
The memory c is also the hidden state. Weights act on the stacked vector [c<t-1>; x<t>], the memory first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import sigmoid, softmax
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
PARAMETERS = {"Wu": "n_c n_c+n_x", "Wc": "n_c n_c+n_x", "bu": "n_c 1", "bc": "n_c 1", "Wy": "n_y n_c", "by": "n_y 1"}


@shapes(xt="n_x m", c_prev="n_c m", parameters=PARAMETERS)
def simplified_gru_cell_forward(xt: Array, c_prev: Array, parameters: dict[str, Array]) -> tuple[Array, Array, Any]:
    """Take one step: make a candidate, and let the update gate decide, element by element, how much of it to write.

    G_u = sigmoid(W_u [c<t-1>; x<t>] + b_u)       c~<t> = tanh(W_c [c<t-1>; x<t>] + b_c)
    c<t> = G_u * c~<t> + (1 - G_u) * c<t-1>       y_pred<t> = softmax(W_y c<t> + b_y)

    Parameters
    ----------
    xt : input of this step, shape (n_x, m)
    c_prev : memory of the step before, shape (n_c, m)
    parameters : "Wu", "Wc" (n_c, n_c + n_x), "bu", "bc" (n_c, 1), "Wy" (n_y, n_c), "by" (n_y, 1)

    Returns
    -------
    c_next : memory of this step, shape (n_c, m)
    yt_pred : prediction of this step, shape (n_y, m)
    cache : the tuple (c_next, c_prev, ut, cct, xt, parameters), for the backward pass; ut is the gate G_u, cct the
        candidate c~<t>

    Source: the notes, GRU (simplified); Chung et al. (2014), section 3.2, without the reset gate.
    """
    stacked = np.concatenate([c_prev, xt])
    ut = sigmoid(parameters["Wu"] @ stacked + parameters["bu"])
    cct = np.tanh(parameters["Wc"] @ stacked + parameters["bc"])
    c_next = ut * cct + (1 - ut) * c_prev
    yt_pred = softmax(parameters["Wy"] @ c_next + parameters["by"])
    return c_next, yt_pred, (c_next, c_prev, ut, cct, xt, parameters)


@shapes(x="n_x m T_x", c0="n_c m", parameters=PARAMETERS)
def simplified_gru_forward(x: Array, c0: Array, parameters: dict[str, Array]) -> tuple[Array, Array, Any]:
    """Walk through a sequence from the first step to the last, with the same parameters at each step.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    c0 : memory before the first step, shape (n_c, m)
    parameters : as in simplified_gru_cell_forward

    Returns
    -------
    c : memories, shape (n_c, m, T_x)
    y_pred : predictions, shape (n_y, m, T_x)
    caches : the tuple (list of the T_x caches, x), for the backward pass

    Source: the notes, GRU (simplified), applied from t = 1 to T_x.
    """
    T_x = x.shape[2]
    c = np.zeros_like(c0, shape=(*c0.shape, T_x))
    y_pred = np.zeros_like(c0, shape=(parameters["Wy"].shape[0], x.shape[1], T_x))
    cell_caches = []
    c_next = c0
    for t in range(T_x):
        c_next, yt_pred, cache = simplified_gru_cell_forward(x[:, :, t], c_next, parameters)
        c[:, :, t] = c_next
        y_pred[:, :, t] = yt_pred
        cell_caches.append(cache)
    return c, y_pred, (cell_caches, x)


@shapes(dc_next="n_c m")
def simplified_gru_cell_backward(dc_next: Array, cache: Any) -> dict[str, Array]:
    """Carry the gradient of one step back to everything that the step was made from.

    Parameters
    ----------
    dc_next : gradient of the loss with respect to c_next, shape (n_c, m)
    cache : the tuple (c_next, c_prev, ut, cct, xt, parameters) of simplified_gru_cell_forward

    Returns
    -------
    gradients : "dxt" (n_x, m), "dc_prev" (n_c, m), "dWu", "dWc" (n_c, n_c + n_x), "dbu", "dbc" (n_c, 1)

    Source: the chain rule along the formulas of simplified_gru_cell_forward; held against measured slopes.
    """
    _, c_prev, ut, cct, xt, parameters = cache
    stacked, n_c = np.concatenate([c_prev, xt]), c_prev.shape[0]
    dzu = dc_next * (cct - c_prev) * ut * (1 - ut)
    dzc = dc_next * ut * (1 - cct**2)
    dstacked = parameters["Wu"].T @ dzu + parameters["Wc"].T @ dzc
    return {
        "dxt": dstacked[n_c:],
        "dc_prev": dc_next * (1 - ut) + dstacked[:n_c],
        "dWu": dzu @ stacked.T,
        "dbu": np.sum(dzu, axis=1, keepdims=True),
        "dWc": dzc @ stacked.T,
        "dbc": np.sum(dzc, axis=1, keepdims=True),
    }


@shapes(dc="n_c m T_x")
def simplified_gru_backward(dc: Array, caches: Any) -> dict[str, Array]:
    """Carry gradients back through time, from the last step to the first.

    Each memory acts on the loss in two ways: through the output of its own step (that part is in dc) and through the next step.

    Parameters
    ----------
    dc : gradient of the loss with respect to each c<t> through the output of step t, shape (n_c, m, T_x)
    caches : the tuple (list of caches, x) of simplified_gru_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "dc0" (n_c, m), "dWu", "dWc" (n_c, n_c + n_x), "dbu", "dbc" (n_c, 1)

    Source: Werbos (1990), Backpropagation through time, for the walk; simplified_gru_cell_backward for each step.
    """
    cell_caches, x = caches
    parameters = cell_caches[0][-1]
    dx = np.zeros_like(x)
    sums = {"d" + key: np.zeros_like(parameters[key]) for key in ["Wu", "bu", "Wc", "bc"]}
    dc_prev = np.zeros_like(dc[:, :, 0])
    for t in reversed(range(x.shape[2])):
        step = simplified_gru_cell_backward(dc[:, :, t] + dc_prev, cell_caches[t])
        dx[:, :, t] = step["dxt"]
        for key in sums:
            sums[key] += step[key]
        dc_prev = step["dc_prev"]
    return {"dx": dx, "dc0": dc_prev, **sums}
