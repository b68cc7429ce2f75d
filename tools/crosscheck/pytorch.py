"""The model answers beside PyTorch, in float64: forward, and the gradient of every input and every weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from solutions import reference
from solutions.reference import conventions, lstm, simplified_gru
from solutions.reference.bidirectional import PARAMETERS as BRNN
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
    yield bidirectional()
    yield deep("rnn", nn.RNN)
    yield deep("lstm", nn.LSTM)
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


def bidirectional() -> Compared:
    """brnn_forward and brnn_backward over sequences of different lengths beside a packed bidirectional nn.RNN."""
    n = drawn({"x": "n_x m T_x", "a0": "n_a+n_a m", "da": "n_a+n_a m T_x", "parameters": BRNN}, m=4)
    lengths = np.array([5, 7, 1, 4])
    a, _, caches = reference.brnn_forward(n["x"], n["a0"], lengths, n["parameters"])
    ours = {"a": a, **reference.brnn_backward(n["da"], caches)}
    ways = [n["parameters"]["forward"], n["parameters"]["backward"]]
    module = loaded(nn.RNN(3, 5, bidirectional=True), "rnn", [ways])
    x, begin = leaf(conventions.to_time_major(n["x"])), leaf(np.stack([n["a0"][:5].T, n["a0"][5:].T]))
    packed, _ = module(nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False), begin)
    out, _ = nn.utils.rnn.pad_packed_sequence(packed)
    torch.sum(out * torch.tensor(conventions.to_time_major(n["da"]))).backward()
    (found,) = gradients("rnn", module)
    theirs = {
        "a": conventions.from_time_major(out.detach().numpy()),
        "dx": conventions.from_time_major(x.grad.numpy()),
        "da0": np.concatenate([one.T for one in begin.grad.numpy()]),
        "forward": found[0],
        "backward": found[1],
    }
    return compared("bidirectional, different lengths", "torch.nn.RNN(bidirectional), packed", flat(ours, theirs))


def deep(kind: str, module: Any, layers: int = 3) -> Compared:
    """deep_rnn_forward and deep_rnn_backward beside a module of several layers, which must all be of one size there."""
    shapes = {"rnn": RNN, "lstm": lstm.PARAMETERS}[kind]
    inner = {key: axes for key, axes in shapes.items() if key not in OUTPUT_LAYER}
    stack = [drawn({"layer": inner}, index, n_x=5 if index else 3)["layer"] for index in range(layers)]
    n = drawn({"x": "n_x m T_x", "da": "n_a m T_x", "Wya": "n_y n_a", "by": "n_y 1"})
    a0 = [drawn({"a0": "n_a m"}, index)["a0"] for index in range(layers)]
    a, _, caches = reference.deep_rnn_forward(n["x"], a0, {"layers": stack, "Wya": n["Wya"], "by": n["by"]}, [kind] * layers)
    ours = {"a": a[-1], **reference.deep_rnn_backward(n["da"], caches)}
    theirs = loaded(module(3, 5, num_layers=layers), kind, [[one] for one in stack])
    x, begin = leaf(conventions.to_time_major(n["x"])), leaf(np.stack([one.T for one in a0]))
    out, _ = theirs(x, (begin, torch.zeros_like(begin)) if kind == "lstm" else begin)
    torch.sum(out * torch.tensor(conventions.to_time_major(n["da"]))).backward()
    expected = {
        "a": conventions.from_time_major(out.detach().numpy()),
        "dx": conventions.from_time_major(x.grad.numpy()),
        "da0": [one.T for one in begin.grad.numpy()],
        "layers": [found for (found,) in gradients(kind, theirs)],
    }
    return compared(f"{layers} layers, {kind}", f"torch.nn.{module.__name__}(num_layers={layers})", flat(ours, expected))


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
    loaded(module, kind, [[parameters]])
    inputs, begin = leaf(conventions.to_time_major(x)), [leaf(one.T[np.newaxis]) for one in states]
    out, _ = module(inputs, tuple(begin) if len(begin) > 1 else begin[0])
    torch.sum(out * torch.tensor(conventions.to_time_major(dout))).backward()
    ((found,),) = gradients(kind, module)
    return {
        "out": conventions.from_time_major(out.detach().numpy()),
        "dx": conventions.from_time_major(inputs.grad.numpy()),
        "dstate0": begin[0].grad.numpy()[0].T,
        **found,
    }


def loaded(module: Any, kind: str, layers: Any) -> Any:
    """A module in float64 with our weights in it."""
    module.double()
    module.load_state_dict({name: torch.tensor(value) for name, value in conventions.to_pytorch(kind, layers).items()})
    return module


def leaf(value: Any) -> torch.Tensor:
    """An input of which a gradient is wanted."""
    return torch.tensor(value.copy(), requires_grad=True)


def gradients(kind: str, module: Any) -> list[list[dict[str, Any]]]:
    """The gradients of a module's weights under our names, by layer and direction.

    Ours is one bias where theirs are two of equal gradient: the second is left out, but for the candidate of a GRU.
    """
    found = {name: one.grad.numpy().copy() for name, one in module.named_parameters()}
    for name in [name for name in found if name.startswith("bias_hh")]:
        shared = slice(0, 2 * module.hidden_size) if kind == "reset_after_gru" else slice(None)
        np.testing.assert_allclose(found[name][shared], found[name.replace("hh", "ih")][shared], rtol=1e-12)
        found[name][shared] = 0
    layers = conventions.from_pytorch(kind, found)
    return [[{"d" + key: value for key, value in one.items()} for one in directions] for directions in layers]


def flat(ours: Any, theirs: Any, name: str = "") -> dict[str, tuple[Any, Any]]:
    """Every array of nested results beside its counterpart, under a dotted name."""
    if isinstance(ours, np.ndarray):
        return {name: (ours, theirs)}
    items = ours.items() if isinstance(ours, dict) else enumerate(ours)
    return {key: pair for part, inner in items for key, pair in flat(inner, theirs[part], f"{name}.{part}".strip(".")).items()}
