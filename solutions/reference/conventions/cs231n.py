"""Weights to and from the layers of Stanford's CS231n, assignment on recurrent networks (rnn_layers.py).

Wx is (n_x, gates * n_a), Wh (n_a, gates * n_a), b (gates * n_a,): rows of examples times weights, x Wx + h Wh + b. The LSTM's
gates stand side by side in the order i, f, o, g. Source: the docstrings of that file.
"""

from __future__ import annotations

import numpy as np

from solutions.reference.conventions.blocks import Array, Block, Parameters, order_of, parted, put_together, stacked, taken_apart

ORDER = {"rnn": ("a",), "lstm": ("i", "f", "o", "c")}


def to_cs231n(kind: str, parameters: Parameters) -> tuple[Array, Array, Array]:
    """One layer of ours, "rnn" or "lstm", as (Wx, Wh, b). Output layers are left out."""
    whole = stacked(taken_apart(kind, parameters), order_of(kind, ORDER))
    return whole.input.T.copy(), whole.recurrent.T.copy(), whole.bias + whole.bias_of_state


def from_cs231n(kind: str, Wx: Array, Wh: Array, b: Array) -> dict[str, Array]:
    """(Wx, Wh, b) as one layer of ours: the other way round."""
    return put_together(kind, parted(Block(Wh.T, Wx.T, b, np.zeros_like(b)), order_of(kind, ORDER)))
