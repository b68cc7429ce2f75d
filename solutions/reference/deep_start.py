"""How large a deep network is, and weights to start its training from."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.reference.deep_shapes import known_cells


@known_cells
def count_deep_parameters(n_x: int, sizes: list[int], n_y: int, cells: list[str]) -> int:
    """Count every number that training may change: those of all layers, peepholes too, and of the output layer.

    Parameters
    ----------
    n_x : how many inputs
    sizes : how many hidden units each layer has, from below
    n_y : how many classes
    cells : the layers' cells, each as in layer_step, as many as there are sizes

    Returns
    -------
    count : one whole number

    Source: the shapes in deep_rnn_forward.
    """
    count, below = 0, n_x
    for index, cell in enumerate(cells):
        products = {"rnn": 1, "simplified_gru": 2, "gru": 3}.get(cell, 4)
        count += products * sizes[index] * (sizes[index] + below + 1)
        if cell == "peephole_lstm":
            count += 3 * sizes[index]
        below = sizes[index]
    return count + n_y * (below + 1)


@known_cells
def initialize_deep(
    n_x: int, sizes: list[int], n_y: int, cells: list[str], rng: np.random.Generator, forget_bias: float = 1.0
) -> dict[str, Any]:
    """Draw weights to start training from.

    Every weight matrix of layer l is drawn with mean 0 and standard deviation 1 / sqrt(n_l + n_(l-1)), where n_0 is n_x (standard
    normal numbers times that scale), Wya with mean 0 and standard deviation 1 / sqrt(n_L). Biases and peepholes are 0, but bf
    of an LSTM, with or without peepholes, is forget_bias.

    Parameters
    ----------
    n_x : how many inputs
    sizes : how many hidden units each layer has, from below
    n_y : how many classes
    cells : the layers' cells, each as in layer_step, as many as there are sizes
    rng : the generator to draw from
    forget_bias : every entry of bf, in each "lstm" and "peephole_lstm"

    Returns
    -------
    parameters : as deep_rnn_forward wants them: "layers", a list of dictionaries, "Wya" (n_y, n_L), "by" (n_y, 1)

    Source: LeCun et al. (1998), Efficient BackProp, section 4.6, for the scale; Jozefowicz, Zaremba and Sutskever (2015)
    for the forget bias.
    """
    layers, below = [], n_x
    for index, cell in enumerate(cells):
        n_a = sizes[index]
        if cell == "rnn":
            shapes = {"Wax": (n_a, below), "Waa": (n_a, n_a), "ba": (n_a, 1)}
        else:
            gates = {"simplified_gru": "uc", "gru": "urc"}.get(cell, "fico")
            shapes = {"W" + gate: (n_a, n_a + below) for gate in gates} | {"b" + gate: (n_a, 1) for gate in gates}
        if cell == "peephole_lstm":
            shapes |= {"p" + gate: (n_a, 1) for gate in "fio"}
        scale = 1 / np.sqrt(n_a + below)
        layer = {key: scale * rng.standard_normal(shape) if "W" in key else np.zeros(shape) for key, shape in shapes.items()}
        if "bf" in layer:
            layer["bf"] += forget_bias
        layers.append(layer)
        below = n_a
    Wya = rng.standard_normal((n_y, below)) / np.sqrt(below)
    return {"layers": layers, "Wya": Wya, "by": np.zeros((n_y, 1))}
