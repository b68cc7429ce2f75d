"""From the loop to matrix products: the same networks, with everything done for all steps at once that can be.

Only a<t-1> makes a step wait for the one before. So W_x x<t> + b of all steps is one matrix product, and on the way back so are
the gradients of the inputs and of every weight; in the loop stays what the recurrence needs. `speed_lstm` does the same for
the LSTM, and `fast` goes further, at the price of being harder to read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import softmax
from solutions.reference.rnn import PARAMETERS
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


@shapes(x="n_x m T_x", W="n_a n_x", b="n_a 1")
def project_inputs(x: Array, W: Array, b: Array) -> Array:
    """Compute W x<t> + b for all steps and all examples at once, in one matrix product.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    W : weights, shape (n_a, n_x)
    b : bias, shape (n_a, 1)

    Returns
    -------
    z : shape (n_a, m, T_x); z[:, i, t] is W x[:, i, t] + b

    Source: held against the product of each step.
    """
    n_x, m, T_x = x.shape
    return (W @ x.reshape(n_x, m * T_x) + b).reshape(len(W), m, T_x)


@shapes(dz="n_a m T_x", x="n_x m T_x", W="n_a n_x")
def project_inputs_backward(dz: Array, x: Array, W: Array) -> dict[str, Array]:
    """Carry the gradient of z = project_inputs(x, W, b) back, with one matrix product for dx and one for dW.

    Parameters
    ----------
    dz : gradient of the loss with respect to z, shape (n_a, m, T_x)
    x : inputs, shape (n_x, m, T_x)
    W : weights, shape (n_a, n_x)

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "dW" (n_a, n_x), "db" (n_a, 1)

    Source: held against measured slopes.
    """
    n_x, m, T_x = x.shape
    flat = dz.reshape(len(W), m * T_x)
    return {
        "dx": (W.T @ flat).reshape(x.shape),
        "dW": flat @ x.reshape(n_x, m * T_x).T,
        "db": np.sum(flat, axis=1, keepdims=True),
    }


@shapes(x="n_x m T_x")
def time_first(x: Array) -> Array:
    """Copy a sequence into an array with time as its first axis, so that the numbers of one step lie side by side in memory.

    Parameters
    ----------
    x : shape (n_x, m, T_x)

    Returns
    -------
    steps : shape (T_x, n_x, m), a new array in NumPy's usual order; steps[t] is x[:, :, t]

    Source: the definition.
    """
    return np.moveaxis(x, 2, 0).copy()


@shapes(steps="T_x n_a m", a0="n_a m")
def previous_states(steps: Array, a0: Array) -> Array:
    """Line up what each step started from: a0 for the first step, and the state of the step before for every other.

    Parameters
    ----------
    steps : states with time first, shape (T_x, n_a, m)
    a0 : state before the first step, shape (n_a, m)

    Returns
    -------
    previous : shape (T_x, n_a, m), a new array; previous[t] is the state that step t started from

    Source: the definition of the walk in rnn_forward.
    """
    return np.concatenate([a0[None], steps[:-1]])


@shapes(x="n_x m T_x", a0="n_a m", parameters=PARAMETERS)
def rnn_forward_fast(x: Array, a0: Array, parameters: dict[str, Array]) -> tuple[Array, Array, Any]:
    """Walk through a sequence as rnn_forward does, with tanh; the loop holds the product with W_aa and no other.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : hidden state before the first step, shape (n_a, m)
    parameters : "Wax" (n_a, n_x), "Waa" (n_a, n_a), "Wya" (n_y, n_a), "ba" (n_a, 1), "by" (n_y, 1)

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x)
    y_pred : predictions, shape (n_y, m, T_x)
    cache : what rnn_backward_fast needs; the tuple (steps, a0, x, parameters) does, where steps is a with time first; another
        layout is as good

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.8 to 10.11.
    """
    steps, a_next = time_first(project_inputs(x, parameters["Wax"], parameters["ba"])), a0
    for t in range(len(steps)):  # of each step, what is projected, until the state takes its place
        a_next = np.tanh(steps[t] + parameters["Waa"] @ a_next)
        steps[t] = a_next
    a = np.moveaxis(steps, 0, 2)
    return a, softmax(project_inputs(a, parameters["Wya"], parameters["by"])), (steps, a0, x, parameters)


@shapes(da="n_a m T_x")
def rnn_backward_fast(da: Array, cache: Any) -> dict[str, Array]:
    """Carry gradients back through time: the loop finds dz of each step, and all weights get theirs from that afterwards.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> through the output of step t, shape (n_a, m, T_x)
    cache : what rnn_forward_fast left, the tuple (steps, a0, x, parameters)

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), "dWax" (n_a, n_x), "dWaa" (n_a, n_a), "dba" (n_a, 1)

    Source: Werbos (1990), Backpropagation through time; Goodfellow et al. (2016), equations 10.19 to 10.28.
    """
    steps, a0, x, parameters = cache
    upstream, da_prev = time_first(da), np.zeros_like(a0)
    dz = 1 - steps**2  # of each step, the slope, until the walk multiplies it by what comes back
    for t in reversed(range(len(steps))):
        dz[t] *= upstream[t] + da_prev
        da_prev = parameters["Waa"].T @ dz[t]
    inner = project_inputs_backward(np.moveaxis(dz, 0, 2), x, parameters["Wax"])
    dWaa = np.tensordot(dz, previous_states(steps, a0), axes=([0, 2], [0, 2]))
    return {"dx": inner["dx"], "da0": da_prev, "dWax": inner["dW"], "dWaa": dWaa, "dba": inner["db"]}
