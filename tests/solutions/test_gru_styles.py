"""Right answers in other hands earn every point: with a cache of their own, with split weights, loops, float32, in place."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

# Gates stacked, one product for the memory and one for the input, caches that are dictionaries, einsum. float32 at the end.
STACKED = '''
def gates_of(parameters):
    return "ur" if "Wr" in parameters else "u"

def simplified_gru_cell_forward(xt, c_prev, parameters):
    names, seen = gates_of(parameters), np.vstack((c_prev, xt))
    W = np.vstack([parameters["W" + name] for name in names])
    b = np.vstack([parameters["b" + name] for name in names])
    opened = np.split(1 / (1 + np.exp(-(np.einsum("ij,jm->im", W, seen) + b))), len(names))
    reset = opened[1] if len(names) == 2 else np.ones_like(c_prev)
    made_from = np.vstack((reset * c_prev, xt))
    candidate = np.tanh(parameters["Wc"].dot(made_from) + parameters["bc"])
    c = c_prev + opened[0] * (candidate - c_prev)
    kept = dict(seen=seen, made_from=made_from, update=opened[0], reset=reset, candidate=candidate, before=c_prev, p=parameters)
    return c, softmax(parameters["Wy"] @ c + parameters["by"]), kept

def simplified_gru_forward(x, c0, parameters):
    kept, memories, predictions, c = [], [], [], c0
    for xt in np.moveaxis(x, 2, 0):
        c, prediction, cache = simplified_gru_cell_forward(xt, c, parameters)
        kept.append(cache)
        memories.append(c)
        predictions.append(prediction)
    return np.stack(memories, axis=-1), np.stack(predictions, axis=-1), kept

def simplified_gru_cell_backward(dc_next, cache):
    k, n_c = cache, len(dc_next)
    candidate = dc_next * k["update"] * (1 - k["candidate"] ** 2)
    back = np.einsum("ij,im->jm", k["p"]["Wc"], candidate)
    flows = {"u": dc_next * (k["candidate"] - k["before"]) * k["update"] * (1 - k["update"]),
             "r": back[:n_c] * k["before"] * k["reset"] * (1 - k["reset"])}
    gradients = {"dWc": np.einsum("im,jm->ij", candidate, k["made_from"]), "dbc": candidate.sum(1)[:, None]}
    total = np.vstack((back[:n_c] * k["reset"], back[n_c:]))
    for name in gates_of(k["p"]):
        gradients["dW" + name] = np.einsum("im,jm->ij", flows[name], k["seen"])
        gradients["db" + name] = flows[name].sum(1)[:, None]
        total = total + np.einsum("ij,im->jm", k["p"]["W" + name], flows[name])
    gradients["dc_prev"], gradients["dxt"] = np.vsplit(total, [n_c])
    gradients["dc_prev"] = gradients["dc_prev"] + dc_next - dc_next * k["update"]
    return {key: value.astype("float32") for key, value in gradients.items()}

def simplified_gru_backward(dc, caches):
    carried, steps = 0.0, []
    for t in range(len(caches))[::-1]:
        steps.insert(0, simplified_gru_cell_backward(dc[..., t] + carried, caches[t]))
        carried = steps[0].pop("dc_prev")
    dx = np.stack([step.pop("dxt") for step in steps], axis=2)
    return {"dx": dx, "dc0": carried, **{key: np.sum([step[key] for step in steps], axis=0) for key in steps[0]}}
'''

# Weights split by what they act on, loops over the examples and the outputs, caches of the docstring, copies changed in place.
SPLIT = '''
def split(parameters, name, n_c):
    return parameters["W" + name][:, :n_c], parameters["W" + name][:, n_c:], parameters["b" + name][:, 0]

def gate(weights, c, x):
    return 1 / (1 + np.exp(-(weights[0] @ c + weights[1] @ x + weights[2])))

def simplified_gru_cell_forward(xt, c_prev, parameters):
    n_c, m = c_prev.shape
    ut, rt, cct = np.empty((n_c, m)), np.ones((n_c, m)), np.empty((n_c, m))
    for i in range(m):
        c, x = c_prev[:, i], xt[:, i]
        ut[:, i] = gate(split(parameters, "u", n_c), c, x)
        if "Wr" in parameters:
            rt[:, i] = gate(split(parameters, "r", n_c), c, x)
        from_memory, from_input, bias = split(parameters, "c", n_c)
        cct[:, i] = np.tanh(from_memory @ (rt[:, i] * c) + from_input @ x + bias)
    c_next = np.array(c_prev)
    c_next *= 1 - ut
    c_next += ut * cct
    yt = np.exp(parameters["Wy"] @ c_next + parameters["by"])
    yt /= yt.sum(axis=0)
    gates = (ut, rt) if "Wr" in parameters else (ut,)
    return [c_next, yt, (c_next, c_prev, *gates, cct, xt, parameters)]

def simplified_gru_forward(x, c0, parameters):
    n_x, m, T_x = x.shape
    c, y = np.empty((len(c0), m, T_x + 1)), np.empty((len(parameters["by"]), m, T_x))
    c[:, :, 0] = c0
    caches = []
    for t in range(T_x):
        c[:, :, t + 1], y[:, :, t], cache = simplified_gru_cell_forward(x[:, :, t], c[:, :, t], parameters)
        caches += [cache]
    return c[:, :, 1:], y, (caches, x)

def simplified_gru_cell_backward(dc_next, cache):
    """Example after example."""
    c_next, c_prev, ut, *rt, cct, xt, parameters = cache
    n_c, m = c_prev.shape
    rt = rt[0] if rt else np.ones((n_c, m))
    out = {"d" + key: np.zeros(value.shape) for key, value in parameters.items() if key not in ("Wy", "by")}
    out.update(dxt=np.zeros(xt.shape), dc_prev=(1 - ut) * dc_next)
    for i in range(m):
        c, u, r, g, x = c_prev[:, i], ut[:, i], rt[:, i], cct[:, i], xt[:, i]
        dz = {"c": dc_next[:, i] * u * (1 - g**2), "u": dc_next[:, i] * (g - c) * u * (1 - u)}
        through = dz["c"] @ split(parameters, "c", n_c)[0]
        if "Wr" in parameters:
            dz["r"] = through * c * r * (1 - r)
        for name, d in dz.items():
            out["dW" + name] += np.outer(d, np.concatenate([c * r if name == "c" else c, x]))
            out["db" + name][:, 0] += d
            out["dxt"][:, i] += d @ split(parameters, name, n_c)[1]
            out["dc_prev"][:, i] += through * r if name == "c" else d @ split(parameters, name, n_c)[0]
    return out

def simplified_gru_backward(dc, caches):
    """On a copy of its own, from the end."""
    caches, x = caches
    dc, total = np.array(dc), {"dx": np.zeros(x.shape)}
    for t in range(len(caches) - 1, -1, -1):
        step = simplified_gru_cell_backward(dc[:, :, t], caches[t])
        total["dx"][:, :, t] = step.pop("dxt")
        before = step.pop("dc_prev")
        if t:
            dc[:, :, t - 1] += before
        for key, value in step.items():
            total[key] = total.get(key, 0) + value
    return {**total, "dc0": before}
'''
STEPS = [f"{kind}gru_cell_{way}" for kind in ("simplified_", "") for way in ("forward", "backward")]
TOPIC = "gru"


@pytest.mark.parametrize("functions", [STACKED, SPLIT], ids=["stacked-own-cache-float32", "split-loops-in-place"])
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions, functions.replace("simplified_gru_", "gru_")])
    assert_every_point(grade)


@pytest.mark.parametrize("step", STEPS)
def test_a_blank_step_costs_nothing_but_itself(graded: Graded, course: Course, step: str) -> None:
    names = [exercise.name for exercise in course.topic("gru").exercises]
    blank = f"def {step}(*inputs):\n    raise NotImplementedError"
    grade = graded([source_of(course.references[name]) if name != step else blank for name in names])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {step}


def test_the_reset_gate_of_other_libraries_is_named_and_costs_its_step_only(graded: Graded, course: Course) -> None:
    text = SPLIT.replace("simplified_gru_", "gru_")
    other = text.replace("from_memory @ (rt[:, i] * c)", "rt[:, i] * (from_memory @ c)")
    assert other != text
    wrong = [row for row in graded([SPLIT, other]).checks if row.verdict != "right"]
    assert {row.function for row in wrong} == {"gru_cell_forward"}
    assert {row.mistake for row in wrong if row.check in ("c_next", "yt_pred")} == {"reset-after-the-product"}
