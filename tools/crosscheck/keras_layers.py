"""The model answers beside Keras with PyTorch as its backend: forward, and every gradient.

All layers are asked for float64. SimpleRNN and the GRU with reset_after=False run in Keras' own loop, which computes a part in
float32 all the same (their errors are of that size), so these two are held to the bound of float32.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import torch

from solutions import reference
from solutions.reference import conventions, gru, lstm
from solutions.reference.reset_after_gru import PARAMETERS as RESET_AFTER
from solutions.reference.reset_after_gru import reset_after_gru_backward, reset_after_gru_forward
from solutions.reference.rnn import PARAMETERS as RNN
from tools.crosscheck.compared import Compared, compared, drawn, paired


def comparisons() -> Iterator[Compared]:
    """All of them, one after the other."""
    yield recurrent()
    yield long_short_term()
    yield gated("gru")
    yield gated("reset_after_gru")


def recurrent() -> Compared:
    """rnn_forward and rnn_backward beside SimpleRNN."""
    n = drawn({"x": "n_x m T_x", "a0": "n_a m", "da": "n_a m T_x", "parameters": RNN})
    a, _, caches = reference.rnn_forward(n["x"], n["a0"], n["parameters"])
    ours = {"a": a, **reference.rnn_backward(n["da"], caches)}
    theirs = run(keras.layers.SimpleRNN, "rnn", n["parameters"], n["x"], [n["a0"]], n["da"])
    return compared("RNN, tanh", "keras.layers.SimpleRNN", paired(ours, theirs, {"a": "out", "da0": "dstate0"}), "float32")


def long_short_term() -> Compared:
    """lstm_forward and lstm_backward beside LSTM."""
    n = drawn({"x": "n_x m T_x", "a0": "n_a m", "da": "n_a m T_x", "parameters": lstm.PARAMETERS})
    a, _, _, caches = reference.lstm_forward(n["x"], n["a0"], n["parameters"])
    ours = {"a": a, **reference.lstm_backward(n["da"], caches)}
    theirs = run(keras.layers.LSTM, "lstm", n["parameters"], n["x"], [n["a0"], 0 * n["a0"]], n["da"])
    return compared("LSTM", "keras.layers.LSTM", paired(ours, theirs, {"a": "out", "da0": "dstate0"}))


def gated(kind: str) -> Compared:
    """Both kinds of GRU: the notes' is Keras' with reset_after=False."""
    after = kind == "reset_after_gru"
    n = drawn({"x": "n_x m T_x", "c0": "n_c m", "dc": "n_c m T_x", "parameters": RESET_AFTER if after else gru.PARAMETERS})
    forward = reset_after_gru_forward if after else reference.gru_forward
    backward = reset_after_gru_backward if after else reference.gru_backward
    c, *_, caches = forward(n["x"], n["c0"], n["parameters"])
    ours = {"c": c, **backward(n["dc"], caches)}
    theirs = run(keras.layers.GRU, kind, n["parameters"], n["x"], [n["c0"]], n["dc"], reset_after=after)
    names = {"c": "out", "dc0": "dstate0"}
    name = f"GRU, reset {'after' if after else 'before'} the product"
    pairs = paired(ours, theirs, names)
    return compared(name, f"keras.layers.GRU(reset_after={after})", pairs, "float64" if after else "float32")


def run(layer: Any, kind: str, parameters: Any, x: Any, states: list[Any], dout: Any, **options: Any) -> dict[str, Any]:
    """Load weights, go forward and back, and translate everything into our names and axes."""
    made = layer(5, return_sequences=True, dtype="float64", **options)
    made.build((2, 7, 3))
    made.set_weights(conventions.to_keras(kind, parameters))
    inputs = torch.tensor(conventions.to_batch_major(x), requires_grad=True)
    begin = [torch.tensor(one.T.copy(), requires_grad=True) for one in states]
    out = made(inputs, initial_state=begin)
    torch.sum(out * torch.tensor(conventions.to_batch_major(dout))).backward()
    found = [one.value.grad.numpy().copy() for one in made.trainable_variables]
    if kind == "reset_after_gru":
        found[2][1, :10] = 0  # ours is one bias where theirs are two of equal gradient, but for the candidate
    slopes = conventions.from_keras(kind, found)
    return {
        "out": conventions.from_batch_major(out.detach().numpy()),
        "dx": conventions.from_batch_major(inputs.grad.numpy()),
        "dstate0": begin[0].grad.numpy().T,
        **{"d" + key: value for key, value in slopes.items()},
    }
