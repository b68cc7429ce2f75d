"""Right answers of topic `speed` in other styles earn every point, the slow ones too: numbers are judged, not times."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

EINSUM = '''
def project_inputs(x, W, b):
    return np.einsum("ij,jmt->imt", W, x) + b[:, :, None]

def project_inputs_backward(dz, x, W):
    dW, db = np.tensordot(dz, x, ((1, 2), (1, 2))), dz.sum(axis=(1, 2))[:, None]
    return {"dx": np.einsum("ij,imt->jmt", W, dz), "dW": dW, "db": db}

def time_first(x):
    return np.stack([x[..., t] for t in range(x.shape[-1])])

def previous_states(steps, a0):
    shifted = np.roll(steps, 1, axis=0)
    shifted[0] = a0
    return shifted

def rnn_forward_fast(x, a0, parameters):
    """One buffer that begins with a0; the cache is a dictionary."""
    z = project_inputs(x, parameters["Wax"], parameters["ba"])
    states = np.zeros((z.shape[2] + 1, *a0.shape))
    states[0] = a0
    for t in range(z.shape[2]):
        np.matmul(parameters["Waa"], states[t], out=states[t + 1])
        states[t + 1] += z[:, :, t]
        np.tanh(states[t + 1], out=states[t + 1])
    a = states[1:].transpose(1, 2, 0)
    y = np.exp(project_inputs(a, parameters["Wya"], parameters["by"]))
    return [a, y / y.sum(axis=0), {"states": states, "x": x, "parameters": parameters}]

def rnn_backward_fast(da, cache):
    """On a copy of its own."""
    states, p = cache["states"], cache["parameters"]
    dz = np.array(da.transpose(2, 0, 1))
    for t in range(len(dz) - 1, -1, -1):
        dz[t] *= 1 - states[t + 1] ** 2
        back = np.einsum("ij,im->jm", p["Waa"], dz[t])
        if t:
            dz[t - 1] += back
    return {"da0": back, "dWaa": np.einsum("tim,tjm->ij", dz, states[:-1]), "dba": np.einsum("tim->i", dz).reshape(-1, 1),
            "dWax": np.einsum("tim,jmt->ij", dz, cache["x"]), "dx": np.einsum("ij,tim->jmt", p["Wax"], dz)}

def fuse_gates(parameters):
    return tuple(np.vstack([parameters[letter + gate] for gate in ("f", "i", "o", "c")]) for letter in "Wb")

def lstm_forward_fast(x, a0, parameters):
    """The stacked vectors of all steps in one array, a row of ones for the biases, one tanh for all gates."""
    n, (n_x, m, T) = len(a0), x.shape
    W = np.hstack(fuse_gates(parameters))
    W[: 3 * n] /= 2
    s = np.ones((T + 1, n + n_x + 1, m))
    s[:T, n:-1], s[0, :n] = np.moveaxis(x, -1, 0), a0
    gates, c = np.zeros((T, 4, n, m)), np.zeros((T + 1, n, m))
    for t in range(T):
        gates[t] = np.tanh(W @ s[t]).reshape(4, n, m)
        gates[t, :3] = (1 + gates[t, :3]) / 2
        c[t + 1] = gates[t, 0] * c[t] + gates[t, 1] * gates[t, 3]
        s[t + 1, :n] = gates[t, 2] * np.tanh(c[t + 1])
    a = s[1:, :n].transpose(1, 2, 0).copy()
    y = softmax(np.einsum("ya,amt->ymt", parameters["Wy"], a) + parameters["by"][:, :, None])
    return a, y, c[1:].transpose(1, 2, 0), [s, gates, c, parameters]

def lstm_backward_fast(da, cache):
    s, gates, c, parameters = cache
    T, _, n, m = gates.shape
    W = fuse_gates(parameters)[0]
    dz, shown = np.empty((T, 4 * n, m)), np.tanh(c[1:])
    dstacked, dc = np.zeros((W.shape[1], m)), 0.0
    dx = np.empty((W.shape[1] - n, m, T))
    for t in range(T)[::-1]:
        f, i, o, g = gates[t]
        d = da[..., t] + dstacked[:n]
        dc = dc + d * o * (1 - shown[t] ** 2)
        dz[t] = np.vstack([dc * c[t] * f * (1 - f), dc * g * i * (1 - i), d * shown[t] * o * (1 - o), dc * i * (1 - g * g)])
        dstacked = W.T @ dz[t]
        dx[:, :, t] = dstacked[n:]
        dc = dc * f
    total = np.einsum("tim,tjm->ij", dz, s[:T])
    out = {"dx": dx, "da0": dstacked[:n]}
    for k, gate in enumerate("fioc"):
        out["dW" + gate], out["db" + gate] = total[k * n : (k + 1) * n, :-1], total[k * n : (k + 1) * n, -1:]
    return out
'''
LOOPS = '''
def project_inputs(x, W, b):
    """Step by step: not what the exercise is about, and right."""
    z = np.zeros((len(W), x.shape[1], x.shape[2]), "float32")
    for t in range(x.shape[2]):
        z[:, :, t] = np.dot(W, x[:, :, t]) + b
    return z

def project_inputs_backward(dz, x, W):
    dW, db, dx = np.zeros(W.shape), np.zeros((len(W), 1)), np.zeros(x.shape)
    for t in range(x.shape[2]):
        for k in range(x.shape[1]):
            dW += np.outer(dz[:, k, t], x[:, k, t])
            db[:, 0] += dz[:, k, t]
            dx[:, k, t] = dz[:, k, t] @ W
    return dict(db=db, dW=dW, dx=dx)

def time_first(x):
    steps = np.empty((x.shape[2],) + x.shape[:2], x.dtype)
    for t in range(len(steps)):
        steps[t] = x[:, :, t]
    return steps

def previous_states(steps, a0):
    previous = np.zeros_like(steps)
    previous[0], previous[1:] = a0, steps[:-1]
    return previous

def rnn_forward_fast(x, a0, parameters):
    a, y, state = [], [], a0
    for t in range(x.shape[2]):
        state = np.tanh(parameters["Wax"] @ x[:, :, t] + parameters["Waa"] @ state + parameters["ba"])
        a.append(state)
        y.append(softmax(parameters["Wya"] @ state + parameters["by"]))
    return np.dstack(a), np.dstack(y), (np.dstack([a0, *a]), x, parameters)

def rnn_backward_fast(da, cache):
    a, x, p = cache
    out = {"dWax": 0.0, "dWaa": 0.0, "dba": 0.0, "da0": np.zeros(da.shape[:2]), "dx": np.zeros(x.shape)}
    for t in reversed(range(x.shape[2])):
        dz = (da[:, :, t] + out["da0"]) * (1 - a[:, :, t + 1] ** 2)
        out["dx"][:, :, t], out["da0"] = p["Wax"].T @ dz, p["Waa"].T @ dz
        out["dWax"] = out["dWax"] + dz @ x[:, :, t].T
        out["dWaa"] = out["dWaa"] + dz @ a[:, :, t].T
        out["dba"] = out["dba"] + dz.sum(axis=1, keepdims=True)
    return out

def fuse_gates(parameters):
    n, k = parameters["Wf"].shape
    W, b = np.zeros((4 * n, k)), np.zeros((4 * n, 1))
    for place, gate in enumerate("fioc"):
        W[place * n : (place + 1) * n], b[place * n : (place + 1) * n] = parameters["W" + gate], parameters["b" + gate]
    return W, b

def lstm_forward_fast(x, a0, parameters):
    """Gate by gate; the cache keeps the gates by name."""
    n = len(a0)
    z = {g: project_inputs(x, parameters["W" + g][:, n:], parameters["b" + g]) for g in "fico"}
    a, c, state, memory = [], [], a0, np.zeros(a0.shape)
    kept = {g: [] for g in "fico"}
    for t in range(x.shape[2]):
        now = {g: z[g][:, :, t] + parameters["W" + g][:, :n] @ state for g in "fico"}
        now = {g: np.tanh(one) if g == "c" else 1 / (1 + np.exp(-one)) for g, one in now.items()}
        memory = now["f"] * memory + now["i"] * now["c"]
        state = now["o"] * np.tanh(memory)
        a.append(state), c.append(memory)
        for g in "fico":
            kept[g].append(now[g])
    a = np.stack(a, axis=-1)
    y = softmax(project_inputs(a, parameters["Wy"], parameters["by"]))
    return a, y, np.stack(c, axis=-1), (kept, c, x, a, a0, parameters)

def lstm_backward_fast(da, cache):
    kept, c, x, a, a0, p = cache
    n, T = len(a0), x.shape[2]
    dz = {g: np.zeros(a.shape) for g in "fico"}
    carried, dc = np.zeros(a0.shape), np.zeros(a0.shape)
    for t in range(T - 1, -1, -1):
        f, i, g, o = (kept[gate][t] for gate in "fico")
        carried = carried + da[:, :, t]
        dc = dc + carried * o / np.cosh(c[t]) ** 2
        dz["f"][:, :, t] = dc * (c[t - 1] if t else 0) * f * (1 - f)
        dz["i"][:, :, t] = dc * g * i * (1 - i)
        dz["c"][:, :, t] = dc * i * (1 - g**2)
        dz["o"][:, :, t] = carried * np.tanh(c[t]) * o * (1 - o)
        dc = dc * f
        carried = sum(p["W" + gate][:, :n].T @ dz[gate][:, :, t] for gate in "fico")
    stacked = np.concatenate([np.concatenate([a0[:, :, None], a[:, :, : T - 1]], axis=2), x])
    out = {"da0": carried, "dx": np.zeros(x.shape)}
    for gate in "fico":
        one = project_inputs_backward(dz[gate], stacked, p["W" + gate])
        out["dW" + gate], out["db" + gate], out["dx"] = one["dW"], one["db"], out["dx"] + one["dx"][n:]
    return out
'''
NAMES = ("project_inputs", "project_inputs_backward", "time_first", "previous_states", "rnn_forward_fast", "rnn_backward_fast",
         "fuse_gates", "lstm_forward_fast", "lstm_backward_fast")  # fmt: skip  # one list
TOPIC = "speed"


@pytest.mark.parametrize("functions", [EINSUM, LOOPS], ids=["einsum-own-caches", "loops-float32-own-caches"])
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert_every_point(grade)


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_function_costs_nothing_but_itself(graded: Graded, course: Course, name: str) -> None:
    blank = f"def {name}(*inputs):\n    raise NotImplementedError"
    grade = graded([source_of(course.references[other]) if other != name else blank for other in NAMES])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {name}


def test_steps_that_are_only_looked_at_another_way_are_told_of(graded: Graded) -> None:
    grade = graded(["def time_first(x):\n    return np.moveaxis(x, 2, 0)"])
    found = {row.check: row for row in grade.checks if row.function == "time_first"}
    assert found["steps"].verdict == "right" and found["inputs unchanged"].mistake == "window-on-input"
