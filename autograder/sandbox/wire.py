"""Values as bytes, and back, with nothing that can run: the only language spoken across the sandbox's wall.

A frame is four bytes of length and a body. A body is one value: a letter for its kind, then its size, then its bytes.
The decoder believes nothing: every size is checked against what is really there before anything is allocated, dtypes
come from a list, depth and count are bounded. Standard library and NumPy only: this file runs inside the sandbox too.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

MAX_FRAME = 64 * 1024 * 1024
MAX_DEPTH = 16
MAX_NODES = 200_000
MAX_TEXT = 1024 * 1024
DTYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "float16", "float32", "float64", "complex64", "complex128")  # fmt: skip  # one line per family reads better


class BrokenFrame(ValueError):
    """The bytes break the format; the text says where."""


class Opaque:
    """A value of a kind that does not cross the wall: only the fact that it was there does."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque)

    __hash__ = None  # type: ignore[assignment]  # equal by kind, never a key


class LivingText:
    """A function or generator of the course's own that travels inwards as text; the decoder outside refuses it."""

    def __init__(self, text: str) -> None:
        self.text = text


def encode(value: Any, depth: int = 0) -> bytes:
    """The bytes of a value. What has no place in the format becomes an Opaque; subclasses become their plain kind."""
    if depth >= MAX_DEPTH:
        return b"o"
    if value is None:
        return b"n"
    if isinstance(value, (bool, np.bool_)):
        return b"1" if value else b"0"
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(np.asarray(value))
    if isinstance(value, int):
        return b"i" + struct.pack(">q", value) if -(2**63) <= value < 2**63 else b"o"
    if isinstance(value, float):
        return b"f" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"s" + _sized(value.encode("utf-8", "replace"))
    if isinstance(value, LivingText):
        return b"F" + _sized(value.text.encode())
    if isinstance(value, (tuple, list)):
        body = b"".join(encode(one, depth + 1) for one in value)
        return (b"t" if isinstance(value, tuple) else b"l") + struct.pack(">I", len(value)) + body
    if isinstance(value, dict):
        pairs = [(str(key), inner) for key, inner in value.items()]
        body = b"".join(_sized(key.encode("utf-8", "replace")) + encode(inner, depth + 1) for key, inner in pairs)
        return b"d" + struct.pack(">I", len(pairs)) + body
    return b"o"


def _sized(raw: bytes) -> bytes:
    return struct.pack(">I", len(raw)) + raw


def _encode_array(array: np.ndarray[Any, Any]) -> bytes:
    if array.dtype.name not in DTYPES or array.ndim > 32:
        return b"o"
    raw = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
    shape = struct.pack(f">B{array.ndim}Q", array.ndim, *array.shape)
    return b"a" + bytes([DTYPES.index(array.dtype.name)]) + shape + _sized(raw)


def decode(body: bytes, *, trusted: bool = False) -> Any:
    """The value of a body. Raises BrokenFrame for anything else; ``trusted`` (inside only) lets functions in."""
    reader = _Reader(body, trusted)
    value = reader.value(0)
    if reader.at != len(body):
        raise BrokenFrame(f"{len(body) - reader.at} bytes are left over")
    return value


class _Reader:
    def __init__(self, body: bytes, trusted: bool) -> None:
        self.body, self.at, self.nodes, self.trusted = body, 0, 0, trusted

    def take(self, size: int) -> bytes:
        if size > len(self.body) - self.at:
            raise BrokenFrame(f"{size} bytes are announced, {len(self.body) - self.at} are there")
        self.at += size
        return self.body[self.at - size : self.at]

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self) -> str:
        size = self.number(">I")
        if size > MAX_TEXT:
            raise BrokenFrame(f"a text of {size} bytes")
        try:
            return self.take(size).decode()
        except UnicodeDecodeError:  # the encoder writes nothing else, and what took its place would be longer than it
            raise BrokenFrame("a text that is no UTF-8") from None

    def count(self) -> int:
        count: int = self.number(">I")
        if count > len(self.body) - self.at:
            raise BrokenFrame(f"{count} things are announced, {len(self.body) - self.at} bytes are there")
        return count

    def value(self, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise BrokenFrame("too deep or too many values")
        letter = self.take(1)
        if depth == MAX_DEPTH and letter != b"o":  # as the encoder does it
            raise BrokenFrame("too deep")
        if letter in b"n10":
            return {b"n": None, b"1": True, b"0": False}[letter]
        if letter == b"i":
            return self.number(">q")
        if letter == b"f":
            return self.number(">d")
        if letter == b"s":
            return self.text()
        if letter == b"a":
            return self.array()
        if letter in b"tl":
            inner = [self.value(depth + 1) for _ in range(self.count())]
            return tuple(inner) if letter == b"t" else inner
        if letter == b"d":
            return {self.text(): self.value(depth + 1) for _ in range(self.count())}
        if letter == b"F" and self.trusted:
            return LivingText(self.text())
        if letter == b"o":
            return Opaque()
        raise BrokenFrame(f"unknown kind {letter!r}")

    def array(self) -> np.ndarray[Any, Any]:
        code, ndim = self.number(">B"), self.number(">B")
        if code >= len(DTYPES) or ndim > 32:
            raise BrokenFrame(f"unknown dtype {code} or {ndim} axes")
        shape = [self.number(">Q") for _ in range(ndim)]
        dtype = np.dtype(DTYPES[code]).newbyteorder("<")
        size, announced = dtype.itemsize, self.number(">I")
        for length in shape:
            size *= length
        if size != announced or any(length > MAX_FRAME for length in shape):
            raise BrokenFrame(f"an array of {size} bytes announces {announced}")
        try:
            array = np.frombuffer(self.take(announced), dtype=dtype).reshape(shape)
        except (ValueError, OverflowError) as error:  # an axis of length zero lets the others be larger than NumPy allows
            raise BrokenFrame(f"a shape that no array has: {error}") from None
        numbers = array.view(np.uint8) if DTYPES[code] == "bool" else array  # a truth value of 2 would be added up as two
        return numbers.astype(np.dtype(DTYPES[code]))
