"""Right answers of topic `gradients` in other hands earn every point: one long vector, hypot, loops, in place on copies."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

LONG_VECTOR = '''
def find_nonfinite(gradients):
    bad = []
    for name in gradients:
        if np.isnan(gradients[name]).any() or np.isinf(gradients[name]).any():
            bad.append(name)
    return bad

def as_one(gradients):
    return np.hstack([one.flatten() for one in gradients.values()])

def safe_norm(gradients):
    v = as_one(gradients)
    if np.isnan(v).any():
        return np.nan
    if np.isinf(v).any():
        return np.inf
    top = np.abs(v).max()
    return top * np.linalg.norm(v / top) if top > 0 else 0.0

def clip_by_value(gradients, limit):
    clipped = {}
    for name, one in gradients.items():
        one = one.copy()
        one[one > limit] = limit
        one[one < -limit] = -limit
        clipped[name] = one
    return clipped

def clip_by_norm(gradients, limit):
    norm = safe_norm(gradients)
    if norm <= limit:
        return {name: np.array(one) for name, one in gradients.items()}
    return {name: one / norm * limit for name, one in gradients.items()}

def spectral_radius(W):
    """From the powers of W, squared again and again (Gelfand)."""
    log, power = 0.0, np.array(W)
    for doubling in range(40):
        size = np.linalg.norm(power)
        log += np.log(size) / 2.0**doubling
        power = (power / size) @ (power / size)
    return np.exp(log)

def state_jacobian(a, Waa, start):
    """Example after example, with matrices as they stand in the formula."""
    made = []
    for i in range(a.shape[1]):
        J = np.eye(len(Waa))
        for t in range(a.shape[2] - 1, start, -1):
            J = J @ np.diag(1 - a[:, i, t] ** 2) @ Waa
        made.append(J)
    return np.stack(made, axis=-1)

def jacobian_norms(a, Waa):
    """Walking back once, singular values by svd."""
    n_a, m, T_x = a.shape
    norms = np.ones((m, T_x))
    for i in range(m):
        J = np.eye(n_a)
        for lag in range(1, T_x):
            J = J @ ((1 - a[:, i, T_x - lag] ** 2)[:, None] * Waa)
            norms[i, lag] = np.linalg.svd(J, compute_uv=False)[0]
    return norms
'''
LOOPS = '''
import math

def find_nonfinite(gradients):
    return tuple(name for name, one in gradients.items() if any(not math.isfinite(entry) for entry in one.flat))

def safe_norm(gradients):
    """hypot does not overflow; it also puts infinity before NaN, which is asked for the other way round."""
    entries = [float(entry) for one in gradients.values() for entry in one.flat]
    return math.nan if any(math.isnan(entry) for entry in entries) else math.hypot(*entries)

def clip_by_value(gradients, limit):
    return {name: np.maximum(np.minimum(one, limit), -limit).astype("float32") for name, one in gradients.items()}

def clip_by_norm(gradients, limit):
    """In place, on copies; the norm of norms."""
    copies = {name: one.copy() for name, one in gradients.items()}
    norm = safe_norm({name: np.array([safe_norm({name: one})]) for name, one in copies.items()})
    if norm > limit:
        for one in copies.values():
            one *= limit / norm
    return copies

def spectral_radius(W):
    """The roots of the characteristic polynomial."""
    return max(abs(root) for root in np.roots(np.poly(W)))

def state_jacobian(a, Waa, start):
    """Column after column: a small change of each element, carried forward."""
    n_a, m, T_x = a.shape
    jacobian = np.empty((n_a, n_a, m), dtype="float32")
    for k in range(n_a):
        change = np.zeros((n_a, m))
        change[k] = 1
        for t in range(start + 1, T_x):
            change = (1 - a[..., t] ** 2) * Waa.dot(change)
        jacobian[:, k] = change
    return jacobian

def jacobian_norms(a, Waa):
    """The root of the largest eigenvalue of the product with the transpose."""
    norms = []
    for start in range(a.shape[2])[::-1]:
        J = np.moveaxis(state_jacobian(a, Waa, start), 2, 0).astype("float64")
        norms.append(np.sqrt(np.linalg.eigvalsh(J @ J.transpose(0, 2, 1))[:, -1]))
    return np.array(norms).T.astype("float32")
'''
FUNCTIONS = ["find_nonfinite", "safe_norm", "clip_by_value", "clip_by_norm",
             "spectral_radius", "state_jacobian", "jacobian_norms"]  # fmt: skip  # the cure, the cause
TOPIC = "gradients"


@pytest.mark.parametrize("functions", [LONG_VECTOR, LOOPS], ids=["one-long-vector", "loops-in-place-float32"])
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert_every_point(grade)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_blank_function_costs_nothing_but_itself(graded: Graded, course: Course, name: str) -> None:
    blank = f"def {name}(*inputs):\n    raise NotImplementedError"
    grade = graded([source_of(course.references[one]) if one != name else blank for one in FUNCTIONS])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {name}


def test_a_plain_norm_costs_only_what_overflows(graded: Graded) -> None:
    plain = LONG_VECTOR.replace("return top * np.linalg.norm(v / top) if top > 0 else 0.0", "return np.sqrt(np.sum(v**2))")
    grade = graded([plain.replace("norm = safe_norm(gradients)", "norm = np.sqrt(np.sum(as_one(gradients) ** 2))")])
    lost = {(row.function, row.check): row.mistake for row in grade.checks if row.verdict != "right"}
    assert lost == {
        ("safe_norm", "norm of huge and of tiny entries"): "squares-overflow",
        ("clip_by_norm", "clipped where squares overflow"): "squares-overflow",
    }


def test_what_is_left_alone_must_still_be_a_new_array(graded: Graded) -> None:
    same = LONG_VECTOR.replace("return {name: np.array(one) for name, one in gradients.items()}", "return gradients")
    assert same != LONG_VECTOR
    lost = [(row.function, row.check, row.mistake) for row in graded([same]).checks if row.verdict != "right"]
    assert lost == [("clip_by_norm", "inputs unchanged", "window-on-input")]
