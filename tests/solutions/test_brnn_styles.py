"""Right answers of topic `brnn` in other styles earn every point."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

# One example after the other, cut to its length: no turning of padded arrays, a way back of its own, dictionaries as caches.
ONE_BY_ONE = '''
def clear_padding(x, lengths):
    y = x.copy()
    for i in range(x.shape[1]):
        y[:, i, lengths[i]:] = 0
    return y

def reverse_padded(x, lengths):
    y = np.array(x)
    for i, length in enumerate(lengths):
        y[:, i, :length] = np.flip(x[:, i, :length], axis=1)
    return y

def one_way_forward(x, a0, parameters):
    """The cache is a dictionary that rnn_backward below reads."""
    weights = np.hstack([parameters["Waa"], parameters["Wax"], parameters["ba"]])
    a = [a0]
    for t in range(x.shape[2]):
        a.append(np.tanh(weights @ np.vstack([a[-1], x[..., t], np.ones((1, x.shape[1]))])))
    a = np.moveaxis(np.array(a), 0, 2)
    return a[:, :, 1:].copy(), {"a": a, "x": x, "p": parameters}

def rnn_backward(da, cache):
    a, x, p = cache["a"], cache["x"], cache["p"]
    dz, carried = np.zeros_like(da), 0
    for t in range(x.shape[2])[::-1]:
        dz[:, :, t] = (da[:, :, t] + carried) * (1 - a[:, :, t + 1] ** 2)
        carried = p["Waa"].T @ dz[:, :, t]
    return {"dx": np.einsum("ax,amt->xmt", p["Wax"], dz), "da0": carried, "dWax": np.einsum("amt,xmt->ax", dz, x),
            "dWaa": np.einsum("amt,bmt->ab", dz, a[:, :, :-1]), "dba": dz.sum((1, 2))[:, None]}

def brnn_forward(x, a0, lengths, parameters):
    (n_y, both), (n_x, m, T_x) = parameters["Wy"].shape, x.shape
    a, y, caches = np.zeros((both, m, T_x)), np.zeros((n_y, m, T_x)), []
    for i, n in enumerate(lengths):
        one, h = x[:, i:i + 1, :n], both // 2
        left, first = one_way_forward(one, a0[:h, i:i + 1], parameters["forward"])
        right, second = one_way_forward(one[:, :, ::-1], a0[h:, i:i + 1], parameters["backward"])
        a[:, i, :n] = np.vstack([left, right[:, :, ::-1]])[:, 0]
        y[:, i, :n] = softmax(parameters["Wy"] @ a[:, i, :n] + parameters["by"])
        caches.append((first, second))
    return a, y, {"of each": caches, "T_x": T_x}

def brnn_output_backward(dz, a, lengths, parameters):
    out = {"dWy": np.zeros(parameters["Wy"].shape), "dby": np.zeros((len(dz), 1)), "da": np.zeros(a.shape)}
    for i, n in enumerate(lengths):
        for t in range(n):
            out["dWy"] += np.outer(dz[:, i, t], a[:, i, t])
            out["dby"][:, 0] += dz[:, i, t]
            out["da"][:, i, t] = dz[:, i, t] @ parameters["Wy"]
    return out

def brnn_backward(da, caches):
    h, parts, total = len(da) // 2, [], {"forward": {}, "backward": {}}
    for i, (first, second) in enumerate(caches["of each"]):
        n = first["x"].shape[2]
        left = rnn_backward(da[:h, i:i + 1, :n], first)
        right = rnn_backward(da[h:, i:i + 1, :n][:, :, ::-1], second)
        dx = np.zeros((len(first["x"]), 1, caches["T_x"]))
        dx[:, :, :n] = left["dx"] + right["dx"][:, :, ::-1]
        parts.append((dx, np.vstack([left["da0"], right["da0"]])))
        for name, one in (("forward", left), ("backward", right)):
            for key in ("dWax", "dWaa", "dba"):
                total[name][key] = total[name].get(key, 0) + one[key]
    return {"dx": np.hstack([dx for dx, _ in parts]), "da0": np.hstack([da0 for _, da0 in parts]), **total}

def tagging_loss(y_pred, y, mask):
    found = [-np.log(y_pred[:, i, t][y[:, i, t] == 1].item()) for i, t in zip(*np.nonzero(mask))]
    return sum(found) / len(found)

def tagging_loss_backward(y_pred, y, mask):
    dz = np.zeros(y_pred.shape)
    for i, t in np.argwhere(mask):
        dz[:, i, t] = (y_pred[:, i, t] - y[:, i, t]) / mask.sum()
    return dz

def train_tagger(x, y, lengths, mask, parameters, learning_rate, iterations):
    import copy
    p, losses = copy.deepcopy(parameters), np.empty(iterations)
    for i in range(iterations):
        a, y_pred, caches = brnn_forward(x, np.zeros((p["Wy"].shape[1], x.shape[1])), lengths, p)
        losses[i] = tagging_loss(y_pred, y, mask)
        g = brnn_output_backward(tagging_loss_backward(y_pred, y, mask), a, lengths, p)
        g.update(brnn_backward(g.pop("da"), caches))
        p["Wy"] -= learning_rate * g["dWy"]
        p["by"] -= learning_rate * g["dby"]
        for way in ("forward", "backward"):
            for key in p[way]:
                p[way][key] -= learning_rate * g[way]["d" + key]
    return p, losses
'''
# The whole batch at once, walked from right to left with a mask in the step itself, in single precision.
MASKED = '''
def counts(lengths, T_x):
    return np.array([[t < n for t in range(T_x)] for n in lengths]).reshape(1, -1, T_x)

def clear_padding(x, lengths):
    return (x * counts(lengths, x.shape[2])).astype("float32")

def reverse_padded(x, lengths):
    order = [[n - 1 - t if t < n else t for t in range(x.shape[2])] for n in lengths]
    return np.take_along_axis(x, np.array(order)[None], axis=2)

def one_way_forward(x, a0, parameters):
    x, a, before, caches = x.astype("float32"), np.empty(a0.shape + x.shape[2:], "float32"), a0, []
    projected = np.tensordot(parameters["Wax"], x, axes=1) + parameters["ba"][..., None]
    for t in range(x.shape[-1]):
        a[..., t] = np.tanh(projected[..., t] + parameters["Waa"].dot(before))
        caches.append([a[..., t], before, x[..., t], parameters])
        before = a[..., t]
    return a, [caches, x]

def walk(x, a, real, p, steps):
    """Where a step does not count, the state stays what it was."""
    states = {}
    for t in steps:
        before = a
        a = np.where(real[:, :, t], np.tanh(p["Waa"] @ a + p["Wax"] @ x[:, :, t] + p["ba"]), a)
        states[t] = before, a
    return states

def brnn_forward(x, a0, lengths, parameters):
    T_x, h, real = x.shape[2], len(a0) // 2, counts(lengths, x.shape[2])
    left = walk(x, a0[:h], real, parameters["forward"], range(T_x))
    right = walk(x, a0[h:], real, parameters["backward"], range(T_x - 1, -1, -1))
    a = np.stack([np.concatenate([left[t][1], right[t][1]]) for t in range(T_x)], 2) * real
    scores = np.exp(np.tensordot(parameters["Wy"], a, 1) + parameters["by"].reshape(-1, 1, 1))
    scores /= scores.sum(axis=0)
    return a, scores * real, (left, right, real, x, parameters)

def brnn_output_backward(dz, a, lengths, parameters):
    dz = dz * counts(lengths, dz.shape[2])
    flat = dz.reshape(len(dz), -1)
    da = (parameters["Wy"].T @ flat).reshape(a.shape)
    return dict(dWy=flat @ a.reshape(len(a), -1).T, dby=flat.sum(1, keepdims=True), da=da)

def back(da, states, real, x, p, steps):
    out = {"dWax": 0, "dWaa": 0, "dba": 0}
    dx, carried = np.zeros(x.shape), np.zeros(da.shape[:2])
    for t in steps:
        before, a = states[t]
        dz = np.where(real[:, :, t], (da[:, :, t] + carried) * (1 - a * a), 0)
        carried = np.where(real[:, :, t], p["Waa"].T @ dz, carried)
        dx[:, :, t] = p["Wax"].T @ dz
        step = {"dWax": dz @ x[:, :, t].T, "dWaa": dz @ before.T, "dba": dz.sum(1)[:, None]}
        out = {key: out[key] + step[key] for key in out}
    return dx, carried, out

def brnn_backward(da, caches):
    left, right, real, x, p = caches
    T_x, h = x.shape[2], len(da) // 2
    dx, top, forward = back(da[:h], left, real, x, p["forward"], range(T_x - 1, -1, -1))
    more, low, backward = back(da[h:], right, real, x, p["backward"], range(T_x))
    dx += more
    return {"forward": forward, "backward": backward, "da0": np.r_[top, low], "dx": dx}

def tagging_loss(y_pred, y, mask):
    chosen = np.where(mask, (y_pred * y).sum(0), 1)
    return np.float32(-np.log(chosen).sum() / mask.sum())

def tagging_loss_backward(y_pred, y, mask):
    dz = np.array(y_pred, dtype="float32")
    dz -= y
    dz *= mask
    dz /= np.sum(mask)
    return dz

def moved(p, g, rate):
    return {key: moved(p[key], g[key], rate) if isinstance(p[key], dict) else p[key] - rate * g["d" + key] for key in p}

def train_tagger(x, y, lengths, mask, parameters, learning_rate, iterations):
    losses = []
    for _ in range(iterations):
        a, y_pred, caches = brnn_forward(x, np.zeros((parameters["Wy"].shape[1], len(lengths))), lengths, parameters)
        losses += [tagging_loss(y_pred, y, mask)]
        top = brnn_output_backward(tagging_loss_backward(y_pred, y, mask), a, lengths, parameters)
        parameters = moved(parameters, {**top, **brnn_backward(top["da"], caches)}, learning_rate)
    return parameters, np.array(losses)
'''
TOPIC = "brnn"


@pytest.mark.parametrize("functions", [ONE_BY_ONE, MASKED], ids=["one-by-one-own-cache", "masked-steps-float32"])
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert_every_point(grade)


@pytest.mark.parametrize("name", ["clear_padding", "reverse_padded", "one_way_forward", "brnn_forward", "brnn_output_backward",
                                  "brnn_backward", "tagging_loss", "tagging_loss_backward"])  # fmt: skip  # all but the last
def test_a_blank_function_costs_nothing_but_itself(graded: Graded, course: Course, name: str) -> None:
    names = [exercise.name for exercise in course.topic("brnn").exercises]
    blank = f"def {name}(*inputs):\n    raise NotImplementedError"
    grade = graded([source_of(course.references[one]) if one != name else blank for one in names])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {name}


def test_a_leak_in_one_style_is_named_in_another(graded: Graded) -> None:
    leaking = MASKED.replace('* real, (left, right, real, x, parameters)', ', (left, right, real, x, parameters)')
    leaking = leaking.replace("return (x * counts(lengths, x.shape[2]))", "return (x * 1)")
    found = {(row.function, row.check): row.mistake for row in graded([leaking]).checks if row.verdict == "wrong"}
    assert found[("brnn_forward", "y_pred")] == "predictions-of-padding-kept"
    assert ("brnn_forward", "a") not in found and ("clear_padding", "cleared") in found
