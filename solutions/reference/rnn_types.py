"""One cell, wired in several ways: what goes in at which step, and which steps are listened to.

Wirings: Karpathy (2015), The unreasonable effectiveness of recurrent neural networks, first figure; the notes, types of
RNNs. The one that speaks to itself is in one_to_many, the one between sequences of different lengths in encoder_decoder.

Every backward function starts from dz, the gradient with respect to the scores that went into softmax.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import softmax
from solutions.reference.rnn import PARAMETERS, output_backward, rnn_backward, rnn_cell_backward, rnn_cell_forward, rnn_forward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


@shapes(x="n_x m", parameters=PARAMETERS)
def one_to_one_forward(x: Array, parameters: dict[str, Array]) -> tuple[Array, Any]:
    """Take a single step from a state of zeros: an ordinary network with one hidden layer.

    Parameters
    ----------
    x : input, shape (n_x, m)
    parameters : "Wax" (n_a, n_x), "Waa" (n_a, n_a), "Wya" (n_y, n_a), "ba" (n_a, 1), "by" (n_y, 1)

    Returns
    -------
    y_pred : prediction, shape (n_y, m)
    cache : for the backward pass: the cache of rnn_cell_forward, the tuple (a_next, a_prev, xt, parameters)

    Source: Karpathy (2015), first figure, "one to one".
    """
    a0 = np.zeros_like(parameters["Wax"] @ x)
    _, y_pred, cache = rnn_cell_forward(x, a0, parameters)
    return y_pred, cache


@shapes(dz="n_y m")
def one_to_one_backward(dz: Array, cache: Any) -> dict[str, Array]:
    """Carry the gradient of the scores back to the input and to every parameter that took part.

    W_aa met nothing but zeros, so it has no gradient here.

    Parameters
    ----------
    dz : gradient of the loss with respect to the scores, shape (n_y, m)
    cache : the one of one_to_one_forward

    Returns
    -------
    gradients : "dx" (n_x, m), "dWax" (n_a, n_x), "dba" (n_a, 1), "dWya" (n_y, n_a), "dby" (n_y, 1)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.19 to 10.28, for a single step.
    """
    a, _, _, parameters = cache
    step = rnn_cell_backward(parameters["Wya"].T @ dz, cache)
    dWya, dby = dz @ a.T, np.sum(dz, axis=1, keepdims=True)
    return {"dx": step["dxt"], "dWax": step["dWax"], "dba": step["dba"], "dWya": dWya, "dby": dby}


@shapes(x="n_x m T_x", a0="n_a m", lengths="m", parameters=PARAMETERS)
def many_to_one_forward(x: Array, a0: Array, lengths: NDArray[np.integer], parameters: dict[str, Array]) -> tuple[Array, Any]:
    """Read a whole sequence and speak once, after its last step: example i ends after T_x^(i) steps, the rest is filling.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : state before the first step, shape (n_a, m)
    lengths : T_x^(i), how many steps of example i count, whole numbers from 1 to T_x, shape (m,)
    parameters : as in one_to_one_forward

    Returns
    -------
    y_pred : one prediction for each example, shape (n_y, m)
    caches : for the backward pass: the tuple (last, caches of rnn_forward, lengths, parameters); last holds each example's
        state after its own last step, shape (n_a, m)

    Source: Karpathy (2015), "many to one"; the notes for T_x^(i).
    """
    a, _, steps = rnn_forward(x, a0, parameters)
    last = a[:, np.arange(x.shape[1]), lengths - 1]
    y_pred = softmax(parameters["Wya"] @ last + parameters["by"])
    return y_pred, (last, steps, lengths, parameters)


@shapes(dz="n_y m")
def many_to_one_backward(dz: Array, caches: Any) -> dict[str, Array]:
    """Carry the gradient of the one prediction back through each example's own last step.

    Parameters
    ----------
    dz : gradient of the loss with respect to the scores, shape (n_y, m)
    caches : those of many_to_one_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), zero in the filling, "da0" (n_a, m), "dWax" (n_a, n_x), "dWaa" (n_a, n_a),
        "dba" (n_a, 1), "dWya" (n_y, n_a), "dby" (n_y, 1)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, figure 10.5 and equations 10.19 to 10.28.
    """
    last, steps, lengths, parameters = caches
    _, x = steps
    da = np.repeat(np.zeros_like(last)[:, :, np.newaxis], x.shape[2], axis=2)
    da[:, np.arange(x.shape[1]), lengths - 1] = parameters["Wya"].T @ dz
    dWya, dby = dz @ last.T, np.sum(dz, axis=1, keepdims=True)
    return {**rnn_backward(da, steps), "dWya": dWya, "dby": dby}


@shapes(x="n_x m T_x", a0="n_a m", parameters=PARAMETERS)
def many_to_many_forward(x: Array, a0: Array, parameters: dict[str, Array]) -> tuple[Array, Any]:
    """Read a sequence and speak at every step: T_y = T_x.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : state before the first step, shape (n_a, m)
    parameters : as in one_to_one_forward

    Returns
    -------
    y_pred : predictions, shape (n_y, m, T_x)
    caches : for the backward pass: the tuple (a, caches of rnn_forward, parameters); a holds all states, shape (n_a, m, T_x)

    Source: Karpathy (2015), "many to many", in step; Goodfellow, Bengio and Courville (2016), equations 10.8 to 10.11.
    """
    a, y_pred, steps = rnn_forward(x, a0, parameters)
    return y_pred, (a, steps, parameters)


@shapes(dz="n_y m T_y")
def many_to_many_backward(dz: Array, caches: Any) -> dict[str, Array]:
    """Carry the gradient of the scores of every step back to everything that they were made from.

    Parameters
    ----------
    dz : gradient of the loss with respect to the scores of each step, shape (n_y, m, T_x)
    caches : those of many_to_many_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), "dWax" (n_a, n_x), "dWaa" (n_a, n_a), "dba" (n_a, 1),
        "dWya" (n_y, n_a), "dby" (n_y, 1)

    Source: Werbos (1990); Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.19 to 10.28.
    """
    a, steps, parameters = caches
    upper = output_backward(dz, a, parameters)
    return {**rnn_backward(upper["da"], steps), "dWya": upper["dWya"], "dby": upper["dby"]}
