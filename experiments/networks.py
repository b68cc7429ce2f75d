"""Networks of any cells, one layer above the other, with one output layer: forward, loss, and all gradients.

Parameters stand in one flat dictionary, as Adam wants them: "Wf1" is W_f of the first layer, "Wya" and "by" are the output's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.heads import head
from experiments.tasks import Batch
from solutions import reference
from solutions.reference import fast

Array = NDArray[np.floating]
Arrays = dict[str, Array]


class Layer(NamedTuple):
    """How to walk through one layer of a cell, and back."""

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    needs_output: bool  # the readable networks predict as they walk, so they want an output layer


LAYERS = {
    "rnn": Layer(fast.rnn_forward, fast.rnn_backward, False),
    "simplified_gru": Layer(reference.simplified_gru_forward, reference.simplified_gru_backward, True),
    "gru": Layer(fast.gru_forward, fast.gru_backward, False),
    "lstm": Layer(fast.lstm_forward, fast.lstm_backward, False),
    "peephole_lstm": Layer(reference.peephole_lstm_forward, reference.peephole_lstm_backward, True),
}
"""By the names that solutions.reference.deep_rnn_forward has for its cells."""


class Network(NamedTuple):
    """Cells from below, one for each layer, and all parameters."""

    cells: tuple[str, ...]
    parameters: Arrays
    both_ways: bool = False  # then the two layers stand beside each other, and the second reads from the right


def start(
    cells: Sequence[str], n_x: int, sizes: Sequence[int], n_y: int, rng: np.random.Generator, forget_bias: float = 1.0
) -> Network:
    """A network to start training from, float32; see solutions.reference.initialize_deep for how weights are drawn."""
    deep = reference.initialize_deep(n_x, list(sizes), n_y, list(cells), rng, forget_bias)
    flat = {f"{name}{depth}": value for depth, layer in enumerate(deep["layers"], 1) for name, value in layer.items()}
    everything = flat | {"Wya": deep["Wya"], "by": deep["by"]}
    return Network(tuple(cells), {name: value.astype(np.float32) for name, value in everything.items()})


def start_both_ways(cell: str, n_x: int, n: int, n_y: int, rng: np.random.Generator, forget_bias: float = 1.0) -> Network:
    """A network with a layer of n units from the left and another from the right, side by side, below one output layer."""
    there, back = (start([cell], n_x, [n], n_y, rng, forget_bias).parameters for _ in range(2))
    layers = {f"{name}{depth}": value for depth, layer in enumerate((there, back), 1) for name, value in own(layer, 1).items()}
    output = np.hstack([there["Wya"], back["Wya"]]) / np.float32(np.sqrt(2))
    return Network((cell, cell), layers | {"Wya": output, "by": there["by"]}, both_ways=True)


def size_for(count: int, cell: str, n_x: int, n_y: int, layers: int = 1) -> int:
    """How many units each layer may have for the number of parameters to be as near to count as it can be."""

    def distance(n: int) -> int:
        return abs(reference.count_deep_parameters(n_x, [n] * layers, n_y, [cell] * layers) - count)

    return min(range(1, 1025), key=distance)


def count(network: Network) -> int:
    """How many parameters a network has."""
    return sum(value.size for value in network.parameters.values())


def states(network: Network, x: Array) -> tuple[Array, list[Any]]:
    """States of the uppermost layer, shape (n_a, m, T_x), and the caches of all layers; every layer starts from zeros.

    Of a network that reads both ways: of both layers, one upon the other; steps at the end with inputs of zeros are padding.
    """
    if network.both_ways:
        lengths = np.count_nonzero(np.any(x, axis=0), axis=1)
        there, back = one_way(network, 1), one_way(network, 2)
        (a_there, there_caches), (a_back, back_caches) = states(there, x), states(back, reference.reverse_padded(x, lengths))
        return np.concatenate([a_there, reference.reverse_padded(a_back, lengths)]), [there_caches, back_caches, lengths]
    caches = []
    for depth, cell in enumerate(network.cells, 1):
        layer, parameters = LAYERS[cell], own(network.parameters, depth)
        n = len(parameters["ba" if cell == "rnn" else "bc"])
        if layer.needs_output:
            parameters |= {"Wy": np.zeros((1, n), np.float32), "by": np.zeros((1, 1), np.float32)}
        x, *_, cache = layer.forward(x, np.zeros((n, x.shape[1]), x.dtype), parameters)
        caches.append(cache)
    return x, caches


def states_backward(network: Network, da: Array, caches: Sequence[Any]) -> Arrays:
    """Gradients of all layers' parameters from those of the uppermost states; "dWf1" for "Wf1", and "dx"."""
    if network.both_ways:
        there_caches, back_caches, lengths = caches
        a_there, a_back = np.split(da, 2)
        there = states_backward(one_way(network, 1), a_there, there_caches)
        back = states_backward(one_way(network, 2), reference.reverse_padded(a_back, lengths), back_caches)
        dx = there.pop("dx") + reference.reverse_padded(back.pop("dx"), lengths)
        return there | {name.removesuffix("1") + "2": value for name, value in back.items()} | {"dx": dx}
    gradients: Arrays = {}
    for depth, cell in reversed(list(enumerate(network.cells, 1))):
        layer = LAYERS[cell].backward(da, caches[depth - 1])
        gradients |= {f"d{name}{depth}": layer["d" + name] for name in own(network.parameters, depth)}
        da = layer["dx"]
    return gradients | {"dx": da}


def one_way(network: Network, depth: int) -> Network:
    """One of the layers that stand beside each other, as a network of its own."""
    return Network(network.cells[:1], {f"{name}1": value for name, value in own(network.parameters, depth).items()})


def own(parameters: Arrays, depth: int) -> Arrays:
    """The parameters of one layer, under the names of its cell."""
    end = str(depth)
    return {name.removesuffix(end): value for name, value in parameters.items() if name.endswith(end)}


def scores(network: Network, a: Array) -> Array:
    """What the output layer makes of states (n_a, m) or (n_a, m, T_x), before any softmax."""
    by = network.parameters["by"]
    z: Array = np.tensordot(network.parameters["Wya"], a, axes=1) + by.reshape(-1, *[1] * (a.ndim - 1))
    return z


def asked_and_due(a: Array, batch: Batch) -> tuple[Array, Array]:
    """States at the steps that are asked, shape (n_a, answers), and what is due there, (n_y, answers)."""
    if batch.mask is None:
        return a[:, :, -1], batch.y
    return a[:, batch.mask], batch.y[:, batch.mask]


def loss_and_gradients(network: Network, batch: Batch) -> tuple[float, Arrays]:
    """Mean loss over what is asked, and its gradients; see experiments.heads for the loss of each kind of answer."""
    a, caches = states(network, batch.x)
    asked, due = asked_and_due(a, batch)
    loss, dz = head(batch).learn(scores(network, asked), due)
    da = np.zeros_like(a)
    da[(..., -1) if batch.mask is None else (slice(None), batch.mask)] = network.parameters["Wya"].T @ dz
    upper = {"dWya": dz @ asked.T, "dby": np.sum(dz, axis=1, keepdims=True)}
    return loss, upper | states_backward(network, da, caches)


def evaluate(network: Network, batch: Batch) -> tuple[float, float]:
    """Loss as a reader wants it, mean squared error or nats per answer, and the share of right answers (0 for numbers)."""
    asked, due = asked_and_due(states(network, batch.x)[0], batch)
    return head(batch).report(scores(network, asked), due)
