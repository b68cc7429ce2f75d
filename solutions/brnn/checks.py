"""Hidden checks of topic `brnn`: nothing that stands in the padding may be seen in a result or in a gradient.

The padding of every drawn array is as full as the rest of it. Lengths hold a 1 and the whole T_x, all of them are T_x in one
case, and none is in another. Every gradient is held against the measured slope of the reference's forward pass.
"""

import numpy as np

from autograder.domain import Example, Exercise, Output
from solutions.reference import (
    brnn_backward,
    brnn_forward,
    brnn_output_backward,
    clear_padding,
    one_way_forward,
    reverse_padded,
    tagging_loss,
    tagging_loss_backward,
    train_tagger,
)
from solutions.reference.bidirectional import ONE_WAY, PARAMETERS

BROUGHT = ("softmax", "output_backward", "rnn_cell_backward", "rnn_backward")
DATA = ("readings.tsv",)
PADDING = ("clear_padding", "reverse_padded")

SIZES = (
    {"n_x": 3, "n_a": 5, "n_y": 4, "m": 3, "T_x": 6},
    {"n_x": 5, "n_a": 2, "n_y": 3, "m": 4, "T_x": 7, "all_full": 1},
    {"n_x": 2, "n_a": 4, "n_y": 3, "m": 1, "T_x": 5},
    {"n_x": 4, "n_a": 3, "n_y": 2, "m": 5, "T_x": 1},
)
# One sequence has padding; otherwise the longest fills T_x and the shortest has one step. The order is drawn.
LENGTHS = (
    "lambda sizes, rng: np.full(sizes['m'], sizes['T_x']) if sizes.get('all_full') or sizes['T_x'] == 1"
    " else np.array([sizes['T_x'] - 2]) if sizes['m'] == 1"
    " else rng.permutation(np.append(rng.integers(2, sizes['T_x'], size=sizes['m'] - 2), [1, sizes['T_x']])) | made"
)
# About half of the steps count, and the first of the first example always. Where none counts, many predictions are zero.
MASK = (
    "lambda sizes, rng: (rng.random((sizes['m'], sizes['T_x'])) < 0.5)"
    " | (np.arange(sizes['m'] * sizes['T_x']).reshape(sizes['m'], -1) == 0) | made"
)
SOME_ZERO = "y_pred * (mask | (y[0] > 0) | (len(y_pred) == 7))"  # with seven classes none is zero

# Say at each step which symbol comes next: the steps before do not know. Over 200 seeds the first task ends at 0.19 or below;
# without the walk from the right, which leaves nothing but learning examples by heart, it ends at 0.46 or above.
TASKS = (
    {"n_x": 3, "n_a": 8, "m": 20, "T_x": 5, "iterations": 60},
    {"n_x": 4, "n_a": 5, "m": 3, "T_x": 6, "iterations": 3},
    {"n_x": 2, "n_a": 3, "m": 1, "T_x": 6, "iterations": 2},
    {"n_x": 4, "n_a": 6, "m": 10, "T_x": 1, "iterations": 60},
)
NEXT, HAS_NEXT = "np.roll(x, -1, axis=2)", "np.arange(x.shape[2]) < np.maximum(lengths - 1, 1)[:, None]"
PREDICTED = "brnn_forward(x, np.zeros((trained['Wy'].shape[1], x.shape[1])), lengths, trained)[1]"
LOSS_AFTER = f"tagging_loss({PREDICTED}, {NEXT}, {HAS_NEXT})"
TAGGER = {"Wy": "n_x n_a+n_a", "by": "n_x 1"}

ONE, NONE = np.array([[1.0]]), np.array([[0.0]])
# The way there shows tanh of the input; the way back takes tanh of its state once at each step and ignores the input.
SMALL = {"forward": {"Wax": ONE, "Waa": NONE, "ba": NONE}, "backward": {"Wax": NONE, "Waa": ONE, "ba": NONE},
         "Wy": np.zeros((2, 2)), "by": np.array([[np.log(3.0)], [0.0]])}  # fmt: skip  # one small network
TWO_STEPS = np.array([[[np.arctanh(0.5), np.arctanh(0.25), 9.0]]])
BOTH_STATES = np.array([[[0.5, 0.25, 0.0]], [[np.tanh(np.tanh(0.5)), np.tanh(0.5), 0.0]]])
THREE_TO_ONE = np.array([[[0.75, 0.75, 0.0]], [[0.25, 0.25, 0.0]]])
COUNTING = np.array([[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]])
# The right class had a half and a quarter: log 2 and log 4 in the mean. The last step does not count.
GUESSED = np.array([[[0.5, 0.75, 0.0]], [[0.5, 0.25, 0.0]]])
TRUTH = np.array([[[1.0, 0.0, 1.0]], [[0.0, 1.0, 0.0]]])

SEQUENCE = {"x": "n_x m T_x", "a0": "n_a+n_a m", "lengths": LENGTHS, "parameters": PARAMETERS}
OUTPUT_LAYER = {"Wy": PARAMETERS["Wy"], "by": PARAMETERS["by"]}
WALK = "brnn_forward(x, a0, lengths, parameters)"
SCORES = "np.einsum('ya,amt->ymt', parameters['Wy'], a) + parameters['by'][:, :, None]"
COUNTED = "np.where(np.arange(a.shape[2]) < lengths[:, None], dz, 0)"
WAYS = [(way, key) for way in ("forward", "backward") for key in ONE_WAY]

