"""Sequences and states in the order of axes of other libraries. Ours: x is (n_x, m, T_x), a state (n_a, m)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


@shapes(x="n m T")
def to_time_major(x: Array) -> Array:
    """(n, m, T) as (T, m, n): PyTorch with batch_first=False, ONNX with layout 0."""
    return np.ascontiguousarray(x.transpose(2, 1, 0))


@shapes(x="T m n")
def from_time_major(x: Array) -> Array:
    """(T, m, n) as (n, m, T)."""
    return np.ascontiguousarray(x.transpose(2, 1, 0))


@shapes(x="n m T")
def to_batch_major(x: Array) -> Array:
    """(n, m, T) as (m, T, n): Keras, CS231n, PyTorch with batch_first=True."""
    return np.ascontiguousarray(x.transpose(1, 2, 0))


@shapes(x="m T n")
def from_batch_major(x: Array) -> Array:
    """(m, T, n) as (n, m, T)."""
    return np.ascontiguousarray(x.transpose(2, 0, 1))
