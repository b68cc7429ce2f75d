"""Hidden checks of topic `notation`: lists of words, look-up tables and whole numbers."""

import numpy as np

from autograder.domain import Example, Exercise, Output
from solutions.reference import build_vocabulary, count_parameters, encode, one_hot, pad_batch

SPELL = ["Harry", "Potter", "and", "Hermione", "Granger", "invented", "a", "new", "spell"]

# More than thirty words: some in capitals and not, <UNK> more often than most, many equally often.
TEXT = ("<UNK> <UNK> the the Harry Potter and Hermione Granger invented a new spell New Spell And harry "
        "of to in it was he his that with as for had at on be owl Owl wand")  # fmt: skip  # two lines
SENTENCES = f"lambda sizes, rng: rng.choice({TEXT!r}.split(), size=(sizes['m'], sizes['T_x'])).tolist() | made"
# About half of the words are in no vocabulary; indices are drawn. That of <UNK> is neither 0, which a word has, nor 5, the number
# of words.
SENTENCE = "lambda sizes, rng: rng.choice('new New spell old owl Owl wand'.split(), size=sizes['T_x']).tolist() | made"
VOCABULARY = ("lambda sizes, rng: (lambda unk, *others: dict(zip('<UNK> new spell owl broom'.split(), "
              "[unk, *rng.permutation([0, *others[:3]]).tolist()])))(*rng.permutation([1, 2, 3, 4, 6, 7, 8]).tolist()) | made")
INDICES = "lambda sizes, rng: rng.integers(sizes['n_x'], size=[sizes[axis] for axis in ('m', 'T_x') if axis in sizes]) | made"
# Lengths differ, sorted neither way; the longest is T_x, and index 0 is a word like any other.
SEQUENCES = ("lambda sizes, rng: [rng.integers(sizes['n_x'], size=length) for length in "
             "np.roll(np.maximum(sizes['T_x'] - np.arange(sizes['m']), 1), "
             "rng.integers(1, max(sizes['m'], 2)))] | made")  # fmt: skip  # one text


def size(axis: str) -> str:
    """A whole number among the inputs."""
    return f"lambda sizes, rng: sizes[{axis!r}] | made"


def some(axis: str) -> str:
    """A whole number among the inputs that is drawn, with the size for its last digit: no two of them are equal."""
    return f"lambda sizes, rng: sizes[{axis!r}] + 10 * int(rng.integers(90)) | made"


EXERCISES = (
    Exercise(
        build_vocabulary,
        draws={"sentences": SENTENCES, "size": size("n_x")},
        outputs=(Output("vocabulary", axes="| lookup", points=5, form="{'<UNK>': 0}"),),
        sizes=(
            {"n_x": 6, "m": 3, "T_x": 9},
            {"n_x": 9, "m": 4, "T_x": 10},
            {"n_x": 25, "m": 6, "T_x": 14},
            {"n_x": 50, "m": 2, "T_x": 8},
            {"n_x": 4, "m": 1, "T_x": 7},
            {"n_x": 3, "m": 5, "T_x": 1},
            {"n_x": 1, "m": 2, "T_x": 3},
        ),
        examples=(
            Example(
                ([SPELL], 10),
                {
                    "<UNK>": 0,
                    "Granger": 1,
                    "Harry": 2,
                    "Hermione": 3,
                    "Potter": 4,
                    "a": 5,
                    "and": 6,
                    "invented": 7,
                    "new": 8,
                    "spell": 9,
                },
            ),
            Example(([["a", "new", "spell"], ["a", "new", "owl"], ["new", "owl"]], 3), {"<UNK>": 0, "new": 1, "a": 2}),
        ),
    ),
    Exercise(
        encode,
        draws={"sentence": SENTENCE, "vocabulary": VOCABULARY},
        outputs=(Output("indices", axes="T_x", points=3, form="np.zeros(len(sentence), int)"),),
        sizes=({"T_x": 9}, {"T_x": 6}, {"T_x": 12}, {"T_x": 1}),
        examples=(
            Example((["Harry", "invented", "a", "spell"], {"a": 1, "Harry": 3, "spell": 2, "<UNK>": 0}), np.array([3, 0, 1, 2])),
        ),
    ),
    Exercise(
        one_hot,
        draws={"indices": INDICES, "n_x": size("n_x")},
        outputs=(
            Output("x of one sentence", axes="n_x T_x", points=2, where="indices.ndim == 1"),
            Output("x of several", axes="n_x m T_x", points=2, where="indices.ndim == 2"),
        ),
        sizes=(
            {"n_x": 5, "T_x": 7},
            {"n_x": 6, "m": 3, "T_x": 4},
            {"n_x": 4, "T_x": 1},
            {"n_x": 3, "m": 1, "T_x": 5},
            {"n_x": 7, "m": 2, "T_x": 1},
            {"n_x": 1, "m": 3, "T_x": 2},
        ),
        examples=(Example((np.array([2, 0]), 3), np.array([[0.0, 1.0], [0.0, 0.0], [1.0, 0.0]])),),
    ),
    Exercise(
        pad_batch,
        draws={"sequences": SEQUENCES, "n_x": size("n_x")},
        outputs=(
            Output("x", (0,), "n_x m T_x", points=4),
            Output("lengths", (1,), "m", points=2, form="np.zeros(len(sequences), int)"),
        ),
        sizes=(
            {"n_x": 3, "m": 4, "T_x": 6},
            {"n_x": 6, "m": 3, "T_x": 5},
            {"n_x": 4, "m": 1, "T_x": 3},
            {"n_x": 5, "m": 2, "T_x": 1},
        ),
        needs=("one_hot",),
        examples=(
            Example(
                ([np.array([1, 0]), np.array([1])], 2),
                (np.array([[[0.0, 1.0], [0.0, 0.0]], [[1.0, 0.0], [1.0, 0.0]]]), np.array([2, 1])),
            ),
        ),
    ),
    Exercise(
        count_parameters,
        draws={"n_a": some("n_a"), "n_x": some("n_x"), "n_y": some("n_y")},
        outputs=(
            *(Output(name, (0, name), form="(1, 1)") for name in ("Waa", "Wax", "Wa", "Wya", "ba", "by")),
            Output("total", (1,), points=2, form="1"),
        ),
        sizes=({"n_a": 5, "n_x": 7, "n_y": 3}, {"n_a": 4, "n_x": 2, "n_y": 6}),
        examples=(
            Example(
                (100, 10000, 10000),
                (
                    {
                        "Waa": (100, 100),
                        "Wax": (100, 10000),
                        "Wa": (100, 10100),
                        "Wya": (10000, 100),
                        "ba": (100, 1),
                        "by": (10000, 1),
                    },
                    2020100,
                ),
            ),
        ),
    ),
)
