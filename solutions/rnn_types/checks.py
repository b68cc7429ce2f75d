"""Hidden checks of topic `rnn_types`: every gradient is held against the measured slope of the reference's forward pass."""

from autograder.domain import Exercise, Output
from solutions.reference import (
    encoder_decoder_backward,
    encoder_decoder_forward,
    encoder_decoder_generate,
    encoder_forward,
    many_to_many_backward,
    many_to_many_forward,
    many_to_one_backward,
    many_to_one_forward,
    one_to_many_backward,
    one_to_many_forward,
    one_to_many_generate,
    one_to_one_backward,
    one_to_one_forward,
)
from solutions.reference.encoder_decoder import NETWORKS
from solutions.reference.one_to_many import FEEDING_BACK
from solutions.reference.rnn import PARAMETERS
from solutions.rnn_types.trainings import EXERCISES as TRAININGS

SIZES = (
    {"n_x": 3, "n_a": 5, "n_y": 4, "m": 2, "T_x": 7, "T_y": 6},
    {"n_x": 6, "n_a": 4, "n_y": 3, "m": 5, "T_x": 4, "T_y": 7},
    {"n_x": 4, "n_a": 3, "n_y": 2, "m": 1, "T_x": 3, "T_y": 1},
    {"n_x": 2, "n_a": 6, "n_y": 5, "m": 3, "T_x": 1, "T_y": 4},
)
PAIRS = (
    {"n_x": 3, "n_a": 6, "n_y": 5, "m": 2, "T_x": 4, "T_y": 7},
    {"n_x": 7, "n_a": 6, "n_y": 3, "m": 5, "T_x": 3, "T_y": 2},
    {"n_x": 4, "n_a": 6, "n_y": 2, "m": 1, "T_x": 3, "T_y": 5},
    {"n_x": 2, "n_a": 6, "n_y": 5, "m": 3, "T_x": 1, "T_y": 4},
)
# Long, and of many examples: what is fed back can be told by the choices that follow from it, and few of them are close.
LONG = (
    {"n_x": 3, "n_a": 6, "n_y": 5, "m": 12, "T_x": 4, "T_y": 15},
    {"n_x": 4, "n_a": 7, "n_y": 6, "m": 14, "T_x": 3, "T_y": 13},
)
ONE_WORD = {"n_x": 4, "n_a": 5, "n_y": 3, "m": 2, "T_x": 6, "T_y": 1}
T_Y = "lambda sizes, rng: sizes['T_y'] | made"
LENGTHS = (
    "lambda sizes, rng: np.append(rng.integers(1, max(sizes['T_x'], 2), size=sizes['m'] - 1), sizes['T_x']) | made"
)

SEQUENCE = {"x": "n_x m T_x", "a0": "n_a m"}
SPEAKING = {"x": "n_y m | one-hot", "a0": "n_a m"}
ONCE, EACH = "n_y m | one-hot", "n_y m T_y | one-hot"
WEIGHTS = {
    "dWax": "parameters.Wax",
    "dba": "parameters.ba",
    "dWya": "parameters.Wya",
    "dby": "parameters.by",
}
RECURRENT = {"da0": "a0", "dWaa": "parameters.Waa", **WEIGHTS}
OUTPUTS = {"da0": "n_a m", "dWax": "n_a n_x", "dWaa": "n_a n_a", "dba": "n_a 1", "dWya": "n_y n_a", "dby": "n_y 1"}

BROUGHT = (
    "softmax",
    "rnn_cell_forward",
    "rnn_forward",
    "sequence_cross_entropy",
    "softmax_cross_entropy_backward",
    "output_backward",
    "rnn_cell_backward",
    "rnn_backward",
)
FORWARD = ("softmax", "rnn_cell_forward", "rnn_forward")
BACKWARD = ("output_backward", "rnn_cell_backward", "rnn_backward")
DATA = ("melodies.tsv", "sentiment.tsv", "entities.tsv", "dates.tsv")


def gradients(**axes: str) -> tuple[Output, ...]:
    """One output for each gradient of a dictionary."""
    return tuple(Output(name, (name,), shape) for name, shape in axes.items())


def of_scores(forward: str) -> str:
    """The gradient of the loss with respect to the scores, where there is a prediction at each step."""
    return f"softmax_cross_entropy_backward({forward}[0], y)"


def of_last_scores(forward: str) -> str:
    """The same where there is one prediction for each example."""
    return f"softmax_cross_entropy_backward({forward}[0][:, :, None], y[:, :, None])[:, :, 0]"


ONE_TO_ONE = "one_to_one_forward(x, parameters)"
ONE_TO_MANY = "one_to_many_forward(x, a0, y, parameters)"
MANY_TO_ONE = "many_to_one_forward(x, a0, lengths, parameters)"
MANY_TO_MANY = "many_to_many_forward(x, a0, parameters)"
ENCODER_DECODER = "encoder_decoder_forward(x, a0, y, parameters)"

