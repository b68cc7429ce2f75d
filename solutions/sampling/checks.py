"""Hidden checks of topic `sampling`: sequences are judged step by step, each on what the learner's own said before it.

No rounding decides: a symbol drawn passes where the uniform number lies within 1e-6 of its border, and the most likely
passes where another is as likely to one in a million. Where draws are judged by distribution, the bound on false alarms
is that of ``distributed_each``, 1e-9 for each case.
"""

import numpy as np

from autograder.domain import Example, Exercise, Output
from autograder.draws import Living
from solutions.reference import (
    beam_search,
    draw_index,
    greedy,
    predict_next,
    sample,
    top_k,
    top_p,
    with_temperature,
    without_unknown,
)
from solutions.reference.one_to_many import FEEDING_BACK

PREDICTING = ("softmax", "rnn_cell_forward", "rnn_forward")
BROUGHT = (*PREDICTING, "output_backward", "rnn_cell_backward", "rnn_backward")
DATA = ("names.txt",)

# Distributions with exact sums: impossible symbols at both ends and in the middle, ties, and borders that are met exactly.
QUARTERS = [
    np.array([0.0, 0.25, 0.0, 0.5, 0.25, 0.0]),
    np.array([0.25, 0.125, 0.25, 0.0, 0.125, 0.25]),
    np.array([0.125, 0.25, 0.125, 0.25, 0.25]),
    np.array([2.0, 1.0, 1.0] * 8) / 32,
]
DISTRIBUTION = (
    "lambda sizes, rng: np.array(sizes['exact']) if 'exact' in sizes else "
    "(lambda weights: weights * sizes.get('sum', 1.0) / np.sum(weights))(rng.uniform(0.1, 1.0, sizes['n_y'])) | made"
)
EXACT = [{"exact": one.tolist(), "n_y": len(one)} for one in QUARTERS]


def option(name: str, default: str = "None") -> str:
    """An input that stands in the sizes of a case, or its default."""
    return f"lambda sizes, rng: sizes.get('{name}', {default}) | made"


# A network that would love to say <UNK>, and whose first hidden unit counts the steps: the more there were, the more it
# asks for <EOS>, by "slope", once above "threshold".
NETWORK = """lambda sizes, rng: (lambda n_a, n_y, end, unknown, first, loud, slope, threshold: {
    "Wax": np.where(first, 0.25, 1.2 * rng.standard_normal((n_a, n_y))),
    "Waa": np.where(first, np.eye(1, n_a), 0.8 * rng.standard_normal((n_a, n_a))),
    "Wya": (1 - end) * loud * rng.standard_normal((n_y, n_a)) + end * slope * np.eye(1, n_a),
    "ba": np.where(first, 0.0, 0.6 * rng.standard_normal((n_a, 1))),
    "by": 0.6 * rng.standard_normal((n_y, 1)) + 2 * unknown - threshold * end,
})(sizes["n_a"], sizes["n_y"], np.eye(sizes["n_y"])[:, [sizes["eos"]]], np.eye(sizes["n_y"])[:, [sizes["unk"]]],
   np.arange(sizes["n_a"])[:, None] == 0, sizes.get("loud", 1.4), sizes.get("slope", 30.0), sizes.get("threshold", 18.5))
| made"""
TALKING = {"parameters": NETWORK, "eos": option("eos"), "unk": option("unk")}



def said(sequence: str) -> str:
    """What was said as far as it can be seen: <EOS> included, unless the sequence was too long for it."""
    return f"[*{sequence}, eos][:max_length]"


def predicted(sequence: str) -> str:
    """The distributions from which a sequence was chosen: the network reads what the learner's own sequence says."""
    read = f"np.insert(np.eye(len(parameters['by']))[:, {said(sequence)}[:-1]], 0, 0.0, axis=1)[:, None]"
    walked = f"rnn_forward({read}, np.zeros_like(parameters['ba']), parameters)"
    return f"[without_unknown(row, unk) for row in {walked}[1][:, 0].T]"


