"""Recurrent layers one upon the other: each reads the states of the one below, step by step, and the last one speaks.

Layers of recurrent networks: Schmidhuber (1992), Learning complex, extended sequences using the principle of history
compression, and El Hihi and Bengio (1995), Hierarchical recurrent neural networks for long-term dependencies; stacked as
here in Graves, Mohamed and Hinton (2013), Speech recognition with deep recurrent neural networks. The layers are those of
the module deep_layer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.activations import softmax
from solutions.reference.deep_layer import layer_backward, layer_forward
from solutions.reference.deep_shapes import by_cells
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


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
    cells : a list of L names, each "rnn", "simplified_gru", "gru", "lstm" or "peephole_lstm"; layers may differ in kind and size

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
