"""The gated recurrent unit: one step, a sequence, and both ways back.

Formulas: Cho et al. (2014), Learning phrase representations using RNN encoder-decoder for statistical machine translation,
section 2.3, where the reset gate acts before the matrix product; Chung, Gulcehre, Cho and Bengio (2014), Empirical evaluation
of gated recurrent neural networks on sequence modeling, section 3.2, where the update gate opens for the candidate, as here
and in the notes. (In Cho et al. it opens for the old memory.) Gates stand in the order u, r, c everywhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import sigmoid, softmax
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
PARAMETERS = {"Wu": "n_c n_c+n_x", "Wr": "n_c n_c+n_x", "Wc": "n_c n_c+n_x", "bu": "n_c 1", "br": "n_c 1", "bc": "n_c 1",
              "Wy": "n_y n_c", "by": "n_y 1"}  # fmt: skip  # weights, biases, output layer


@shapes(xt="n_x m", c_prev="n_c m", parameters=PARAMETERS)
def gru_cell_forward(xt: Array, c_prev: Array, parameters: dict[str, Array]) -> tuple[Array, Array, Any]:
    """Take one step: let the reset gate choose what the candidate sees of the memory, and the update gate what is written.

    G_u = sigmoid(W_u [c<t-1>; x<t>] + b_u)       c~<t> = tanh(W_c [G_r * c<t-1>; x<t>] + b_c)
    G_r = sigmoid(W_r [c<t-1>; x<t>] + b_r)       c<t> = G_u * c~<t> + (1 - G_u) * c<t-1>
    y_pred<t> = softmax(W_y c<t> + b_y)

    Parameters
    ----------
    xt : input of this step, shape (n_x, m)
    c_prev : memory of the step before, shape (n_c, m)
    parameters : "Wu", "Wr", "Wc" (n_c, n_c + n_x), "bu", "br", "bc" (n_c, 1), "Wy" (n_y, n_c), "by" (n_y, 1)

    Returns
    -------
    c_next : memory of this step, shape (n_c, m)
    yt_pred : prediction of this step, shape (n_y, m)
    cache : the tuple (c_next, c_prev, ut, rt, cct, xt, parameters), for the backward pass; ut and rt are the gates G_u and
        G_r, cct is the candidate c~<t>

    Source: Chung et al. (2014), section 3.2, with biases; the notes, Full GRU.
    """
    stacked = np.concatenate([c_prev, xt])
    ut = sigmoid(parameters["Wu"] @ stacked + parameters["bu"])
    rt = sigmoid(parameters["Wr"] @ stacked + parameters["br"])
    cct = np.tanh(parameters["Wc"] @ np.concatenate([rt * c_prev, xt]) + parameters["bc"])
    c_next = ut * cct + (1 - ut) * c_prev
    yt_pred = softmax(parameters["Wy"] @ c_next + parameters["by"])
    return c_next, yt_pred, (c_next, c_prev, ut, rt, cct, xt, parameters)


@shapes(x="n_x m T_x", c0="n_c m", parameters=PARAMETERS)
def gru_forward(x: Array, c0: Array, parameters: dict[str, Array]) -> tuple[Array, Array, Any]:
    """Walk through a sequence from the first step to the last, with the same parameters at each step.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    c0 : memory before the first step, shape (n_c, m)
    parameters : as in gru_cell_forward

    Returns
    -------
    c : memories, shape (n_c, m, T_x)
    y_pred : predictions, shape (n_y, m, T_x)
    caches : the tuple (list of the T_x caches, x), for the backward pass

    Source: Chung et al. (2014), section 3.2, with biases, applied from t = 1 to T_x.
    """
    T_x = x.shape[2]
    c = np.zeros_like(c0, shape=(*c0.shape, T_x))
    y_pred = np.zeros_like(c0, shape=(parameters["Wy"].shape[0], x.shape[1], T_x))
    cell_caches = []
    c_next = c0
    for t in range(T_x):
        c_next, yt_pred, cache = gru_cell_forward(x[:, :, t], c_next, parameters)
        c[:, :, t] = c_next
        y_pred[:, :, t] = yt_pred
        cell_caches.append(cache)
    return c, y_pred, (cell_caches, x)


@shapes(dc_next="n_c m")
def gru_cell_backward(dc_next: Array, cache: Any) -> dict[str, Array]:
    """Carry the gradient of one step back to everything that the step was made from.

    Parameters
    ----------
    dc_next : gradient of the loss with respect to c_next, shape (n_c, m)
    cache : the tuple (c_next, c_prev, ut, rt, cct, xt, parameters) of gru_cell_forward

    Returns
    -------
    gradients : "dxt" (n_x, m), "dc_prev" (n_c, m), "dWu", "dWr", "dWc" (n_c, n_c + n_x), "dbu", "dbr", "dbc" (n_c, 1)

    Source: the chain rule along the formulas of gru_cell_forward; held against measured slopes.
    """
    _, c_prev, ut, rt, cct, xt, parameters = cache
    stacked, gated, n_c = np.concatenate([c_prev, xt]), np.concatenate([rt * c_prev, xt]), c_prev.shape[0]
    dzu = dc_next * (cct - c_prev) * ut * (1 - ut)
    dzc = dc_next * ut * (1 - cct**2)
    dgated = parameters["Wc"].T @ dzc
    dzr = dgated[:n_c] * c_prev * rt * (1 - rt)
    dstacked = parameters["Wu"].T @ dzu + parameters["Wr"].T @ dzr
    return {
        "dxt": dstacked[n_c:] + dgated[n_c:],
        "dc_prev": dc_next * (1 - ut) + dstacked[:n_c] + rt * dgated[:n_c],
        "dWu": dzu @ stacked.T,
        "dbu": np.sum(dzu, axis=1, keepdims=True),
        "dWr": dzr @ stacked.T,
        "dbr": np.sum(dzr, axis=1, keepdims=True),
        "dWc": dzc @ gated.T,
        "dbc": np.sum(dzc, axis=1, keepdims=True),
    }


@shapes(dc="n_c m T_x")
def gru_backward(dc: Array, caches: Any) -> dict[str, Array]:
    """Carry gradients back through time, from the last step to the first.

    Each memory acts on the loss in two ways: through the output of its own step (that part is in dc) and through the next step.

    Parameters
    ----------
    dc : gradient of the loss with respect to each c<t> through the output of step t, shape (n_c, m, T_x)
    caches : the tuple (list of caches, x) of gru_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "dc0" (n_c, m), "dWu", "dWr", "dWc" (n_c, n_c + n_x), "dbu", "dbr", "dbc" (n_c, 1)

    Source: Werbos (1990), Backpropagation through time, for the walk; gru_cell_backward for each step.
    """
    cell_caches, x = caches
    parameters = cell_caches[0][-1]
    dx = np.zeros_like(x)
    sums = {"d" + key: np.zeros_like(parameters[key]) for key in ["Wu", "bu", "Wr", "br", "Wc", "bc"]}
    dc_prev = np.zeros_like(dc[:, :, 0])
    for t in reversed(range(x.shape[2])):
        step = gru_cell_backward(dc[:, :, t] + dc_prev, cell_caches[t])
        dx[:, :, t] = step["dxt"]
        for key in sums:
            sums[key] += step[key]
        dc_prev = step["dc_prev"]
    return {"dx": dx, "dc0": dc_prev, **sums}
