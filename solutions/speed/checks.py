"""Hidden checks of topic `speed`: the numbers of the readable networks, however they are come by.

How fast a function is, and by what structure, is not judged: a time says more about the machine and its other work than
about the function, and a count of products that the student's own process reports could be made up there.
"""

import numpy as np

from autograder.domain import Example, Exercise, Output
from solutions.reference import (
    fuse_gates,
    lstm_backward_fast,
    lstm_forward_fast,
    previous_states,
    project_inputs,
    project_inputs_backward,
    rnn_backward_fast,
    rnn_forward_fast,
    time_first,
)
from solutions.reference.lstm import PARAMETERS as LSTM
from solutions.reference.rnn import PARAMETERS as RNN

BROUGHT = ("softmax", "sigmoid", "initialize_lstm", "lstm_cell_forward", "lstm_forward", "lstm_cell_backward",
           "lstm_backward")  # fmt: skip  # the readable LSTM is what the notebook races against

SIZES = (
    {"n_x": 3, "n_a": 4, "n_y": 5, "m": 2, "T_x": 6},
    {"n_x": 4, "n_a": 2, "n_y": 3, "m": 5, "T_x": 7},
    {"n_x": 2, "n_a": 3, "n_y": 4, "m": 1, "T_x": 5},
    {"n_x": 2, "n_a": 5, "n_y": 4, "m": 3, "T_x": 1},
)
GATES = {key: axes for key, axes in LSTM.items() if key not in ("Wy", "by")}
COUNTED = np.arange(6.0).reshape(1, 2, 3)


def gradients(**axes: str) -> tuple[Output, ...]:
    """One output for each entry of a dictionary of gradients."""
    return tuple(Output(name, (name,), one) for name, one in axes.items())


EXERCISES = (
    Exercise(
        project_inputs,
        draws={"x": "n_x m T_x", "W": "n_a n_x", "b": "n_a 1"},
        outputs=(Output("z", (), "n_a m T_x", points=3),),
        sizes=SIZES,
        examples=(Example((COUNTED, np.array([[1.0], [10.0]]), np.array([[0.0], [0.5]])),
                          np.concatenate([COUNTED, 10 * COUNTED + 0.5])),),  # fmt: skip  # one example
    ),
    Exercise(
        project_inputs_backward,
        draws={"dz": "n_a m T_x", "x": "n_x m T_x", "W": "n_a n_x", "b": "n_a 1"},
        arguments=("dz", "x", "W"),
        outputs=gradients(dx="n_x m T_x", dW="n_a n_x", db="n_a 1"),
        sizes=SIZES,
        loss="np.sum(dz * project_inputs(x, W, b))",
        slopes={"dx": "x", "dW": "W", "db": "b"},
    ),
    Exercise(
        time_first,
        draws={"x": "n_x m T_x"},
        outputs=(Output("steps", (), "T_x n_x m"),),
        sizes=SIZES,
        examples=(Example((COUNTED,), np.array([[[0.0, 3.0]], [[1.0, 4.0]], [[2.0, 5.0]]])),),
    ),
    Exercise(
        previous_states,
        draws={"steps": "T_x n_a m", "a0": "n_a m"},
        outputs=(Output("previous", (), "T_x n_a m", points=2),),
        sizes=SIZES,
        examples=(Example((np.array([[[1.0]], [[2.0]], [[3.0]]]), np.array([[0.5]])), np.array([[[0.5]], [[1.0]], [[2.0]]])),),
    ),
    Exercise(
        rnn_forward_fast,
        draws={"x": "n_x m T_x", "a0": "n_a m", "parameters": RNN},
        outputs=(
            Output("a", (0,), "n_a m T_x", points=3),
            Output("y_pred", (1,), "n_y m T_x", points=2),
            Output("cache", (2,), taken_by="rnn_backward_fast"),
        ),
        sizes=SIZES,
        needs=("softmax", "project_inputs", "time_first"),
    ),
    Exercise(
        rnn_backward_fast,
        draws={"da": "n_a m T_x", "x": "n_x m T_x", "a0": "n_a m", "parameters": RNN},
        arguments=("da", "rnn_forward_fast(x, a0, parameters)[2]"),
        outputs=gradients(dx="n_x m T_x", da0="n_a m", dWax="n_a n_x", dWaa="n_a n_a", dba="n_a 1"),
        sizes=SIZES,
        needs=("project_inputs_backward", "time_first", "previous_states"),
        loss="np.sum(da * rnn_forward_fast(x, a0, parameters)[0])",
        slopes={"dx": "x", "da0": "a0", **{"d" + key: f"parameters.{key}" for key in ("Wax", "Waa", "ba")}},
    ),
    Exercise(
        fuse_gates,
        draws={"parameters": GATES},
        outputs=(Output("W", (0,), "n_a+n_a+n_a+n_a n_a+n_x", points=2), Output("b", (1,), "n_a+n_a+n_a+n_a 1")),
        sizes=SIZES,
    ),
    Exercise(
        lstm_forward_fast,
        draws={"x": "n_x m T_x", "a0": "n_a m", "parameters": LSTM},
        outputs=(
            Output("a", (0,), "n_a m T_x", points=3),
            Output("y_pred", (1,), "n_y m T_x", points=2),
            Output("c", (2,), "n_a m T_x", points=3),
            Output("cache", (3,), taken_by="lstm_backward_fast"),
        ),
        sizes=SIZES,
        needs=("softmax", "sigmoid", "project_inputs", "time_first", "fuse_gates"),
    ),
    Exercise(
        lstm_backward_fast,
        draws={"da": "n_a m T_x", "x": "n_x m T_x", "a0": "n_a m", "parameters": LSTM},
        arguments=("da", "lstm_forward_fast(x, a0, parameters)[3]"),
        outputs=gradients(dx="n_x m T_x", da0="n_a m", **{"d" + key: axes for key, axes in GATES.items()}),
        sizes=SIZES,
        needs=("project_inputs_backward", "time_first", "previous_states", "fuse_gates"),
        loss="np.sum(da * lstm_forward_fast(x, a0, parameters)[0])",
        slopes={"dx": "x", "da0": "a0", **{"d" + key: f"parameters.{key}" for key in GATES}},
    ),
)
