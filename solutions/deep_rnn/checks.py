"""Hidden checks of topic `deep_rnn`: every gradient is held against the measured slope of the reference's forward pass."""

import numpy as np

from autograder.domain import Example, Exercise, Output
from solutions.deep_rnn.draws import ANY_SIZES, CELL, CELLS, KINDS, NETWORK, ONE_LAYER, SIZES, STATES, TOP, made
from solutions.reference import (
    count_deep_parameters,
    deep_rnn_backward,
    deep_rnn_forward,
    initialize_deep,
    layer_backward,
    layer_forward,
    layer_step,
)

BROUGHT = (
    "softmax",
    "sigmoid",
    "output_backward",
    "rnn_cell_backward",
    "rnn_backward",
    "gru_cell_backward",
    "gru_backward",
    "lstm_cell_backward",
    "lstm_backward",
)
WALKS_BACK = BROUGHT[3:]

ONE_LAYER_SIZES = tuple(
    {**sizes, "cell": cell}
    for sizes in (
        {"n_x": 4, "n_a": 5, "m": 2, "T_x": 6},
        {"n_x": 2, "n_a": 3, "m": 1, "T_x": 5},
        {"n_x": 3, "n_a": 2, "m": 4, "T_x": 1},
    )
    for cell in range(len(KINDS))
)
NETWORKS = (
    {"n_x": 3, "n_1": 5, "n_2": 4, "n_3": 6, "n_y": 8, "m": 2, "T_x": 7, "cells": 1000},
    {"n_x": 4, "n_1": 2, "n_2": 3, "n_3": 6, "n_y": 7, "m": 3, "T_x": 5, "cells": 1210},
    {"n_x": 2, "n_1": 4, "n_2": 3, "n_y": 6, "m": 5, "T_x": 7, "cells": 102},
    {"n_x": 3, "n_1": 4, "n_2": 2, "n_3": 3, "n_y": 5, "m": 1, "T_x": 4, "cells": 1021},
    {"n_x": 2, "n_1": 3, "n_2": 4, "n_y": 5, "m": 2, "T_x": 1, "cells": 121},
    {"n_x": 4, "n_1": 3, "n_y": 2, "m": 2, "T_x": 5, "cells": 11},
)
STARTS = (
    {"n_x": 30, "n_1": 25, "n_2": 40, "n_3": 35, "n_y": 45, "cells": 1021},
    {"n_x": 45, "n_1": 35, "n_2": 30, "n_3": 40, "n_y": 50, "cells": 1210},
    {"n_x": 50, "n_1": 45, "n_y": 40, "cells": 10},
)

ONE, ZERO = np.array([[1.0]]), np.array([[0.0]])
LOG3, HALF = np.log(3.0) * ONE, np.arctanh(0.5) * ONE
# A candidate of 1/2 and gates of 3/4, but an input gate of 1/2: the sigmoid of log 3 is 3/4. The forget gate sees a state of 1.
PLAIN = {"Wax": ZERO, "Waa": HALF / 2, "ba": HALF / 2}
LONG = {**{"W" + gate: np.array([[0.0, 0.0]]) for gate in "ico"}, "Wf": np.log([[3.0, 1.0]]),
        "bf": ZERO, "bi": ZERO, "bc": HALF, "bo": LOG3}  # fmt: skip  # one layer
# The first unit's candidate reads the second unit, of which the reset gate lets three quarters pass.
STILL = np.zeros((2, 3))
GATED = {"Wu": STILL, "bu": np.log([[3.0], [3.0]]), "Wr": STILL, "br": np.log([[1 / 3], [3.0]]),
         "Wc": np.array([[0.0, 4 / 3 * np.arctanh(0.5), 0.0], [0.0, 0.0, 0.0]]),
         "bc": np.array([[0.0], [0.0]])}  # fmt: skip  # one layer
ONES, SHOWN = np.array([[1.0], [1.0]]), np.array([[0.625], [0.25]])
TWICE = np.stack([SHOWN, [[0.75 * np.tanh(0.25 * np.arctanh(0.5)) + 0.25 * 0.625], [0.0625]]], axis=2)
# The second layer hears a quarter of what the first one says, and the first class is three times as likely as the other.
TWO_LAYERS = {"layers": [{"Wax": ZERO, "Waa": ZERO, "ba": HALF}, {"Wax": 2 * np.arctanh(0.25) * ONE, "Waa": ZERO, "ba": ZERO}],
              "Wya": np.array([[4 * np.log(3.0)], [0.0]]), "by": np.array([[0.0], [0.0]])}  # fmt: skip  # one network
