"""A layer's parameters taken apart, gate by gate: the form between our dictionaries and every library's arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Parameters = Mapping[str, Array]

GATES = {"rnn": ("a",), "gru": ("u", "r", "c"), "reset_after_gru": ("u", "r", "c"), "lstm": ("f", "i", "c", "o")}


class Block(NamedTuple):
    """What one gate, or several stacked ones, does: recurrent @ state + input @ x + bias, and the bias beside the state.

    ``recurrent`` is (rows, n_a), ``input`` (rows, n_x), both biases (rows,). ``bias_of_state`` is zero but for the candidate of
    a GRU that resets after the product, where the two biases cannot be added up.
    """

    recurrent: Array
    input: Array
    bias: Array
    bias_of_state: Array


Blocks = dict[str, Block]


def order_of(kind: str, orders: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The order in which a library stacks the gates of a kind of layer. Raises ValueError for a kind that it lacks."""
    if kind not in orders:
        raise ValueError(f"kind is {kind!r}; it must be one of {', '.join(orders)}")
    return orders[kind]


def taken_apart(kind: str, parameters: Parameters) -> Blocks:
    """Our dictionary as blocks by gate. Output layers are left out. Raises ValueError for a kind or a key that is not there."""
    wanted = ("Waa", "Wax", "ba") if kind == "rnn" else [letter + gate for gate in order_of(kind, GATES) for letter in "Wb"]
    missing = [key for key in wanted if key not in parameters]
    if missing:
        raise ValueError(f"parameters lacks the key {missing[0]!r}; a layer of kind {kind!r} needs {', '.join(wanted)}")
    if kind == "rnn":
        zeros = np.zeros_like(parameters["ba"][:, 0])
        return {"a": Block(parameters["Waa"], parameters["Wax"], parameters["ba"][:, 0], zeros)}
    return {gate: _block(gate, parameters) for gate in GATES[kind]}


def _block(gate: str, parameters: Parameters) -> Block:
    W, b = parameters["W" + gate], parameters["b" + gate][:, 0]
    n_a = W.shape[0]
    beside = parameters["bcc"][:, 0] if gate == "c" and "bcc" in parameters else np.zeros_like(b)
    return Block(W[:, :n_a], W[:, n_a:], b, beside)


def put_together(kind: str, blocks: Blocks) -> dict[str, Array]:
    """Blocks as our dictionary. Two biases become their sum, but for the candidate of a GRU that resets after the product."""
    if kind == "rnn":
        one = blocks["a"]
        return {"Wax": one.input, "Waa": one.recurrent, "ba": (one.bias + one.bias_of_state)[:, np.newaxis]}
    parameters: dict[str, Array] = {}
    for gate in order_of(kind, GATES):
        one = blocks[gate]
        apart = kind == "reset_after_gru" and gate == "c"
        parameters["W" + gate] = np.concatenate([one.recurrent, one.input], axis=1)
        parameters["b" + gate] = (one.bias if apart else one.bias + one.bias_of_state)[:, np.newaxis]
        if apart:
            parameters["bcc"] = one.bias_of_state[:, np.newaxis]
    return parameters


def stacked(blocks: Blocks, order: Sequence[str]) -> Block:
    """The gates on top of each other in a library's order."""
    ordered = [blocks[gate] for gate in order]
    return Block(*(np.concatenate(parts) for parts in zip(*ordered, strict=True)))


def parted(whole: Block, order: Sequence[str]) -> Blocks:
    """Stacked gates taken apart again. Raises ValueError where the rows do not make that many gates."""
    rows, n_a = whole.recurrent.shape
    if rows != len(order) * n_a:
        raise ValueError(f"the recurrent weights have shape {(rows, n_a)}; {len(order)} gates need ({len(order) * n_a}, {n_a})")
    columns = [np.split(part, len(order)) for part in whole]
    return {gate: Block(*parts) for gate, parts in zip(order, zip(*columns, strict=True), strict=True)}


def with_keep_gate(blocks: Blocks) -> Blocks:
    """A GRU's blocks with the other side of its update gate: z = 1 - G_u = sigmoid(-(W_u [c; x] + b_u)); and back again.

    The libraries' z says how much is kept, the notes' G_u how much is written.
    """
    if "u" not in blocks:
        return blocks
    return {**blocks, "u": Block(*(-part for part in blocks["u"]))}
