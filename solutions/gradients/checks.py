"""Hidden checks of topic `gradients`: the Jacobian is held against measured slopes of the reference's forward pass."""

import numpy as np

from autograder.domain import Example, Exercise, Output
from autograder.draws import Living
from solutions.reference import (
    clip_by_norm,
    clip_by_value,
    find_nonfinite,
    jacobian_norms,
    safe_norm,
    spectral_radius,
    state_jacobian,
)
from solutions.reference.rnn import PARAMETERS

BROUGHT = ("softmax", "rnn_cell_forward", "rnn_forward", "rnn_cell_backward", "rnn_backward")

# Gradients of a small network in one of these units, and a limit in the same unit, told in tenths. In a one-sided case no
# entry is negative, many are zero, and in one array all are.
UNIT = "[0.6, 7.0, 0.0, 1e200, 1e-200, np.inf, np.nan][sizes['unit']]"
ORDINARY, LARGER, NOUGHT, HUGE, TINY, INFINITE, NAN = range(7)
GRADIENTS = f"""lambda sizes, rng: {{name: {UNIT} * np.maximum(
    rng.standard_normal([sizes.get(axis, 1) for axis in axes.split()]), 0 if 'one-sided' in sizes else -9)
    * (name != 'dba' or 'one-sided' not in sizes)
    for name, axes in {{'dWaa': 'n_a n_a', 'dWax': 'n_a n_x', 'dba': 'n_a 1', 'dx': 'n_x m T_x'}}.items()}} | made"""
LIMIT = f"lambda sizes, rng: sizes['limit'] / 10 * ({UNIT} or 1.0) | made"
LARGEST = "np.max([np.max(np.abs(one)) for one in gradients.values()])"
BELOW = f"limit > 10 * {LARGEST}"  # there are fewer than a hundred entries, so that the norm is below the limit
SMALL = {"n_a": 3, "n_x": 4, "m": 2, "T_x": 5, "unit": ORDINARY}
OTHER = {"n_a": 4, "n_x": 2, "m": 3, "T_x": 6, "unit": LARGER}
SINGLE = {"n_a": 2, "n_x": 3, "m": 1, "T_x": 1, "unit": ORDINARY}

# Each array has a trouble of its own, or none: the sum of the fourth overflows, but every entry is a number. The first two do
# not stand in the order of the alphabet.
TROUBLED = """lambda sizes, rng: {str(name): rng.permutation(np.append(rng.standard_normal(4), trouble)).reshape(2, 3)
    for name, trouble in zip((lambda names: [*np.sort(names[:2])[::-1], *names[2:]])(
        rng.permutation(['dWaa', 'dWax', 'dba', 'dWya', 'dby', 'dx'])), [
        [np.nan, 1.0], [np.inf, 1.0], [-np.inf, 1.0], [1e308, 1e308], [np.inf, -np.inf], [1e307, 1.0]
    ][sizes['first']:sizes['end']])} | made"""

# A matrix that turns more than it stretches has complex eigenvalues far from zero.
TURNING = """lambda sizes, rng: (lambda W: 0.6 * W + 2 * sizes['turn'] * (W - W.T))(
    rng.standard_normal((sizes['n_a'], sizes['n_a']))) | made"""

STATES = "rnn_forward(x, a0, parameters)[0]"
NETWORK = {"x": "n_x m T_x", "a0": "n_a m", "parameters": PARAMETERS}
# A copy of the batch for every entry (j, k) of the Jacobian: there, element k of the earlier state is moved by a nudge,
# and element j of the last state is read. The slope by the nudges is the Jacobian.
NUDGE = "lambda sizes, rng: np.zeros((sizes['n_a'], sizes['n_a'], sizes['m'])) | made"
MOVED = f"""(lambda n, moved: np.einsum('jjki->', (moved if start + 1 == x.shape[2] else rnn_forward(
    np.tile(x[:, :, start + 1:], (1, n * n, 1)), moved, parameters)[0][:, :, -1]).reshape(n, n, n, -1)))(len(a0), (
    {STATES}[:, None, None, :, start] + np.eye(len(a0))[:, None, :, None] * nudge).reshape(len(a0), -1))"""
ONE_STEP = {"n_x": 2, "n_a": 3, "n_y": 4, "m": 2, "T_x": 1, "start": 0}

