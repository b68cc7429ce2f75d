"""Hidden checks of topic `deep_rnn`: every gradient is held against the measured slope of the reference's forward pass."""

from autograder.domain import Exercise, Output
from solutions.deep_rnn import worked
from solutions.deep_rnn.draws import ANY_SIZES, CELL, CELLS, EXTRA, KINDS, NETWORK, ONE_LAYER, SIZES, STATES, TOP, made
from solutions.deep_rnn.outputs import START, WITHOUT_EXTRA, for_each_extra, for_each_kind, for_each_layer
from solutions.reference import (
    count_deep_parameters,
    deep_rnn_backward,
    deep_rnn_forward,
    initialize_deep,
    layer_backward,
    layer_forward,
    layer_step,
)

STEPS_BACK = (
    "rnn_cell_backward",
    "gru_cell_backward",
    "lstm_cell_backward",
    "simplified_gru_cell_backward",
    "peephole_lstm_cell_backward",
)
BROUGHT = ("softmax", "sigmoid", "output_backward", *STEPS_BACK)

ONE_LAYER_SIZES = tuple(
    {**sizes, "cell": KINDS.index(cell)}
    for kinds in (KINDS[: -len(EXTRA)], EXTRA)
    for sizes in (
        {"n_x": 4, "n_a": 5, "m": 2, "T_x": 6},
        {"n_x": 2, "n_a": 3, "m": 1, "T_x": 5},
        {"n_x": 3, "n_a": 2, "m": 4, "T_x": 1},
    )
    for cell in kinds
)
NETWORKS = (
    {"n_x": 3, "n_1": 5, "n_2": 4, "n_3": 6, "n_y": 8, "m": 2, "T_x": 7, "cells": 1000},
    {"n_x": 4, "n_1": 2, "n_2": 3, "n_3": 6, "n_y": 7, "m": 3, "T_x": 5, "cells": 1210},
    {"n_x": 2, "n_1": 4, "n_2": 3, "n_y": 6, "m": 5, "T_x": 7, "cells": 102},
    {"n_x": 3, "n_1": 4, "n_2": 2, "n_3": 3, "n_y": 5, "m": 1, "T_x": 4, "cells": 1021},
    {"n_x": 2, "n_1": 3, "n_2": 4, "n_y": 5, "m": 2, "T_x": 1, "cells": 121},
    {"n_x": 4, "n_1": 3, "n_y": 2, "m": 2, "T_x": 5, "cells": 11},
    {"n_x": 4, "n_1": 3, "n_2": 5, "n_y": 7, "m": 2, "T_x": 6, "cells": 131},
    {"n_x": 2, "n_1": 4, "n_2": 3, "n_y": 6, "m": 5, "T_x": 7, "cells": 140},
)
STARTS = (
    {"n_x": 30, "n_1": 25, "n_2": 40, "n_3": 35, "n_y": 45, "cells": 1021},
    {"n_x": 45, "n_1": 35, "n_2": 30, "n_3": 40, "n_y": 50, "cells": 1210},
    {"n_x": 50, "n_1": 45, "n_y": 40, "cells": 10},
    {"n_x": 35, "n_1": 40, "n_2": 45, "n_y": 50, "cells": 131},
    {"n_x": 45, "n_1": 35, "n_2": 40, "n_y": 50, "cells": 140},
)

WALK = "layer_forward(x, a0, parameters, cell)"
DEEP = "deep_rnn_forward(x, a0, parameters, cells)"
SEQUENCE = {"x": "n_x m T_x", "a0": "n_a m", "parameters": ONE_LAYER, "cell": CELL}
DRAWN = {"x": "n_x m T_x", "a0": STATES, "parameters": NETWORK, "cells": CELLS}

EXERCISES = (
    Exercise(
        layer_step,
        draws={"xt": "n_x m", "a_prev": "n_a m", "c_prev": "n_a m", "parameters": ONE_LAYER, "cell": CELL},
        arguments=("xt", "(a_prev, c_prev) if cell.endswith('lstm') else (a_prev,)", "parameters", "cell"),
        outputs=(
            *for_each_kind("a_next", (0, 0), "n_a m", points=2),
            *(one for one in for_each_kind("c_next", (0, 1), "n_a m") if "lstm" in one.name),
            *for_each_kind("cache", (1,), taken_by="layer_backward"),
        ),
        sizes=ONE_LAYER_SIZES,
        needs=("sigmoid",),
        examples=worked.STEPS,
    ),
    Exercise(
        layer_forward,
        draws=SEQUENCE,
        outputs=(
            *for_each_kind("a", (0,), "n_a m T_x", points=2),
            *for_each_kind("caches", (1,), taken_by="layer_backward"),
        ),
        sizes=ONE_LAYER_SIZES,
        needs=("sigmoid", "layer_step"),
        examples=worked.WALKS,
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
        needs=STEPS_BACK,
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
            Output("y_pred", (1,), "n_y m T_x", points=2, where=WITHOUT_EXTRA),
            Output("caches", (2,), where=WITHOUT_EXTRA, taken_by="deep_rnn_backward"),
            *for_each_extra("a above a KIND layer", (0, 1), "n_2 m T_x"),
        ),
        sizes=NETWORKS,
        needs=("softmax", "sigmoid", "layer_step", "layer_forward"),
        examples=worked.NETWORKS,
    ),
    Exercise(
        deep_rnn_backward,
        draws={"da": TOP, **DRAWN},
        arguments=("da", f"{DEEP}[2]"),
        outputs=(
            Output("dx", ("dx",), "n_x m T_x", points=2, where=WITHOUT_EXTRA),
            *for_each_layer("da0 of layer L", "da0", "n_L m"),
            *for_each_layer("layer L", "layers", points=2),
            *for_each_extra("KIND layer", ("layers", 0)),
            *for_each_extra("dx below a KIND layer", ("dx",), "n_x m T_x"),
        ),
        sizes=NETWORKS,
        needs=(*STEPS_BACK, "layer_backward"),
        loss=f"np.sum(da * {DEEP}[0][-1])",
        slopes={
            "dx": "x",
            **{f"da0 of layer {number}": f"a0.{number - 1}" for number in (1, 2, 3)},
            **{f"layer {number}": f"parameters.layers.{number - 1}" for number in (1, 2, 3)},
            **{f"{cell} layer": "parameters.layers.0" for cell in EXTRA},
            **{f"dx below a {cell} layer": "x" for cell in EXTRA},
        },
    ),
    Exercise(
        count_deep_parameters,
        draws={name: made("int(rng.integers(2, 90))") for name in ("n_x", "n_y")} | {"sizes": ANY_SIZES, "cells": CELLS},
        arguments=("n_x", "sizes", "n_y", "cells"),
        outputs=(Output("count", points=3, where=WITHOUT_EXTRA), *for_each_extra("KIND count", ())),
        sizes=STARTS,
        examples=worked.COUNTS,
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
        outputs=START,
        sizes=STARTS,
    ),
)
