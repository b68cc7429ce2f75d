"""What a call did beside returning: touched the global random state, or gave back a window onto its inputs.

NumPy only: this file runs inside the sandbox, and is shipped to learners.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np

MAX_PAIRS = 20_000


def random_states() -> tuple[Any, ...]:
    """The states of the two random generators that every function of a process shares, in a form that compares."""
    state: Any = np.random.get_state(legacy=False)
    return random.getstate(), repr(state | {"state": None}), state["state"]["key"].tobytes(), state["state"]["pos"]


def windows(outputs: list[Any], inputs: Any) -> list[int]:
    """The indices of the outputs of which an array shares memory with an input: whoever writes into one changes the other."""
    sources = list(_arrays(inputs))
    pairs = 0
    found = []
    for index, output in enumerate(outputs):
        mine = list(_arrays(output))
        pairs += len(mine) * len(sources)
        if pairs <= MAX_PAIRS and any(np.may_share_memory(one, other) for one in mine for other in sources):
            found.append(index)
    return found


def _arrays(value: Any, depth: int = 0) -> Iterator[np.ndarray[Any, Any]]:
    """Every array in tuples, lists and dictionaries."""
    if isinstance(value, np.ndarray):
        if value.size:
            yield value
    elif isinstance(value, (tuple, list, dict)) and depth < 16:
        for one in value.values() if isinstance(value, dict) else value:
            yield from _arrays(one, depth + 1)
