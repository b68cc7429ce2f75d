"""Hidden checks of topic `bptt`: every gradient is held against the measured slope of the reference's forward pass."""

import numpy as np

from autograder.domain import Example, Exercise, Output
from autograder.draws import Living
from solutions.reference import (
    gradient_check,
    numerical_gradient,
    output_backward,
    rnn_backward,
    rnn_backward_truncated,
    rnn_cell_backward,
    softmax_cross_entropy_backward,
)
from solutions.reference.rnn import PARAMETERS

SIZES = (
    {"n_x": 3, "n_a": 5, "n_y": 4, "m": 2, "T_x": 6, "T_y": 6},
    {"n_x": 5, "n_a": 2, "n_y": 3, "m": 4, "T_x": 7, "T_y": 7},
    {"n_x": 2, "n_a": 4, "n_y": 3, "m": 1, "T_x": 5, "T_y": 5},
    {"n_x": 2, "n_a": 5, "n_y": 4, "m": 3, "T_x": 1, "T_y": 1},
)
WITH_RELU = {"n_x": 4, "n_a": 7, "n_y": 2, "m": 3, "T_x": 5, "T_y": 5, "relu": 1}
SMALL = {"n_a": 3, "m": 2, "percent": 1}
FLAT = {"n_a": 2, "m": 3, "percent": 0}  # both gradients are zero: f is even, so the measured one is, too
SEGMENTS = (
    {"n_x": 4, "n_a": 5, "n_y": 6, "m": 2, "T_x": 7, "steps": 3},
    {"n_x": 3, "n_a": 4, "n_y": 2, "m": 5, "T_x": 6, "steps": 2},
    {"n_x": 2, "n_a": 3, "n_y": 4, "m": 1, "T_x": 5, "steps": 8},
    {"n_x": 2, "n_a": 4, "n_y": 5, "m": 3, "T_x": 1, "steps": 1},
    {"n_x": 3, "n_a": 6, "n_y": 2, "m": 4, "T_x": 5, "steps": 4, "relu": 1},
)
SCALED = "lambda sizes, rng: sizes.get('percent', 100) / 100 * rng.standard_normal((sizes['n_a'], sizes['m'])) | made"
ACTIVATION = "lambda sizes, rng: 'relu' if 'relu' in sizes else 'tanh' | made"
TANH, RELU = "activation == 'tanh'", "activation == 'relu'"
STEP = {"xt": "n_x m", "a_prev": "n_a m", "parameters": PARAMETERS}
SEQUENCE = {"x": "n_x m T_x", "a0": "n_a m", "parameters": PARAMETERS}
WEIGHTS = {"dWax": "parameters.Wax", "dWaa": "parameters.Waa", "dba": "parameters.ba"}

BROUGHT = ("softmax", "rnn_cell_forward", "rnn_forward", "sequence_cross_entropy")

