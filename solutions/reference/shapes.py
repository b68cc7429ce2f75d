"""Shapes written once: a function's axes stand above it, are checked at every call, and drive the drawn inputs.

A shape is a string of axis names, ``"n_a m"``. The same name must have the same size everywhere in one call, and a sum,
``"n_a n_a+n_x"``, is that of the sizes of its names where arguments before have told them. Dictionaries and lists hold shapes.
What follows a bar says what the numbers are and is not checked here: ``"n_y m T_y | one-hot"``; but only with ``may be empty``
behind it may a size be zero.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import numpy as np

Shape = str | Mapping[str, "Shape"] | list["Shape"]
Function = TypeVar("Function", bound=Callable[..., Any])


def shapes(**wanted: Shape) -> Callable[[Function], Function]:
    """Check the named arguments at each call; a wrong one raises ValueError naming it, its shape and the shape needed.

    Every size is one or more, where nothing else is said. The decorated function carries the shapes as ``function.shapes``.
    """

    def decorate(function: Function) -> Function:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            sizes: dict[str, int] = {}
            for name, shape in wanted.items():
                if name in bound.arguments:
                    _check(name, bound.arguments[name], shape, sizes)
            return function(*args, **kwargs)

        checked.shapes = wanted  # type: ignore[attr-defined]  # functions may carry attributes
        return checked  # type: ignore[return-value]  # the wrapper has the wrapped function's signature

    return decorate


def _check(name: str, value: Any, shape: Shape, sizes: dict[str, int]) -> None:
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping):
            raise ValueError(f"{name} is a {type(value).__name__}; it must be a dictionary of arrays")
        for key, inner in shape.items():
            if key not in value:
                raise ValueError(f"{name} lacks the key {key!r}; it needs {', '.join(shape)}")
            _check(f"{name}[{key!r}]", value[key], inner, sizes)
        return
    if isinstance(shape, list):
        if not isinstance(value, (list, tuple)) or len(value) != len(shape):
            has = f"holds {len(value)}" if isinstance(value, (list, tuple)) else f"is a {type(value).__name__}"
            raise ValueError(f"{name} {has}; it needs a list of {len(shape)}")
        for index, inner in enumerate(shape):
            _check(f"{name}[{index}]", value[index], inner, sizes)
        return
    before, _, kind = shape.partition("|")
    axes, may_be_empty = before.split(), "may be empty" in kind
    has = np.shape(value)
    fits = len(has) == len(axes) and all(_fits(axis, size, sizes) for axis, size in zip(axes, has, strict=True))
    if not fits or (0 in has and not may_be_empty):
        known = {axis: _size(axis, sizes) for axis in axes}
        needs = ", ".join(f"{axis} = {known[axis]}" if known[axis] and not axis.isdigit() else axis for axis in axes)
        raise ValueError(f"{name} has shape {has}; it needs ({needs})")


def _fits(axis: str, size: int, sizes: dict[str, int]) -> bool:
    known = sizes.get(axis) if axis.isidentifier() else _size(axis, sizes)  # most axes are a single name
    return size == (known or sizes.setdefault(axis, size))


def _size(axis: str, sizes: Mapping[str, int]) -> int:
    """The size an axis must have; 0 while that is open."""
    parts = [int(part) if part.isdigit() else sizes.get(part, 0) for part in axis.split("+")]
    return sum(parts) if all(parts) else sizes.get(axis, 0)


def allowed(**choices: tuple[Any, ...]) -> Callable[[Function], Function]:
    """Check at each call that the named arguments are one of a few values; another raises ValueError that tells them."""

    def check(name: str, value: Any) -> None:
        if value not in choices[name]:
            raise ValueError(f"{name} is {value!r}; it must be {' or '.join(map(repr, choices[name]))}")

    return _checking(check, choices)


def at_least_one(*names: str) -> Callable[[Function], Function]:
    """Check at each call that the named arguments are whole numbers from 1 on; another raises ValueError."""

    def check(name: str, value: Any) -> None:
        if not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{name} is {value!r}; it must be a whole number, 1 or more")

    return _checking(check, names)


def _checking(check: Callable[[str, Any], None], names: Iterable[str]) -> Callable[[Function], Function]:
    def decorate(function: Function) -> Function:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            for name in names:
                if name in bound.arguments:
                    check(name, bound.arguments[name])
            return function(*args, **kwargs)

        return checked  # type: ignore[return-value]  # the wrapper has the wrapped function's signature

    return decorate
