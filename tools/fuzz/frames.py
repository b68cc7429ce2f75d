"""The stream that comes out of a sandbox, as the parent reads it: frames, values in them, messages made of values."""

from __future__ import annotations

import functools
import os
import struct
import time
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.domain import Reply
from autograder.errors import WireError
from autograder.sandbox import wire
from autograder.sandbox.asked import answer
from autograder.sandbox.channel import Channel, Died
from autograder.sandbox.session import _reply
from tools.fuzz.damage import NUMBERS, TEXTS, bytes_damaged, packed
from tools.fuzz.properties import MOST_BYTES, bounded, hold

__all__ = ["MOST_BYTES", "WORDS", "check", "damaged", "seeds"]
WORDS = ("n", "1", "0", "i", "f", "s", "a", "t", "l", "d", "o", "F", "returned", "raised", "missing", "ready", "end", "ask",
         "too-large")  # fmt: skip  # a list
PLAIN = {type(None), bool, int, float, str, tuple, list, dict, wire.Opaque, np.ndarray}


def check(data: bytes) -> None:
    """Hold what the parent relies on: values or BrokenFrame, messages or WireError, nothing else and nothing large."""
    with bounded():
        _as_value(data[4:])
        _as_stream(data)


def _as_value(body: bytes) -> None:
    for trusted in (False, True):
        try:
            value = wire.decode(body, trusted=trusted)
        except wire.BrokenFrame:
            continue
        _plain(value, 0, PLAIN | {wire.LivingText} if trusted else PLAIN)
        again = wire.encode(value)
        hold(same(value, wire.decode(again, trusted=trusted)), "a value that was read does not survive being written")
        hold(len(again) <= len(body), "a value that was read is longer when it is written")


def _plain(value: Any, depth: int, kinds: set[type]) -> None:
    """Hold that there is nothing in a value but what the parent knows."""
    hold(type(value) in kinds, f"a {type(value).__name__} came out")
    hold(depth <= wire.MAX_DEPTH, "it is deeper than allowed")
    if isinstance(value, np.ndarray):
        _plain_array(value)
    elif isinstance(value, str):
        value.encode()  # no halves of characters
    elif isinstance(value, (tuple, list)):
        for one in value:
            _plain(one, depth + 1, kinds)
    elif isinstance(value, dict):
        for key, one in value.items():
            hold(type(key) is str, "a key is no text")
            _plain(one, depth + 1, kinds)


def _plain_array(array: np.ndarray[Any, Any]) -> None:
    hold(array.dtype.name in wire.DTYPES and array.dtype.isnative, f"an array of {array.dtype} came out")
    hold(array.flags.writeable and array.flags.owndata, "an array is a window onto the frame")
    hold(array.nbytes <= wire.MAX_FRAME, "an array is larger than a frame")
    if array.dtype == np.bool_:
        hold(set(array.tobytes()) <= {0, 1}, "a truth value is neither 0 nor 1")


