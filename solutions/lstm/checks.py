"""Hidden checks of topic `lstm`: every gradient is held against the measured slope of the reference's forward pass."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.domain import Example, Exercise, Output
from solutions.reference import (
    initialize_lstm,
    lstm_backward,
    lstm_cell_backward,
    lstm_cell_forward,
    lstm_forward,
    peephole_lstm_backward,
    peephole_lstm_cell_backward,
    peephole_lstm_cell_forward,
    peephole_lstm_forward,
)
from solutions.reference.lstm import PARAMETERS as PLAIN
from solutions.reference.peephole_lstm import PARAMETERS as PEEPHOLE

BROUGHT = ("softmax", "sigmoid")

SIZES = (
    {"n_x": 3, "n_a": 5, "n_y": 4, "m": 2, "T_x": 6},
    {"n_x": 5, "n_a": 2, "n_y": 3, "m": 4, "T_x": 7},
    {"n_x": 2, "n_a": 4, "n_y": 3, "m": 1, "T_x": 5},
    {"n_x": 2, "n_a": 5, "n_y": 4, "m": 3, "T_x": 1},
)

ONE, ZERO = np.array([[1.0]]), np.array([[0.0]])
ROW, HALF = np.array([[0.0, 0.0]]), np.array([[0.5], [0.5]])
# Gates of 3/4 and 1/4 and a candidate of 1/2, from biases alone: the logarithm of 3 is where the sigmoid is 3/4.
BIASED = {**{"W" + gate: ROW for gate in "fico"}, "Wy": np.array([[0.0], [0.0]]), "by": np.array([[0.0], [0.0]]),
          "bf": np.log(3.0) * ONE, "bi": -np.log(3.0) * ONE, "bc": np.arctanh(0.5) * ONE,
          "bo": np.log(3.0) * ONE}  # fmt: skip  # one small network
PEEPING = {**BIASED, "bf": 0 * ONE, "bi": 0 * ONE, "bo": 0 * ONE,
           "pf": np.log(3.0) * ONE, "pi": -np.log(3.0) * ONE, "po": np.log(3.0) / 0.875 * ONE}  # fmt: skip  # likewise
STEPPED = (0.75 * np.tanh(0.875) * ONE, 0.875 * ONE, HALF)


def stored(name: str, shape: str, condition: str, otherwise: str) -> Output:
    """An entry of the parameters that may be right in more than one way: its shape, then a condition on its numbers."""
    said = f"None if {condition} else {otherwise!r}"
    return Output(name, (name,), rule=f"'has another shape than it needs.' if np.shape({name}) != {shape} else {said}")


def spread(name: str, rows: str, columns: str) -> Output:
    """Weights around 0 with standard deviation 1 / sqrt(columns), whatever they are drawn from, no two of them the same.

    The sizes give 1500 entries or more: both bounds are above six times what normal draws of that number deviate by.
    """
    scaled = f"{name} * np.sqrt({columns})"
    condition = f"abs(np.std({scaled}) - 1) < 0.12 and abs(np.mean({scaled})) < 0.16"
    if name != "Wf":
        condition += f" and not np.array_equal(np.ravel({name})[:9], np.ravel(Wf)[:9])"
    said = "is not drawn as the docstring says: look at the mean, at the spread, and whether it is a draw of its own."
    return stored(name, f"({rows}, {columns})", condition, said)


def bias(name: str, rows: str, value: str) -> Output:
    """A bias whose entries are all one number."""
    return stored(name, f"({rows}, 1)", f"np.allclose({name}, {value})", f"does not hold {value} everywhere.")


def way_back(function: Callable[..., Any]) -> str:
    """The name of the function that takes this one's cache."""
    return str(function.__name__).replace("forward", "backward")


def cell_forward(function: Callable[..., Any], parameters: dict[str, str], example: Example) -> Exercise:
    """One step. A cache of another layout is right where the way back agrees with it."""
    return Exercise(
        function,
        draws={"xt": "n_x m", "a_prev": "n_a m", "c_prev": "n_a m", "parameters": parameters},
        outputs=(
            Output("a_next", (0,), "n_a m", points=3),
            Output("c_next", (1,), "n_a m", points=3),
            Output("yt_pred", (2,), "n_y m", points=2),
            Output("cache", (3,), taken_by=way_back(function)),
        ),
        sizes=SIZES,
        needs=BROUGHT,
        examples=(example,),
    )


