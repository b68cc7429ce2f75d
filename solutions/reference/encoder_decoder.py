"""Two networks, one reading and one speaking, joined by a single state: between sequences of different lengths.

Sutskever, Vinyals and Le (2014), Sequence to sequence learning with neural networks; Cho et al. (2014), Learning phrase
representations using RNN encoder-decoder. Here with the plain cell, and with the state alone handed over.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.rnn import output_backward, rnn_backward, rnn_cell_forward, rnn_forward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
Networks = dict[str, dict[str, Array]]
NETWORKS = {
    "encoder": {"Wax": "n_a n_x", "Waa": "n_a n_a", "ba": "n_a 1"},
    "decoder": {"Wax": "n_a n_y", "Waa": "n_a n_a", "Wya": "n_y n_a", "ba": "n_a 1", "by": "n_y 1"},
}


@shapes(x="n_x m T_x", a0="n_a m", parameters={"encoder": NETWORKS["encoder"]})
def encoder_forward(x: Array, a0: Array, parameters: Networks) -> tuple[Array, Any]:
    """Read a sequence and say nothing: only the last state is handed on.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : state before the first step, shape (n_a, m)
    parameters : "encoder" with "Wax" (n_a, n_x), "Waa" (n_a, n_a), "ba" (n_a, 1)

    Returns
    -------
    a_next : the state after the last step, shape (n_a, m)
    caches : for the backward pass: the tuple (list of T_x caches, x), each cache (a_next, a_prev, xt, parameters["encoder"]),
        as rnn_backward wants it

    Source: Sutskever, Vinyals and Le (2014), section 2; Cho et al. (2014), section 2.2.
    """
    encoder = parameters["encoder"]
    a_next, steps = a0, []
    for t in range(x.shape[2]):
        xt, a_prev = x[:, :, t], a_next
        a_next = np.tanh(encoder["Waa"] @ a_prev + encoder["Wax"] @ xt + encoder["ba"])
        steps.append((a_next, a_prev, xt, encoder))
    return a_next, (steps, x)


@shapes(x="n_x m T_x", a0="n_a m", y="n_y m T_y | one-hot", parameters=NETWORKS)
def encoder_decoder_forward(x: Array, a0: Array, y: Array, parameters: Networks) -> tuple[Array, Any]:
    """Read the whole of x, then say y: the decoder starts in the encoder's last state.

    The first step of the decoder reads zeros, step t the target of step t-1 (teacher forcing).

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : state before the encoder's first step, shape (n_a, m)
    y : targets, one-hot, shape (n_y, m, T_y)
    parameters : "encoder" as in encoder_forward; "decoder" with "Wax" (n_a, n_y), "Waa" (n_a, n_a), "Wya" (n_y, n_a),
        "ba" (n_a, 1), "by" (n_y, 1)

    Returns
    -------
    y_pred : predictions, shape (n_y, m, T_y)
    caches : for the backward pass: the tuple (a, caches of encoder_forward, caches of rnn_forward, parameters); a holds the
        decoder's states, shape (n_a, m, T_y)

    Source: Sutskever, Vinyals and Le (2014), equation 1; Cho et al. (2014), section 2.2.
    """
    state, reading = encoder_forward(x, a0, parameters)
    read = np.concatenate([np.zeros_like(y[:, :, :1]), y[:, :, :-1]], axis=2)
    a, y_pred, speaking = rnn_forward(read, state, parameters["decoder"])
    return y_pred, (a, reading, speaking, parameters)


@shapes(dz="n_y m T_y")
def encoder_decoder_backward(dz: Array, caches: Any) -> dict[str, Any]:
    """Carry the gradient of the scores back through the decoder, across the one state, and through the encoder.

    Parameters
    ----------
    dz : gradient of the loss with respect to the scores of each decoder step, shape (n_y, m, T_y)
    caches : those of encoder_decoder_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), "encoder" with "dWax" (n_a, n_x), "dWaa" (n_a, n_a), "dba" (n_a, 1),
        and "decoder" with "dWax" (n_a, n_y), "dWaa" (n_a, n_a), "dba" (n_a, 1), "dWya" (n_y, n_a), "dby" (n_y, 1)

    Source: Sutskever, Vinyals and Le (2014), trained by back-propagation; Goodfellow et al. (2016), equations 10.19 to 10.28.
    """
    a, reading, speaking, parameters = caches
    upper = output_backward(dz, a, parameters["decoder"])
    decoder = rnn_backward(upper["da"], speaking)
    _, x = reading
    da = np.repeat(np.zeros_like(decoder["da0"])[:, :, np.newaxis], x.shape[2], axis=2)
    da[:, :, -1] = decoder["da0"]
    encoder = rnn_backward(da, reading)
    return {
        "dx": encoder["dx"],
        "da0": encoder["da0"],
        "encoder": {"dWax": encoder["dWax"], "dWaa": encoder["dWaa"], "dba": encoder["dba"]},
        "decoder": {"dWax": decoder["dWax"], "dWaa": decoder["dWaa"], "dba": decoder["dba"],
                    "dWya": upper["dWya"], "dby": upper["dby"]},
    }  # fmt: skip  # one table


@shapes(x="n_x m T_x", a0="n_a m", parameters=NETWORKS)
def encoder_decoder_generate(x: Array, a0: Array, parameters: Networks, T_y: int) -> Array:
    """Translate without a teacher: each decoder step reads, as one-hot, the most likely symbol of the step before.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : state before the encoder's first step, shape (n_a, m)
    parameters : as in encoder_decoder_forward
    T_y : how many symbols to say, 1 or more

    Returns
    -------
    y : what was said, one-hot, shape (n_y, m, T_y)

    Source: Sutskever, Vinyals and Le (2014), section 3.2, with a beam of one.
    """
    decoder = parameters["decoder"]
    a_next, _ = encoder_forward(x, a0, parameters)
    yt = np.zeros_like(decoder["Wya"] @ a_next)
    y = np.repeat(yt[:, :, np.newaxis], T_y, axis=2)
    for t in range(T_y):
        a_next, yt_pred, _ = rnn_cell_forward(yt, a_next, decoder)
        y[np.argmax(yt_pred, axis=0), np.arange(x.shape[1]), t] = 1
        yt = y[:, :, t]
    return y
