"""Right answers of topic `deep_rnn` in other hands earn every point, and what is missing costs nothing but itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.course import Course, source_of
from autograder.domain import Cell, Grade, Submission
from autograder.grade import Grading, grade_submission
from autograder.keys import Secret
from autograder.sandbox import Isolation, Limits

# Gates stacked, einsum, caches that are dictionaries, a walk back of its own for every cell, layers by recursion.
OWN_CACHES = '''
def dense(p, names, seen):
    W = np.vstack([p["W" + name] for name in names])
    return np.split(np.einsum("ij,jm->im", W, seen) + np.vstack([p["b" + name] for name in names]), len(names))

def layer_step(xt, state, parameters, cell):
    """A dictionary is kept for the way back."""
    p, a, memory = parameters, state[0], state[-1]
    seen = np.vstack((a, xt))
    kept = dict(p=p, cell=cell, seen=seen, memory=memory, n=len(a))
    if cell == "rnn":
        new = (np.tanh(np.einsum("ij,jm->im", np.hstack([p["Waa"], p["Wax"]]), seen) + p["ba"]),)
    elif cell.endswith("gru"):
        kept["u"] = 1 / (1 + np.exp(-dense(p, "u", seen)[0]))
        kept["r"] = 1 / (1 + np.exp(-dense(p, "r", seen)[0])) if cell == "gru" else np.ones(a.shape)
        kept["gated"] = np.vstack((kept["r"] * a, xt))
        kept["g"] = np.tanh(dense(p, "c", kept["gated"])[0])
        new = (a + kept["u"] * (kept["g"] - a),)
    else:
        zf, zi, zo, zc = dense(p, "fioc", seen)
        look = kept["look"] = {g: p["p" + g] if "peephole" in cell else np.zeros((len(a), 1)) for g in "fio"}
        kept["f"], kept["i"] = (0.5 + 0.5 * np.tanh((z + look[g] * memory) / 2) for z, g in ((zf, "f"), (zi, "i")))
        kept["g"] = np.tanh(zc)
        c = kept["c"] = kept["f"] * memory + kept["i"] * kept["g"]
        kept["o"] = 0.5 + 0.5 * np.tanh((zo + look["o"] * c) / 2)
        kept["shown"] = np.tanh(c)
        new = (kept["o"] * kept["shown"], c)
    return new, {**kept, "new": new[0]}

def layer_forward(x, a0, parameters, cell):
    state, a, kept = [a0, np.zeros(a0.shape)][: 2 if "lstm" in cell else 1], np.empty(a0.shape + x.shape[2:]), []
    for t, xt in enumerate(np.moveaxis(x, 2, 0)):
        state, cache = layer_step(xt, state, parameters, cell)
        a[..., t] = state[0]
        kept.append(cache)
    return [a, kept]

def flows_of(k, da, dc):
    """The gradients before each function, what each weight acted on, and what goes straight to the state or memory before."""
    if k["cell"] == "rnn":
        return {"a": (da * (1 - k["new"] ** 2), k["seen"])}, 0.0
    if k["cell"].endswith("gru"):
        dz = da * k["u"] * (1 - k["g"] ** 2)
        back = (k["p"]["Wc"].T @ dz)[: k["n"]]
        flows = {"c": (dz, k["gated"]), "u": (da * (k["g"] - k["memory"]) * k["u"] * (1 - k["u"]), k["seen"])}
        if k["cell"] == "gru":
            flows["r"] = (back * k["memory"] * k["r"] * (1 - k["r"]), k["seen"])
        return flows, da * (1 - k["u"])
    zo = da * k["shown"] * k["o"] * (1 - k["o"])
    dc = dc + da * k["o"] * (1 - k["shown"] ** 2) + k["look"]["o"] * zo
    zf, zi = dc * k["memory"] * k["f"] * (1 - k["f"]), dc * k["g"] * k["i"] * (1 - k["i"])
    flows = {"f": (zf, k["seen"]), "i": (zi, k["seen"]), "c": (dc * k["i"] * (1 - k["g"] ** 2), k["seen"]), "o": (zo, k["seen"])}
    return flows, dc * k["f"] + k["look"]["f"] * zf + k["look"]["i"] * zi

def layer_backward(da, caches, cell):
    total, dx, da_next, dc_next = {}, [], 0.0, 0.0
    for t in range(len(caches) - 1, -1, -1):
        k = caches[t]
        n = k["n"]
        flows, straight = flows_of(k, da[:, :, t] + da_next, dc_next)
        down = np.zeros(k["seen"].shape)
        for name, (dz, acted) in flows.items():
            W = np.hstack([k["p"]["Waa"], k["p"]["Wax"]]) if cell == "rnn" else k["p"]["W" + name]
            part = np.einsum("ij,im->jm", W, dz)
            down += np.vstack([k["r"] * part[:n], part[n:]]) if cell.endswith("gru") and name == "c" else part
            dW = np.einsum("im,jm->ij", dz, acted)
            new = {"dWaa": dW[:, :n], "dWax": dW[:, n:]} if cell == "rnn" else {"dW" + name: dW}
            if cell == "peephole_lstm" and name != "c":
                new["dp" + name] = np.einsum("im,im->i", dz, k["c" if name == "o" else "memory"])[:, None]
            for key, value in {**new, "db" + name: dz.sum(1)[:, None]}.items():
                total[key] = total.get(key, 0) + value
        dx.insert(0, down[n:])
        da_next, dc_next = (down[:n], straight) if "lstm" in cell else (down[:n] + straight, 0.0)
    return {"dx": np.stack(dx, axis=-1), "da0": da_next, **total}

def deep_rnn_forward(x, a0, parameters, cells):
    def rest(below, starts, layers, names):
        if not names:
            return [], []
        a, kept = layer_forward(below, starts[0], layers[0], names[0])
        above, caches = rest(a, starts[1:], layers[1:], names[1:])
        return [a] + above, [(names[0], kept)] + caches
    a, caches = rest(x, a0, parameters["layers"], cells)
    e = np.exp(np.tensordot(parameters["Wya"], a[-1], 1) + parameters["by"][..., None])
    return tuple(a), e / e.sum(0), {"caches": caches}

def deep_rnn_backward(da, caches):
    found = []
    for cell, kept in caches["caches"][::-1]:
        found.insert(0, layer_backward(da, kept, cell))
        da = found[0]["dx"]
    layers = [{key: value for key, value in one.items() if key not in ("dx", "da0")} for one in found]
    return {"dx": da, "da0": [one["da0"] for one in found], "layers": tuple(layers)}

def count_deep_parameters(n_x, sizes, n_y, cells):
    below = [n_x] + list(sizes[:-1])
    matrices = [1 + (cell == "simplified_gru") + 2 * (cell == "gru") + 3 * ("lstm" in cell) for cell in cells]
    peepholes = sum(3 * n for n, cell in zip(sizes, cells) if "peephole" in cell)
    return int(np.dot(matrices, [n * n + n * b + n for n, b in zip(sizes, below)])) + peepholes + n_y * sizes[-1] + n_y

def initialize_deep(n_x, sizes, n_y, cells, rng, forget_bias=1.0):
    def draw(rows, columns, fan_in):
        return rng.uniform(-1, 1, size=(rows, columns)) * (3 / fan_in) ** 0.5
    layers = []
    for b, n, cell in zip([n_x, *sizes], sizes, cells):
        if cell == "rnn":
            layers.append(dict(ba=np.zeros((n, 1)), Waa=draw(n, n, n + b), Wax=draw(n, b, n + b)))
            continue
        gates = dict(gru="cru", simplified_gru="cu", lstm="oicf", peephole_lstm="oicf")[cell]
        layers.append({**{"W" + g: draw(n, n + b, n + b) for g in gates}, **{"b" + g: np.zeros((n, 1)) for g in gates}})
        if "f" in gates:
            layers[-1]["bf"] = np.full((n, 1), forget_bias)
        if cell == "peephole_lstm":
            layers[-1].update(pi=np.zeros((n, 1)), po=np.zeros((n, 1)), pf=np.zeros((n, 1)))
    return {"by": np.zeros((n_y, 1)), "Wya": draw(n_y, sizes[-1], sizes[-1]), "layers": layers}
'''

# The cells' own caches and walks back, weights split by what they act on, step by step through all layers, copies in place,
# float32 at the end.
STEP_BY_STEP = '''
def layer_step(xt, state, parameters, cell):
    a_prev, n_a, sigma = state[0], len(state[0]), lambda z: 1 / (1 + np.exp(-z))
    def weighted(name, a):
        W = parameters["W" + name]
        return W[:, :n_a] @ a + W[:, n_a:] @ xt + parameters["b" + name]
    if cell == "rnn":
        a_next = np.array(parameters["Wax"] @ xt)
        a_next += parameters["Waa"] @ a_prev
        a_next += parameters["ba"]
        a_next = np.tanh(a_next)
        return [a_next], (a_next, a_prev, xt, parameters)
    if cell == "gru":
        ut, rt = sigma(weighted("u", a_prev)), sigma(weighted("r", a_prev))
        cct = np.tanh(weighted("c", rt * a_prev))
        a_next = a_prev.copy()
        a_next *= 1 - ut
        a_next += ut * cct
        return [a_next], (a_next, a_prev, ut, rt, cct, xt, parameters)
    if cell == "simplified_gru":
        ut, cct = sigma(weighted("u", a_prev)), np.tanh(weighted("c", a_prev))
        a_next = a_prev + ut * (cct - a_prev)
        return [a_next], (a_next, a_prev, ut, cct, xt, parameters)
    def gate(name, memory):
        if cell == "lstm":
            return sigma(weighted(name, a_prev))
        return sigma(weighted(name, a_prev) + np.diag(parameters["p" + name].ravel()) @ memory)
    ft, it = gate("f", state[1]), gate("i", state[1])
    cct = np.tanh(weighted("c", a_prev))
    c_next = state[1] * ft
    c_next += it * cct
    ot = gate("o", c_next)
    a_next = ot * np.tanh(c_next)
    return [a_next, c_next], (a_next, c_next, a_prev, state[1], ft, it, cct, ot, xt, parameters)

def beginning(a0, cell):
    return [a0, a0 - a0] if cell in ("lstm", "peephole_lstm") else [a0]

def layer_forward(x, a0, parameters, cell):
    """The layer by itself is a network of one layer."""
    (a,), (caches,) = steps_of(x, [a0], [parameters], [cell])
    return a, (caches, x)

def steps_of(x, a0, layers, cells):
    states = [beginning(one, cell) for one, cell in zip(a0, cells)]
    a = [np.zeros((len(one), x.shape[1], x.shape[2])) for one in a0]
    caches = [[] for _ in cells]
    for t in range(x.shape[2]):
        below = x[:, :, t]
        for l in range(len(cells)):
            states[l], cache = layer_step(below, states[l], layers[l], cells[l])
            below = a[l][:, :, t] = states[l][0]
            caches[l].append(cache)
    return a, caches

def layer_backward(da, caches, cell):
    walk = {"rnn": rnn_backward, "gru": gru_backward, "lstm": lstm_backward, "simplified_gru": simplified_gru_backward,
            "peephole_lstm": peephole_lstm_backward}[cell]
    return {"da0" if key == "dc0" else key: value for key, value in walk(da, caches).items()}

def deep_rnn_forward(x, a0, parameters, cells):
    a, caches = steps_of(x, a0, parameters["layers"], cells)
    y = [softmax(parameters["Wya"] @ a[-1][:, :, t] + parameters["by"]) for t in range(x.shape[2])]
    return a, np.stack(y, axis=2).astype("float32"), (list(zip(caches, [x, *a])), list(cells))

def deep_rnn_backward(da, caches):
    caches, cells = caches
    out = {"da0": [None] * len(cells), "layers": [None] * len(cells)}
    for l in range(len(cells) - 1, -1, -1):
        step = {key: value.astype("float32") for key, value in layer_backward(da, caches[l], cells[l]).items()}
        da, out["da0"][l] = step.pop("dx"), step.pop("da0")
        out["layers"][l] = step
    out["dx"] = da
    return out

def count_deep_parameters(n_x, sizes, n_y, cells):
    if not cells:
        return n_y * n_x + n_y
    matrices = {"rnn": 1, "simplified_gru": 2, "gru": 3, "lstm": 4, "peephole_lstm": 4}[cells[0]]
    here = matrices * (n_x + sizes[0] + 1) + (3 if cells[0] == "peephole_lstm" else 0)
    return here * sizes[0] + count_deep_parameters(sizes[0], sizes[1:], n_y, cells[1:])

def initialize_deep(n_x, sizes, n_y, cells, rng, forget_bias=1.0):
    made, widths = [], [n_x] + list(sizes)
    for l, cell in enumerate(cells):
        b, n, p = widths[l], widths[l + 1], {}
        if cell == "peephole_lstm":
            p = {"p" + name: np.zeros((n, 1), "float32") for name in "fio"}
        for name in {"rnn": ["aa", "ax"], "gru": list("urc"), "simplified_gru": list("uc")}.get(cell, list("fico")):
            columns = {"aa": n, "ax": b}.get(name, n + b)
            p["W" + name] = rng.normal(0, 1 / np.sqrt(n + b), size=(n, columns)).astype("float32")
            p["b" + name[0]] = np.full((n, 1), forget_bias * (name == "f"), "float32")
        made.append(p)
    Wya = rng.normal(scale=widths[-1] ** -0.5, size=(n_y, widths[-1])).astype("float32")
    return dict(layers=made, Wya=Wya, by=np.zeros((n_y, 1), "float32"))
'''
NAMES = ["layer_step", "layer_forward", "layer_backward", "deep_rnn_forward", "deep_rnn_backward", "count_deep_parameters",
         "initialize_deep"]  # fmt: skip  # the functions of the topic
Graded = Callable[..., Grade]


@pytest.fixture
def graded(course: Course, isolation: Isolation, secret: Secret) -> Graded:
    """The grade of some texts, beside what a learner brings along: the whole walks back too, which is more than is asked."""
    topic = course.topic("deep_rnn")

    def run(texts: list[str], forgotten: tuple[str, ...] = ()) -> Grade:
        names = [*topic.brought, *(name.replace("_cell_", "_") for name in topic.brought if "_cell_" in name)]
        brought = [blank(name) if name in forgotten else source_of(course.references[name]) for name in names]
        cells = (Cell("import numpy as np", "given"), *(Cell(text, "answer") for text in [*brought, *texts]))
        grading = Grading(course, topic, isolation, secret, Limits(seconds=5))
        return grade_submission(grading, Submission("s", topic.assignment, "0" * 64, cells))

    return run


def blank(name: str) -> str:
    return f"def {name}(*inputs):\n    raise NotImplementedError"


def right(course: Course, **other: str) -> list[str]:
    """The model answers, but for those given."""
    return [other.get(name) or source_of(course.references[name]) for name in NAMES]


def losses(grade: Grade) -> list[tuple[str, str, str]]:
    return [(row.function, row.check, row.finding) for row in grade.checks if row.verdict != "right"]


@pytest.mark.parametrize("functions", [OWN_CACHES, STEP_BY_STEP], ids=["own-caches-recursion", "step-by-step-float32"])
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert losses(grade) == [] and grade.score == grade.max_score


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_function_costs_nothing_but_itself(graded: Graded, course: Course, name: str) -> None:
    assert {function for function, _, _ in losses(graded(right(course, **{name: blank(name)})))} == {name}


@pytest.mark.parametrize(
    "names", [("gru_cell_backward",), ("simplified_gru_cell_backward", "peephole_lstm_cell_backward"), ("sigmoid", "softmax")]
)
def test_what_was_not_brought_along_costs_nothing(graded: Graded, course: Course, names: tuple[str, ...]) -> None:
    assert losses(graded(right(course), forgotten=names)) == []


NEVER_HEARD_OF = """
def layer_step(xt, state, parameters, cell):
    if cell not in ("rnn", "gru", "lstm"):
        raise NotImplementedError
    return known_step(xt, state, parameters, cell)

