"""One input, many outputs: a network that hears itself speak."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.rnn import PARAMETERS, output_backward, rnn_backward, rnn_cell_forward, rnn_forward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
FEEDING_BACK = {**PARAMETERS, "Wax": "n_a n_y"}


@shapes(x="n_y m | one-hot", a0="n_a m", y="n_y m T_y | one-hot", parameters=FEEDING_BACK)
def one_to_many_forward(x: Array, a0: Array, y: Array, parameters: dict[str, Array]) -> tuple[Array, Any]:
    """Read one input, and from then on what should have been said: step t reads the target of step t-1 (teacher forcing).

    Parameters
    ----------
    x : the one input, read at the first step, shape (n_y, m): inputs and outputs are of one kind
    a0 : state before the first step, shape (n_a, m)
    y : targets, one-hot, shape (n_y, m, T_y)
    parameters : as in one_to_one_forward, with n_x = n_y

    Returns
    -------
    y_pred : predictions, shape (n_y, m, T_y)
    caches : for the backward pass: the tuple (a, caches of rnn_forward, parameters); a holds all states, shape (n_a, m, T_y)

    Source: Karpathy (2015), "one to many"; Williams and Zipser (1989) for teacher forcing.
    """
    read = np.concatenate([x[:, :, np.newaxis], y[:, :, :-1]], axis=2)
    a, y_pred, steps = rnn_forward(read, a0, parameters)
    return y_pred, (a, steps, parameters)


@shapes(dz="n_y m T_y")
def one_to_many_backward(dz: Array, caches: Any) -> dict[str, Array]:
    """Carry the gradient of all scores back to the one input, to the first state and to the parameters.

    Parameters
    ----------
    dz : gradient of the loss with respect to the scores of each step, shape (n_y, m, T_y)
    caches : those of one_to_many_forward

    Returns
    -------
    gradients : "dx" (n_y, m), "da0" (n_a, m), "dWax" (n_a, n_y), "dWaa" (n_a, n_a), "dba" (n_a, 1), "dWya" (n_y, n_a),
        "dby" (n_y, 1)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 10.2.1 and equations 10.19 to 10.28.
    """
    a, steps, parameters = caches
    upper = output_backward(dz, a, parameters)
    lower = rnn_backward(upper["da"], steps)
    return {**lower, "dx": lower["dx"][:, :, 0].copy(), "dWya": upper["dWya"], "dby": upper["dby"]}


@shapes(x="n_y m | one-hot", a0="n_a m", parameters=FEEDING_BACK)
def one_to_many_generate(x: Array, a0: Array, parameters: dict[str, Array], T_y: int) -> Array:
    """Speak without a teacher: step t reads, as one-hot, the most likely symbol of step t-1.

    Parameters
    ----------
    x : the one input, read at the first step, shape (n_y, m)
    a0 : state before the first step, shape (n_a, m)
    parameters : as in one_to_many_forward
    T_y : how many steps to take, 1 or more

    Returns
    -------
    y : what was said, one-hot, shape (n_y, m, T_y)

    Source: Karpathy (2015), "one to many"; the notes: what was y a moment ago is the input of this moment.
    """
    y = np.repeat(np.zeros_like(x)[:, :, np.newaxis], T_y, axis=2)
    xt, a_next = x, a0
    for t in range(T_y):
        a_next, yt_pred, _ = rnn_cell_forward(xt, a_next, parameters)
        y[np.argmax(yt_pred, axis=0), np.arange(x.shape[1]), t] = 1
        xt = y[:, :, t]
    return y
