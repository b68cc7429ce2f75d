"""The recurrent network of the notes: one step, a sequence, and both ways back.

Formulas: Elman (1990) for the network, Werbos (1990) for its gradient; in the notation of Goodfellow,
Bengio and Courville (2016), Deep Learning, equations 10.8 to 10.11 (forward) and 10.19 to 10.28 (backward).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import softmax
from solutions.reference.shapes import allowed, shapes

Array = NDArray[np.floating]
PARAMETERS = {"Wax": "n_a n_x", "Waa": "n_a n_a", "Wya": "n_y n_a", "ba": "n_a 1", "by": "n_y 1"}
ACTIVATIONS = ("tanh", "relu")


@shapes(Waa="n_a n_a", Wax="n_a n_x")
def stack_weights(Waa: Array, Wax: Array) -> Array:
    """Lay the two weights side by side: W_a = [W_aa W_ax], so that W_a [a; x] = W_aa a + W_ax x.

    Parameters
    ----------
    Waa : weights from hidden state to hidden state, shape (n_a, n_a)
    Wax : weights from input to hidden state, shape (n_a, n_x)

    Returns
    -------
    Wa : shape (n_a, n_a + n_x)

    Source: the notes that this course grew from, simplified RNN notation.
    """
    return np.concatenate([Waa, Wax], axis=1)


@shapes(xt="n_x m", a_prev="n_a m", parameters=PARAMETERS)
@allowed(activation=ACTIVATIONS)
def rnn_cell_forward(
    xt: Array, a_prev: Array, parameters: dict[str, Array], activation: str = "tanh"
) -> tuple[Array, Array, Any]:
    """Take one step: a<t> = g(W_aa a<t-1> + W_ax x<t> + b_a), y_pred<t> = softmax(W_ya a<t> + b_y).

    Parameters
    ----------
    xt : input of this step, shape (n_x, m)
    a_prev : hidden state of the step before, shape (n_a, m)
    parameters : "Wax" (n_a, n_x), "Waa" (n_a, n_a), "Wya" (n_y, n_a), "ba" (n_a, 1), "by" (n_y, 1)
    activation : what g is, "tanh" or "relu": max(0, z)

    Returns
    -------
    a_next : hidden state of this step, shape (n_a, m)
    yt_pred : prediction of this step, shape (n_y, m)
    cache : the tuple (a_next, a_prev, xt, parameters), for the backward pass

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.8 to 10.11; the notes for ReLU.
    """
    z = parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"]
    a_next = np.tanh(z) if activation == "tanh" else np.maximum(0, z)
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


@shapes(x="n_x m T_x", a0="n_a m", parameters=PARAMETERS)
def rnn_forward(
    x: Array, a0: Array, parameters: dict[str, Array], activation: str = "tanh"
) -> tuple[Array, Array, Any]:
    """Walk through a sequence from the first step to the last, with the same parameters at each step.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : hidden state before the first step, shape (n_a, m)
    parameters : as in rnn_cell_forward
    activation : as in rnn_cell_forward, the same at each step

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x)
    y_pred : predictions, shape (n_y, m, T_x)
    caches : the tuple (list of the T_x caches, x), for the backward pass

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.8 to 10.11, applied from t = 1 to T_x.
    """
    T_x = x.shape[2]
    a = np.zeros_like(a0, shape=(*a0.shape, T_x))
    y_pred = np.zeros_like(a0, shape=(parameters["Wya"].shape[0], x.shape[1], T_x))
    cell_caches = []
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters, activation)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        cell_caches.append(cache)
    return a, y_pred, (cell_caches, x)


@shapes(da_next="n_a m")
@allowed(activation=ACTIVATIONS)
def rnn_cell_backward(da_next: Array, cache: Any, activation: str = "tanh") -> dict[str, Array]:
    """Carry the gradient of one step back to everything that the step was made from.

    Parameters
    ----------
    da_next : gradient of the loss with respect to a_next, shape (n_a, m)
    cache : the tuple (a_next, a_prev, xt, parameters) of rnn_cell_forward
    activation : the one of the way forward, "tanh" or "relu". ReLU has slope 0 at 0

    Returns
    -------
    gradients : "dxt" (n_x, m), "da_prev" (n_a, m), "dWax" (n_a, n_x), "dWaa" (n_a, n_a), "dba" (n_a, 1)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.21, 10.23, 10.26 and 10.28, for one step.
    """
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 - a_next**2) if activation == "tanh" else da_next * (a_next > 0)
    return {
        "dxt": parameters["Wax"].T @ dz,
        "da_prev": parameters["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": np.sum(dz, axis=1, keepdims=True),
    }


@shapes(da="n_a m T_x")
def rnn_backward(da: Array, caches: Any, activation: str = "tanh") -> dict[str, Array]:
    """Carry gradients back through time, from the last step to the first.

    Each hidden state acts on the loss in two ways: through the output of its own step (that part is in da)
    and through the next step.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> through the output of step t, shape (n_a, m, T_x)
    caches : the tuple (list of caches, x) of rnn_forward
    activation : the one of the way forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), "dWax" (n_a, n_x), "dWaa" (n_a, n_a), "dba" (n_a, 1)

    Source: Werbos (1990), Backpropagation through time; Goodfellow et al. (2016), equations 10.19 to 10.28.
    """
    cell_caches, x = caches
    _, _, _, parameters = cell_caches[0]
    dx = np.zeros_like(x)
    dWax, dWaa, dba = (np.zeros_like(parameters[key]) for key in ("Wax", "Waa", "ba"))
    da_prev = np.zeros_like(da[:, :, 0])
    for t in reversed(range(x.shape[2])):
        step = rnn_cell_backward(da[:, :, t] + da_prev, cell_caches[t], activation)
        dx[:, :, t] = step["dxt"]
        dWax += step["dWax"]
        dWaa += step["dWaa"]
        dba += step["dba"]
        da_prev = step["da_prev"]
    return {"dx": dx, "da0": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}


@shapes(dz="n_y m T_y", a="n_a m T_y", parameters={"Wya": "n_y n_a"})
def output_backward(dz: Array, a: Array, parameters: dict[str, Array]) -> dict[str, Array]:
    """Carry the gradient of the scores z<t> = W_ya a<t> + b_y back to the weights, the bias and the hidden states.

    Parameters
    ----------
    dz : gradient of the loss with respect to the scores, shape (n_y, m, T_y)
    a : hidden states, shape (n_a, m, T_y)
    parameters : "Wya" (n_y, n_a) is used

    Returns
    -------
    gradients : "dWya" (n_y, n_a), "dby" (n_y, 1), "da" (n_a, m, T_y), the input of rnn_backward

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.19, 10.22 and 10.24.
    """
    dWya = np.einsum("ymt,amt->ya", dz, a)
    dby = np.einsum("ymt->y", dz)[:, np.newaxis]
    da = np.einsum("ya,ymt->amt", parameters["Wya"], dz)
    return {"dWya": dWya, "dby": dby, "da": da}