TWO_STEPS = np.array([[[0.0, 0.0]]])


def for_each_kind(what: str, path: tuple[int | str, ...], axes: str = "", points: float = 1) -> tuple[Output, ...]:
    """The same output for each kind of cell, so that each has points of its own."""
    return tuple(Output(f"{cell} {what}", path, axes, points, where=f"cell == {cell!r}") for cell in KINDS)


def for_each_layer(what: str, path: int | str, axes: str = "", rule: str = "", points: float = 1) -> tuple[Output, ...]:
    """An output for each of up to three layers, where there are so many; `L` in a text stands for a layer's number."""
    outputs = []
    for number in (1, 2, 3):
        name, shape, condition = (text.replace("L", str(number)) for text in (what, axes, rule))
        outputs.append(Output(name, (path, number - 1), shape, points, rule=condition, where=f"len(cells) >= {number}"))
    return tuple(outputs)


def unless(condition: str, otherwise: str) -> str:
    """A rule that has nothing to say where the condition holds."""
    return f"None if {condition} else {otherwise!r}"


WALK = "layer_forward(x, a0, parameters, cell)"
DEEP = "deep_rnn_forward(x, a0, parameters, cells)"
SEQUENCE = {"x": "n_x m T_x", "a0": "n_a m", "parameters": ONE_LAYER, "cell": CELL}
DRAWN = {"x": "n_x m T_x", "a0": STATES, "parameters": NETWORK, "cells": CELLS}
WIDTH, READS = "sizes[L - 1]", "[n_x, *sizes][L - 1]"
SHAPES = (
    "(lambda n, b: {'rnn': {'Wax': (n, b), 'Waa': (n, n), 'ba': (n, 1)}, "
    "'gru': {**{'W' + g: (n, n + b) for g in 'urc'}, **{'b' + g: (n, 1) for g in 'urc'}}, "
    "'lstm': {**{'W' + g: (n, n + b) for g in 'fico'}, **{'b' + g: (n, 1) for g in 'fico'}}}[cells[L - 1]])"
)
# The sizes give 1300 entries or more: both bounds are above six times what normal draws of that number deviate by.
SPREAD = "abs(np.std(w * np.sqrt({0})) - 1) < 0.13 and abs(np.mean(w * np.sqrt({0}))) < 0.17"
NOT_DRAWN = "is not drawn as the docstring says: look at the mean and at the spread."
FIRST = "[float(np.ravel(w)[0]) for layer in layers for key, w in layer.items() if key[0] == 'W']"