EXERCISES = (
    Exercise(
        clear_padding,
        draws={"x": "n_x m T_x", "lengths": LENGTHS},
        outputs=(Output("cleared", axes="n_x m T_x", points=2),),
        sizes=SIZES,
        examples=(
            Example((COUNTING, np.array([3, 1])), np.array([[[1.0, 2.0, 3.0, 0.0], [5.0, 0.0, 0.0, 0.0]]])),
        ),
    ),
    Exercise(
        reverse_padded,
        draws={"x": "n_x m T_x", "lengths": LENGTHS},
        outputs=(Output("turned", axes="n_x m T_x", points=3),),
        sizes=SIZES,
        examples=(
            Example((COUNTING, np.array([3, 4])), np.array([[[3.0, 2.0, 1.0, 4.0], [8.0, 7.0, 6.0, 5.0]]])),
        ),
    ),
    Exercise(
        one_way_forward,
        draws={"x": "n_x m T_x", "a0": "n_a m", "parameters": ONE_WAY},
        outputs=(
            Output("a", (0,), "n_a m T_x", points=3),
            Output("caches", (1,), taken_by="brnn_backward"),
        ),
        sizes=SIZES,
    ),
    Exercise(
        brnn_forward,
        draws=SEQUENCE,
        outputs=(
            Output("a", (0,), "n_a+n_a m T_x", points=4),
            Output("y_pred", (1,), "n_y m T_x", points=3),
            Output("caches", (2,), taken_by="brnn_backward"),
        ),
        sizes=SIZES,
        needs=("softmax", *PADDING, "one_way_forward"),
        examples=(
            Example((TWO_STEPS, np.array([[0.0], [0.5]]), np.array([2]), SMALL), (BOTH_STATES, THREE_TO_ONE)),
        ),
    ),
    Exercise(
        brnn_output_backward,
        draws={"dz": "n_y m T_x", "a": "n_a+n_a m T_x", "lengths": LENGTHS, "parameters": OUTPUT_LAYER},
        outputs=(
            Output("dWy", ("dWy",), "n_y n_a+n_a", points=2),
            Output("dby", ("dby",), "n_y 1", points=2),
            Output("da", ("da",), "n_a+n_a m T_x", points=2),
        ),
        sizes=SIZES,
        needs=("output_backward", "clear_padding"),
        loss=f"np.sum({COUNTED} * ({SCORES}))",
        slopes={"dWy": "parameters.Wy", "dby": "parameters.by", "da": "a"},
    ),
    Exercise(
        brnn_backward,
        draws={"da": "n_a+n_a m T_x", **SEQUENCE},
        arguments=("da", f"{WALK}[2]"),
        outputs=(
            Output("dx", ("dx",), "n_x m T_x", points=3),
            Output("da0", ("da0",), "n_a+n_a m", points=2),
            *(Output(f"{way} d{key}", (way, f"d{key}"), ONE_WAY[key]) for way, key in WAYS),
        ),
        sizes=SIZES,
        needs=(*PADDING, "rnn_cell_backward", "rnn_backward"),
        loss=f"np.sum(da * {WALK}[0])",
        slopes={"dx": "x", "da0": "a0", **{f"{way} d{key}": f"parameters.{way}.{key}" for way, key in WAYS}},
    ),
    Exercise(
        tagging_loss,
        draws={"y_pred": "n_y m T_x | probabilities", "y": "n_y m T_x | one-hot", "mask": MASK},
        arguments=(SOME_ZERO, "y", "mask"),
        outputs=(Output("loss", points=2),),
        sizes=(*SIZES, {"n_x": 3, "n_a": 2, "n_y": 7, "m": 4, "T_x": 6}),
        examples=(Example((GUESSED, TRUTH, np.array([[True, True, False]])), 1.5 * float(np.log(2.0))),),
    ),
    Exercise(
        tagging_loss_backward,
        draws={"z": "n_y m T_x", "y": "n_y m T_x | one-hot", "mask": MASK},
        arguments=("softmax(z)", "y", "mask"),
        outputs=(Output("dz", axes="n_y m T_x", points=2),),
        sizes=SIZES,
        loss="tagging_loss(softmax(z), y, mask)",
        slopes={"dz": "z"},
    ),
    Exercise(
        train_tagger,
        draws={
            "x": "n_x m T_x | one-hot",
            "lengths": LENGTHS,
            "parameters": {**PARAMETERS, **TAGGER},
            "learning_rate": 1.2,
            "iterations": "lambda sizes, rng: sizes['iterations'] | made",
        },
        arguments=("x", NEXT, "lengths", HAS_NEXT, "parameters", "learning_rate", "iterations"),
        outputs=(
            Output("trained", (0,), points=4, rule=f"within({LOSS_AFTER}, 0.0, 0.3)", where="iterations > 9"),
            Output("losses", (1,), "iterations", points=2, tolerance=1e-2),
            *(Output(f"{way} {key}, few steps", (0, way, key), ONE_WAY[key], 0.5, where="iterations < 9") for way, key in WAYS),
            *(Output(f"{key}, few steps", (0, key), axes, where="iterations < 9") for key, axes in TAGGER.items()),
        ),
        sizes=TASKS,
        needs=(*BROUGHT, *PADDING, "one_way_forward", "brnn_forward", "brnn_output_backward", "brnn_backward",
               "tagging_loss", "tagging_loss_backward"),  # fmt: skip  # everything
    ),
)
