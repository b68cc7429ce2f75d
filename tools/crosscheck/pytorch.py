"""The model answers beside PyTorch, in float64: forward, and the gradient of every input and every weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from solutions import reference
from solutions.reference import conventions, lstm, simplified_gru
from solutions.reference.reset_after_gru import PARAMETERS as RESET_AFTER
from solutions.reference.reset_after_gru import reset_after_gru_backward, reset_after_gru_forward
from solutions.reference.rnn import PARAMETERS as RNN
from tools.crosscheck.compared import Compared, compared, drawn, paired

OUTPUT_LAYER = ("Wya", "Wy", "by")


def comparisons() -> Iterator[Compared]:
    """All of them, one after the other."""
    yield recurrent("tanh")
    yield recurrent("relu")
    yield long_short_term()
    yield gated()
    yield simplified()
    yield losses()


def recurrent(activation: str) -> Compared:
    """rnn_forward and rnn_backward beside nn.RNN."""
    n = drawn({"x": "n_x m T_x", "a0": "n_a m", "da": "n_a m T_x", "parameters": RNN})
    a, _, caches = reference.rnn_forward(n["x"], n["a0"], n["parameters"], activation)
    ours = {"a": a, **reference.rnn_backward(n["da"], caches, activation)}
    theirs = run(nn.RNN(3, 5, nonlinearity=activation), "rnn", n["parameters"], n["x"], (n["a0"],), n["da"])
    return compared(f"RNN, {activation}", "torch.nn.RNN", paired(ours, theirs, {"a": "out", "da0": "dstate0"}))


def long_short_term() -> Compared:
    """lstm_forward and lstm_backward beside nn.LSTM; the memory starts at zero in both."""
    n = drawn({"x": "n_x m T_x", "a0": "n_a m", "da": "n_a m T_x", "parameters": lstm.PARAMETERS})
    a, _, _, caches = reference.lstm_forward(n["x"], n["a0"], n["parameters"])
    ours = {"a": a, **reference.lstm_backward(n["da"], caches)}
    states = (n["a0"], np.zeros_like(n["a0"]))
    theirs = run(nn.LSTM(3, 5), "lstm", n["parameters"], n["x"], states, n["da"])
    return compared("LSTM", "torch.nn.LSTM", paired(ours, theirs, {"a": "out", "da0": "dstate0"}))


def gated() -> Compared:
    """The GRU that resets after the product, which is PyTorch's."""
    n = drawn({"x": "n_x m T_x", "c0": "n_c m", "dc": "n_c m T_x", "parameters": RESET_AFTER})
    c, caches = reset_after_gru_forward(n["x"], n["c0"], n["parameters"])
    ours = {"c": c, **reset_after_gru_backward(n["dc"], caches)}
    theirs = run(nn.GRU(3, 5), "reset_after_gru", n["parameters"], n["x"], (n["c0"],), n["dc"])
    return compared("GRU, reset after the product", "torch.nn.GRU", paired(ours, theirs, {"c": "out", "dc0": "dstate0"}))


def simplified() -> Compared:
    """The simplified GRU beside nn.GRU with its reset gate held open."""
    n = drawn({"x": "n_x m T_x", "c0": "n_c m", "dc": "n_c m T_x", "parameters": simplified_gru.PARAMETERS})
    c, _, caches = reference.simplified_gru_forward(n["x"], n["c0"], n["parameters"])
    ours = {"c": c, **reference.simplified_gru_backward(n["dc"], caches)}
    opened = conventions.simplified_as_gru(n["parameters"])
    theirs = run(nn.GRU(3, 5), "reset_after_gru", opened, n["x"], (n["c0"],), n["dc"])
    return compared("GRU, simplified", "torch.nn.GRU, reset gate open", paired(ours, theirs, {"c": "out", "dc0": "dstate0"}))


def losses() -> Compared:
    """softmax, the cross-entropy of a sequence and its gradient beside torch.nn.functional."""
    z = drawn({"z": "n_y m T_x"})["z"]
    classes = np.random.default_rng(1).integers(4, size=(2, 7))
    y = np.moveaxis(np.eye(4)[classes], -1, 0)
    y_pred = reference.softmax(z)
    scores = torch.tensor(z, requires_grad=True)
    rows = scores.permute(1, 2, 0).reshape(-1, 4)
    loss = nn.functional.cross_entropy(rows, torch.tensor(classes).reshape(-1), reduction="sum") / 2
    loss.backward()
    pairs = {
        "y_pred": (y_pred, torch.softmax(scores, dim=0).detach().numpy()),
        "loss": (reference.sequence_cross_entropy(y_pred, y), loss.detach().numpy()),
        "dz": (reference.softmax_cross_entropy_backward(y_pred, y), scores.grad.numpy()),
    }
    return compared("softmax and cross-entropy", "torch.nn.functional", pairs)


def run(module: Any, kind: str, parameters: Any, x: Any, states: tuple[Any, ...], dout: Any) -> dict[str, Any]:
    """Load weights of one layer, go forward and back, and translate everything into our names and axes."""
    module.double()
    state = conventions.to_pytorch(kind, [[parameters]])
    module.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    inputs = torch.tensor(conventions.to_time_major(x), requires_grad=True)
    begin = [torch.tensor(one.T[np.newaxis].copy(), requires_grad=True) for one in states]
    out, _ = module(inputs, tuple(begin) if len(begin) > 1 else begin[0])
    torch.sum(out * torch.tensor(conventions.to_time_major(dout))).backward()
    return {
        "out": conventions.from_time_major(out.detach().numpy()),
        "dx": conventions.from_time_major(inputs.grad.numpy()),
        "dstate0": begin[0].grad.numpy()[0].T,
        **gradients(kind, module),
    }


def gradients(kind: str, module: Any) -> dict[str, Any]:
    """The gradients of a module's weights under our names.

    Ours is one bias where theirs are two of equal gradient: the second is left out, but for the candidate of a GRU.
    """
    found = {name: one.grad.numpy().copy() for name, one in module.named_parameters()}
    for name in [name for name in found if name.startswith("bias_hh")]:
        shared = slice(0, 2 * module.hidden_size) if kind == "reset_after_gru" else slice(None)
        np.testing.assert_allclose(found[name][shared], found[name.replace("hh", "ih")][shared], rtol=1e-12)
        found[name][shared] = 0
    (layer,) = conventions.from_pytorch(kind, found)[0]
    return {"d" + key: value for key, value in layer.items()}
