"""Hidden checks of topic `gru`: every gradient is held against the measured slope of the reference's forward pass."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.domain import Example, Exercise, Output
from solutions.reference import (
    gru_backward,
    gru_cell_backward,
    gru_cell_forward,
    gru_forward,
    simplified_gru_backward,
    simplified_gru_cell_backward,
    simplified_gru_cell_forward,
    simplified_gru_forward,
)
from solutions.reference.gru import PARAMETERS as FULL
from solutions.reference.simplified_gru import PARAMETERS as SIMPLE

BROUGHT = ("softmax", "sigmoid")

SIZES = (
    {"n_x": 3, "n_c": 5, "n_y": 4, "m": 2, "T_x": 6},
    {"n_x": 6, "n_c": 3, "n_y": 2, "m": 4, "T_x": 5},
    {"n_x": 2, "n_c": 4, "n_y": 3, "m": 1, "T_x": 5},
    {"n_x": 2, "n_c": 5, "n_y": 4, "m": 3, "T_x": 1},
)

ONE, TWO = np.array([[1.0]]), np.array([[0.0], [0.0]])
# An update gate of 3/4 and a candidate of 1/2, from biases alone: the sigmoid of log 3 is 3/4.
CONSTANT = {"Wu": np.array([[0.0, 0.0]]), "Wc": np.array([[0.0, 0.0]]), "bu": np.log(3.0) * ONE, "bc": np.arctanh(0.5) * ONE,
            "Wy": TWO, "by": TWO}  # fmt: skip  # one small network
# A reset gate of 1/4, which lets a quarter of the memory reach the candidate: 1/2 where the memory is 1, 0 where it is 0.
RESET = {**CONSTANT, "Wr": np.array([[0.0, 0.0]]), "br": -np.log(3.0) * ONE,
         "Wc": np.array([[4 * np.arctanh(0.5), 0.0]]), "bc": 0 * ONE}  # fmt: skip  # likewise
STILL, MEMORIES, EVEN = np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]), np.array([[0.5, 0.5], [0.5, 0.5]])


def way_back(function: Callable[..., Any]) -> str:
    """The name of the function that takes this one's cache."""
    return str(function.__name__).replace("forward", "backward")


def cell_forward(function: Callable[..., Any], parameters: dict[str, str], example: Example) -> Exercise:
    """One step. A cache of another layout is right where the way back agrees with it."""
    return Exercise(
        function,
        draws={"xt": "n_x m", "c_prev": "n_c m", "parameters": parameters},
        outputs=(
            Output("c_next", (0,), "n_c m", points=4),
            Output("yt_pred", (1,), "n_y m", points=2),
            Output("cache", (2,), taken_by=way_back(function)),
        ),
        sizes=SIZES,
        needs=BROUGHT,
        examples=(example,),
    )


def forward(function: Callable[..., Any], parameters: dict[str, str], cell: str, example: Example) -> Exercise:
    """A sequence of steps."""
    return Exercise(
        function,
        draws={"x": "n_x m T_x", "c0": "n_c m", "parameters": parameters},
        outputs=(
            Output("c", (0,), "n_c m T_x", points=3),
            Output("y_pred", (1,), "n_y m T_x", points=2),
            Output("caches", (2,), taken_by=way_back(function)),
        ),
        sizes=SIZES,
        needs=(*BROUGHT, cell),
        examples=(example,),
    )


def cell_backward(function: Callable[..., Any], parameters: dict[str, str], cell: str) -> Exercise:
    """One step back."""
    step = f"{cell}(xt, c_prev, parameters)"
    return Exercise(
        function,
        draws={"dc_next": "n_c m", "xt": "n_x m", "c_prev": "n_c m", "parameters": parameters},
        arguments=("dc_next", f"{step}[2]"),
        outputs=(
            Output("dxt", ("dxt",), "n_x m", points=2),
            Output("dc_prev", ("dc_prev",), "n_c m", points=3),
            *owners(parameters),
        ),
        sizes=SIZES,
        loss=f"np.sum(dc_next * {step}[0])",
        slopes={"dxt": "xt", "dc_prev": "c_prev", **slopes(parameters)},
    )


def backward(function: Callable[..., Any], parameters: dict[str, str], sequence: str, cell: str) -> Exercise:
    """Back through a sequence."""
    walk = f"{sequence}(x, c0, parameters)"
    return Exercise(
        function,
        draws={"dc": "n_c m T_x", "x": "n_x m T_x", "c0": "n_c m", "parameters": parameters},
        arguments=("dc", f"{walk}[2]"),
        outputs=(
            Output("dx", ("dx",), "n_x m T_x", points=2),
            Output("dc0", ("dc0",), "n_c m", points=2),
            *owners(parameters),
        ),
        sizes=SIZES,
        needs=(cell,),
        loss=f"np.sum(dc * {walk}[0])",
        slopes={"dx": "x", "dc0": "c0", **slopes(parameters)},
    )


def inner(parameters: dict[str, str]) -> dict[str, str]:
    """Without the output layer, which no gradient of these functions reaches."""
    return {key: axes for key, axes in parameters.items() if key not in ("Wy", "by")}


def owners(parameters: dict[str, str]) -> tuple[Output, ...]:
    """One gradient for each parameter, of its shape."""
    return tuple(Output("d" + key, ("d" + key,), axes) for key, axes in inner(parameters).items())


def slopes(parameters: dict[str, str]) -> dict[str, str]:
    """Whose slope each of those gradients is."""
    return {"d" + key: f"parameters.{key}" for key in inner(parameters)}


EXERCISES = (
    cell_forward(
        simplified_gru_cell_forward,
        SIMPLE,
        Example((STILL, MEMORIES, CONSTANT), (np.array([[0.625, 0.375]]), EVEN)),
    ),
    forward(
        simplified_gru_forward,
        SIMPLE,
        "simplified_gru_cell_forward",
        Example((STILL[:, None], ONE, CONSTANT), (np.array([[[0.625, 0.53125]]]), EVEN[:, None])),
    ),
    cell_backward(simplified_gru_cell_backward, SIMPLE, "simplified_gru_cell_forward"),
    backward(simplified_gru_backward, SIMPLE, "simplified_gru_forward", "simplified_gru_cell_backward"),
    cell_forward(
        gru_cell_forward,
        FULL,
        Example((STILL, MEMORIES, RESET), (np.array([[0.625, 0.0]]), EVEN)),
    ),
    forward(
        gru_forward,
        FULL,
        "gru_cell_forward",
        Example((STILL[:, None], ONE, {**RESET, **CONSTANT}), (np.array([[[0.625, 0.53125]]]), EVEN[:, None])),
    ),
    cell_backward(gru_cell_backward, FULL, "gru_cell_forward"),
    backward(gru_backward, FULL, "gru_forward", "gru_cell_backward"),
)
