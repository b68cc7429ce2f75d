"""Hidden checks of topic `rnn`: what goes in, what comes out, and what it is worth."""

import numpy as np

from autograder.domain import Example, Exercise, Output
from solutions.reference import rnn_cell_forward, rnn_forward, sequence_cross_entropy, sigmoid, softmax, stack_weights
from solutions.reference.rnn import PARAMETERS

SIZES = (
    {"n_x": 3, "n_a": 5, "n_y": 4, "m": 2, "T_x": 7, "T_y": 7},
    {"n_x": 6, "n_a": 4, "n_y": 3, "m": 5, "T_x": 8, "T_y": 8},
    {"n_x": 4, "n_a": 3, "n_y": 2, "m": 1, "T_x": 5, "T_y": 5},
    {"n_x": 2, "n_a": 6, "n_y": 5, "m": 3, "T_x": 1, "T_y": 1},
)
WITH_RELU = {"n_x": 5, "n_a": 7, "n_y": 3, "m": 4, "T_x": 6, "T_y": 6, "relu": 1}
ACTIVATION = "lambda sizes, rng: 'relu' if 'relu' in sizes else 'tanh' | made"
TANH, RELU = "activation == 'tanh'", "activation == 'relu'"

ZERO = np.array([[0.0]])
CELL = {"Wax": np.array([[1.0]]), "Waa": np.array([[0.5]]), "Wya": np.array([[1.0], [-1.0]]),
        "ba": ZERO, "by": np.array([[0.0], [0.0]])}  # fmt: skip  # one small network

EXERCISES = (
    Exercise(
        softmax,
        draws={"z": "lambda sizes, rng: sizes.get('spread', 0.6) * rng.standard_normal((sizes['n_y'], sizes['m'])) | made"},
        outputs=(Output("y_pred", axes="n_y m", points=3),),
        sizes=(*SIZES, {"n_y": 3, "m": 6, "spread": 2000}),
        examples=(
            Example((np.array([[0.0], [np.log(3.0)]]),), np.array([[0.25], [0.75]])),
            Example((np.array([[1000.0, 0.0], [1000.0, -1000.0]]),), np.array([[0.5, 1.0], [0.5, 0.0]])),
        ),
    ),
    Exercise(
        sigmoid,
        draws={"z": "n_a m"},
        outputs=(Output("gate", axes="n_a m", points=2),),
        sizes=SIZES,
        examples=(
            Example((np.array([[0.0, np.log(3.0)]]),), np.array([[0.5, 0.75]])),
            Example((np.array([[1000.0, -1000.0]]),), np.array([[1.0, 0.0]])),
        ),
    ),
    Exercise(
        stack_weights,
        draws={"Waa": "n_a n_a", "Wax": "n_a n_x"},
        outputs=(Output("Wa", axes="n_a n_a+n_x", points=1),),
        sizes=SIZES,
        examples=(Example((np.array([[1.0]]), np.array([[2.0, 3.0]])), np.array([[1.0, 2.0, 3.0]])),),
    ),
    Exercise(
        rnn_cell_forward,
        draws={"xt": "n_x m", "a_prev": "n_a m", "parameters": PARAMETERS, "activation": ACTIVATION},
        outputs=(
            Output("a_next", (0,), "n_a m", points=3, where=TANH),
            Output("yt_pred", (1,), "n_y m", points=2, where=TANH),
            Output("cache", (2,), own="(a_next, a_prev, xt, parameters)", where=TANH),
            Output("a_next with ReLU", (0,), "n_a m", points=2, where=RELU),
        ),
        sizes=(*SIZES, WITH_RELU),
        needs=("softmax",),
        examples=(
            Example(
                (ZERO, ZERO, CELL),
                (ZERO, np.array([[0.5], [0.5]]), (ZERO, ZERO, ZERO, CELL)),
            ),
            Example(
                (np.array([[1.0, -3.0]]), np.array([[-1.0, 0.0]]), CELL, "relu"),
                (
                    np.array([[0.5, 0.0]]),
                    np.array([[np.e / (1 + np.e), 0.5], [1 / (1 + np.e), 0.5]]),
                    (np.array([[0.5, 0.0]]), np.array([[-1.0, 0.0]]), np.array([[1.0, -3.0]]), CELL),
                ),
            ),
        ),
    ),
    Exercise(
        rnn_forward,
        draws={"x": "n_x m T_x", "a0": "n_a m", "parameters": PARAMETERS, "activation": ACTIVATION},
        outputs=(
            Output("a", (0,), "n_a m T_x", points=3, where=TANH),
            Output("y_pred", (1,), "n_y m T_x", points=2, where=TANH),
            Output(
                "caches",
                (2,),
                own="([(a[:, :, t], a[:, :, t - 1] if t else a0, x[:, :, t], parameters) for t in range(x.shape[2])], x)",
                where=TANH,
            ),
            Output("a with ReLU", (0,), "n_a m T_x", where=RELU),
        ),
        sizes=(*SIZES, WITH_RELU),
        needs=("softmax", "rnn_cell_forward"),
    ),
    Exercise(
        sequence_cross_entropy,
        draws={"y_pred": "n_y m T_y | probabilities", "y": "n_y m T_y | one-hot"},
        outputs=(Output("loss", points=2),),
        sizes=SIZES,
        examples=(Example((np.array([[[0.5, 0.25]], [[0.5, 0.75]]]), np.array([[[1.0, 1.0]], [[0.0, 0.0]]])), 3 * np.log(2.0)),),
    ),
)
