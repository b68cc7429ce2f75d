"""Right answers of topic `rnn_types` in other styles earn every point, and a blank function costs nothing but itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course, load_course, source_of
from tests.solutions.conftest import Graded, assert_every_point

BY_HAND = '''
def walk(x, a0, p):
    """All states with a0 before them, without any function from before."""
    a = [a0]
    for t in range(x.shape[2]):
        a.append(np.tanh(np.einsum("ab,bm->am", p["Waa"], a[-1]) + p["Wax"].dot(x[..., t]) + p["ba"]))
    return np.stack(a, axis=2)

def speak(a, p):
    e = np.exp(np.einsum("ya,a...->y...", p["Wya"], a) + p["by"].reshape(-1, *[1] * (a.ndim - 1)))
    return e / e.sum(axis=0)

def upwards(dz, a):
    return {"dWya": np.einsum("ymt,amt->ya", dz, a), "dby": dz.sum(axis=2).sum(axis=1)[:, None]}

def back(da, a, x, p):
    g, dx = np.zeros(a.shape), np.empty(x.shape)
    carry = 0.0
    for t in range(x.shape[2] - 1, -1, -1):
        g[:, :, t] = (da[:, :, t] + carry) * (1 - a[:, :, t + 1] ** 2)
        dx[:, :, t], carry = p["Wax"].T @ g[:, :, t], p["Waa"].T @ g[:, :, t]
    g = g[:, :, :-1]
    return {"dx": dx, "da0": carry, "dWaa": np.einsum("amt,bmt->ab", g, a[:, :, :-1]),
            "dWax": np.einsum("amt,xmt->ax", g, x), "dba": g.sum(axis=(1, 2))[:, None]}

def one_to_one_forward(x, parameters):
    a = np.tanh(parameters["Wax"] @ x + parameters["ba"])
    return speak(a, parameters), {"x": x, "a": a, "W": (parameters["Wax"], parameters["Wya"])}

def one_to_one_backward(dz, cache):
    Wax, Wya = cache["W"]
    g = np.einsum("ya,ym->am", Wya, dz) * (1 - cache["a"] ** 2)
    return {"dx": np.einsum("ax,am->xm", Wax, g), "dWax": np.einsum("am,xm->ax", g, cache["x"]), "dba": g.sum(1)[:, None],
            "dWya": np.einsum("ym,am->ya", dz, cache["a"]), "dby": dz.sum(axis=1).reshape(-1, 1)}

def one_to_many_forward(x, a0, y, parameters):
    read = np.empty(y.shape)
    read[:, :, 0], read[:, :, 1:] = x, y[:, :, :-1]
    a = walk(read, a0, parameters)
    return speak(a[:, :, 1:], parameters), {"a": a, "read": read, "p": parameters}

def one_to_many_backward(dz, caches):
    a, p = caches["a"], caches["p"]
    out = back(np.einsum("ya,ymt->amt", p["Wya"], dz), a, caches["read"], p)
    return {**out, **upwards(dz, a[:, :, 1:]), "dx": np.array(out["dx"][:, :, 0])}

def one_to_many_generate(x, a0, parameters, T_y):
    said = []
    for t in range(T_y):
        a0 = walk(x[:, :, None], a0, parameters)[:, :, 1]
        x = np.eye(len(x))[:, np.argmax(speak(a0, parameters), axis=0)]
        said.append(x)
    return np.dstack(said)

def many_to_one_forward(x, a0, lengths, parameters):
    a = walk(x, a0, parameters)
    asked = np.array([a[:, i, length] for i, length in enumerate(lengths)]).T
    return speak(asked, parameters), [x, a, asked, list(lengths), parameters]

def many_to_one_backward(dz, caches):
    x, a, asked, lengths, p = caches
    da = np.zeros((len(a), x.shape[1], x.shape[2]))
    for i, length in enumerate(lengths):
        da[:, i, length - 1] = dz[:, i] @ p["Wya"]
    return {**back(da, a, x, p), **upwards(dz[..., None], asked[..., None])}

def many_to_many_forward(x, a0, parameters):
    a = walk(x, a0, parameters)
    return speak(a[:, :, 1:], parameters), (x, a, parameters)

def many_to_many_backward(dz, caches):
    x, a, p = caches
    return {**upwards(dz, a[:, :, 1:]), **back(np.tensordot(p["Wya"].T, dz, axes=1), a, x, p)}

def encoder_forward(x, a0, parameters):
    a = walk(x, a0, parameters["encoder"])
    return np.array(a[:, :, -1]), {"x": x, "a": a}

def encoder_decoder_forward(x, a0, y, parameters):
    state, reading = encoder_forward(x, a0, parameters)
    y_pred, speaking = one_to_many_forward(np.zeros(y.shape[:2]), state, y, parameters["decoder"])
    return y_pred, (reading, speaking, parameters)

def encoder_decoder_backward(dz, caches):
    reading, speaking, parameters = caches
    decoder = one_to_many_backward(dz, speaking)
    da = np.zeros((len(decoder["da0"]), *reading["x"].shape[1:]))
    da[..., -1] = decoder["da0"]
    encoder = back(da, reading["a"], reading["x"], parameters["encoder"])
    return {"dx": encoder.pop("dx"), "da0": encoder.pop("da0"), "encoder": encoder, "decoder": decoder}

def encoder_decoder_generate(x, a0, parameters, T_y):
    state = encoder_forward(x, a0, parameters)[0]
    nothing = np.zeros((len(parameters["decoder"]["by"]), x.shape[1]))
    return one_to_many_generate(nothing, state, parameters["decoder"], T_y)

def descend(parameters, gradients, learning_rate):
    """Two levels, written out."""
    moved = {}
    for key in parameters:
        if type(parameters[key]) is dict:
            moved[key] = {}
            for inner in parameters[key]:
                moved[key][inner] = parameters[key][inner] - learning_rate * gradients[key]["d" + inner]
        else:
            moved[key] = parameters[key].copy()
            moved[key] -= learning_rate * gradients["d" + key]
    return moved

def train(wiring, batches, parameters, update):
    losses = []
    for inputs, y in batches:
        if wiring == "many_to_one":
            y_pred, caches = many_to_one_forward(*inputs, parameters)
            gradients = many_to_one_backward((y_pred - y) / y.shape[1], caches)
        elif wiring == "many_to_many":
            y_pred, caches = many_to_many_forward(inputs[0], inputs[1], parameters)
            gradients = many_to_many_backward((y_pred - y) / y.shape[1], caches)
        elif wiring == "one_to_many":
            y_pred, caches = one_to_many_forward(inputs[0], inputs[1], y, parameters)
            gradients = one_to_many_backward((y_pred - y) / y.shape[1], caches)
        else:
            y_pred, caches = encoder_decoder_forward(inputs[0], inputs[1], y, parameters)
            gradients = encoder_decoder_backward((y_pred - y) / y.shape[1], caches)
        losses += [-np.log(y_pred[y == 1]).sum() / y.shape[1]]
        parameters = update(parameters, gradients)
    return [parameters, np.asarray(losses)]
'''
ON_TOP = '''
def one_to_one_forward(x, parameters):
    """The sequence of length one."""
    a, y_pred, steps = rnn_forward(x[:, :, None], np.zeros((parameters["ba"].size, x.shape[1])), parameters)
    return y_pred[:, :, 0].astype("float32"), [a, steps, parameters]

def one_to_one_backward(dz, cache):
    a, steps, parameters = cache
    above = output_backward(dz[:, :, None], a, parameters)
    out = rnn_backward(above.pop("da"), steps)
    return {"dx": out["dx"][:, :, 0].copy(), "dWax": out["dWax"], "dba": out["dba"], **above}

def one_to_many_forward(x, a0, y, parameters):
    """Step by step; a list of caches, and the predictions written in place."""
    y_pred, caches, xt, a_next = np.zeros_like(y), [], x, a0
    for t in range(y.shape[-1]):
        a_next, y_pred[..., t], cache = rnn_cell_forward(xt, a_next, parameters)
        caches.append(cache)
        xt = y[..., t]
    return y_pred, caches

def one_to_many_backward(dz, caches):
    parameters = caches[-1][-1]
    out = {"dWya": 0, "dby": 0}
    da_prev = np.zeros_like(caches[0][0])
    for t in range(len(caches))[::-1]:
        out["dWya"] = out["dWya"] + dz[:, :, t] @ caches[t][0].T
        out["dby"] = out["dby"] + dz[:, :, t].sum(axis=1, keepdims=True)
        step = rnn_cell_backward(da_prev + parameters["Wya"].T @ dz[:, :, t], caches[t])
        out["dx"], out["da0"] = step.pop("dxt"), step.pop("da_prev")
        da_prev = out["da0"]
        for key in step:
            out[key] = out.get(key, 0) + step[key]
    return out

def one_to_many_generate(x, a0, parameters, T_y):
    """Example after example."""
    y = np.zeros(x.shape + (T_y,), dtype="float32")
    for i in range(x.shape[1]):
        xt, a_next = x[:, [i]], a0[:, [i]]
        for t in range(T_y):
            a_next, yt, _ = rnn_cell_forward(xt, a_next, parameters)
            y[yt.argmax(), i, t] = 1.0
            xt = np.array(y[:, [i], t])
    return y

def many_to_one_forward(x, a0, lengths, parameters):
    """Every example by itself, to its own end."""
    walks = [rnn_forward(x[:, i:i + 1, :n], a0[:, i:i + 1], parameters) for i, n in enumerate(lengths)]
    return np.concatenate([y_pred[:, :, -1] for _, y_pred, _ in walks], axis=1), (walks, x.shape, parameters)

def many_to_one_backward(dz, caches):
    walks, shape, parameters = caches
    out = {"dx": np.zeros(shape), "da0": np.zeros((parameters["ba"].size, shape[1]))}
    for i, (a, _, steps) in enumerate(walks):
        later = np.zeros((len(dz), 1, a.shape[2]))
        later[:, 0, -1] = dz[:, i]
        above = output_backward(later, a, parameters)
        below = rnn_backward(above.pop("da"), steps)
        out["dx"][:, i:i + 1, :a.shape[2]], out["da0"][:, i:i + 1] = below.pop("dx"), below.pop("da0")
        for key, value in {**above, **below}.items():
            out[key] = out.get(key, 0) + value
    return out

def many_to_many_forward(x, a0, parameters):
    a, y_pred, steps = rnn_forward(x, a0, parameters)
    return [y_pred, {"states": a, "steps": steps, "parameters": parameters}]

def many_to_many_backward(dz, caches):
    out = output_backward(np.array(dz), caches["states"], caches["parameters"])
    out.update(rnn_backward(out.pop("da"), caches["steps"]))
    return {key: value.astype(np.float32) for key, value in out.items()}

def encoder_forward(x, a0, parameters):
    """rnn_forward, with an output layer that nobody listens to."""
    unheard = {**parameters["encoder"], "Wya": np.zeros((1, len(a0))), "by": np.zeros((1, 1))}
    a, _, steps = rnn_forward(x, a0, unheard)
    return a[:, :, -1].copy(), steps

def encoder_decoder_forward(x, a0, y, parameters):
    state, reading = encoder_forward(x, a0, parameters)
    shifted = np.roll(y, 1, axis=2)
    shifted[:, :, 0] = 0
    a, y_pred, speaking = rnn_forward(shifted, state, parameters["decoder"])
    return y_pred, {"reading": reading, "speaking": speaking, "a": a, "Wya": parameters["decoder"]["Wya"]}

def encoder_decoder_backward(dz, caches):
    above = output_backward(dz, caches["a"], {"Wya": caches["Wya"]})
    decoder = rnn_backward(above.pop("da"), caches["speaking"])
    da_prev, total, dx = decoder.pop("da0"), {}, []
    for cache in caches["reading"][0][::-1]:
        step = rnn_cell_backward(da_prev, cache)
        da_prev = step.pop("da_prev")
        dx.insert(0, step.pop("dxt"))
        total = {key: total.get(key, 0) + value for key, value in step.items()}
    return {"encoder": total, "decoder": {**above, **decoder}, "dx": np.stack(dx, axis=2), "da0": da_prev}

def encoder_decoder_generate(x, a0, parameters, T_y):
    """Say a little more each time, with what was said so far as the teacher."""
    y = np.zeros((len(parameters["decoder"]["by"]), x.shape[1], T_y))
    for t in range(T_y):
        y_pred, _ = encoder_decoder_forward(x, a0, y, parameters)
        y[:, :, t] = y_pred[:, :, t] == y_pred[:, :, t].max(axis=0)
    return y

def descend(parameters, gradients, learning_rate):
    return {key: descend(inner, gradients[key], learning_rate) if hasattr(inner, "keys")
            else np.add(inner, np.multiply(-learning_rate, gradients["d" + key])).astype("float32")
            for key, inner in parameters.items()}

def train(wiring, batches, parameters, update):
    """Losses go into an array that was made before."""
    pairs = [(one_to_many_forward, one_to_many_backward), (many_to_one_forward, many_to_one_backward),
             (many_to_many_forward, many_to_many_backward), (encoder_decoder_forward, encoder_decoder_backward)]
    forward, backward = pairs[["one_to_many", "many_to_one", "many_to_many", "encoder_decoder"].index(wiring)]
    batches = list(batches)
    losses = np.zeros(len(batches), dtype="float32")
    for step, (inputs, y) in enumerate(batches):
        y_pred, caches = forward(*inputs, parameters)
        if y.ndim == 2:
            losses[step] = sequence_cross_entropy(y_pred[:, :, None], y[:, :, None])
            dz = softmax_cross_entropy_backward(y_pred[:, :, None], y[:, :, None])[:, :, 0]
        else:
            losses[step] = sequence_cross_entropy(y_pred, y)
            dz = softmax_cross_entropy_backward(y_pred, y)
        parameters = update(parameters, backward(dz, caches))
    return parameters, losses
'''

COURSE = load_course(Path(__file__).resolve().parents[2])
NAMES = [exercise.name for exercise in COURSE.topic("rnn_types").exercises]
TOPIC = "rnn_types"


@pytest.mark.parametrize("functions", [BY_HAND, ON_TOP], ids=["by-hand-einsum-own-caches", "on-top-loops-float32"])
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert_every_point(grade)


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_function_costs_nothing_but_itself(graded: Graded, course: Course, name: str) -> None:
    blank = f"def {name}(*inputs):\n    raise NotImplementedError"
    grade = graded([source_of(course.references[one]) if one != name else blank for one in NAMES])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {name}


@pytest.mark.parametrize("name", ["softmax", "rnn_cell_forward", "rnn_backward"])
def test_a_wrong_function_from_before_costs_nothing_here(graded: Graded, course: Course, name: str) -> None:
    """What was brought along wrong has cost its points where it was written."""
    grade = graded([*(source_of(course.references[one]) for one in NAMES), f"def {name}(*inputs):\n    return None"])
    assert [(row.function, row.check, row.finding) for row in grade.checks if row.verdict != "right"] == []
