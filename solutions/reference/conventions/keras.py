"""Weights to and from keras.layers.SimpleRNN, GRU (``reset_after`` both ways) and LSTM.

What get_weights gives: kernel (n_x, gates * n_a), recurrent_kernel (n_a, gates * n_a) and bias (gates * n_a,), with the gates
side by side in the order z, r, h (GRU) and i, f, c, o (LSTM). With reset_after the bias is (2, gates * n_a): beside the input,
beside the state.
Source: the documentation and source of keras.layers.GRU and keras.layers.LSTM.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solutions.reference.conventions.blocks import (
    Array,
    Block,
    Parameters,
    order_of,
    parted,
    put_together,
    stacked,
    taken_apart,
    with_keep_gate,
)

ORDER = {"rnn": ("a",), "gru": ("u", "r", "c"), "reset_after_gru": ("u", "r", "c"), "lstm": ("i", "f", "c", "o")}


def to_keras(kind: str, parameters: Parameters) -> list[Array]:
    """One layer of ours as the list for set_weights.

    Parameters
    ----------
    kind : "rnn", "lstm", "gru" (for reset_after=False) or "reset_after_gru" (for reset_after=True, Keras' default)
    parameters : our dictionary; output layers are left out

    Returns
    -------
    weights : [kernel, recurrent_kernel, bias]
    """
    whole = stacked(with_keep_gate(taken_apart(kind, parameters)), order_of(kind, ORDER))
    bias = np.stack([whole.bias, whole.bias_of_state]) if kind == "reset_after_gru" else whole.bias + whole.bias_of_state
    return [whole.input.T.copy(), whole.recurrent.T.copy(), bias]


def from_keras(kind: str, weights: Sequence[Array]) -> dict[str, Array]:
    """What get_weights gives as one layer of ours: the other way round. A layer without bias (two arrays) gets zeros."""
    order = order_of(kind, ORDER)
    if len(weights) not in (2, 3):
        raise ValueError(f"weights holds {len(weights)} arrays; it needs kernel, recurrent_kernel and bias")
    kernel, recurrent = (np.asarray(one) for one in weights[:2])
    bias = np.asarray(weights[2]) if len(weights) == 3 else np.zeros_like(kernel[0])
    has, needs = bias.ndim, 2 if kind == "reset_after_gru" and len(weights) == 3 else 1
    if has != needs:
        raise ValueError(f"bias has shape {bias.shape}; a layer of kind {kind!r} needs {needs} axes (see reset_after)")
    beside_input, beside_state = bias if has == 2 else (bias, np.zeros_like(bias))
    return put_together(kind, with_keep_gate(parted(Block(recurrent.T, kernel.T, beside_input, beside_state), order)))