def same(one: Any, other: Any) -> bool:
    """Equal in value and kind, all the way down; what is not a number equals itself."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, wire.LivingText):
        return one.text == other.text
    return bool(one == other) or one != one


def _as_stream(data: bytes) -> None:
    reading, writing = os.pipe()
    os.write(writing, data[: 60 * 1024])  # as much as a pipe holds
    os.close(writing)
    with open(reading, "rb", buffering=0) as out_of, open(os.devnull, "wb", buffering=0) as into:
        channel = Channel(SimpleNamespace(stdin=into, stdout=out_of))  # type: ignore[arg-type]  # all that it needs of a process
        try:
            while True:
                _as_message(channel.receive(time.monotonic() + 10))
        except (WireError, Died):
            pass


def _as_message(message: tuple[Any, ...]) -> None:
    """A question is answered without its asker; anything else is a Reply, or WireError."""
    if message[:1] == ("ask",):
        hold(answer(message, {"answered": lambda *inputs, **named: None})[0] in ("answer", "refused"), "a question has no answer")
        return
    reply = _reply(message)
    hold(isinstance(reply, Reply) and type(reply.error) is str and type(reply.name) is str, "a reply is none")
    hold(reply.cell is None or isinstance(reply.cell, int), "a cell's number is none")
    hold(all(isinstance(one, int) for one in reply.windows), "an output's number is none")


def framed(value: Any) -> bytes:
    """One frame."""
    body = wire.encode(value)
    return struct.pack(">I", len(body)) + body


@functools.cache
def seeds() -> dict[str, bytes]:
    """What honest and dishonest sandboxes say."""
    result = {"a": np.arange(6.0).reshape(2, 3), "b": [np.float32(1.5), None, True], "c": (1, "two", 3.0, {})}
    messages = {
        "ready": ("ready",), "end": ("end", 0), "large": ("too-large",), "object": ("returned", object(), None, False, True, []),
        "returned": ("returned", result, [np.zeros(2, "int64"), "x"], False, False, [0, 1]),
        "raised": ("raised", "NameError", 3, 14, "softmax", False), "missing": ("missing", "undefined", "", None, None),
        "ask": ("ask", "answered", [np.ones((2, 2), bool), 5], {"axis": 0}), "asked": ("ask", "answered", [], {"x": {"y": [1]}}),
    }  # fmt: skip  # one table
    found = {name: framed(message) for name, message in messages.items()}
    found["kinds"] = framed(tuple(np.ones((1,) * number, name) for number, name in enumerate(wire.DTYPES)))
    found["living"] = framed(("ask", wire.LivingText("np.sin")))
    found["job"] = found["ready"] + found["returned"] + found["raised"] + found["end"]
    return found


def damaged(data: bytes, chance: Random) -> bytes:
    """The stream with a value in it replaced, a size in it changed, or its length put right after other damage."""
    how = chance.randrange(4)
    if how == 0:
        return framed((chance.choice(WORDS), *(made(chance) for _ in range(chance.randint(0, 5)))))
    at = chance.randint(0, len(data))
    if how == 1:
        inner = wire.encode(made(chance))
        return right_length(data[:at] + inner + data[at + chance.choice((0, 1, len(inner))) :])
    if how == 2:
        number = packed(chance)
        return right_length(data[:at] + number + data[at + len(number) :])
    return right_length(bytes_damaged(data, chance))


def right_length(data: bytes) -> bytes:
    """All of it as one frame."""
    return struct.pack(">I", max(0, len(data) - 4)) + data[4:]


def made(chance: Random, depth: int = 0) -> Any:
    """A value of any kind, deep now and then."""
    if chance.random() < 0.05:
        return functools.reduce(lambda inner, _: [inner], range(chance.randint(10, 20)), made(chance, 9))
    how = chance.randrange(8 if depth < 3 else 5)
    if how == 0:
        return chance.choice((None, True, False, object(), chance.choice(NUMBERS), -chance.choice(NUMBERS)))
    if how == 1:
        return chance.choice((0.0, -0.0, 1e308, float("nan"), float("-inf"), 5e-324))
    if how == 2:
        return chance.choice((*TEXTS, *WORDS))
    if how in (3, 4):
        return made_array(chance)
    inner = [made(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    return inner if how == 5 else tuple(inner) if how == 6 else dict(zip(TEXTS, inner, strict=False))


def made_array(chance: Random) -> np.ndarray[Any, Any]:
    """An array of any kind and of few entries, with long axes where another one is empty."""
    shape = [chance.choice((0, 1, 2, 3)) for _ in range(chance.choice((0, 1, 2, 3, 8, 32)))]
    while np.prod(shape) > 100:
        shape[chance.randrange(len(shape))] = 1
    dtype = np.dtype(chance.choice(wire.DTYPES))
    return np.frombuffer(chance.randbytes(int(np.prod(shape, dtype=int)) * dtype.itemsize), dtype).reshape(shape)
