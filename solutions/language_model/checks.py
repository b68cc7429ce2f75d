"""Hidden checks of topic `language_model`: slopes are measured, and what was trained is held against what can be learned."""

import numpy as np

from autograder.domain import Example, Exercise, Output
from solutions.language_model.inputs import (
    COUNTED,
    COUNTING,
    IMPOSSIBLE,
    IMPROBABLE,
    IS_IMPOSSIBLE,
    IS_IMPROBABLE,
    LENGTHS,
    LOGARITHMS,
    LOSS_AFTER,
    MOVED,
    NOTHING_BEFORE,
    ONLY_THE_LAST,
    OWNERS,
    PLAIN,
    SIZES,
    SPEAKING,
    SPOKEN,
    TASKS,
)
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
            "prefix": "lambda sizes, rng: rng.permutation(sizes['n_y'])[:sizes['words']] | made",  # never the same backwards
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