EXERCISES = (
    Exercise(
        numerical_gradient,
        draws={
            "f": "lambda x: float(np.sum(np.sin(x)) * np.sum(x ** 2)) | living",
            "x": "n_a m",
            "epsilon": 0.2,
        },
        outputs=(Output("gradient", axes="n_a m", points=3),),
        sizes=SIZES,
        examples=(
            Example((Living("lambda x: float(np.sum(x ** 2))"), np.array([[1.0, -2.0]]), 1e-3), np.array([[2.0, -4.0]])),
        ),
    ),
    Exercise(
        gradient_check,
        draws={
            "f": "lambda x: float(np.sum(np.cos(x)) * np.sum(x ** 2)) | living",
            "gradient": SCALED,
            "x": SCALED,
            "epsilon": 0.2,
        },
        outputs=(Output("difference", points=2),),
        sizes=(*SIZES, SMALL, FLAT),
        needs=("numerical_gradient",),
        examples=(
            Example((Living("lambda x: float(np.sum(x ** 2))"), np.array([[2.0, -4.0]]), np.array([[1.0, -2.0]]), 1e-3), 0.0),
            Example((Living("lambda x: float(np.sum(x ** 2))"), np.array([[6.0, -12.0]]), np.array([[1.0, -2.0]]), 1e-3), 0.5),
            Example((Living("lambda x: 7.0"), np.array([[0.0]]), np.array([[1.0]]), 1e-3), 0.0),
        ),
    ),
    Exercise(
        softmax_cross_entropy_backward,
        draws={"z": "n_y m T_y", "y": "n_y m T_y | one-hot"},
        arguments=("softmax(z)", "y"),
        outputs=(Output("dz", axes="n_y m T_y", points=2),),
        sizes=SIZES,
        loss="sequence_cross_entropy(softmax(z), y)",
        slopes={"dz": "z"},
    ),
    Exercise(
        output_backward,
        draws={"dz": "n_y m T_y", "a": "n_a m T_y", "parameters": {"Wya": "n_y n_a", "by": "n_y 1"}},
        outputs=(
            Output("dWya", ("dWya",), "n_y n_a", points=2),
            Output("dby", ("dby",), "n_y 1"),
            Output("da", ("da",), "n_a m T_y"),
        ),
        sizes=SIZES,
        loss="np.sum(dz * (np.einsum('ya,amt->ymt', parameters['Wya'], a) + parameters['by'][:, :, None]))",
        slopes={"dWya": "parameters.Wya", "dby": "parameters.by", "da": "a"},
    ),
    Exercise(
        rnn_cell_backward,
        draws={"da_next": "n_a m", **STEP, "activation": ACTIVATION},
        arguments=("da_next", "rnn_cell_forward(xt, a_prev, parameters, activation)[2]", "activation"),
        outputs=(
            Output("dxt", ("dxt",), "n_x m", where=TANH),
            Output("da_prev", ("da_prev",), "n_a m", where=TANH),
            Output("dWax", ("dWax",), "n_a n_x", where=TANH),
            Output("dWaa", ("dWaa",), "n_a n_a", where=TANH),
            Output("dba", ("dba",), "n_a 1", where=TANH),
            Output("dxt with ReLU", ("dxt",), "n_x m", where=RELU),
            Output("dba with ReLU", ("dba",), "n_a 1", where=RELU),
        ),
        sizes=(*SIZES, WITH_RELU),
        loss="np.sum(da_next * rnn_cell_forward(xt, a_prev, parameters, activation)[0])",
        slopes={"dxt": "xt", "dxt with ReLU": "xt", "da_prev": "a_prev", **WEIGHTS, "dba with ReLU": "parameters.ba"},
    ),
    Exercise(
        rnn_backward,
        draws={"da": "n_a m T_x", **SEQUENCE, "activation": ACTIVATION},
        arguments=("da", "rnn_forward(x, a0, parameters, activation)[2]", "activation"),
        outputs=(
            Output("dx", ("dx",), "n_x m T_x", points=2, where=TANH),
            Output("da0", ("da0",), "n_a m", points=2, where=TANH),
            Output("dWax", ("dWax",), "n_a n_x", points=2, where=TANH),
            Output("dWaa", ("dWaa",), "n_a n_a", points=2, where=TANH),
            Output("dba", ("dba",), "n_a 1", points=2, where=TANH),
            Output("dx with ReLU", ("dx",), "n_x m T_x", where=RELU),
            Output("dba with ReLU", ("dba",), "n_a 1", where=RELU),
        ),
        sizes=(*SIZES, WITH_RELU),
        needs=("rnn_cell_backward",),
        loss="np.sum(da * rnn_forward(x, a0, parameters, activation)[0])",
        slopes={"dx": "x", "dx with ReLU": "x", "da0": "a0", **WEIGHTS, "dba with ReLU": "parameters.ba"},
    ),
    Exercise(
        rnn_backward_truncated,
        draws={
            "da": "n_a m T_x",
            **SEQUENCE,
            "steps": "lambda sizes, rng: sizes['steps'] | made",
            "activation": ACTIVATION,
        },
        arguments=("da", "rnn_forward(x, a0, parameters, activation)[2]", "steps", "activation"),
        outputs=(
            Output("dx", ("dx",), "n_x m T_x", where=TANH),
            Output("da0", ("da0",), "n_a m", where=TANH),
            Output("dWax", ("dWax",), "n_a n_x", where=TANH),
            Output("dWaa", ("dWaa",), "n_a n_a", where=TANH),
            Output("dba", ("dba",), "n_a 1", where=TANH),
            Output("dx with ReLU", ("dx",), "n_x m T_x", where=RELU),
            Output("dba with ReLU", ("dba",), "n_a 1", where=RELU),
        ),
        sizes=SEGMENTS,
        needs=("rnn_cell_backward", "rnn_backward"),
        loss="sum(np.sum(da[:, :, k:k + steps] * rnn_forward(x[:, :, k:k + steps], "
        "rnn_forward(held['x'], held['a0'], held['parameters'], activation)[0][:, :, k - 1] if k else a0, "
        "parameters, activation)[0]) for k in range(0, x.shape[2], steps))",
        slopes={"dx": "x", "dx with ReLU": "x", "da0": "a0", **WEIGHTS, "dba with ReLU": "parameters.ba"},
    ),
)