def layer_backward(da, caches, cell):
    if cell not in ("rnn", "gru", "lstm"):
        raise NotImplementedError
    return known_backward(da, caches, cell)
"""


@pytest.mark.parametrize("functions", [OWN_CACHES, STEP_BY_STEP], ids=["own-caches-recursion", "step-by-step-float32"])
def test_who_never_wrote_two_of_the_kinds_loses_their_points_only(graded: Graded, functions: str) -> None:
    known = functions.replace("def layer_step", "def known_step").replace("def layer_backward", "def known_backward")
    lost = losses(graded([known, NEVER_HEARD_OF], forgotten=("simplified_gru_cell_backward", "peephole_lstm_cell_backward")))
    kinds = ("simplified_gru", "peephole_lstm")
    assert lost and [row for row in lost if not any(kind in row[1] for kind in kinds)] == []
    assert {function for function, _, _ in lost} >= {"layer_step", "layer_backward"}


def test_who_has_only_the_way_back_gets_the_points_of_the_way_back(graded: Graded, course: Course) -> None:
    texts = [blank(name) if name != "deep_rnn_backward" else source_of(course.references[name]) for name in NAMES]
    grade = graded(texts)
    exercise = next(one for one in course.topic("deep_rnn").exercises if one.name == "deep_rnn_backward")
    assert grade.score == exercise.max_points


def test_each_kind_of_cell_and_each_layer_has_points_of_its_own(graded: Graded, course: Course) -> None:
    step = source_of(course.references["layer_step"]).replace("ot * np.tanh(c_next)", "ot * c_next")
    twice = "layers.append({key: value * (1 + (index == 1)) for key, value in gradients.items()})"
    deep = source_of(course.references["deep_rnn_backward"]).replace("layers.append(gradients)", twice)
    lost = losses(graded(right(course, layer_step=step, deep_rnn_backward=deep)))
    assert [(function, check) for function, check, _ in lost] == [
        ("layer_step", "lstm a_next"), ("layer_step", "peephole_lstm a_next"), ("layer_step", "lstm cache"),
        ("layer_step", "peephole_lstm cache"), ("deep_rnn_backward", "layer 2")]  # fmt: skip  # what is wrong
