"""Weights to and from the ONNX operators RNN, GRU (``linear_before_reset`` both ways) and LSTM (with peepholes).

W is (directions, gates * n_a, n_x), R (directions, gates * n_a, n_a), B (directions, 2 * gates * n_a), P (directions, 3 * n_a).
Gates are stacked in the order z, r, h (GRU) and i, o, f, c (LSTM), peepholes in the order i, o, f.
Source: the ONNX operator specification of RNN, GRU and LSTM.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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

ORDER = {"rnn": ("a",), "gru": ("u", "r", "c"), "reset_after_gru": ("u", "r", "c"), "lstm": ("i", "o", "f", "c")}
PEEPHOLES = ("pi", "po", "pf")


def to_onnx(kind: str, directions: Sequence[Parameters]) -> dict[str, Array]:
    """One layer of ours, in one direction or two, as the inputs W, R, B, and P where there are peepholes.

    Parameters
    ----------
    kind : "rnn", "lstm" (with peepholes where the parameters have them), "gru" (for linear_before_reset = 0) or
        "reset_after_gru" (for linear_before_reset = 1)
    directions : one dictionary of parameters, or two: forward in time, backward in time

    Returns
    -------
    inputs : "W", "R", "B", and "P" for an LSTM with peepholes
    """
    order = order_of(kind, ORDER)
    wholes = [stacked(with_keep_gate(taken_apart(kind, parameters)), order) for parameters in directions]
    inputs = {
        "W": np.stack([one.input for one in wholes]),
        "R": np.stack([one.recurrent for one in wholes]),
        "B": np.stack([np.concatenate([one.bias, one.bias_of_state]) for one in wholes]),
    }
    if kind == "lstm" and all("pf" in parameters for parameters in directions):
        inputs["P"] = np.stack([np.concatenate([one[key][:, 0] for key in PEEPHOLES]) for one in directions])
    return inputs


def from_onnx(kind: str, inputs: Mapping[str, Array]) -> list[dict[str, Array]]:
    """The inputs of an operator as one layer of ours: the other way round. A missing B is zeros."""
    order = order_of(kind, ORDER)
    W, R = np.asarray(inputs["W"]), np.asarray(inputs["R"])
    B = np.asarray(inputs["B"]) if "B" in inputs else np.zeros((W.shape[0], 2 * W.shape[1]), dtype=W.dtype)
    wholes = [Block(r, w, *np.split(b, 2)) for w, r, b in zip(W, R, B, strict=True)]
    layer = [put_together(kind, with_keep_gate(parted(whole, order))) for whole in wholes]
    if "P" in inputs:
        for parameters, row in zip(layer, np.asarray(inputs["P"]), strict=True):
            parameters |= {key: part[:, np.newaxis] for key, part in zip(PEEPHOLES, np.split(row, 3), strict=True)}
    return layer