EXERCISES = (
    Exercise(
        find_nonfinite,
        draws={"gradients": TROUBLED},
        outputs=(Output("names", points=3, form="[''] * len(names)"),),
        sizes=({"first": 0, "end": 6}, {"first": 3, "end": 4}, {"first": 1, "end": 5}, {"first": 5, "end": 6}),
        examples=(
            Example((Living("{'dWaa': np.array([[1.0, -np.inf]]), 'dWax': np.array([[1e300]]), 'dba': np.array([[np.nan]])}"),),
                    ["dWaa", "dba"]),
        ),
    ),
    Exercise(
        safe_norm,
        draws={"gradients": GRADIENTS},
        outputs=(
            Output("norm", points=3, where=f"{LARGEST} == 0 or 1e-100 < {LARGEST} < 1e100"),
            Output("norm of huge and of tiny entries", points=2, where=f"0 < {LARGEST} < 1e-100 or 1e100 < {LARGEST} < np.inf"),
            Output("norm of what is not finite", where=f"not {LARGEST} < np.inf", form="np.nan"),
        ),
        sizes=(SMALL, OTHER, SINGLE, {**OTHER, "one-sided": 1}, {**SMALL, "unit": NOUGHT}, {**OTHER, "unit": HUGE},
               {**SMALL, "unit": TINY}, {**SMALL, "unit": INFINITE}, {**OTHER, "unit": NAN}),
        examples=(
            Example(({"dWaa": np.array([[3.0]]), "dba": np.array([[-4.0]])},), 5.0),
            Example(({"dWaa": np.array([[3e200]]), "dba": np.array([[-4e200]])},), 5e200),
        ),
    ),
    Exercise(
        clip_by_value,
        draws={"gradients": GRADIENTS, "limit": LIMIT},
        outputs=(Output("clipped", points=3, form="gradients"),),
        sizes=({**SMALL, "limit": 5}, {**OTHER, "limit": 12}, {**SINGLE, "limit": 7}, {**SMALL, "limit": 90}),
        examples=(Example(({"dWaa": np.array([[3.0, -0.5, -3.0]])}, 1.0), {"dWaa": np.array([[1.0, -0.5, -1.0]])}),),
    ),
    Exercise(
        clip_by_norm,
        draws={"gradients": GRADIENTS, "limit": LIMIT},
        outputs=(
            Output("clipped", points=4, form="gradients", where=f"not {BELOW} and {LARGEST} < 1e100"),
            Output("left alone", points=2, form="gradients", where=BELOW),
            Output("clipped where squares overflow", form="gradients", where=f"{LARGEST} > 1e100"),
        ),
        sizes=({**SMALL, "limit": 5}, {**OTHER, "limit": 30}, {**SINGLE, "limit": 3}, {**SMALL, "limit": 900},
               {**OTHER, "unit": NOUGHT, "limit": 30}, {**SMALL, "unit": HUGE, "limit": 7}),
        needs=("safe_norm",),
        examples=(
            Example(({"dWaa": np.array([[3.0]]), "dba": np.array([[-4.0]])}, 1.0),
                    {"dWaa": np.array([[0.6]]), "dba": np.array([[-0.8]])}),
            Example(({"dWaa": np.array([[3.0]]), "dba": np.array([[-4.0]])}, 60.0),
                    {"dWaa": np.array([[3.0]]), "dba": np.array([[-4.0]])}),
        ),
    ),
    Exercise(
        spectral_radius,
        draws={"W": TURNING},
        outputs=(Output("radius", points=2),),
        sizes=({"n_a": 5, "turn": 1}, {"n_a": 4, "turn": 0}, {"n_a": 7, "turn": 0}, {"n_a": 2, "turn": 1}, {"n_a": 1, "turn": 0}),
        examples=(Example((np.array([[0.5, 3.0], [0.0, -0.8]]),), 0.8), Example((np.array([[0.0, -2.0], [2.0, 0.0]]),), 2.0)),
    ),
    Exercise(
        state_jacobian,
        draws={**NETWORK, "start": "lambda sizes, rng: sizes['start'] | made", "nudge": NUDGE},
        arguments=(STATES, "parameters['Waa']", "start"),
        outputs=(Output("jacobian", axes="n_a n_a m", points=5),),
        sizes=(
            {"n_x": 3, "n_a": 4, "n_y": 5, "m": 2, "T_x": 6, "start": 2},
            {"n_x": 2, "n_a": 3, "n_y": 6, "m": 4, "T_x": 5, "start": 0},
            {"n_x": 4, "n_a": 5, "n_y": 2, "m": 1, "T_x": 3, "start": 1},
            {"n_x": 3, "n_a": 2, "n_y": 5, "m": 4, "T_x": 6, "start": 5},
            ONE_STEP,
        ),
        loss=MOVED,
        slopes={"jacobian": "nudge"},
        examples=(
            Example((np.array([[[0.9, 0.5]], [[-0.9, 0.0]]]), np.array([[1.0, 2.0], [3.0, 4.0]]), 0),
                    np.array([[[0.75], [1.5]], [[3.0], [4.0]]])),
        ),
    ),
    Exercise(
        jacobian_norms,
        draws=NETWORK,
        arguments=(STATES, "parameters['Waa']"),
        outputs=(Output("norms", axes="m T_x", points=3),),
        sizes=(
            {"n_x": 3, "n_a": 4, "n_y": 5, "m": 2, "T_x": 6},
            {"n_x": 4, "n_a": 3, "n_y": 2, "m": 5, "T_x": 7},
            {"n_x": 2, "n_a": 5, "n_y": 4, "m": 1, "T_x": 3},
            ONE_STEP,
        ),
        needs=("state_jacobian",),
        examples=(Example((np.zeros((1, 1, 3)), np.array([[0.5]])), np.array([[1.0, 0.5, 0.25]])),),
    ),
)  # fmt: skip  # a table
