"""The gated recurrent unit of PyTorch and of Keras as it comes: the reset gate acts after the matrix product, not before.

    c~<t> = tanh(G_r * (W_cc c<t-1> + b_cc) + W_cx x<t> + b_c)        where W_c = [W_cc W_cx]

All else is as in gru.py. It is no network of the notes; it is here so that weights of those libraries have a home, and
because one product with the memory then serves all three gates. Formula: the documentation of torch.nn.GRU; both
versions are described in that of keras.layers.GRU, under ``reset_after``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import sigmoid
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
PARAMETERS = {"Wu": "n_c n_c+n_x", "Wr": "n_c n_c+n_x", "Wc": "n_c n_c+n_x", "bu": "n_c 1", "br": "n_c 1", "bc": "n_c 1",
              "bcc": "n_c 1"}  # fmt: skip  # weights, then biases


@shapes(x="n_x m T_x", c0="n_c m", parameters=PARAMETERS)
def reset_after_gru_forward(x: Array, c0: Array, parameters: dict[str, Array]) -> tuple[Array, Any]:
    """Walk through a sequence from the first step to the last. There is no output layer.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    c0 : memory before the first step, shape (n_c, m)
    parameters : "Wu", "Wr", "Wc" (n_c, n_c + n_x), "bu", "br", "bc", "bcc" (n_c, 1)

    Returns
    -------
    c : memories, shape (n_c, m, T_x)
    caches : the tuple (list of the T_x caches, x), for the backward pass
    """
    c = np.zeros((*c0.shape, x.shape[2]), dtype=c0.dtype)
    steps, c_prev, n_c = [], c0, c0.shape[0]
    for t in range(x.shape[2]):
        stacked = np.concatenate([c_prev, x[:, :, t]])
        ut = sigmoid(parameters["Wu"] @ stacked + parameters["bu"])
        rt = sigmoid(parameters["Wr"] @ stacked + parameters["br"])
        seen = parameters["Wc"][:, :n_c] @ c_prev + parameters["bcc"]
        cct = np.tanh(rt * seen + parameters["Wc"][:, n_c:] @ x[:, :, t] + parameters["bc"])
        steps.append((stacked, ut, rt, seen, cct, parameters))
        c_prev = ut * cct + (1 - ut) * c_prev
        c[:, :, t] = c_prev
    return c, (steps, x)


@shapes(dc="n_c m T_x")
def reset_after_gru_backward(dc: Array, caches: Any) -> dict[str, Array]:
    """Carry gradients back through time, from the last step to the first.

    Parameters
    ----------
    dc : gradient of the loss with respect to each c<t> through the output of step t, shape (n_c, m, T_x)
    caches : the tuple (list of caches, x) of reset_after_gru_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "dc0" (n_c, m), "dWu", "dWr", "dWc" (n_c, n_c + n_x), "dbu", "dbr", "dbc", "dbcc" (n_c, 1)

    Source: the chain rule along the formula above; held against measured slopes and against PyTorch.
    """
    steps, x = caches
    dx, dc_prev = np.zeros_like(x), np.zeros_like(dc[:, :, 0])
    sums: dict[str, Array] = {}
    for t in reversed(range(x.shape[2])):
        step = _step_back(dc[:, :, t] + dc_prev, steps[t])
        dx[:, :, t], dc_prev = step.pop("dxt"), step.pop("dc_prev")
        sums = {key: sums.get(key, 0) + value for key, value in step.items()}
    return {"dx": dx, "dc0": dc_prev, **sums}


def _step_back(dc_next: Array, cache: Any) -> dict[str, Array]:
    stacked, ut, rt, seen, cct, parameters = cache
    n_c = ut.shape[0]
    c_prev, xt = stacked[:n_c], stacked[n_c:]
    dzu = dc_next * (cct - c_prev) * ut * (1 - ut)
    dzc = dc_next * ut * (1 - cct**2)
    dzr, dseen = dzc * seen * rt * (1 - rt), dzc * rt
    through_candidate = np.concatenate([parameters["Wc"][:, :n_c].T @ dseen, parameters["Wc"][:, n_c:].T @ dzc])
    dstacked = parameters["Wu"].T @ dzu + parameters["Wr"].T @ dzr + through_candidate
    biases = {"dbu": dzu, "dbr": dzr, "dbc": dzc, "dbcc": dseen}
    return {
        "dxt": dstacked[n_c:],
        "dc_prev": dc_next * (1 - ut) + dstacked[:n_c],
        "dWu": dzu @ stacked.T,
        "dWr": dzr @ stacked.T,
        "dWc": np.concatenate([dseen @ c_prev.T, dzc @ xt.T], axis=1),
        **{name: np.sum(dz, axis=1, keepdims=True) for name, dz in biases.items()},
    }
