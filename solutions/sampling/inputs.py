"""What the checks of topic `sampling` draw, and the rules by which sequences are judged.

A sequence is judged step by step, each on what the learner's own said before it. No rounding decides: a symbol drawn
passes where the uniform number lies within 1e-6 of its border, and the most likely passes where another is as likely to
one in a million. Where draws are judged by distribution, the bound on false alarms is that of ``distributed_each``,
1e-9 for each case.
"""

from typing import Any

import numpy as np

# Distributions with exact sums: impossible symbols at both ends and in the middle, ties, and borders that are met exactly.
QUARTERS = [
    np.array([0.0, 0.25, 0.0, 0.5, 0.25, 0.0]),
    np.array([0.25, 0.125, 0.25, 0.0, 0.125, 0.25]),
    np.array([0.125, 0.25, 0.125, 0.25, 0.25]),
    np.array([2.0, 1.0, 1.0] * 8) / 32,
]
# The others are drawn: "different" says how many weights, again and again, and "impossible" which symbols have none.
DISTRIBUTION = (
    "lambda sizes, rng: np.array(sizes['exact']) if 'exact' in sizes else "
    "(lambda weights: weights * sizes.get('sum', 1.0) / np.sum(weights))("
    "np.resize(rng.uniform(0.1, 1.0, sizes.get('different', sizes['n_y'])), sizes['n_y']) "
    "* ~np.isin(np.arange(sizes['n_y']), sizes.get('impossible', []))) | made"
)


def case(**settings: Any) -> Any:
    """The sizes of a case, and whatever else its draws look up there."""
    return settings


EXACT = [case(exact=one.tolist(), n_y=len(one)) for one in QUARTERS]


def option(name: str, default: str = "None") -> str:
    """An input that stands in the sizes of a case, or its default."""
    return f"lambda sizes, rng: sizes.get('{name}', {default}) | made"


# A network that would love to say <UNK>, and whose first hidden unit counts the steps: the more there were, the more it
# asks for <EOS>, by "slope", once above "threshold". Where a case says nothing of the two, it ends after some four steps.
NETWORK = """lambda sizes, rng: (lambda n_a, n_y, end, unknown, first, loud, slope, threshold: {
    "Wax": np.where(first, 0.25, 1.2 * rng.standard_normal((n_a, n_y))),
    "Waa": np.where(first, np.eye(1, n_a), 0.8 * rng.standard_normal((n_a, n_a))),
    "Wya": (1 - end) * loud * rng.standard_normal((n_y, n_a)) + end * slope * np.eye(1, n_a),
    "ba": np.where(first, 0.0, 0.6 * rng.standard_normal((n_a, 1))),
    "by": 0.6 * rng.standard_normal((n_y, 1)) + 2 * unknown - threshold * end,
})(sizes["n_a"], sizes["n_y"], np.eye(sizes["n_y"])[:, [sizes["eos"]]], np.eye(sizes["n_y"])[:, [sizes["unk"]]],
   np.arange(sizes["n_a"])[:, None] == 0, sizes.get("loud", 1.4), sizes.get("slope", 60.0), sizes.get("threshold", 35.0))
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
BEYOND, BORDER = "u >= np.sum(probabilities)", "(np.any(probabilities == 0) or np.any(np.cumsum(probabilities) == u))"
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
