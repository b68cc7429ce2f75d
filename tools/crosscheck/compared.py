"""What one comparison says, and inputs for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from solutions.reference.shapes import Shape

Pairs = Mapping[str, tuple[Any, Any]]
TOLERANCE = {"float64": 1e-9, "float32": 1e-5}


@dataclass(frozen=True)
class Compared:
    """One network beside one library: the arrays that were compared, and the largest relative error among them."""

    network: str
    library: str
    arrays: tuple[str, ...]
    error: float
    dtype: str = "float64"

    @property
    def agrees(self) -> bool:
        return self.error < TOLERANCE[self.dtype]


def compared(network: str, library: str, pairs: Pairs, dtype: str = "float64") -> Compared:
    """Compare ours with theirs, array by array. A zero array of ours or another shape never agrees."""
    return Compared(network, library, tuple(pairs), max(_error(*pair) for pair in pairs.values()), dtype)


def paired(ours: Mapping[str, Any], theirs: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    """Every array of ours beside theirs of the same or of the given name."""
    return {name: (value, theirs[names.get(name, name)]) for name, value in ours.items()}


def _error(ours: Any, theirs: Any) -> float:
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if ours.shape != theirs.shape or not np.any(ours):
        return float("inf")
    return float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)))


def drawn(shapes: Mapping[str, Shape], seed: int = 0, **sizes: int) -> dict[str, Any]:
    """Normal numbers of the given shapes; all sizes are different unless told otherwise."""
    known = {"n_x": 3, "n_a": 5, "n_c": 5, "n_y": 4, "m": 2, "T_x": 7, **sizes}
    rng = np.random.default_rng(seed)

    def draw(shape: Shape) -> Any:
        if isinstance(shape, Mapping):
            return {key: draw(inner) for key, inner in shape.items()}
        axes = shape.partition("|")[0].split()
        return 0.6 * rng.standard_normal([sum(int(p) if p.isdigit() else known[p] for p in axis.split("+")) for axis in axes])

    return {name: draw(shape) for name, shape in shapes.items()}
