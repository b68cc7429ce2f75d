"""Hidden checks of topic `language_model`: slopes are measured, and what was trained is held against what can be learned."""

import numpy as np

from autograder.domain import Example, Exercise, Output
from solutions.reference import (
    adam_step,
    bigram_log_probability,
    bigram_probabilities,
    inputs_from_targets,
    language_model_gradients,
    masked_cross_entropy,
    masked_cross_entropy_backward,
    next_word_distribution,
    perplexity,
    sequence_log_probability,
    train_language_model,
    unigram_probabilities,
)
from solutions.reference.language_model import PARAMETERS

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
DATA = ("names.txt",)

# T_x is T_y under the name by which the grader's sentences know it.
SIZES = (
    {"n_y": 4, "n_a": 5, "m": 3, "T_y": 6, "T_x": 6},
    {"n_y": 6, "n_a": 3, "m": 5, "T_y": 4, "T_x": 4},
    {"n_y": 3, "n_a": 4, "m": 1, "T_y": 5, "T_x": 5},
    {"n_y": 5, "n_a": 2, "m": 4, "T_y": 1, "T_x": 1},
)
# Scores hundreds apart, so that most probabilities are no floating-point numbers; and a last word that is impossible.
IMPROBABLE = {"n_y": 4, "n_a": 3, "m": 3, "T_y": 5, "T_x": 5, "scale": 2000}
IMPOSSIBLE = {"n_y": 5, "n_a": 4, "m": 3, "T_y": 7, "T_x": 7, "last": 1}
COUNTED = (*SIZES, {"n_y": 3, "n_a": 1, "m": 9, "T_y": 8, "T_x": 8})
LOGARITHMS = ({"m": 5}, {"m": 3}, {"m": 1}, {"m": 4, "last": 1})
# Adam ends less than 0.06 above what can be learned, for each of 60 seeds and tasks; the first two tasks start about 5 above.
TASKS = (
    {"n_y": 4, "n_a": 9, "m": 12, "T_y": 6, "batch": 5},
    {"n_y": 3, "n_a": 6, "m": 1, "T_y": 5, "batch": 1},
    {"n_y": 5, "n_a": 4, "m": 8, "T_y": 1, "batch": 3},
)

# Where there is such a last word, it comes at the last step of all sequences and nowhere else: it counts in the longest only.
Y = (
    "lambda sizes, rng: np.moveaxis(np.eye(sizes['n_y'])[np.where("
    "(np.arange(sizes['T_y']) == sizes['T_y'] - 1) & ('last' in sizes), sizes['n_y'] - 1, "
    "rng.integers(sizes['n_y'] - ('last' in sizes), size=(sizes['m'], sizes['T_y'])))], -1, 0).copy() | made"
)
LENGTHS = "lambda sizes, rng: np.append(rng.integers(1, max(sizes['T_y'], 2), size=sizes['m'] - 1), sizes['T_y']) | made"
SPEAKING = {
    **PARAMETERS,
    "Wya": "lambda sizes, rng: sizes.get('scale', 0.6) * rng.standard_normal((sizes['n_y'], sizes['n_a'])) | made",
    "by": "lambda sizes, rng: np.append(0.6 * rng.standard_normal(sizes['n_y'] - 1), "
    "-np.inf if 'last' in sizes else 0.3)[:, None] | made",
}
SPOKEN = {"y": Y, "lengths": LENGTHS}
IS_IMPOSSIBLE = "np.isinf(parameters['by']).any()"
IS_IMPROBABLE = "np.max(np.abs(parameters['Wya'])) > 100"
ONLY_THE_LAST = (
    "None if np.all(np.isfinite(log_probability[:-1])) and log_probability[-1] == -np.inf "
    "else 'must be minus infinity for a sequence that holds what is impossible, and finite for any other.'"
)

PLAIN = {"y": "n_y m T_y | one-hot", "lengths": LENGTHS}
NOTHING_BEFORE = "np.zeros((parameters['Waa'].shape[0], y.shape[1]))"
OWNERS = {
    "dWax": ("n_a n_y", "parameters.Wax"),
    "dWaa": ("n_a n_a", "parameters.Waa"),
    "dba": ("n_a 1", "parameters.ba"),
    "dWya": ("n_y n_a", "parameters.Wya"),
    "dby": ("n_y 1", "parameters.by"),
}
MOVED = {"Wax": "n_a n_y", "ba": "n_a 1"}

# Each sequence counts on from where it begins. All that cannot be learned is where: the entropy of the first words.
COUNTING = (
    "lambda sizes, rng: np.moveaxis(np.eye(sizes['n_y'])[(rng.integers(sizes['n_y'], size=(sizes['m'], 1)) "
    "+ np.arange(sizes['T_y'])) % sizes['n_y']], -1, 0).copy() | made"
)
CANNOT_BE_LEARNED = "np.sum(y[:, :, 0] * np.log(y[:, :, 0].mean(axis=1, keepdims=True) + 1e-300)) / y.shape[1]"
LOSS_AFTER = f"language_model_gradients(y, lengths, trained)[0] + {CANNOT_BE_LEARNED}"