SAID, PREDICTED = said("indices"), predicted("indices")
TEMPERED = f"[with_temperature(row, temperature) for row in {PREDICTED}]"
LIKELY = f"[row if k is None else top_k(row, k) for row in {TEMPERED}]"
ROWS = f"[row if p is None else top_p(row, p) for row in {LIKELY}]"
WHOLE = "np.asarray([*indices, eos]).dtype.kind in 'iu'"
FORM = (
    f"'must be a list of whole numbers.' if not {WHOLE} else "
    "'holds `<EOS>`, where the sequence should have ended.' if eos in list(indices) else "
    "'holds `<UNK>`.' if unk in list(indices) else "
    "'is longer than it may be.' if len(indices) > max_length else "
)
DRAWN = f"{FORM}distributed_each({SAID}, {ROWS})"
NEAR = "draw_index(row, max(u - 1e-6, 0.0)) <= one <= draw_index(row, min(u + 1e-6, 1 - 1e-9))"
ONE_EACH = (
    f"{FORM}None if all({NEAR} for one, row, u in zip({SAID}, {ROWS}, rng.made().random(max_length))) "
    "else 'is not what this generator gives with one number a step and the inverse of the cumulative distribution.'"
)
MOST_LIKELY = (
    f"{FORM}None if all(row[one] > (1 - 1e-6) * np.max(row) for one, row in zip({SAID}, {PREDICTED})) "
    "else 'holds a symbol that is not the most likely one.'"
)
PLAIN = "temperature == 1 and k is None and p is None"

INDEX = (
    "'must be one whole number.' if np.ndim(index) or np.asarray(index).dtype.kind not in 'iu' else "
    "None if index == draw_index(probabilities, u) else 'is not where u falls.'"
)
BEYOND, BORDER = "u >= np.sum(probabilities)", "np.any(probabilities == 0)"
SEQUENCES = (
    "None if [[int(one) for one in said] for said in sequences] == "
    "beam_search(parameters, eos, unk, width, max_length, alpha)[0] "
    "else 'are not those that the docstring leads to, or stand in another order.'"
)
SUMS = f"[sum(np.log(row[one]) for one, row in zip({said('said')}, {predicted('said')})) for said in sequences]"
LOGS = (
    "'must be an array with one number for each sequence.' if np.shape(log_probabilities) != (len(sequences),) else "
    f"None if np.allclose(log_probabilities, {SUMS}, rtol=1e-5, atol=1e-6) "
    "else 'are not those of the sequences beside them.'"
)

# Four symbols: <EOS>, <UNK> and two letters. Without <UNK> they have 0.3, 0, 0.6 and 0.1, whatever was said before.
ALWAYS = {"Wax": np.zeros((1, 4)), "Waa": np.zeros((1, 1)), "Wya": np.zeros((4, 1)), "ba": np.zeros((1, 1)),
          "by": np.log(np.array([[3.0], [5.0], [6.0], [1.0]]))}  # fmt: skip  # one small network

