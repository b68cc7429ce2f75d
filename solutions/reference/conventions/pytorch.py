"""Weights to and from torch.nn.RNN, nn.GRU and nn.LSTM, in any number of layers and in one direction or two.

Gates are stacked in the order r, z, n (GRU) and i, f, g, o (LSTM); each layer has two biases, which are only ever added up,
except in the GRU's candidate. Source: the documentation of torch.nn.RNN, torch.nn.GRU and torch.nn.LSTM, section Variables.
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

ORDER = {"rnn": ("a",), "reset_after_gru": ("r", "u", "c"), "lstm": ("i", "f", "c", "o")}
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
Layers = Sequence[Sequence[Parameters]]


def to_pytorch(kind: str, layers: Layers) -> dict[str, Array]:
    """Our layers as a state dictionary of NumPy arrays.

    Parameters
    ----------
    kind : "rnn", "lstm" or "reset_after_gru". PyTorch's GRU resets after the product, so a GRU of the notes cannot become one
        and raises ValueError; a simplified GRU can, with its reset gate held open (see simplified_as_gru)
    layers : for each layer a sequence of one dictionary of parameters, or of two: forward in time, backward in time

    Returns
    -------
    state : "weight_ih_l0" (gates * n_a, n_x), "weight_hh_l0" (gates * n_a, n_a), "bias_ih_l0", "bias_hh_l0" (gates * n_a,),
        then the same with l1, l2, ..., and with "_reverse" behind for the second direction
    """
    order = _order(kind)
    state: dict[str, Array] = {}
    for layer, directions in enumerate(layers):
        for parameters, ending in zip(directions, ("", "_reverse"), strict=False):
            whole = stacked(with_keep_gate(taken_apart(kind, parameters)), order)
            named = zip(NAMES, (whole.input, whole.recurrent, whole.bias, whole.bias_of_state), strict=True)
            state |= {f"{name}_l{layer}{ending}": part.copy() for name, part in named}
    return state


def from_pytorch(kind: str, state: Mapping[str, Array]) -> list[list[dict[str, Array]]]:
    """A state dictionary as our layers: the other way round. Modules without biases get zeros.

    The dictionary may hold anything that np.asarray takes; an ``lstm`` with projections raises ValueError.
    """
    order = _order(kind)
    if any(name.startswith("weight_hr") for name in state):
        raise ValueError("an LSTM with projections (proj_size) has no counterpart here")
    layers: list[list[dict[str, Array]]] = []
    while f"weight_ih_l{len(layers)}" in state:
        endings = [end for end in ("", "_reverse") if f"weight_ih_l{len(layers)}{end}" in state]
        wholes = [_whole(state, f"_l{len(layers)}{end}") for end in endings]
        layers.append([put_together(kind, with_keep_gate(parted(whole, order))) for whole in wholes])
    if not layers:
        raise ValueError(f"state has no key 'weight_ih_l0'; it has {', '.join(state) or 'none'}")
    return layers


def simplified_as_gru(parameters: Parameters) -> dict[str, Array]:
    """A simplified GRU as one with a reset gate that is always open, where resetting before or after is the same.

    sigmoid(50) is 1 to the last bit in float32 and float64. The result serves both kinds, "gru" and "reset_after_gru".
    """
    shut = {"Wr": np.zeros_like(parameters["Wu"]), "br": np.full_like(parameters["bu"], 50.0)}
    return {**parameters, **shut, "bcc": np.zeros_like(parameters["bc"])}


def _order(kind: str) -> Sequence[str]:
    if kind == "gru":
        raise ValueError("PyTorch's GRU resets after the product, the notes' before it: no weights make the one the other")
    return order_of(kind, ORDER)


def _whole(state: Mapping[str, Array], ending: str) -> Block:
    recurrent, inputs = (np.asarray(state[f"weight_{name}{ending}"]) for name in ("hh", "ih"))
    zeros = np.zeros_like(recurrent[:, 0])
    biases = (np.asarray(state.get(f"bias_{name}{ending}", zeros)) for name in ("ih", "hh"))
    return Block(recurrent, inputs, *biases)