def forward(function: Callable[..., Any], parameters: dict[str, str], cell: str) -> Exercise:
    """A sequence of steps."""
    return Exercise(
        function,
        draws={"x": "n_x m T_x", "a0": "n_a m", "parameters": parameters},
        outputs=(
            Output("a", (0,), "n_a m T_x", points=3),
            Output("y_pred", (1,), "n_y m T_x", points=2),
            Output("c", (2,), "n_a m T_x", points=3),
            Output("caches", (3,), taken_by=way_back(function)),
        ),
        sizes=SIZES,
        needs=(*BROUGHT, cell),
    )


def cell_backward(function: Callable[..., Any], parameters: dict[str, str], cell: str) -> Exercise:
    """One step back, with a gradient on the hidden state and one on the memory."""
    step = f"{cell}(xt, a_prev, c_prev, parameters)"
    return Exercise(
        function,
        draws={"da_next": "n_a m", "dc_next": "n_a m", "xt": "n_x m", "a_prev": "n_a m", "c_prev": "n_a m",
               "parameters": parameters},  # fmt: skip  # the two gradients, then one step
        arguments=("da_next", "dc_next", f"{step}[3]"),
        outputs=(
            Output("dxt", ("dxt",), "n_x m"),
            Output("da_prev", ("da_prev",), "n_a m", points=2),
            Output("dc_prev", ("dc_prev",), "n_a m", points=2),
            *owners(parameters),
        ),
        sizes=SIZES,
        loss=f"np.sum(da_next * {step}[0]) + np.sum(dc_next * {step}[1])",
        slopes={"dxt": "xt", "da_prev": "a_prev", "dc_prev": "c_prev", **slopes(parameters)},
    )


def backward(function: Callable[..., Any], parameters: dict[str, str], sequence: str, cell: str) -> Exercise:
    """Back through a sequence."""
    walk = f"{sequence}(x, a0, parameters)"
    return Exercise(
        function,
        draws={"da": "n_a m T_x", "x": "n_x m T_x", "a0": "n_a m", "parameters": parameters},
        arguments=("da", f"{walk}[3]"),
        outputs=(
            Output("dx", ("dx",), "n_x m T_x", points=2),
            Output("da0", ("da0",), "n_a m", points=2),
            *owners(parameters),
        ),
        sizes=SIZES,
        needs=(cell,),
        loss=f"np.sum(da * {walk}[0])",
        slopes={"dx": "x", "da0": "a0", **slopes(parameters)},
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
    cell_forward(lstm_cell_forward, PLAIN, Example((ZERO, ZERO, ONE, BIASED), STEPPED)),
    forward(lstm_forward, PLAIN, "lstm_cell_forward"),
    Exercise(
        initialize_lstm,
        draws={
            **{name: f"lambda sizes, rng: sizes['{name}'] | made" for name in ("n_x", "n_a", "n_y")},
            "rng": "| generator",
            "forget_bias": "lambda sizes, rng: float(rng.uniform(2, 3)) | made",
        },
        outputs=(
            *(spread("W" + gate, "n_a", "n_a + n_x") for gate in "fico"),
            spread("Wy", "n_y", "n_a"),
            *(bias("b" + gate, "n_a", "forget_bias" if gate == "f" else "0") for gate in "fico"),
            bias("by", "n_y", "0"),
        ),
        sizes=({"n_x": 40, "n_a": 30, "n_y": 50}, {"n_x": 35, "n_a": 45, "n_y": 40}),
    ),
    cell_backward(lstm_cell_backward, PLAIN, "lstm_cell_forward"),
    backward(lstm_backward, PLAIN, "lstm_forward", "lstm_cell_backward"),
    cell_forward(peephole_lstm_cell_forward, PEEPHOLE, Example((ZERO, ZERO, ONE, PEEPING), STEPPED)),
    forward(peephole_lstm_forward, PEEPHOLE, "peephole_lstm_cell_forward"),
    cell_backward(peephole_lstm_cell_backward, PEEPHOLE, "peephole_lstm_cell_forward"),
    backward(peephole_lstm_backward, PEEPHOLE, "peephole_lstm_forward", "peephole_lstm_cell_backward"),
)