EXERCISES = (
    Exercise(
        layer_step,
        draws={"xt": "n_x m", "a_prev": "n_a m", "c_prev": "n_a m", "parameters": ONE_LAYER, "cell": CELL},
        arguments=("xt", "(a_prev, c_prev) if cell == 'lstm' else (a_prev,)", "parameters", "cell"),
        outputs=(
            *for_each_kind("a_next", (0, 0), "n_a m", points=2),
            Output("lstm c_next", (0, 1), "n_a m", where="cell == 'lstm'"),
            Output("cache", (1,), taken_by="layer_backward"),
        ),
        sizes=ONE_LAYER_SIZES,
        needs=("sigmoid",),
        examples=(
            Example((ZERO, (ONE,), PLAIN, "rnn"), ((0.5 * ONE,),)),
            Example((ZERO, (ONES,), GATED, "gru"), ((SHOWN,),)),
            Example((ZERO, (ONE, 2 * ONE), LONG, "lstm"), ((0.75 * np.tanh(1.75) * ONE, 1.75 * ONE),)),
        ),
    ),
    Exercise(
        layer_forward,
        draws=SEQUENCE,
        outputs=(
            *for_each_kind("a", (0,), "n_a m T_x", points=2),
            Output("caches", (1,), taken_by="layer_backward"),
        ),
        sizes=ONE_LAYER_SIZES,
        needs=("sigmoid", "layer_step"),
        examples=(Example((TWO_STEPS, ONES, GATED, "gru"), (TWICE,)),),
    ),
    Exercise(
        layer_backward,
        draws={"da": "n_a m T_x", **SEQUENCE},
        arguments=("da", f"{WALK}[1]", "cell"),
        outputs=(
            *for_each_kind("dx", ("dx",), "n_x m T_x"),
            *for_each_kind("da0", ("da0",), "n_a m"),
            *for_each_kind("parameters", ()),
        ),
        sizes=ONE_LAYER_SIZES,
        needs=WALKS_BACK,
        loss=f"np.sum(da * {WALK}[0])",
        slopes={
            f"{cell} {name}": owner
            for cell in KINDS
            for name, owner in (("dx", "x"), ("da0", "a0"), ("parameters", "parameters"))
        },
    ),
    Exercise(
        deep_rnn_forward,
        draws=DRAWN,
        outputs=(
            *for_each_layer("a of layer L", 0, "n_L m T_x", points=2),
            Output("y_pred", (1,), "n_y m T_x", points=2),
            Output("caches", (2,), taken_by="deep_rnn_backward"),
        ),
        sizes=NETWORKS,
        needs=("softmax", "sigmoid", "layer_step", "layer_forward"),
        examples=(
            Example(
                (TWO_STEPS, [ONE, ONE], TWO_LAYERS, ["rnn", "rnn"]),
                (
                    [np.array([[[0.5, 0.5]]]), np.array([[[0.25, 0.25]]])],
                    np.array([[[0.75, 0.75]], [[0.25, 0.25]]]),
                ),
            ),
        ),
    ),
    Exercise(
        deep_rnn_backward,
        draws={"da": TOP, **DRAWN},
        arguments=("da", f"{DEEP}[2]"),
        outputs=(
            Output("dx", ("dx",), "n_x m T_x", points=2),
            *for_each_layer("da0 of layer L", "da0", "n_L m"),
            *for_each_layer("layer L", "layers", points=2),
        ),
        sizes=NETWORKS,
        needs=(*WALKS_BACK, "layer_backward"),
        loss=f"np.sum(da * {DEEP}[0][-1])",
        slopes={
            "dx": "x",
            **{f"da0 of layer {number}": f"a0.{number - 1}" for number in (1, 2, 3)},
            **{f"layer {number}": f"parameters.layers.{number - 1}" for number in (1, 2, 3)},
        },
    ),
    Exercise(
        count_deep_parameters,
        draws={name: made("int(rng.integers(2, 90))") for name in ("n_x", "n_y")} | {"sizes": ANY_SIZES, "cells": CELLS},
        arguments=("n_x", "sizes", "n_y", "cells"),
        outputs=(Output("count", points=3),),
        sizes=STARTS,
        examples=(
            Example((10000, [100], 2, ["rnn"]), 1010302),
            Example((3, [4, 2], 5, ["gru", "lstm"]), 167),
        ),
    ),
    Exercise(
        initialize_deep,
        draws={
            "n_x": made("sizes['n_x']"),
            "sizes": SIZES,
            "n_y": made("sizes['n_y']"),
            "cells": CELLS,
            "rng": "| generator",
            "forget_bias": made("float(rng.uniform(2, 3))"),
        },
        outputs=(
            Output("layers", ("layers",), rule=unless(
                f"len(layers) == len(cells) and len(set({FIRST})) == len({FIRST})",
                "must hold a dictionary for each layer, and no two weights may be one and the same draw.")),
            *for_each_layer("layer_L", "layers", rule=unless(
                f"{{key: np.shape(value) for key, value in layer_L.items()}} == {SHAPES}({WIDTH}, {READS})",
                "holds other keys, or arrays of other shapes, than the docstring says.")),
            *for_each_layer("weights_L", "layers", rule=unless(
                f"all({SPREAD.format(f'({WIDTH} + {READS})')} for key, w in weights_L.items() if key[0] == 'W')",
                NOT_DRAWN)),
            *for_each_layer("biases_L", "layers", rule=unless(
                "all(np.allclose(b, forget_bias if key == 'bf' else 0) for key, b in biases_L.items() if key[0] == 'b')",
                "does not hold what the docstring says.")),
            Output("Wya", ("Wya",), rule=unless(
                f"np.shape(Wya) == (n_y, sizes[-1]) and all({SPREAD.format('sizes[-1]')} for w in [Wya])", NOT_DRAWN)),
            Output("by", ("by",), rule=unless(
                "np.shape(by) == (n_y, 1) and np.allclose(by, 0)", "must be zeros in the docstring's shape.")),
        ),
        sizes=STARTS,
    ),
)  # fmt: skip  # rules stand on lines of their own
