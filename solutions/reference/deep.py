"""Recurrent layers one upon the other: each reads the states of the one below, step by step, and the last one speaks.

Layers of recurrent networks: Schmidhuber (1992), Learning complex, extended sequences using the principle of history
compression, and El Hihi and Bengio (1995), Hierarchical recurrent neural networks for long-term dependencies; stacked as
here in Graves, Mohamed and Hinton (2013), Speech recognition with deep recurrent neural networks. The cells are those of
the modules rnn, gru and lstm, without an output layer of their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import sigmoid, softmax
from solutions.reference.deep_shapes import by_cell, by_cells
from solutions.reference.gru import gru_backward
from solutions.reference.lstm import lstm_backward
from solutions.reference.rnn import rnn_backward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
Layer = dict[str, Array]


@by_cell(xt="n_x m", state="state", parameters="layer")
def layer_step(xt: Array, state: tuple[Array, ...], parameters: Layer, cell: str) -> tuple[tuple[Array, ...], Any]:
    """Take one step of a layer that has no output layer: the formulas of the three cells up to the new state, and no prediction.

    Parameters
    ----------
    xt : what the layer reads at this step, shape (n_x, m)
    state : what the layer hands on from step to step, each (n_a, m): the tuple (a_prev,) for "rnn" and "gru",
        (a_prev, c_prev) for "lstm". The memory of the GRU is its hidden state, here called a
    parameters : for "rnn" those of rnn_cell_forward, for "gru" those of gru_cell_forward, for "lstm" those of
        lstm_cell_forward; without the output layer's
    cell : "rnn" (with tanh), "gru" or "lstm"

    Returns
    -------
    state : the state after the step, a tuple as above
    cache : the one of that cell's forward step, for its backward step

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.8 and 10.9; Chung et al. (2014), section 3.2,
    with biases; Greff et al. (2017), section II-A, without peepholes.
    """
    a_prev, p = state[0], parameters
    if cell == "rnn":
        a_next = np.tanh(p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"])
        return (a_next,), (a_next, a_prev, xt, p)
    stacked = np.concatenate([a_prev, xt])
    if cell == "gru":
        ut = sigmoid(p["Wu"] @ stacked + p["bu"])
        rt = sigmoid(p["Wr"] @ stacked + p["br"])
        cct = np.tanh(p["Wc"] @ np.concatenate([rt * a_prev, xt]) + p["bc"])
        a_next = ut * cct + (1 - ut) * a_prev
        return (a_next,), (a_next, a_prev, ut, rt, cct, xt, p)
    c_prev = state[1]
    ft = sigmoid(p["Wf"] @ stacked + p["bf"])
    it = sigmoid(p["Wi"] @ stacked + p["bi"])
    cct = np.tanh(p["Wc"] @ stacked + p["bc"])
    ot = sigmoid(p["Wo"] @ stacked + p["bo"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return (a_next, c_next), (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p)


@by_cell(x="n_x m T_x", a0="n_a m", parameters="layer")
def layer_forward(x: Array, a0: Array, parameters: Layer, cell: str) -> tuple[Array, Any]:
    """Walk one layer through a sequence. The memory of an LSTM is zero before the first step.

    Parameters
    ----------
    x : what the layer reads, shape (n_x, m, T_x)
    a0 : hidden state before the first step, shape (n_a, m)
    parameters : as in layer_step
    cell : "rnn", "gru" or "lstm"

    Returns
    -------
    a : hidden states, shape (n_a, m, T_x)
    caches : the tuple (list of the T_x caches, x), as that cell's own backward walk wants it

    Source: as for layer_step, applied from t = 1 to T_x.
    """
    state: tuple[Array, ...] = (a0, np.zeros_like(a0)) if cell == "lstm" else (a0,)
    states = []
    cell_caches = []
    for t in range(x.shape[2]):
        state, cache = layer_step(x[:, :, t], state, parameters, cell)
        states.append(state[0])
        cell_caches.append(cache)
    return np.stack(states, axis=2), (cell_caches, x)


@by_cell(da="n_a m T_x")
def layer_backward(da: Array, caches: Any, cell: str) -> dict[str, Array]:
    """Carry gradients back through one layer, with the backward walk that its cell already has.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> of this layer by every way that leads out of the layer,
        shape (n_a, m, T_x)
    caches : those of layer_forward
    cell : "rnn", "gru" or "lstm"

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), under this name for the GRU too, and one gradient for each parameter of
        the layer, "dWax" and so on, of the shape of its owner

    Source: Werbos (1990), Backpropagation through time; rnn_backward, gru_backward and lstm_backward for each cell.
    """
    if cell == "rnn":
        return rnn_backward(da, caches)
    if cell == "lstm":
        return lstm_backward(da, caches)
    gradients = gru_backward(da, caches)
    da0 = gradients.pop("dc0")
    return {**gradients, "da0": da0}


@by_cells
def deep_rnn_forward(
    x: Array, a0: list[Array], parameters: dict[str, Any], cells: list[str]
) -> tuple[list[Array], Array, Any]:
    """Walk L layers through a sequence: layer l reads at each step the state of layer l-1 at that step. The last layer speaks.

    a[l]<t> = g(W[l] [a[l]<t-1>; a[l-1]<t>] + b[l]), where a[0] = x and g is the cell of layer l, with or without gates
    y_pred<t> = softmax(W_ya a[L]<t> + b_y)

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    a0 : a list of the hidden states of the L layers before the first step, from below, shapes (n_l, m)
    parameters : "layers", a list of L dictionaries, each as in layer_step with n_l for n_a and n_(l-1) for n_x (n_0 is n_x);
        "Wya" (n_y, n_L), "by" (n_y, 1)
    cells : a list of L names, "rnn", "gru" or "lstm"; layers may be of different kinds and sizes

    Returns
    -------
    a : a list of the hidden states of all L layers, from below, shapes (n_l, m, T_x)
    y_pred : predictions, shape (n_y, m, T_x)
    caches : whatever the backward pass needs, in a layout of your own

    Source: Graves, Mohamed and Hinton (2013), equation 11, with any cell for H; the notes, Deep RNNs.
    """
    below = x
    a = []
    layer_caches = []
    for index, cell in enumerate(cells):
        below, cache = layer_forward(below, a0[index], parameters["layers"][index], cell)
        a.append(below)
        layer_caches.append(cache)
    scores = np.einsum("yn,nmt->ymt", parameters["Wya"], below) + parameters["by"][:, :, np.newaxis]
    return a, softmax(scores), (layer_caches, cells)


@shapes(da="n_a m T_x")
def deep_rnn_backward(da: Array, caches: Any) -> dict[str, Any]:
    """Carry gradients back through all layers, from the last to the first, and in each of them back through time.

    The last layer hears of the loss through the outputs, every other one through what the layer above it reads.

    Parameters
    ----------
    da : gradient of the loss with respect to each a[L]<t> of the last layer through the output of step t, shape (n_L, m, T_x)
    caches : those of deep_rnn_forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x); "da0", a list of L gradients, shapes (n_l, m), from below; "layers", a list of L
        dictionaries, from below, with a gradient for each parameter of the layer, "dWax" and so on, of the shape of its owner

    Source: Werbos (1990), with the chain rule from each layer to the one below; held against measured slopes.
    """
    layer_caches, cells = caches
    layers = []
    da0 = []
    for index in reversed(range(len(cells))):
        gradients = layer_backward(da, layer_caches[index], cells[index])
        da = gradients.pop("dx")
        da0.append(gradients.pop("da0"))
        layers.append(gradients)
    return {"dx": da, "da0": da0[::-1], "layers": layers[::-1]}