FORWARD = ("softmax", "rnn_cell_forward", "rnn_forward")
LOSS = ("sequence_cross_entropy", "softmax_cross_entropy_backward", "masked_cross_entropy", "masked_cross_entropy_backward")
BACKWARD = ("output_backward", "rnn_cell_backward", "rnn_backward")

ABA = np.array([[[1.0, 0.0, 1.0]], [[0.0, 1.0, 0.0]]])  # one sequence of two words: the first, the second, the first
FLAT = {"Wax": np.zeros((1, 2)), "Waa": np.zeros((1, 1)), "ba": np.zeros((1, 1)), "Wya": np.zeros((2, 1)),
        "by": np.array([[np.log(3.0)], [0.0]])}  # fmt: skip  # reads nothing, says the first word three times out of four
ONE, TWO, ZERO = np.array([[1.0]]), np.array([[2.0]]), np.array([[0.0]])

EXERCISES = (
    Exercise(
        inputs_from_targets,
        draws={"y": "n_y m T_y | one-hot"},
        outputs=(Output("x", axes="n_y m T_y", points=2),),
        sizes=SIZES,
        examples=(Example((ABA,), np.array([[[0.0, 1.0, 0.0]], [[0.0, 0.0, 1.0]]])),),
    ),
    Exercise(
        sequence_log_probability,
        draws={**SPOKEN, "parameters": SPEAKING},
        outputs=(
            Output("log_probability", axes="m", points=5, where=f"not {IS_IMPOSSIBLE} and not {IS_IMPROBABLE}"),
            Output("log_probability of the improbable", axes="m", where=IS_IMPROBABLE),
            Output("log_probability of the impossible", where=IS_IMPOSSIBLE, rule=ONLY_THE_LAST),
        ),
        sizes=(*SIZES, IMPROBABLE, IMPOSSIBLE),
        needs=("inputs_from_targets", *FORWARD),
        examples=(
            Example((ABA, np.array([3]), FLAT), np.log([9 / 64])),
            Example((ABA, np.array([1]), FLAT), np.log([3 / 4])),
        ),
    ),
    Exercise(
        next_word_distribution,
        draws={
            "prefix": "lambda sizes, rng: rng.integers(sizes['n_y'], size=sizes['words']) | made",
            "parameters": PARAMETERS,
        },
        outputs=(
            Output("probabilities", axes="n_y", points=4, where="len(prefix) > 0"),
            Output("probabilities of the first word", axes="n_y", where="len(prefix) == 0"),
        ),
        sizes=(
            {"n_y": 4, "n_a": 5, "words": 3},
            {"n_y": 6, "n_a": 3, "words": 5},
            {"n_y": 3, "n_a": 4, "words": 1},
            {"n_y": 5, "n_a": 2, "words": 0},
        ),
        needs=FORWARD,
        examples=(Example((np.array([1, 0]), FLAT), np.array([0.75, 0.25])),),
    ),
    Exercise(
        perplexity,
        draws={
            "log_probabilities": "lambda sizes, rng: np.append(rng.uniform(-8, -4, size=sizes['m'] - 1), "
            "-np.inf if 'last' in sizes else -3.5) | made",
            "lengths": "lambda sizes, rng: rng.permutation(np.arange(2, sizes['m'] + 2)) | made",
        },
        outputs=(
            Output("perplexity", points=3, where="np.isfinite(log_probabilities).all()"),
            Output("perplexity of the impossible", where="np.isinf(log_probabilities).any()",
                   rule="None if perplexity == np.inf else 'must be infinity where a sequence is held impossible.'"),
        ),  # fmt: skip  # a line for each
        sizes=LOGARITHMS,
        examples=(
            Example((np.log([1 / 4, 1 / 16]), np.array([1, 2])), 4.0),
            Example((np.array([0.0]), np.array([7])), 1.0),
        ),
    ),
    Exercise(
        unigram_probabilities,
        draws={**PLAIN, "smoothing": "lambda sizes, rng: float(rng.uniform(0.3, 0.7)) | made"},
        outputs=(Output("probabilities", axes="n_y", points=3),),
        sizes=COUNTED,
        examples=(
            Example((ABA, np.array([3]), 0.5), np.array([2.5, 1.5]) / 4),
            Example((ABA, np.array([1]), 1.0), np.array([2.0, 1.0]) / 3),
        ),
    ),
    Exercise(
        bigram_probabilities,
        draws={**PLAIN, "smoothing": "lambda sizes, rng: float(rng.uniform(0.3, 0.7)) | made"},
        outputs=(Output("bigrams", axes="n_y n_y", points=4),),
        sizes=COUNTED,
        needs=("inputs_from_targets",),
        examples=(
            Example((ABA, np.array([3]), 0.5), np.array([[1.5 / 3, 1.5 / 2], [1.5 / 3, 0.5 / 2]])),
            Example((ABA, np.array([1]), 1.0), np.array([[2 / 3, 1 / 2], [1 / 3, 1 / 2]])),
        ),
    ),
    Exercise(
        bigram_log_probability,
        draws={
            **SPOKEN,
            "bigrams": "lambda sizes, rng: (lambda weights: weights / weights.sum(axis=0))(rng.uniform(0.1, 1.0, "
            "size=(sizes['n_y'], sizes['n_y'])) * (np.arange(sizes['n_y'])[:, None] < sizes['n_y'] - ('last' in sizes))) | made",
        },
        outputs=(
            Output("log_probability", axes="m", points=3, where="np.all(bigrams > 0)"),
            Output("log_probability of the impossible", where="np.any(bigrams == 0)", rule=ONLY_THE_LAST),
        ),
        sizes=(*SIZES, IMPOSSIBLE),
        needs=("inputs_from_targets",),
        examples=(Example((ABA, np.array([3]), np.array([[0.75, 0.5], [0.25, 0.5]])), np.log([0.75 * 0.25 * 0.5])),),
    ),
    Exercise(
        masked_cross_entropy,
        draws={"y_pred": "n_y m T_y | probabilities", **PLAIN},
        outputs=(Output("loss", points=3),),
        sizes=SIZES,
        needs=("sequence_cross_entropy",),
        examples=(
            Example((np.full((2, 1, 3), 0.5), ABA, np.array([2])), 2 * np.log(2.0)),
            Example((np.full((2, 1, 3), 0.5), ABA, np.array([3])), 3 * np.log(2.0)),
        ),
    ),
    Exercise(
        masked_cross_entropy_backward,
        draws={"z": "n_y m T_y", **PLAIN},
        arguments=("softmax(z)", "y", "lengths"),
        outputs=(Output("dz", axes="n_y m T_y", points=3),),
        sizes=SIZES,
        needs=("softmax_cross_entropy_backward",),
        loss="masked_cross_entropy(softmax(z), y, lengths)",
        slopes={"dz": "z"},
    ),
    Exercise(
        language_model_gradients,
        draws={**PLAIN, "parameters": PARAMETERS},
        outputs=(
            Output("loss", (0,), points=2),
            *(Output(key, (1, key), axes, points=2 if axes.startswith("n_a") else 1) for key, (axes, _) in OWNERS.items()),
        ),
        sizes=SIZES,
        needs=("inputs_from_targets", *LOSS, *FORWARD, *BACKWARD),
        loss=f"masked_cross_entropy(rnn_forward(inputs_from_targets(y), {NOTHING_BEFORE}, parameters)[1], y, lengths)",
        slopes={key: owner for key, (_, owner) in OWNERS.items()},
    ),
    Exercise(
        adam_step,
        draws={
            "parameters": MOVED,
            "gradients": {"d" + key: axes for key, axes in MOVED.items()},
            "v": MOVED,
            "s": {key: f"{axes} | probabilities" for key, axes in MOVED.items()},
            "t": "lambda sizes, rng: sizes['t'] | made",
            "learning_rate": 0.3,
            "beta1": 0.8,
            "beta2": 0.95,
            "epsilon": 0.1,
        },
        outputs=(
            *(Output(key, (0, key), axes, points=2) for key, axes in MOVED.items()),
            *(Output(f"v of {key}", (1, key), axes) for key, axes in MOVED.items()),
            *(Output(f"s of {key}", (2, key), axes) for key, axes in MOVED.items()),
        ),
        sizes=(
            {"n_y": 4, "n_a": 3, "t": 4},
            {"n_y": 2, "n_a": 5, "t": 1},
            {"n_y": 1, "n_a": 2, "t": 2},
        ),
        examples=(
            Example(({"Wax": TWO, "ba": ONE}, {"dWax": ONE, "dba": ZERO}, {"Wax": ZERO, "ba": ZERO}, {"Wax": ZERO, "ba": ZERO},
                     1, 0.5, 0.9, 0.99, 1.0),
                    ({"Wax": 1.75 * ONE, "ba": ONE}, {"Wax": 0.1 * ONE, "ba": ZERO}, {"Wax": 0.01 * ONE, "ba": ZERO})),
        ),
    ),
    Exercise(
        train_language_model,
        draws={
            "y": COUNTING,
            "lengths": LENGTHS,
            "parameters": PARAMETERS,
            "learning_rate": 0.1,
            "batch_size": "lambda sizes, rng: sizes['batch'] | made",
            "iterations": "iter(range(40)) | living",
        },
        outputs=(
            Output("trained", (0,), points=4, rule=f"within({LOSS_AFTER}, -1e-6, 0.15)"),
            Output("losses", (1,), "40", points=2, tolerance=1e-2),
        ),
        sizes=TASKS,
        seconds=20,
        needs=("language_model_gradients", "adam_step", "inputs_from_targets", *LOSS, *FORWARD, *BACKWARD),
    ),
)
