"""Strict comparison of what came back with what was needed, in sentences. NumPy only: this file is shipped to learners.

The contract: same container, same keys, same shape, float64 or float32 where real numbers are due, whole numbers or truth
values where these are due, in an array of NumPy's own class (what crosses a sandbox's wall is one: plain values), no NaN and
no infinity unless it was due, and a relative error per array (largest difference over largest true entry) below TOLERANCE.
A sentence never holds an input, a true value or a learner's text: only names of the course, small shapes and error sizes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

TOLERANCE = {"float64": 1e-6, "float32": 2e-4}
MAX_SAID_AXES = 5
MAX_SAID_SIZE = 10_000


def difference(name: str, got: Any, want: Any, axes: str = "", tolerance: float | None = None) -> str | None:
    """None when ``got`` is right; otherwise one sentence that says in what it differs from ``want``.

    With an infinite tolerance only the form counts: containers, shapes, kinds of numbers, and that they are finite.
    """
    if isinstance(want, dict) and axes.rpartition("|")[2].strip() == "lookup":
        return _lookup(name, got, want, tolerance)
    if isinstance(want, dict):
        return _dictionary(name, got, want, tolerance)
    if isinstance(want, (tuple, list)):
        return _sequence(name, got, want, tolerance)
    if isinstance(want, str):
        if tolerance == float("inf") and isinstance(got, str):
            return None
        what = "another text" if isinstance(got, str) else kind(got)
        return None if isinstance(got, str) and got == want else f"`{name}` is {what}, not the text that is due."
    return _array(name, got, np.asarray(want), axes, tolerance)


def _dictionary(name: str, got: Any, want: Mapping[str, Any], tolerance: float | None) -> str | None:
    if not isinstance(got, dict):
        return f"`{name}` is {kind(got)}; it must be a dictionary with the keys {_keys(want)}."
    for key, inner in want.items():
        if key not in got:
            return f"`{name}` lacks the key `{key}`; its keys must be {_keys(want)}."
        found = difference(f"{name}[{key!r}]", got[key], inner, tolerance=tolerance)
        if found:
            return found
    return None


def _lookup(name: str, got: Any, want: Mapping[str, Any], tolerance: float | None) -> str | None:
    """For a dictionary whose keys are part of the answer: none may be missing, none too many, and no sentence names one."""
    if not isinstance(got, dict):
        return f"`{name}` is {kind(got)}; it must be a dictionary."
    missing, surplus = sum(key not in got for key in want), sum(key not in want for key in got)
    if missing or surplus:
        return f"`{name}` lacks {missing} of its {len(want)} keys and holds {surplus} that do not belong there."
    wrong = sum(difference(name, got[key], inner, tolerance=tolerance) is not None for key, inner in want.items())
    return f"`{name}` holds something wrong under {wrong} of its {len(want)} keys." if wrong else None


def _sequence(name: str, got: Any, want: Sequence[Any], tolerance: float | None) -> str | None:
    if not isinstance(got, (tuple, list)):
        return f"`{name}` is {kind(got)}; it must be a {type(want).__name__} of {len(want)}."
    if len(got) != len(want):
        return f"`{name}` holds {len(got)} things; it must hold {len(want)}."
    for index, (one, other) in enumerate(zip(got, want)):  # noqa: B905  # older Pythons of learners lack strict
        found = difference(f"{name}[{index}]", one, other, tolerance=tolerance)
        if found:
            return found
    return None


def _array(name: str, got: Any, want: np.ndarray[Any, Any], axes: str, tolerance: float | None) -> str | None:
    if type(got) is int and want.dtype.kind == "f" and abs(got) < 2**53:
        got = float(got)  # who returns 0 for one number that is due means 0.0
    if isinstance(got, (bool, int, float, np.generic)):
        got = np.asarray(got)
    if type(got) is not np.ndarray:
        return f"`{name}` is {kind(got)}; it must be {_thing(want)}."
    if got.shape != want.shape:
        return f"`{name}` has {_shape(got)}; it must have shape {_labelled(want.shape, axes)}."
    if want.dtype.kind not in "iub" and got.dtype.name not in TOLERANCE:
        return f"`{name}` holds {got.dtype.name} numbers; float64 is needed (float32 will do)."
    if want.dtype.kind in "iub" and got.dtype.kind not in "iub":
        return f"`{name}` holds {got.dtype.name} numbers; whole numbers are needed."
    return _values(name, got, want, tolerance)


def _values(name: str, got: np.ndarray[Any, Any], want: np.ndarray[Any, Any], tolerance: float | None) -> str | None:
    if want.dtype.kind in "iub":
        if tolerance == float("inf"):
            return None
        wrong = np.argwhere(got != want)
        return None if len(wrong) == 0 else f"`{name}` is wrong in {len(wrong)} of {want.size} entries{_where(wrong[0])}."
    strange = np.argwhere(~np.isfinite(got) & np.isfinite(want))
    if len(strange):
        return f"`{name}` holds NaN or infinity{_where(strange[0])}."
    if tolerance == float("inf"):
        return None
    tolerance = max(tolerance or 0.0, TOLERANCE[got.dtype.name])
    gap, error = _gap(got.astype(np.float64), want)
    if error <= tolerance:
        return None
    if not np.any(got) and np.any(want):
        return f"`{name}` is zero everywhere, and it should not be."
    worst = np.unravel_index(np.argmax(gap), gap.shape)
    return f"`{name}` is off by a relative error of {error:.1e}{_where(worst, 'worst at')}."


def _gap(got: np.ndarray[Any, Any], want: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], float]:
    """How far each entry is off, and the largest of that over the largest true entry. What is due is no gap, NaN included."""
    with np.errstate(all="ignore"):
        due = (got == want) | (np.isnan(got) & np.isnan(want))
        gap = np.where(due, 0.0, np.abs(got - want))
        largest = np.max(np.abs(want), initial=0.0, where=np.isfinite(want))
        return gap, float(np.max(gap, initial=0.0) / (largest if largest > 0 else 1.0))


def kind(value: Any) -> str:
    """What a value is, in words that hold nothing of the value itself."""
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, np.ndarray):
        return f"an array of {_shape(value)}"
    names = {tuple: "a tuple", list: "a list", dict: "a dictionary", str: "a text", bool: "a truth value"}
    numbers = {int: "a whole number", float: "a number"}
    return {**names, **numbers}.get(type(value), "an object of another kind")


def _shape(array: np.ndarray[Any, Any]) -> str:
    """A shape in words. One of larger numbers than these exercises need is not said: a hidden input could be written in it."""
    said = array.ndim <= MAX_SAID_AXES and np.prod([max(length, 1) for length in array.shape], dtype=float) <= MAX_SAID_SIZE
    return f"shape {array.shape}" if said else "a shape of another size altogether"


def _thing(want: np.ndarray[Any, Any]) -> str:
    return f"an array of shape {want.shape}" if want.shape else "one number"


def _labelled(shape: tuple[int, ...], axes: str) -> str:
    names = axes.partition("|")[0].split()
    return f"({', '.join(names)}) = {shape}" if len(names) == len(shape) and names else f"{shape}"


def _keys(mapping: Mapping[str, Any]) -> str:
    return ", ".join(f"`{key}`" for key in mapping)


def _where(index: Any, words: str = "first at") -> str:
    place = ", ".join(str(int(i)) for i in np.ravel(index))
    return f", {words} [{place}]" if place else ""


def plain(value: Any) -> Any:
    """A copy with every array as plain numbers, so that no subclass or later change has a say in a comparison."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        inner = [plain(one) for one in value]
        return tuple(inner) if isinstance(value, tuple) else inner
    return np.array(value, subok=False) if isinstance(value, np.ndarray) else value