EXERCISES = (
    Exercise(
        draw_index,
        draws={
            "probabilities": DISTRIBUTION,
            "u": "lambda sizes, rng: sizes['u'] if 'u' in sizes else float(rng.random()) | made",
        },
        outputs=(
            Output("index", points=3, rule=INDEX, where=f"not ({BEYOND}) and not ({BORDER})"),
            Output("index where some are impossible", (), rule=INDEX, where=f"not ({BEYOND}) and {BORDER}"),
            Output("index where the sum is below 1", (), rule=INDEX, where=BEYOND),
        ),
        sizes=(
            *({"n_y": n_y, "u": u} for n_y, u in ((5, 0.97), (4, 0.02), (7, 0.45), (3, 0.6), (6, 0.8))),
            *({"n_y": 3 + extra} for extra in range(4)),
            {**EXACT[2], "u": 0.375},
            *({**EXACT[0], "u": u} for u in (0.0, 0.25, 0.7, 0.75, 0.9)),
            {"n_y": 4, "sum": 0.9999, "u": 0.99995},
            {"exact": [0.25, 0.25, 0.4999, 0.0, 0.0], "n_y": 5, "u": 0.99995},
            {"n_y": 1, "u": 0.5},
        ),
        examples=(
            Example((np.array([0.5, 0.25, 0.25]), 0.6), 1),
            Example((np.array([0.5, 0.25, 0.25]), 0.75), 2),
            Example((np.array([0.0, 1.0, 0.0]), 0.0), 1),
            Example((np.array([0.5, 0.4999, 0.0]), 0.99995), 1),
        ),
    ),
    Exercise(
        without_unknown,
        draws={"probabilities": DISTRIBUTION, "unk": option("unk")},
        outputs=(Output("known", axes="n_y", points=2),),
        sizes=({"n_y": 5, "unk": 1}, {"n_y": 3, "unk": 2}, {"n_y": 6, "unk": 0}, {"n_y": 2, "unk": 1}),
        examples=(Example((np.array([0.25, 0.5, 0.25]), 1), np.array([0.5, 0.0, 0.5])),),
    ),
    Exercise(
        with_temperature,
        draws={"probabilities": DISTRIBUTION, "temperature": option("temperature")},
        outputs=(
            Output("tempered", axes="n_y", points=3, where="temperature > 0.01 and np.all(probabilities > 0)"),
            Output("tempered where some are impossible", axes="n_y", where="np.any(probabilities == 0)"),
            Output("tempered with a small temperature", axes="n_y", where="temperature <= 0.01"),
        ),
        sizes=(
            *({"n_y": n_y, "temperature": T} for n_y, T in ((5, 0.5), (4, 2.5), (3, 1.0), (6, 0.7), (1, 0.5))),
            {**EXACT[0], "temperature": 0.6},
            {**EXACT[1], "temperature": 3.0},
            {"n_y": 5, "temperature": 1e-3},
            {"exact": [0.001, 0.001, 0.499, 0.499], "n_y": 4, "temperature": 1e-4},
        ),
        examples=(
            Example((np.array([0.25, 0.75]), 0.5), np.array([0.1, 0.9])),
            Example((np.array([0.0, 0.2, 0.8]), 2.0), np.array([0.0, 1 / 3, 2 / 3])),
            Example((np.array([0.25, 0.5, 0.25]), 0.0001), np.array([0.0, 1.0, 0.0])),
        ),
    ),
    Exercise(
        top_k,
        draws={"probabilities": DISTRIBUTION, "k": option("k")},
        outputs=(
            Output("kept", axes="n_y", points=2, where="len(set(probabilities)) == len(probabilities)"),
            Output("kept of equally likely ones", axes="n_y", where="len(set(probabilities)) < len(probabilities)"),
        ),
        sizes=(
            *({"n_y": n_y, "k": k} for n_y, k in ((6, 2), (5, 3), (4, 1), (3, 3), (3, 5))),
            *({**EXACT[2], "k": k} for k in (1, 2, 4)),
            {**EXACT[1], "k": 5},
            {**EXACT[3], "k": 13},
        ),
        examples=(Example((np.array([0.125, 0.25, 0.5, 0.125]), 2), np.array([0.0, 1 / 3, 2 / 3, 0.0])),),
    ),
    Exercise(
        top_p,
        draws={"probabilities": DISTRIBUTION, "p": option("p")},
        outputs=(
            Output("kept", axes="n_y", points=3, where="len(set(probabilities)) == len(probabilities)"),
            Output("kept of equally likely ones", axes="n_y", where="len(set(probabilities)) < len(probabilities)"),
        ),
        sizes=(
            *({"n_y": n_y, "p": p} for n_y, p in ((6, 0.7), (5, 0.45), (4, 0.1), (7, 0.9))),
            *({**EXACT[2], "p": p} for p in (0.25, 0.5, 0.6)),
            {**EXACT[1], "p": 1.0},
            {**EXACT[3], "p": 0.65},
        ),
        examples=(
            Example((np.array([0.125, 0.25, 0.5, 0.125]), 0.75), np.array([0.0, 1 / 3, 2 / 3, 0.0])),
            Example((np.array([0.125, 0.25, 0.5, 0.125]), 0.4), np.array([0.0, 0.0, 1.0, 0.0])),
        ),
    ),
    Exercise(
        predict_next,
        draws={
            "index": "lambda sizes, rng: None if 'first' in sizes else int(rng.integers(1, sizes['n_y'])) | made",
            "a_prev": "n_a 1",
            "parameters": FEEDING_BACK,
            "unk": option("unk"),
        },
        outputs=(Output("probabilities", (0,), "n_y", points=3), Output("a_next", (1,), "n_a 1", points=2)),
        sizes=(
            {"n_y": 5, "n_a": 4, "unk": 1},
            {"n_y": 3, "n_a": 6, "unk": 2},
            {"n_y": 4, "n_a": 3, "unk": 0, "first": 1},
            {"n_y": 6, "n_a": 1, "unk": 3},
        ),
        needs=("softmax", "rnn_cell_forward", "without_unknown"),
        examples=(Example((None, np.zeros((1, 1)), ALWAYS, 1), (np.array([0.3, 0.0, 0.6, 0.1]), np.zeros((1, 1)))),),
    ),
    Exercise(
        sample,
        draws={
            **TALKING,
            "rng": "| generator",
            "max_length": option("max_length"),
            "temperature": option("temperature", "1.0"),
            "k": option("k"),
            "p": option("p"),
        },
        outputs=(
            Output("indices", points=4, rule=DRAWN, where=PLAIN),
            Output("indices at another temperature", (), points=2, rule=DRAWN, where="temperature != 1 and k is None"),
            Output("indices with top-k", (), points=2, rule=DRAWN, where="k is not None and p is None"),
            Output("indices with top-p", (), points=2, rule=DRAWN, where="p is not None and k is None"),
            Output("indices, one number a step", (), rule=ONE_EACH),
        ),
        sizes=(
            {"n_y": 6, "n_a": 4, "eos": 0, "unk": 1, "max_length": 30},
            {"n_y": 7, "n_a": 5, "eos": 2, "unk": 4, "max_length": 240, "threshold": 90, "loud": 0.8},
            {"n_y": 6, "n_a": 7, "eos": 5, "unk": 0, "max_length": 240, "threshold": 90, "loud": 2.5},
            {"n_y": 4, "n_a": 6, "eos": 3, "unk": 0, "max_length": 1},
            {"n_y": 7, "n_a": 4, "eos": 1, "unk": 5, "max_length": 240, "temperature": 0.3, "threshold": 90, "loud": 0.5},
            {"n_y": 5, "n_a": 4, "eos": 1, "unk": 2, "max_length": 9, "k": 1},
            {"n_y": 5, "n_a": 6, "eos": 4, "unk": 2, "max_length": 3, "k": 1},
            {"n_y": 8, "n_a": 5, "eos": 0, "unk": 3, "max_length": 80, "k": 3, "threshold": 90},
            {"n_y": 8, "n_a": 5, "eos": 6, "unk": 3, "max_length": 80, "p": 0.6, "threshold": 90, "loud": 0.7},
            {"n_y": 9, "n_a": 5, "eos": 6, "unk": 3, "max_length": 20, "p": 0.8, "k": 4, "temperature": 2.0, "threshold": 90},
        ),
        needs=("predict_next", "draw_index", "with_temperature", "top_k", "top_p", "without_unknown", *PREDICTING),
        examples=(Example((ALWAYS, 0, 1, Living("np.random.default_rng(0)"), 5, 0.01), [2, 2, 2, 2, 2]),),
    ),
    Exercise(
        greedy,
        draws={**TALKING, "max_length": option("max_length")},
        outputs=(Output("indices", points=4, rule=MOST_LIKELY),),
        sizes=(
            {"n_y": 6, "n_a": 4, "eos": 0, "unk": 1, "max_length": 12},
            {"n_y": 7, "n_a": 5, "eos": 2, "unk": 4, "max_length": 20, "threshold": 90},
            {"n_y": 5, "n_a": 6, "eos": 4, "unk": 2, "max_length": 15},
            {"n_y": 4, "n_a": 3, "eos": 1, "unk": 0, "max_length": 1},
        ),
        needs=("predict_next", "without_unknown", *PREDICTING),
        examples=(Example((ALWAYS, 0, 1, 3), [2, 2, 2]),),
    ),
    Exercise(
        beam_search,
        draws={**TALKING, "width": option("width"), "max_length": option("max_length"), "alpha": option("alpha", "0.0")},
        outputs=(
            Output("sequences", (0,), points=4, rule=SEQUENCES, where="alpha == 0"),
            Output("log_probabilities", (1,), points=3, rule=LOGS),
            Output("sequences by normalised score", (0,), points=2, rule=SEQUENCES, where="alpha != 0"),
        ),
        sizes=(
            {"n_y": 6, "n_a": 4, "eos": 0, "unk": 1, "width": 3, "max_length": 8, "slope": 6, "threshold": 2},
            {"n_y": 5, "n_a": 6, "eos": 2, "unk": 4, "width": 1, "max_length": 7},
            {"n_y": 4, "n_a": 3, "eos": 3, "unk": 0, "width": 200, "max_length": 4},
            {"n_y": 7, "n_a": 5, "eos": 2, "unk": 4, "width": 2, "max_length": 1},
            {"n_y": 5, "n_a": 4, "eos": 2, "unk": 0, "width": 4, "max_length": 9, "alpha": 0.7, "slope": 4, "threshold": 0.5},
            {"n_y": 6, "n_a": 5, "eos": 5, "unk": 2, "width": 5, "max_length": 8, "alpha": 1.5, "slope": 3, "threshold": 0},
        ),
        needs=("predict_next", "without_unknown", *PREDICTING),
        examples=(
            Example((ALWAYS, 0, 1, 3, 2), ([[2, 2], [], [2]], np.log(np.array([0.36, 0.3, 0.18])))),
        ),
    ),
)
