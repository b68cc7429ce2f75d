"""Shapes written once: a function's axes stand above it, are checked at every call, and drive the drawn inputs.

A shape is a string of axis names, ``"n_a m"``. The same name must have the same size everywhere in one call, and a sum,
``"n_a n_a+n_x"``, is that of the sizes of its names where arguments before have told them. Dictionaries and lists hold shapes.
What follows a bar says what the numbers are and is not checked here: ``"n_y m T_y | one-hot"``; but only with ``may be empty``
behind it may a size be zero.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar

import numpy as np

CHECKED = ContextVar("CHECKED", default=True)
Shape = str | Mapping[str, "Shape"] | list["Shape"]
Function = TypeVar("Function", bound=Callable[..., Any])


@contextlib.contextmanager
def unchecked() -> Iterator[None]:
    """Leave out all of these checks: for whoever saw them pass once and calls a thousand times more, as measured slopes do."""
    token = CHECKED.set(False)
    try:
        yield
    finally:
        CHECKED.reset(token)


def shapes(**wanted: Shape) -> Callable[[Function], Function]:
    """Check the named arguments at each call; a wrong one raises ValueError naming it, its shape and the shape needed.

    Every size is one or more, where nothing else is said. The decorated function carries the shapes as ``function.shapes``.
    """

    def decorate(function: Function) -> Function:
        parameters = tuple(inspect.signature(function).parameters)

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if not CHECKED.get():
                return function(*args, **kwargs)
            given = dict(zip(parameters, args), **kwargs)  # noqa: B905  # the function itself says what is missing or too much
            sizes: dict[str, int] = {}
            for name, shape in wanted.items():
                if name in given:
                    _check((name,), given[name], shape, sizes)
            return function(*args, **kwargs)

        checked.shapes = wanted  # type: ignore[attr-defined]  # functions may carry attributes
        return checked  # type: ignore[return-value]  # the wrapper has the wrapped function's signature

    return decorate


def _check(path: tuple[Any, ...], value: Any, shape: Shape, sizes: dict[str, int]) -> None:
    """Check one argument, or one part of it: ``path`` is its name, and the keys and places that lead there."""
    if isinstance(shape, str):
        _check_array(path, value, shape, sizes)
    elif isinstance(shape, (dict, Mapping)):  # dict first, which is quick: measured slopes call these functions a lot
        if not isinstance(value, (dict, Mapping)):
            raise ValueError(f"{_called(path)} is a {type(value).__name__}; it must be a dictionary of arrays")
        for key, inner in shape.items():
            if key not in value:
                raise ValueError(f"{_called(path)} lacks the key {key!r}; it needs {', '.join(shape)}")
            _check((*path, key), value[key], inner, sizes)
    else:
        if not isinstance(value, (list, tuple)) or len(value) != len(shape):
            has = f"holds {len(value)}" if isinstance(value, (list, tuple)) else f"is a {type(value).__name__}"
            raise ValueError(f"{_called(path)} {has}; it needs a list of {len(shape)}")
        for index, inner in enumerate(shape):
            _check((*path, index), value[index], inner, sizes)


def _check_array(path: tuple[Any, ...], value: Any, shape: str, sizes: dict[str, int]) -> None:
    axes, may_be_empty = _parsed(shape)
    has = np.shape(value)
    fits = len(has) == len(axes)
    for axis, size in zip(axes, has):  # noqa: B905  # of another number they do not fit
        known = sizes.get(axis) or (0 if axis.isidentifier() else _size(axis, sizes))  # most axes are a single name
        fits = fits and size == (known or sizes.setdefault(axis, size))
    if not fits or (0 in has and not may_be_empty):
        sizes_known = {axis: _size(axis, sizes) for axis in axes}
        needs = ", ".join(f"{axis} = {sizes_known[axis]}" if sizes_known[axis] and not axis.isdigit() else axis for axis in axes)
        raise ValueError(f"{_called(path)} has shape {has}; it needs ({needs})")


@functools.cache
def _parsed(shape: str) -> tuple[tuple[str, ...], bool]:
    """The axes of a shape, and whether a size of zero is allowed."""
    before, _, kind = shape.partition("|")
    return tuple(before.split()), "may be empty" in kind


def _called(path: tuple[Any, ...]) -> str:
    return f"{path[0]}" + "".join(f"[{key!r}]" for key in path[1:])


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
            if not CHECKED.get():
                return function(*args, **kwargs)
            bound = signature.bind(*args, **kwargs)
            for name in names:
                if name in bound.arguments:
                    check(name, bound.arguments[name])
            return function(*args, **kwargs)

        return checked  # type: ignore[return-value]  # the wrapper has the wrapped function's signature

    return decorate