EXERCISES = (
    Exercise(
        one_to_one_forward,
        draws={"x": "n_x m", "parameters": PARAMETERS},
        outputs=(Output("y_pred", (0,), "n_y m"), Output("cache", (1,), taken_by="one_to_one_backward")),
        sizes=SIZES,
        needs=FORWARD,
    ),
    Exercise(
        one_to_one_backward,
        draws={"x": "n_x m", "parameters": PARAMETERS, "y": ONCE},
        arguments=(of_last_scores(ONE_TO_ONE), f"{ONE_TO_ONE}[1]"),
        outputs=gradients(dx="n_x m", dWax="n_a n_x", dba="n_a 1", dWya="n_y n_a", dby="n_y 1"),
        sizes=SIZES,
        needs=BACKWARD,
        loss=f"sequence_cross_entropy({ONE_TO_ONE}[0][:, :, None], y[:, :, None])",
        slopes={"dx": "x", **WEIGHTS},
    ),
    Exercise(
        one_to_many_forward,
        draws={**SPEAKING, "y": EACH, "parameters": FEEDING_BACK},
        outputs=(Output("y_pred", (0,), "n_y m T_y", points=3), Output("caches", (1,), taken_by="one_to_many_backward")),
        sizes=SIZES,
        needs=FORWARD,
    ),
    Exercise(
        one_to_many_backward,
        draws={**SPEAKING, "y": EACH, "parameters": FEEDING_BACK},
        arguments=(of_scores(ONE_TO_MANY), f"{ONE_TO_MANY}[1]"),
        outputs=gradients(dx="n_y m", **{**OUTPUTS, "dWax": "n_a n_y"}),
        sizes=SIZES,
        needs=BACKWARD,
        loss=f"sequence_cross_entropy({ONE_TO_MANY}[0], y)",
        slopes={"dx": "x", **RECURRENT},
    ),
    Exercise(
        one_to_many_generate,
        draws={**SPEAKING, "parameters": FEEDING_BACK, "T_y": T_Y},
        outputs=(Output("y", axes="n_y m T_y", points=3),),
        sizes=(*SIZES, *LONG),
        needs=FORWARD,
    ),
    Exercise(
        many_to_one_forward,
        draws={**SEQUENCE, "lengths": LENGTHS, "parameters": PARAMETERS},
        outputs=(Output("y_pred", (0,), "n_y m", points=3), Output("caches", (1,), taken_by="many_to_one_backward")),
        sizes=SIZES,
        needs=FORWARD,
    ),
    Exercise(
        many_to_one_backward,
        draws={**SEQUENCE, "lengths": LENGTHS, "parameters": PARAMETERS, "y": ONCE},
        arguments=(of_last_scores(MANY_TO_ONE), f"{MANY_TO_ONE}[1]"),
        outputs=gradients(dx="n_x m T_x", **OUTPUTS),
        sizes=SIZES,
        needs=BACKWARD,
        loss=f"sequence_cross_entropy({MANY_TO_ONE}[0][:, :, None], y[:, :, None])",
        slopes={"dx": "x", **RECURRENT},
    ),
    Exercise(
        many_to_many_forward,
        draws={**SEQUENCE, "parameters": PARAMETERS},
        outputs=(Output("y_pred", (0,), "n_y m T_x", points=2), Output("caches", (1,), taken_by="many_to_many_backward")),
        sizes=SIZES,
        needs=FORWARD,
    ),
    Exercise(
        many_to_many_backward,
        draws={**SEQUENCE, "parameters": PARAMETERS, "y": "n_y m T_x | one-hot"},
        arguments=(of_scores(MANY_TO_MANY), f"{MANY_TO_MANY}[1]"),
        outputs=gradients(dx="n_x m T_x", **OUTPUTS),
        sizes=SIZES,
        needs=BACKWARD,
        loss=f"sequence_cross_entropy({MANY_TO_MANY}[0], y)",
        slopes={"dx": "x", **RECURRENT},
    ),
    Exercise(
        encoder_forward,
        draws={**SEQUENCE, "parameters": {"encoder": NETWORKS["encoder"]}},
        outputs=(Output("a_next", (0,), "n_a m", points=2), Output("caches", (1,), taken_by="encoder_decoder_backward")),
        sizes=SIZES,
    ),
    Exercise(
        encoder_decoder_forward,
        draws={**SEQUENCE, "y": EACH, "parameters": NETWORKS},
        outputs=(Output("y_pred", (0,), "n_y m T_y", points=4), Output("caches", (1,), taken_by="encoder_decoder_backward")),
        sizes=(*PAIRS, ONE_WORD),
        needs=("encoder_forward", *FORWARD),
    ),
    Exercise(
        encoder_decoder_backward,
        draws={**SEQUENCE, "y": EACH, "parameters": NETWORKS},
        arguments=(of_scores(ENCODER_DECODER), f"{ENCODER_DECODER}[1]"),
        outputs=(
            *gradients(dx="n_x m T_x", da0="n_a m"),
            Output("encoder dWax", ("encoder", "dWax"), "n_a n_x"),
            Output("encoder dWaa", ("encoder", "dWaa"), "n_a n_a"),
            Output("encoder dba", ("encoder", "dba"), "n_a 1"),
            Output("decoder dWax", ("decoder", "dWax"), "n_a n_y"),
            Output("decoder dWaa", ("decoder", "dWaa"), "n_a n_a"),
            Output("decoder dba", ("decoder", "dba"), "n_a 1"),
            Output("decoder dWya", ("decoder", "dWya"), "n_y n_a"),
            Output("decoder dby", ("decoder", "dby"), "n_y 1"),
        ),
        sizes=PAIRS,
        needs=BACKWARD,
        loss=f"sequence_cross_entropy({ENCODER_DECODER}[0], y)",
        slopes={
            "dx": "x",
            "da0": "a0",
            **{f"encoder d{key}": f"parameters.encoder.{key}" for key in NETWORKS["encoder"]},
            **{f"decoder d{key}": f"parameters.decoder.{key}" for key in NETWORKS["decoder"]},
        },
    ),
    Exercise(
        encoder_decoder_generate,
        draws={**SEQUENCE, "parameters": NETWORKS, "T_y": T_Y},
        outputs=(Output("y", axes="n_y m T_y", points=3),),
        sizes=(*PAIRS, *LONG, ONE_WORD),
        needs=("encoder_forward", *FORWARD),
    ),
    *TRAININGS,
)
