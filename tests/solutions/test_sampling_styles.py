"""Right answers of topic `sampling` in other hands earn every point."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

# Loops and plain Python, logarithms for powers, and NumPy's own choice for the drawing.
LOOPS = '''
def draw_index(probabilities, u):
    total, last = 0.0, None
    for index, probability in enumerate(probabilities):
        if probability == 0:
            continue
        total, last = total + probability, index
        if u < total:
            return index
    return last

def without_unknown(probabilities, unk):
    rest = sum(value for index, value in enumerate(probabilities) if index != unk)
    return np.array([0.0 if index == unk else value / rest for index, value in enumerate(probabilities)])

def with_temperature(probabilities, temperature):
    return softmax(np.log(probabilities) / temperature)

def top_k(probabilities, k):
    order = sorted(range(len(probabilities)), key=lambda index: (-probabilities[index], index))
    return normalized([value if index in order[:k] else 0.0 for index, value in enumerate(probabilities)])

def normalized(values):
    return np.array(values) / sum(values)

def top_p(probabilities, p):
    kept, total = [0.0] * len(probabilities), 0.0
    for index in sorted(range(len(probabilities)), key=lambda index: (-probabilities[index], index)):
        if total >= p:
            break
        kept[index] = probabilities[index]
        total += probabilities[index]
    return normalized(kept)

def predict_next(index, a_prev, parameters, unk):
    xt = np.array([[float(index is not None and row == index)] for row in range(len(parameters["by"]))])
    a, y, _ = rnn_cell_forward(xt, a_prev, parameters)
    return [without_unknown(y[:, 0], unk), a]

def sample(parameters, eos, unk, rng, max_length, temperature=1.0, k=None, p=None):
    said, a = [], np.zeros((len(parameters["ba"]), 1))
    for _ in range(max_length):
        row, a = predict_next(said[-1] if said else None, a, parameters, unk)
        row = with_temperature(row, temperature)
        row = row if k is None else top_k(row, k)
        row = row if p is None else top_p(row, p)
        index = rng.choice(len(row), p=row / row.sum())
        if index == eos:
            return said
        said += [index]
    return said

def greedy(parameters, eos, unk, max_length, said=()):
    """From the beginning again for each symbol."""
    a, row = np.zeros((len(parameters["ba"]), 1)), None
    for index in (None, *said):
        row, a = predict_next(index, a, parameters, unk)
    best = int(row.argmax())
    if best == eos:
        return list(said)
    longer = (*said, best)
    return list(longer) if len(longer) == max_length else greedy(parameters, eos, unk, max_length, longer)

def beam_search(parameters, eos, unk, width, max_length, alpha=0.0):
    """The ended ones wait apart, and compete for places all the same."""
    open_, ended = [(0.0, (), np.zeros((len(parameters["ba"]), 1)))], []
    for step in range(1, max_length + 1):
        grown = []
        for total, said, a in open_:
            row, after = predict_next(said[-1] if said else None, a, parameters, unk)
            for index, value in enumerate(row):
                if value > 0:
                    grown.append((total + np.log(value), (*said, index), after))
        ranked = sorted([*ended, *grown], key=lambda one: one[0] / len(one[1]) ** alpha, reverse=True)[:width]
        open_ = [one for one in ranked if one[1][-1] != eos]
        ended = [one for one in ranked if one[1][-1] == eos]
        if not open_:
            break
    return tuple([one for one in said if one != eos] for _, said, _ in ranked), np.array([total for total, _, _ in ranked])
'''

# Arrays throughout, in place on own copies, all numbers drawn at once, the network written out, float32 results.
ARRAYS = '''
def draw_index(probabilities, u):
    cumulative = probabilities.cumsum()
    cumulative /= cumulative[-1]
    return (cumulative <= u).sum()

def without_unknown(probabilities, unk):
    keep = np.ones(len(probabilities))
    keep[unk] = 0
    keep *= probabilities
    keep /= 1 - probabilities[unk]
    return keep.astype("float32")

def with_temperature(probabilities, temperature):
    z = np.full(probabilities.shape, -np.inf)
    np.log(probabilities, out=z, where=probabilities > 0)
    z /= temperature
    z -= z.max()
    np.exp(z, out=z)
    z /= z.sum()
    return z

def top_k(probabilities, k):
    rank = (probabilities[None] > probabilities[:, None]).sum(1)
    rank += np.tril(probabilities[None] == probabilities[:, None], -1).sum(1)
    kept = np.where(rank < k, probabilities, 0)
    return (kept / kept.sum()).astype("float32")

def top_p(probabilities, p):
    order = np.lexsort((np.arange(len(probabilities)), -probabilities))
    count = np.searchsorted(np.cumsum(probabilities[order]), p) + 1
    out = probabilities.copy()
    out[order[count:]] = 0
    out /= out.sum()
    return out

def predict_next(index, a_prev, parameters, unk):
    z = parameters["ba"] + np.einsum("ij,jm->im", parameters["Waa"], a_prev)
    if index is not None:
        z = z + parameters["Wax"][:, index : index + 1]
    a = np.tanh(z)
    scores = parameters["Wya"].dot(a)[:, 0] + parameters["by"][:, 0]
    scores[unk] = -np.inf
    return softmax(scores), a

def sample(parameters, eos, unk, rng, max_length, temperature=1.0, k=None, p=None):
    luck, index, state, out = rng.random(max_length), None, 0 * parameters["ba"], np.full(max_length, eos)
    for t in range(max_length):
        row, state = predict_next(index, state, parameters, unk)
        row = with_temperature(row, temperature)
        if k:
            row = top_k(row.astype("float64"), k)
        if p:
            row = top_p(row.astype("float64"), p)
        out[t] = index = draw_index(row.astype("float64"), luck[t])
        if index == eos:
            break
    return out[: np.append(np.flatnonzero(out == eos), max_length)[0]]

def greedy(parameters, eos, unk, max_length):
    return sample(parameters, eos, unk, np.random.default_rng(0), max_length, k=1)

def beam_search(parameters, eos, unk, width, max_length, alpha=0.0):
    """The whole beam in one array; impossible extensions are minus infinity."""
    n_y = len(parameters["by"])
    said, total, length = np.full((1, max_length), eos), np.zeros(1), np.zeros(1)
    states, ended = [0 * parameters["ba"]], np.zeros(1, dtype=bool)
    for t in range(max_length):
        table, after = np.full((len(said), n_y), -np.inf), []
        for row in range(len(said)):
            if ended[row]:
                table[row, eos] = total[row]
                after.append(states[row])
                continue
            chances, state = predict_next(int(said[row, t - 1]) if t else None, states[row], parameters, unk)
            table[row] = total[row] + np.log(chances)
            after.append(state)
        length = length + ~ended
        score = (table / length[:, None] ** alpha).ravel()
        best = np.argsort(-score, kind="stable")[: min(width, np.isfinite(score).sum())]
        rows, symbols = np.divmod(best, n_y)
        said, total, length, states = said[rows], table.ravel()[best], length[rows], [after[row] for row in rows]
        ended, said[:, t] = ended[rows] | (symbols == eos), symbols
    return [[one for one in row.tolist() if one != eos] for row in said], total.astype("float32")
'''

# Right by distribution, but not with one number a step: Gumbel's way.
GUMBEL = '''
def sample(parameters, eos, unk, rng, max_length, temperature=1.0, k=None, p=None):
    said, a = [], np.zeros_like(parameters["ba"])
    while len(said) < max_length:
        row, a = predict_next(said[-1] if said else None, a, parameters, unk)
        row = with_temperature(row, temperature)
        row = row if k is None else top_k(row, k)
        row = row if p is None else top_p(row, p)
        index = int(np.argmax(np.log(row) + rng.gumbel(size=len(row))))
        if index == eos:
            break
        said.append(index)
    return said
'''
NAMES = ["draw_index", "without_unknown", "with_temperature", "top_k", "top_p", "predict_next", "sample", "greedy", "beam_search"]
TOPIC = "sampling"


@pytest.mark.parametrize("functions", [LOOPS, ARRAYS], ids=["loops-choice-recursion", "arrays-in-place-float32"])
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert_every_point(grade)


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_function_costs_nothing_but_itself(graded: Graded, course: Course, name: str) -> None:
    blank = f"def {name}(*inputs):\n    raise NotImplementedError"
    grade = graded([source_of(course.references[one]) if one != name else blank for one in NAMES])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {name}


def test_the_sequences_do_without_every_other_function(graded: Graded, course: Course) -> None:
    makers = ("sample", "greedy", "beam_search")
    blank = [f"def {name}(*inputs):\n    raise NotImplementedError" for name in NAMES if name not in makers]
    grade = graded([*blank, *(source_of(course.references[name]) for name in makers)])
    assert {row.function for row in grade.checks if row.verdict == "right"} == set(makers)
    assert not any(row.verdict == "wrong" and row.function in makers for row in grade.checks)


def test_another_way_to_draw_is_right_by_distribution_and_loses_the_point_for_one_number_a_step(
    graded: Graded, course: Course
) -> None:
    grade = graded([*(source_of(course.references[name]) for name in NAMES if name != "sample"), GUMBEL])
    wrong = [(row.function, row.check) for row in grade.checks if row.verdict != "right"]
    assert wrong == [("sample", "indices, one number a step")]
