"""Two networks read one sequence, from the left and from the right, over padded batches of different lengths.

Formulas: Schuster and Paliwal (1997), Bidirectional recurrent neural networks; the notes for y_pred. Example i
counts for its first T_x^(i) steps. What stands behind them is padding: any finite numbers, which reach no result and no gradient.
Two states lie one on the other, [a-forward; a-backward], so everything that belongs to both has n_a + n_a rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import softmax
from solutions.reference.rnn import output_backward, rnn_backward
from solutions.reference.shapes import Shape, shapes

Array = NDArray[np.floating]
Lengths = NDArray[np.integer]
ONE_WAY = {"Wax": "n_a n_x", "Waa": "n_a n_a", "ba": "n_a 1"}
PARAMETERS: Mapping[str, Shape] = {"forward": ONE_WAY, "backward": ONE_WAY, "Wy": "n_y n_a+n_a", "by": "n_y 1"}


@shapes(x="n_x m T_x", lengths="m")
def clear_padding(x: Array, lengths: Lengths) -> Array:
    """Give a copy of x with zeros in the padding: in every step behind the first lengths[i] ones of example i.

    Parameters
    ----------
    x : inputs, or anything else with its steps in the last axis, shape (n_x, m, T_x)
    lengths : T_x^(i), how many steps of example i count, whole numbers from 1 to T_x, shape (m,)

    Returns
    -------
    cleared : a new array, shape (n_x, m, T_x)

    Source: the notes for T_x^(i).
    """
    cleared: Array = np.where(np.arange(x.shape[2]) < lengths[:, np.newaxis], x, 0)
    return cleared


@shapes(x="n_x m T_x", lengths="m")
def reverse_padded(x: Array, lengths: Lengths) -> Array:
    """Turn the first lengths[i] steps of each example round, and leave its padding where it is and as it is.

    Turned twice, everything is where it was. The gradient takes the same way back: this function is its own backward.

    Parameters
    ----------
    x : inputs, or anything else with its steps in the last axis, shape (n_x, m, T_x)
    lengths : T_x^(i), how many steps of example i count, whole numbers from 1 to T_x, shape (m,)

    Returns
    -------
    turned : a new array, shape (n_x, m, T_x); step t of example i holds step lengths[i] + 1 - t of x, counted from 1

    Source: held against the definition, example by example.
    """
    steps, ends = np.arange(x.shape[2]), lengths[:, np.newaxis]
    source = np.where(steps < ends, ends - 1 - steps, steps)
    return x[:, np.arange(x.shape[1])[:, np.newaxis], source]


@shapes(x="n_x m T_x", a0="n_a m", parameters=ONE_WAY)
def one_way_forward(x: Array, a0: Array, parameters: dict[str, Array]) -> tuple[Array, Any]:
    """Walk through a sequence in one direction and predict nothing: a<t> = tanh(W_aa a<t-1> + W_ax x<t> + b_a).

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : hidden state before the first step, shape (n_a, m)
    parameters : "Wax" (n_a, n_x), "Waa" (n_a, n_a), "ba" (n_a, 1)

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x)
    caches : whatever your rnn_backward of exercise 03 reads; the course's own reads the tuple (list of the T_x caches, x), each
        cache the tuple (a_next, a_prev, xt, parameters)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.8 and 10.9.
    """
    a_next = a0
    a = []
    steps = []
    for t in range(x.shape[2]):
        xt, a_prev = x[:, :, t], a_next
        a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
        a.append(a_next)
        steps.append((a_next, a_prev, xt, parameters))
    return np.stack(a, axis=2), (steps, x)


@shapes(parameters=PARAMETERS, x="n_x m T_x", a0="n_a+n_a m", lengths="m")
def brnn_forward(x: Array, a0: Array, lengths: Lengths, parameters: dict[str, Any]) -> tuple[Array, Array, Any]:
    """Read each example from its first step to its last and from its last to its first; then predict from both states.

    y_pred<t> = softmax(W_y [a-forward<t>; a-backward<t>] + b_y)

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x); in the padding anything may stand
    a0 : the state before the first step that each direction takes, [a-forward; a-backward], shape (n_a + n_a, m)
    lengths : T_x^(i), how many steps of example i count, whole numbers from 1 to T_x, shape (m,)
    parameters : "forward" and "backward", each with "Wax" (n_a, n_x), "Waa" (n_a, n_a), "ba" (n_a, 1), and for both together
        "Wy" (n_y, n_a + n_a), "by" (n_y, 1)

    Returns
    -------
    a : [a-forward<t>; a-backward<t>] at each step t, shape (n_a + n_a, m, T_x), zero in the padding. Both halves belong to
        the same step: the lower one has read the steps from t to the example's last
    y_pred : predictions, shape (n_y, m, T_x), zero in the padding
    caches : whatever the backward pass needs, in a layout of your own

    Source: Schuster and Paliwal (1997); the notes, bidirectional RNN, for y_pred.
    """
    n_a = a0.shape[0] // 2
    there, there_caches = one_way_forward(x, a0[:n_a], parameters["forward"])
    back, back_caches = one_way_forward(reverse_padded(x, lengths), a0[n_a:], parameters["backward"])
    a = clear_padding(np.concatenate([there, reverse_padded(back, lengths)]), lengths)
    y_pred = softmax(np.einsum("ya,amt->ymt", parameters["Wy"], a) + parameters["by"][:, :, np.newaxis])
    return a, clear_padding(y_pred, lengths), (there_caches, back_caches, lengths)


@shapes(dz="n_y m T_x", parameters={"Wy": "n_y n_a+n_a"}, a="n_a+n_a m T_x", lengths="m")
def brnn_output_backward(dz: Array, a: Array, lengths: Lengths, parameters: dict[str, Array]) -> dict[str, Array]:
    """Carry the gradient of the scores z<t> = W_y a<t> + b_y back to the weights, the bias and both states.

    Parameters
    ----------
    dz : gradient of the loss with respect to the scores, shape (n_y, m, T_x); in the padding anything may stand
    a : [a-forward<t>; a-backward<t>], shape (n_a + n_a, m, T_x); in the padding anything may stand
    lengths : T_x^(i), how many steps of example i count, whole numbers from 1 to T_x, shape (m,)
    parameters : "Wy" (n_y, n_a + n_a) is used

    Returns
    -------
    gradients : "dWy" (n_y, n_a + n_a), "dby" (n_y, 1), "da" (n_a + n_a, m, T_x), zero in the padding

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.19, 10.22 and 10.24, for the steps that count.
    """
    upper = output_backward(clear_padding(dz, lengths), a, {"Wya": parameters["Wy"]})
    return {"dWy": upper["dWya"], "dby": upper["dby"], "da": upper["da"]}


@shapes(da="n_a+n_a m T_x")
def brnn_backward(da: Array, caches: Any) -> dict[str, Any]:
    """Carry the gradient of the states back through both directions, each against the way it was walked.

    Parameters
    ----------
    da : gradient of the loss with respect to [a-forward<t>; a-backward<t>] through the output of step t,
        shape (n_a + n_a, m, T_x); in the padding anything may stand
    caches : those of brnn_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), zero in the padding, "da0" (n_a + n_a, m), and "forward" and "backward", each a
        dictionary with "dWax" (n_a, n_x), "dWaa" (n_a, n_a), "dba" (n_a, 1)

    Source: Schuster and Paliwal (1997) for the order; Werbos (1990) for each direction.
    """
    there_caches, back_caches, lengths = caches
    n_a, da = da.shape[0] // 2, clear_padding(da, lengths)
    there = rnn_backward(da[:n_a], there_caches)
    back = rnn_backward(reverse_padded(da[n_a:], lengths), back_caches)
    dx = there.pop("dx") + reverse_padded(back.pop("dx"), lengths)
    da0 = np.concatenate([there.pop("da0"), back.pop("da0")])
    return {"dx": dx, "da0": da0, "forward": there, "backward": back}  # what is left belongs to the weights and the bias
