"""Right answers of topic `lstm` in other styles earn every point. Each text serves with and without peepholes."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

STACKED = '''
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """One product for all four gates; the cache is a dictionary."""
    n_a = len(a_prev)
    peep = {gate: parameters.get("p" + gate, 0.0) for gate in "fio"}
    W = np.vstack([parameters["W" + gate] for gate in "fico"])
    b = np.vstack([parameters["b" + gate] for gate in "fico"])
    z = np.einsum("gk,km->gm", W, np.vstack([a_prev, xt])) + b
    zf, zi, zc, zo = z.reshape(4, n_a, -1)
    f, i, g = sigmoid(zf + peep["f"] * c_prev), sigmoid(zi + peep["i"] * c_prev), np.tanh(zc)
    c = f * c_prev + i * g
    o = sigmoid(zo + peep["o"] * c)
    a = o * np.tanh(c)
    cache = {"x": xt, "a": a_prev, "c": c_prev, "new": c, "gates": (f, i, g, o), "p": parameters}
    return a, c, softmax(parameters["Wy"].dot(a) + parameters["by"]), cache

def lstm_forward(x, a0, parameters):
    a, y, c, caches = [a0], [], [0 * a0], []
    for t in range(x.shape[-1]):
        a_next, c_next, prediction, cache = lstm_cell_forward(x[..., t], a[-1], c[-1], parameters)
        a.append(a_next), c.append(c_next), y.append(prediction), caches.append(cache)
    return np.stack(a[1:], axis=2), np.stack(y, axis=2), np.stack(c[1:], axis=2), caches

def lstm_cell_backward(da_next, dc_next, cache):
    parameters, c_prev, c, (f, i, g, o) = cache["p"], cache["c"], cache["new"], cache["gates"]
    s = np.vstack([cache["a"], cache["x"]])
    shown = np.tanh(c)
    dz = {"o": da_next * shown * o * (1 - o)}
    dc = dc_next + da_next * o * (1 - shown * shown) + parameters.get("po", 0) * dz["o"]
    dz.update(f=dc * c_prev * f * (1 - f), i=dc * g * i * (1 - i), c=dc * i * (1 - g * g))
    out = {"dW" + gate: np.einsum("im,jm->ij", dz[gate], s) for gate in dz}
    out.update({"db" + gate: np.einsum("im->i", dz[gate])[:, None] for gate in dz})
    out["dc_prev"] = dc * f + parameters.get("pf", 0) * dz["f"] + parameters.get("pi", 0) * dz["i"]
    ds = sum(np.einsum("ij,im->jm", parameters["W" + gate], dz[gate]) for gate in dz)
    out["da_prev"], out["dxt"] = np.split(ds, [len(c)])
    if "pf" in parameters:
        seen = {"f": c_prev, "i": c_prev, "o": c}
        out.update({"dp" + gate: np.einsum("im,im->i", dz[gate], seen[gate]).reshape(-1, 1) for gate in seen})
    return out

def lstm_backward(da, caches):
    steps, da_next, dc_next = [], 0.0, np.zeros(da.shape[:2])
    for upstream, cache in zip(np.moveaxis(da, 2, 0)[::-1], caches[::-1]):
        steps.append(lstm_cell_backward(upstream + da_next, dc_next, cache))
        da_next, dc_next = steps[-1].pop("da_prev"), steps[-1].pop("dc_prev")
    dx = np.dstack([step.pop("dxt") for step in steps][::-1])
    return {"dx": dx, "da0": da_next, **{key: sum(step[key] for step in steps) for key in steps[0]}}
'''
UNIFORM = '''
def initialize_lstm(n_x, n_a, n_y, rng, forget_bias=1.0):
    def draw(rows, columns):
        return rng.uniform(-1, 1, size=(rows, columns)) * (3 / columns) ** 0.5
    weights = {"Wy": draw(n_y, n_a), **{"W" + gate: draw(n_a, n_x + n_a) for gate in "oicf"}}
    biases = {"b" + gate: np.full((n_a, 1), forget_bias if gate == "f" else 0.0) for gate in "oicf"}
    return {**weights, **biases, "by": np.zeros((n_y, 1))}
'''
SPLIT = '''
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """Each weight split into the part that meets a and the part that meets x."""
    n_a = a_prev.shape[0]
    def weighted(gate):
        W = parameters["W" + gate]
        return W[:, :n_a] @ a_prev + W[:, n_a:] @ xt + parameters["b" + gate]
    def peephole(gate, c):
        return parameters["p" + gate] * c if "p" + gate in parameters else 0
    ft = 1 / (1 + np.exp(-weighted("f") - peephole("f", c_prev)))
    it = 1 / (1 + np.exp(-weighted("i") - peephole("i", c_prev)))
    cct = np.tanh(weighted("c"))
    c_next = np.array(c_prev)
    c_next *= ft
    c_next += it * cct
    ot = 1 / (1 + np.exp(-weighted("o") - peephole("o", c_next)))
    a_next = np.tanh(c_next)
    a_next *= ot
    yt = np.exp(parameters["Wy"] @ a_next + parameters["by"])
    yt /= yt.sum(axis=0)
    return [a_next, c_next, yt, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)]

def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    a, c = np.zeros((len(a0), m, T_x + 1)), np.zeros((len(a0), m, T_x + 1))
    y = np.empty((len(parameters["by"]), m, T_x))
    a[:, :, 0] = a0
    caches = []
    for t in range(T_x):
        a[:, :, t + 1], c[:, :, t + 1], y[:, :, t], cache = lstm_cell_forward(x[:, :, t], a[:, :, t], c[:, :, t], parameters)
        caches.append(cache)
    return a[:, :, 1:], y, c[:, :, 1:], (caches, x)

def lstm_cell_backward(da_next, dc_next, cache):
    """Example after example."""
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a, m = a_prev.shape
    peep = {gate: parameters["p" + gate][:, 0] if "p" + gate in parameters else np.zeros(n_a) for gate in "fio"}
    out = {"d" + key: np.zeros(value.shape) for key, value in parameters.items() if key not in ("Wy", "by")}
    out.update(dxt=np.zeros(xt.shape), da_prev=np.zeros((n_a, m)), dc_prev=np.zeros((n_a, m)))
    for k in range(m):
        f, i, g, o, c, old = ft[:, k], it[:, k], cct[:, k], ot[:, k], c_next[:, k], c_prev[:, k]
        do = da_next[:, k] * np.tanh(c) * o * (1 - o)
        dc = dc_next[:, k] + da_next[:, k] * o / np.cosh(c) ** 2 + peep["o"] * do
        dz = {"f": dc * old * f * (1 - f), "i": dc * g * i * (1 - i), "c": dc * i * (1 - g**2), "o": do}
        for gate, d in dz.items():
            out["dW" + gate] += np.outer(d, np.concatenate([a_prev[:, k], xt[:, k]]))
            out["db" + gate][:, 0] += d
            out["da_prev"][:, k] += d @ parameters["W" + gate][:, :n_a]
            out["dxt"][:, k] += d @ parameters["W" + gate][:, n_a:]
            if "dp" + gate in out:
                out["dp" + gate][:, 0] += d * (c if gate == "o" else old)
        out["dc_prev"][:, k] = dc * f + peep["f"] * dz["f"] + peep["i"] * dz["i"]
    return out

def lstm_backward(da, caches):
    """On copies of its own, from the end."""
    caches, x = caches
    da, dc = np.array(da), np.zeros(da.shape[:2])
    total = {"dx": np.zeros(x.shape)}
    for t in range(len(caches) - 1, -1, -1):
        step = lstm_cell_backward(da[:, :, t], dc, caches[t])
        total["dx"][:, :, t] = step.pop("dxt")
        before, dc = step.pop("da_prev"), step.pop("dc_prev")
        if t:
            da[:, :, t - 1] += before
        for key, value in step.items():
            total[key] = total.get(key, 0) + value
    total["da0"] = before
    return total
'''
SINGLE = '''
def initialize_lstm(n_x, n_a, n_y, rng, forget_bias=1.0):
    p = dict(by=np.zeros((n_y, 1), "float32"), Wy=rng.normal(0, n_a**-0.5, (n_y, n_a)).astype("float32"))
    for gate in "ofci":
        p["b" + gate] = np.zeros((n_a, 1), "float32")
        p["W" + gate] = rng.normal(scale=(n_a + n_x) ** -0.5, size=(n_a, n_a + n_x)).astype("float32")
    p["bf"][:] = forget_bias
    return p
'''
STYLES = [pytest.param(STACKED, UNIFORM, id="stacked-own-cache-uniform"), pytest.param(SPLIT, SINGLE, id="split-loops-float32")]


STEPS = [f"{kind}lstm_cell_{way}" for kind in ("", "peephole_") for way in ("forward", "backward")]
TOPIC = "lstm"


@pytest.mark.parametrize(("functions", "start"), STYLES)
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str, start: str) -> None:
    grade = graded([start, functions, functions.replace("lstm_", "peephole_lstm_")])
    assert_every_point(grade)


@pytest.mark.parametrize("step", STEPS)
def test_a_blank_step_costs_nothing_but_itself(graded: Graded, course: Course, step: str) -> None:
    names = [exercise.name for exercise in course.topic("lstm").exercises]
    blank = f"def {step}(*inputs):\n    raise NotImplementedError"
    grade = graded([source_of(course.references[name]) if name != step else blank for name in names])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {step}


def test_a_wrong_start_is_told_what_its_rule_says(graded: Graded) -> None:
    wrong = UNIFORM.replace("n_x + n_a", "n_a + 1").replace("(3 / columns)", "(12 / columns)").replace("else 0.0", "else 0.5")
    found = {row.check: row.finding for row in graded([wrong]).checks if row.function == "initialize_lstm"}
    assert found["Wf"] == "`Wf` has another shape than it needs."
    assert found["Wy"].startswith("`Wy` is not drawn as the docstring says")
    assert found["bi"] == "`bi` does not hold 0 everywhere." and found["bf"] == ""
