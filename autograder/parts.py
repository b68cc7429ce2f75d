"""Parts of what a function returned, and whether its inputs are as they were. NumPy only: this file is shipped to learners."""

from __future__ import annotations

from typing import Any

import numpy as np

NOT_REPEATABLE = "The same call twice gives two different answers: does something remember the first call?"
OVERWRITTEN = (
    "`{part}` is not what it was before the call: something writes into an input. "
    "Look for `+=`, `*=`, `out=` and assignments into a part of it; work on a copy."
)
RANDOM_TOUCHED = (
    "A call changes NumPy's or Python's global random state, which everything else shares. "
    "Draw from a generator of your own, or from the one that is given."
)
WINDOW = (
    "`{output}` shares its memory with an input: whoever writes into the one changes the other. Return a copy, or a new array."
)


class Absent(Exception):
    """What was returned has nothing at an output's path."""


def pick(returned: Any, path: tuple[Any, ...]) -> Any:
    """The part of what was returned at a path of positions and keys. Raises Absent."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(returned, (tuple, list)) or step >= len(returned):
                raise Absent
        elif not isinstance(returned, dict) or step not in returned:
            raise Absent
        returned = returned[step]
    return returned


def changed_part(name: str, before: Any, after: Any) -> str | None:
    """The first part of an input that is no longer what it was, to nine digits; None when all is as before."""
    if isinstance(before, dict) and isinstance(after, dict):
        missing = [key for key in before if key not in after]
        parts = ((f"{name}[{key!r}]", before[key], after[key]) for key in before if key in after)
        changed = f"{name}[{missing[0]!r}]" if missing else next(filter(None, (changed_part(*part) for part in parts)), None)
        return changed or (name if len(after) > len(before) else None)  # a key of the learner's own is not repeated
    if isinstance(before, (tuple, list)) and isinstance(after, (tuple, list)) and len(before) == len(after):
        pairs = enumerate(zip(before, after))  # noqa: B905  # older Pythons of learners lack strict
        return next(filter(None, (changed_part(f"{name}[{index}]", *pair) for index, pair in pairs)), None)
    return None if same(before, after) else name


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, arrays to nine digits."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        fits = one.shape == other.shape and one.dtype == other.dtype
        return fits and bool(np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other))  # noqa: B905  # as above
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(type(one) is type(other) and (one == other or one != one))
