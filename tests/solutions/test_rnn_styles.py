"""Right answers of topic `rnn` in other hands earn every point, and who leaves ReLU out loses what ReLU is worth."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

# Number by number and example by example; ReLU is Python's own max.
LOOPS = '''
import math

def softmax(z):
    y_pred = np.zeros(z.shape)
    for place in np.ndindex(*z.shape[1:]):
        scores = [float(one) for one in z[(slice(None), *place)]]
        total = sum(math.exp(one - max(scores)) for one in scores)
        for k, one in enumerate(scores):
            y_pred[(k, *place)] = math.exp(one - max(scores)) / total
    return y_pred

def sigmoid(z):
    gate = np.empty_like(z)
    for place, number in np.ndenumerate(z):
        small = math.exp(-abs(number))
        gate[place] = 1 / (1 + small) if number >= 0 else small / (1 + small)
    return gate

def stack_weights(Waa, Wax):
    return np.array([[*from_state, *from_input] for from_state, from_input in zip(Waa, Wax)])

def rnn_cell_forward(xt, a_prev, parameters, activation="tanh"):
    """Every element of the state by itself; the cache is a list with copies."""
    (n_a, m), n_x = a_prev.shape, len(xt)
    a_next = np.zeros((n_a, m))
    for i in range(m):
        for j in range(n_a):
            z = float(parameters["ba"][j, 0])
            for k in range(n_a):
                z += parameters["Waa"][j, k] * a_prev[k, i]
            for k in range(n_x):
                z += parameters["Wax"][j, k] * xt[k, i]
            a_next[j, i] = max(0.0, z) if activation == "relu" else math.tanh(z)
    columns = [softmax(parameters["Wya"] @ a_next[:, [i]] + parameters["by"]) for i in range(m)]
    remembered = {key: value.copy() for key, value in parameters.items()}
    return [a_next, np.hstack(columns), [a_next.copy(), a_prev.copy(), xt.copy(), remembered]]

def rnn_forward(x, a0, parameters, activation="tanh"):
    """All states in one list that begins with a0."""
    states, predictions, caches = [a0], [], []
    for xt in np.moveaxis(x, 2, 0):
        state, prediction, cache = rnn_cell_forward(xt, states[-1], parameters, activation)
        states, predictions, caches = [*states, state], [*predictions, prediction], [*caches, cache]
    return np.dstack(states[1:]), np.dstack(predictions), (caches, x)

def sequence_cross_entropy(y_pred, y):
    loss = 0.0
    for k, i, t in np.ndindex(*y.shape):
        if y[k, i, t] == 1:
            loss -= math.log(y_pred[k, i, t])
    return loss / y.shape[1]
'''

# One product for [a; x], einsum, results in float32; ReLU is a clip.
STACKED = '''
def softmax(z):
    shifted = z - z.max(axis=0, keepdims=True)
    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))).astype("float32")

def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z)).astype("float32")

def stack_weights(Waa, Wax):
    return np.block([Waa, Wax]).astype(np.float32)

def rnn_cell_forward(xt, a_prev, parameters, activation="tanh"):
    Wa = np.c_[parameters["Waa"], parameters["Wax"]]
    z = np.einsum("jk,ki->ji", Wa, np.r_[a_prev, xt]) + parameters["ba"]
    a_next = {"tanh": np.tanh, "relu": lambda z: np.clip(z, 0, None)}[activation](z)
    scores = np.einsum("ka,ai->ki", parameters["Wya"], a_next) + parameters["by"]
    a_next = a_next.astype("float32")
    return a_next, softmax(scores), (a_next, a_prev, xt, parameters)

def rnn_forward(x, a0, parameters, activation="tanh"):
    """The predictions of all steps are made at once, when the walk is over."""
    a_next, caches = a0, []
    for t in range(x.shape[-1]):
        a_next, _, cache = rnn_cell_forward(x[..., t], a_next, parameters, activation)
        caches.append(cache)
    a = np.stack([cache[0] for cache in caches], axis=-1)
    y_pred = softmax(np.einsum("ka,ait->kit", parameters["Wya"], a) + parameters["by"][..., None])
    return a, y_pred, (caches, x.astype("float32"))

def sequence_cross_entropy(y_pred, y):
    return np.float32(-np.einsum("kit,kit->i", y, np.log(y_pred)).mean())
'''

# Split weights, nothing of one's own called, arrays of one's own written over; ReLU is a mask.
IN_PLACE = '''
def softmax(z):
    y_pred = np.array(z, dtype=float)
    y_pred -= np.max(y_pred, 0)
    np.exp(y_pred, out=y_pred)
    y_pred /= y_pred.sum(0)
    return y_pred

def sigmoid(z):
    """Overflows to infinity on one side, which one divided by it turns to zero."""
    gate = -z
    np.exp(gate, out=gate)
    gate += 1
    return np.reciprocal(gate, out=gate)

def stack_weights(Waa, Wax):
    n_a = len(Waa)
    Wa = np.empty((n_a, n_a + Wax.shape[1]))
    Wa[:, :n_a], Wa[:, n_a:] = Waa, Wax
    return Wa

def rnn_cell_forward(xt, a_prev, parameters, activation="tanh"):
    """In rows, one for each example; what is returned is turned back."""
    rows = np.dot(a_prev.T, parameters["Waa"].T)
    rows += np.dot(xt.T, parameters["Wax"].T)
    rows += parameters["ba"].ravel()
    if activation == "relu":
        rows[rows < 0] = 0
    else:
        np.tanh(rows, out=rows)
    shares = np.exp(rows @ parameters["Wya"].T + parameters["by"].T)
    shares /= shares.sum(1)[:, None]
    return rows.T, shares.T, (rows.T, a_prev, xt, dict(parameters))

def rnn_forward(x, a0, parameters, activation="tanh"):
    """The inputs' part of all steps first; the states lie in one array, and the caches hold windows on it."""
    T_x = x.shape[2]
    a = np.concatenate([a0[:, :, None], np.tensordot(parameters["Wax"], x, 1)], axis=2)
    a[:, :, 1:] += parameters["ba"][:, :, None]
    for t in range(1, T_x + 1):
        a[:, :, t] += parameters["Waa"] @ a[:, :, t - 1]
        a[:, :, t] = np.tanh(a[:, :, t]) if activation == "tanh" else np.where(a[:, :, t] > 0, a[:, :, t], 0)
    y_pred = np.exp(np.tensordot(parameters["Wya"], a[:, :, 1:], 1) + parameters["by"].reshape(-1, 1, 1))
    y_pred /= y_pred.sum(axis=0)
    return a[:, :, 1:], y_pred, ([(a[:, :, t + 1], a[:, :, t], x[:, :, t], parameters) for t in range(T_x)], x)

