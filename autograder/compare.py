"""Strict comparison of what came back with what was needed, in sentences. NumPy only: this file is shipped to learners.

The contract: same container, same keys, same shape, float64 or float32 where real numbers are due, no NaN and no
infinity unless it was due, and a relative error per array (largest difference over largest true entry) below TOLERANCE.
A sentence never holds an input, a true value or a learner's text: only names of the course, shapes and error sizes.
"""

import numpy as np

TOLERANCE = {"float64": 1e-6, "float32": 2e-4}


def difference(name, got, want, axes="", tolerance=None):
    """None when ``got`` is right; otherwise one sentence that says in what it differs from ``want``."""
    if isinstance(want, dict):
        return _dictionary(name, got, want, tolerance)
    if isinstance(want, (tuple, list)):
        return _sequence(name, got, want, tolerance)
    return _array(name, got, np.asarray(want), axes, tolerance)


def _dictionary(name, got, want, tolerance):
    if not isinstance(got, dict):
        return f"`{name}` is {kind(got)}; it must be a dictionary with the keys {_keys(want)}."
    for key, inner in want.items():
        if key not in got:
            return f"`{name}` lacks the key `{key}`; its keys must be {_keys(want)}."
        found = difference(f"{name}[{key!r}]", got[key], inner, tolerance=tolerance)
        if found:
            return found
    return None


def _sequence(name, got, want, tolerance):
    if not isinstance(got, (tuple, list)):
        return f"`{name}` is {kind(got)}; it must be a {type(want).__name__} of {len(want)}."
    if len(got) != len(want):
        return f"`{name}` holds {len(got)} things; it must hold {len(want)}."
    for index, (one, other) in enumerate(zip(got, want)):
        found = difference(f"{name}[{index}]", one, other, tolerance=tolerance)
        if found:
            return found
    return None


def _array(name, got, want, axes, tolerance):
    if isinstance(got, (bool, int, float, np.generic)):
        got = np.asarray(got)
    if type(got) is not np.ndarray:
        return f"`{name}` is {kind(got)}; it must be {_thing(want)}."
    if got.shape != want.shape:
        return f"`{name}` has shape {got.shape}; it must have shape {_labelled(want.shape, axes)}."
    if want.dtype.kind == "f" and got.dtype.name not in TOLERANCE:
        return f"`{name}` holds {got.dtype.name} numbers; float64 is needed (float32 will do)."
    if want.dtype.kind in "iub" and got.dtype.kind not in "iub":
        return f"`{name}` holds {got.dtype.name} numbers; whole numbers are needed."
    return _values(name, got, want, tolerance)


def _values(name, got, want, tolerance):
    if want.dtype.kind in "iub":
        wrong = np.argwhere(got != want)
        return None if len(wrong) == 0 else f"`{name}` is wrong in {len(wrong)} of {want.size} entries{_where(wrong[0])}."
    strange = np.argwhere(~np.isfinite(got) & np.isfinite(want))
    if len(strange):
        return f"`{name}` holds NaN or infinity{_where(strange[0])}."
    tolerance = max(tolerance or 0.0, TOLERANCE[got.dtype.name])
    gap = np.abs(got.astype(np.float64) - want)
    largest = np.max(np.abs(want), initial=0.0)
    error = np.max(gap, initial=0.0) / (largest if largest > 0 else 1.0)
    if error <= tolerance:
        return None
    if not np.any(got) and largest > 0:
        return f"`{name}` is zero everywhere, and it should not be."
    worst = np.unravel_index(np.argmax(gap), gap.shape)
    return f"`{name}` is off by a relative error of {error:.1e}{_where(worst, 'worst at')}."


def kind(value):
    """What a value is, in words that hold nothing of the value itself."""
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    names = {tuple: "a tuple", list: "a list", dict: "a dictionary", str: "a text", bool: "a truth value"}
    numbers = {int: "a whole number", float: "a number"}
    return {**names, **numbers}.get(type(value), "an object of another kind")


def _thing(want):
    return f"an array of shape {want.shape}" if want.shape else "one number"


def _labelled(shape, axes):
    names = axes.partition("|")[0].split()
    return f"({', '.join(names)}) = {shape}" if len(names) == len(shape) and names else f"{shape}"


def _keys(mapping):
    return ", ".join(f"`{key}`" for key in mapping)


def _where(index, words="first at"):
    place = ", ".join(str(int(i)) for i in np.ravel(index))
    return f", {words} [{place}]" if place else ""


def plain(value):
    """A copy with every array as plain numbers, so that no subclass or later change has a say in a comparison."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        inner = [plain(one) for one in value]
        return tuple(inner) if isinstance(value, tuple) else inner
    return np.array(value, subok=False) if isinstance(value, np.ndarray) else value
