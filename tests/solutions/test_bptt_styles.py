"""Right answers of topic `bptt` in other hands earn every point, and who leaves ReLU out loses what ReLU is worth."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

# Step by step, einsum in the step; the slope of ReLU is the sign of what it returned.
STEP_BY_STEP = '''
def numerical_gradient(f, x, epsilon=1e-6):
    """Moves x itself, and puts every number back."""
    gradient = np.empty(x.shape)
    for index, here in np.ndenumerate(x.copy()):
        x[index] = here + epsilon
        above = f(x)
        x[index] = here - epsilon
        gradient[index] = (above - f(x)) / 2 / epsilon
        x[index] = here
    return gradient

def gradient_check(f, gradient, x, epsilon=1e-6):
    measured = numerical_gradient(f, x, epsilon)
    return np.linalg.norm(gradient - measured) / max(np.linalg.norm(gradient) + np.linalg.norm(measured), 1e-300)

def softmax_cross_entropy_backward(y_pred, y):
    dz = y_pred.copy()
    dz[y == 1] -= 1
    dz /= y.shape[1]
    return dz

def output_backward(dz, a, parameters):
    dWya, dby, da = 0, 0, []
    for t in range(a.shape[2]):
        dWya = dWya + dz[:, :, t] @ a[:, :, t].T
        dby = dby + dz[:, :, t].sum(axis=1, keepdims=True)
        da.append(parameters["Wya"].T @ dz[:, :, t])
    return {"dWya": dWya, "dby": dby, "da": np.stack(da, axis=2)}

def rnn_cell_backward(da_next, cache, activation="tanh"):
    a_next, a_prev, xt, p = cache
    slope = {"tanh": lambda: 1 - a_next * a_next, "relu": lambda: np.sign(a_next)}[activation]()
    dz = np.einsum("am,am->am", slope, da_next)
    return dict(dxt=np.einsum("ax,am->xm", p["Wax"], dz), da_prev=np.einsum("ab,am->bm", p["Waa"], dz),
                dWax=np.einsum("am,xm->ax", dz, xt), dWaa=np.einsum("am,bm->ab", dz, a_prev), dba=dz.sum(1)[:, None])

def rnn_backward(da, caches, activation="tanh"):
    """On a copy of da, to which each step adds what it owes to the one before."""
    memory, x = caches
    da, dx, total = np.array(da), [], {}
    for t in range(len(memory) - 1, -1, -1):
        one = rnn_cell_backward(da[:, :, t], memory[t], activation)
        dx.insert(0, one.pop("dxt"))
        da0 = one.pop("da_prev")
        if t > 0:
            da[:, :, t - 1] += da0
        for key in one:
            total[key] = one[key] + total[key] if key in total else one[key]
    total.update(dx=np.stack(dx, axis=-1), da0=da0)
    return total

def rnn_backward_truncated(da, caches, steps, activation="tanh"):
    """The same walk, with what is carried forgotten at each border."""
    memory, x = caches
    dx, carried, total = np.empty_like(x), 0.0, None
    for t in range(x.shape[2] - 1, -1, -1):
        one = rnn_cell_backward(da[..., t] + carried, memory[t], activation)
        dx[..., t] = one.pop("dxt")
        da0 = carried = one.pop("da_prev")
        if t % steps == 0:
            carried = 0.0
        total = one if total is None else {key: total[key] + one[key] for key in one}
    return {"dx": dx, "da0": da0, **total}
'''

# All steps at once where that can be, weights stacked in the step, results in float32; the slope of ReLU is np.where.
STACKED = '''
def numerical_gradient(f, x, epsilon=1e-6):
    """Each row of the identity is a direction."""
    directions = np.eye(x.size).reshape(-1, *x.shape) * epsilon
    return np.array([(f(x + one) - f(x - one)) / (2 * epsilon) for one in directions], dtype="float32").reshape(x.shape)

def gradient_check(f, gradient, x, epsilon=1e-6):
    measured, base = [], np.array(x)
    for k in range(x.size):
        up, down = base.copy().ravel(), base.copy().ravel()
        up[k] += epsilon
        down[k] -= epsilon
        measured.append((f(up.reshape(x.shape)) - f(down.reshape(x.shape))) / (2 * epsilon))
    g, h = gradient.ravel(), np.array(measured)
    total = (g @ g) ** 0.5 + (h @ h) ** 0.5
    return np.float32(((g - h) @ (g - h)) ** 0.5 / total) if total else 0.0

def softmax_cross_entropy_backward(y_pred, y):
    """Through the Jacobian of softmax, from the slope with respect to the probabilities."""
    jacobian = np.einsum("kit,kl->klit", y_pred, np.eye(len(y))) - np.einsum("kit,lit->klit", y_pred, y_pred)
    return np.einsum("klit,lit->kit", jacobian, -y / y_pred).astype("float32") / np.float32(y.shape[1])

def output_backward(dz, a, parameters):
    """Steps and examples side by side in one long matrix."""
    long_dz, long_a = dz.reshape(len(dz), -1), a.reshape(len(a), -1)
    da = (parameters["Wya"].T @ long_dz).reshape(a.shape)
    made = {"da": da, "dby": long_dz.sum(1).reshape(-1, 1), "dWya": long_dz @ long_a.T}
    return {key: value.astype("float32") for key, value in made.items()}

def rnn_cell_backward(da_next, cache, activation="tanh"):
    a_next, a_prev, xt, p = cache
    n_a = len(a_next)
    dz = da_next * np.where(a_next > 0, 1.0, 0.0) if activation == "relu" else da_next - da_next * a_next**2
    d_before = np.hstack([p["Waa"], p["Wax"]]).T @ dz
    dW = dz @ np.vstack([a_prev, xt, np.ones((1, xt.shape[1]))]).T
    made = {"da_prev": d_before[:n_a], "dxt": d_before[n_a:], "dWaa": dW[:, :n_a], "dWax": dW[:, n_a:-1], "dba": dW[:, -1:]}
    return {key: value.astype("float32") for key, value in made.items()}

def rnn_backward(da, caches, activation="tanh"):
    memory, x = caches
    p, T = memory[0][3], x.shape[2]
    a, before = (np.stack([one[k] for one in memory], 2) for k in (0, 1))
    slope = 1 - a**2 if activation == "tanh" else np.where(a > 0, 1.0, 0.0)
    dz = np.zeros_like(a)
    back = np.zeros_like(a[:, :, 0])
    for t in range(T)[::-1]:
        dz[:, :, t] = slope[:, :, t] * (da[:, :, t] + back)
        back = p["Waa"].T @ dz[:, :, t]
    return {"dx": np.einsum("ax,amt->xmt", p["Wax"], dz), "da0": back, "dWax": np.einsum("amt,xmt->ax", dz, x),
            "dWaa": np.einsum("amt,bmt->ab", dz, before), "dba": dz.sum((1, 2))[:, None]}

def rnn_backward_truncated(da, caches, steps, activation="tanh"):
    memory, x = caches
    borders = list(range(0, len(memory), steps)) + [len(memory)]
    pieces = [rnn_backward(da[:, :, i:j], (memory[i:j], x[:, :, i:j]), activation) for i, j in zip(borders, borders[1:])]
    made = {key: sum(piece[key] for piece in pieces) for key in ("dWax", "dWaa", "dba")}
    return {**made, "dx": np.concatenate([piece["dx"] for piece in pieces], 2), "da0": pieces[0]["da0"]}
'''

# Number by number and example by example; the forward functions that are brought along leave caches of another layout: a
# step's is a dictionary that knows its activation, and a sequence's holds whole arrays and no list. ReLU's slope is a mask.
OWN_LAYOUT = '''
def rnn_cell_forward(xt, a_prev, parameters, activation="tanh"):
    z = parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"]
    a = np.tanh(z) if activation == "tanh" else np.clip(z, 0, np.inf)
    return a, softmax(parameters["Wya"] @ a + parameters["by"]), {"z": z, "a": a_prev, "x": xt, "p": parameters, "g": activation}

def rnn_forward(x, a0, parameters, activation="tanh"):
    a, y_pred = [a0], []
    for t in range(x.shape[2]):
        a_next, prediction, _ = rnn_cell_forward(x[:, :, t], a[-1], parameters, activation)
        a.append(a_next), y_pred.append(prediction)
    a = np.stack(a, 2)
    return a[..., 1:].copy(), np.stack(y_pred, 2), {"a": a, "x": x, "p": parameters}

def numerical_gradient(f, x, epsilon=1e-6):
    """Up, down by two, up again: x is what it was but for rounding."""
    gradient = [0.0] * x.size
    for k in range(x.size):
        x.flat[k] += epsilon
        gradient[k] += f(x)
        x.flat[k] -= 2 * epsilon
        gradient[k] -= f(x)
        x.flat[k] += epsilon
    return np.reshape(gradient, x.shape) / (2 * epsilon)

def gradient_check(f, gradient, x, epsilon=1e-6):
    apart = length = measured_length = 0.0
    for one, two in zip(gradient.flat, numerical_gradient(f, x, epsilon).flat):
        apart += (one - two) ** 2
        length += one**2
        measured_length += two**2
    if apart == 0:
        return 0
    return float(apart**0.5 / (length**0.5 + measured_length**0.5))

def softmax_cross_entropy_backward(y_pred, y):
    dz = np.zeros(y.shape)
    n_y, m, T_y = y.shape
    for i in range(m):
        for t in range(T_y):
            said = int(np.argmax(y[:, i, t]))
            for k in range(n_y):
                dz[k, i, t] = (y_pred[k, i, t] - (k == said)) / m
    return dz

def output_backward(dz, a, parameters):
    out = {"dWya": np.zeros_like(parameters["Wya"]), "dby": np.zeros((len(dz), 1)), "da": np.zeros(a.shape)}
    for k, i, t in np.ndindex(*dz.shape):
        for j in range(len(a)):
            out["dWya"][k, j] += dz[k, i, t] * a[j, i, t]
            out["da"][j, i, t] += dz[k, i, t] * parameters["Wya"][k, j]
        out["dby"][k] += dz[k, i, t]
    return out

def rnn_cell_backward(da_next, cache, activation="tanh"):
    """The slope is made from the weighted sums."""
    p, dz = cache["p"], da_next.copy()
    if cache["g"] == "relu":
        dz[~(cache["z"] > 0)] = 0
    else:
        dz /= np.cosh(cache["z"]) ** 2
    out = {"dxt": np.zeros_like(cache["x"]), "da_prev": np.zeros_like(cache["a"])}
    out.update(dWax=np.zeros(p["Wax"].shape), dWaa=np.zeros(p["Waa"].shape), dba=np.zeros(p["ba"].shape))
    for i, d in enumerate(dz.T):
        out["dxt"][:, i], out["da_prev"][:, i] = d @ p["Wax"], d @ p["Waa"]
        out["dWax"] += np.outer(d, cache["x"][:, i])
        out["dWaa"] += np.outer(d, cache["a"][:, i])
        out["dba"][:, 0] += d
    return out

def rnn_backward(da, caches, activation="tanh"):
    return rnn_backward_truncated(da, caches, caches["x"].shape[2], activation)

def rnn_backward_truncated(da, caches, steps, activation="tanh"):
    """Each segment is walked back by a function that calls itself."""
    a, x, p = caches["a"], caches["x"], caches["p"]
    total = {"d" + key: np.zeros(p[key].shape) for key in ("Wax", "Waa", "ba")}
    total["dx"] = np.zeros(x.shape)

    def walked(t, end):
        """The gradient for the state that enters step t."""
        if t == end:
            return 0
        d = da[:, :, t] + walked(t + 1, end)
        d = d * (1 - np.square(a[:, :, t + 1]) if activation == "tanh" else a[:, :, t + 1] > 0)
        total["dWax"] += d @ x[:, :, t].T
        total["dWaa"] += d @ a[:, :, t].T
        total["dba"] += d.sum(1, keepdims=True)
        total["dx"][:, :, t] = p["Wax"].T @ d
        return p["Waa"].T @ d

    entering = [walked(start, min(start + steps, x.shape[2])) for start in range(0, x.shape[2], steps)]
    return {"da0": entering[0], **total}
'''
STYLES = {"step-by-step-einsum": STEP_BY_STEP, "stacked-float32": STACKED, "loops-own-caches": OWN_LAYOUT}
FUNCTIONS = ["numerical_gradient", "gradient_check", "softmax_cross_entropy_backward", "output_backward",
             "rnn_cell_backward", "rnn_backward", "rnn_backward_truncated"]  # fmt: skip  # the judge, the judged
BACK = FUNCTIONS[-3:]
TOPIC = "bptt"


@pytest.mark.parametrize("functions", STYLES.values(), ids=STYLES)
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert_every_point(grade)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_blank_function_costs_nothing_but_itself(graded: Graded, name: str) -> None:
    grade = graded([STEP_BY_STEP, f"def {name}(*inputs):\n    raise NotImplementedError"])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {name}


def test_who_leaves_relu_out_loses_what_relu_is_worth(graded: Graded, course: Course) -> None:
    """No function takes the argument `activation`, on either way."""
    texts = [source_of(course.references[name]) for name in ("rnn_cell_forward", "rnn_forward", *FUNCTIONS)]
    for written, never in ((', activation: str = "tanh"', ""), (", activation)", ")"),
                           (' if activation == "tanh" else np.maximum(0, z)', ""),
                           (' if activation == "tanh" else da_next * (a_next > 0)', "")):  # fmt: skip  # four edits
        texts = [text.replace(written, never) for text in texts]
    assert not any("activation ==" in text or "activation)" in text for text in texts)
    lost = {(row.function, row.check) for row in graded(texts).checks if row.verdict != "right"}
    assert lost == {(name, f"{gradient} with ReLU") for name in BACK for gradient in ("dxt" if "cell" in name else "dx", "dba")}