def sequence_cross_entropy(y_pred, y):
    said = np.take_along_axis(y_pred, y.argmax(axis=0)[np.newaxis], axis=0)
    return np.asarray(-np.mean(np.sum(np.log(said[0]), axis=1)))
'''
STYLES = {"number-by-number": LOOPS, "stacked-float32": STACKED, "split-in-place": IN_PLACE}
FUNCTIONS = ["softmax", "sigmoid", "stack_weights", "rnn_cell_forward", "rnn_forward", "sequence_cross_entropy"]
TOPIC = "rnn"


@pytest.mark.parametrize("functions", STYLES.values(), ids=STYLES)
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert_every_point(grade)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_blank_function_costs_nothing_but_itself(graded: Graded, name: str) -> None:
    grade = graded([LOOPS, f"def {name}(*inputs):\n    raise NotImplementedError"])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {name}


WITH_RELU = {("rnn_cell_forward", "a_next with ReLU"), ("rnn_forward", "a with ReLU")}


def test_who_leaves_relu_out_loses_what_relu_is_worth(graded: Graded, course: Course) -> None:
    """Neither function takes the argument `activation`."""
    steps = [source_of(course.references[name]) for name in FUNCTIONS]
    for written, never in ((', activation: str = "tanh"', ""), (", activation)", ")"),
                           (' if activation == "tanh" else np.maximum(0, z)', "")):  # fmt: skip  # three edits
        steps = [text.replace(written, never) for text in steps]
    assert not any("activation ==" in text or "activation)" in text for text in steps)
    grade = graded(steps)
    assert {(row.function, row.check) for row in grade.checks if row.verdict != "right"} == WITH_RELU


def test_a_relu_that_is_refused_costs_no_more_than_one_that_is_left_out(graded: Graded) -> None:
    """The argument is there, and what it asks for is not written yet."""
    refused = IN_PLACE.replace("        rows[rows < 0] = 0", "        raise NotImplementedError").replace(
        "np.where(a[:, :, t] > 0, a[:, :, t], 0)", "unwritten(a)")  # fmt: skip  # two edits
    assert refused.count("raise NotImplementedError") == refused.count("unwritten") == 1
    grade = graded([refused])
    assert {(row.function, row.check) for row in grade.checks if row.verdict != "right"} == WITH_RELU
