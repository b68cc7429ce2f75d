"""The codec: what goes in comes out, and nothing that is hostile costs more than a BrokenFrame."""

from __future__ import annotations

import contextlib
import struct
import time
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.sandbox import wire
from autograder.sandbox.wire import DTYPES, BrokenFrame, LivingText, Opaque, decode, encode

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(DTYPES).flatmap(
        lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3))
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def array_frame(dtype: int, shape: tuple[int, ...], announced: int, body: bytes = b"") -> bytes:
    return b"a" + bytes([dtype, len(shape)]) + struct.pack(f">{len(shape)}Q", *shape) + struct.pack(">I", announced) + body


def assert_twin(one: Any, other: Any) -> None:
    """Equal in value and in kind, all the way down."""
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, (tuple, list)):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            assert_twin(*pair)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_twin(one[key], other[key])
    else:
        assert one == other or one != one


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_a_value_comes_back_as_it_went(value: Any) -> None:
    assert_twin(value, decode(encode(value)))


@given(st.binary(max_size=300))
@settings(max_examples=400, deadline=None)
def test_random_bytes_are_a_value_or_a_broken_frame(body: bytes) -> None:
    with contextlib.suppress(BrokenFrame):
        decode(body)


@given(VALUES, st.data())
@settings(max_examples=150, deadline=None)
def test_one_changed_byte_is_a_value_or_a_broken_frame(value: Any, data: st.DataObject) -> None:
    body = bytearray(encode(value))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BrokenFrame):
        decode(bytes(body))


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_a_cut_frame_is_broken_wherever_it_is_cut(value: Any) -> None:
    body = encode(value)
    for end in range(len(body)):
        with pytest.raises(BrokenFrame):
            decode(body[:end])
    with pytest.raises(BrokenFrame, match="left over"):
        decode(body + b"n")


F8 = DTYPES.index("float64")
LIES = {
    "8 TiB": array_frame(F8, (2**40,), 8),
    "8 TiB that announces 4 GiB": array_frame(F8, (2**40,), 2**32 - 1),
    "a product that overflows to 0": array_frame(F8, (2**32, 2**32), 0),
    "a product that overflows to 8": array_frame(F8, (2**61, 2**3, 2**32, 1), 8, b"\0" * 8),
    "an empty axis beside huge ones": array_frame(F8, (0, 2**63, 2**63), 0),
    "an empty axis beside ones just allowed": array_frame(F8, (0, 2**25, 2**25, 2**25), 0),
    "more axes than NumPy has": array_frame(F8, (1,) * 33, 8, b"\0" * 8),
    "an unknown dtype": array_frame(len(DTYPES), (1,), 8, b"\0" * 8),
    "fewer bytes than announced": array_frame(F8, (4,), 32, b"\0" * 8),
    "a list of 4 billion": b"l" + b"\xff" * 4,
    "a dictionary of 4 billion": b"d" + b"\xff" * 4,
    "a text of 4 GiB": b"s" + b"\xff" * 4,
    "a text above the limit": b"s" + struct.pack(">I", wire.MAX_TEXT + 1) + b"a" * (wire.MAX_TEXT + 1),
    "one level too deep": (b"l" + struct.pack(">I", 1)) * wire.MAX_DEPTH + b"n",
    "a text that is no UTF-8": b"s" + struct.pack(">I", 2) + b"a\xff",
    "a thousand nested lists": (b"l" + struct.pack(">I", 1)) * 1000 + b"n",
    "too many values": b"l" + struct.pack(">I", 300_000) + b"n" * 300_000,
    "a function": encode(LivingText("lambda x: __import__('os')")),
    "a pickle": b"\x80\x04\x95",
    "nothing": b"",
}


@pytest.mark.parametrize("body", LIES.values(), ids=LIES.keys())
def test_lies_are_found_quickly_and_before_anything_is_allocated(body: bytes) -> None:
    start = time.process_time()
    with pytest.raises(BrokenFrame):
        decode(body)
    seconds = time.process_time() - start
    tracemalloc.start()  # by itself, since it slows everything
    with pytest.raises(BrokenFrame):
        decode(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 2 and peak < 16 * 1024**2


def test_a_function_crosses_inwards_only() -> None:
    body = encode(LivingText("np.sin"))
    assert decode(body, trusted=True).text == "np.sin"
    with pytest.raises(BrokenFrame, match="unknown kind"):
        decode(body)


class Sly(np.ndarray[Any, Any]):
    pass


@pytest.mark.parametrize(
    ("value", "comes_back"),
    [
        (np.ones(2).view(Sly), np.ones(2)),
        (np.float32(1.5), np.array(1.5, dtype="float32")),
        (np.ones(2, dtype=">f8"), np.ones(2)),
        (np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.arange(6.0).reshape(2, 3)),
        (np.array([None]), Opaque()),
        (np.array(["text"]), Opaque()),
        (object(), Opaque()),
        ({1, 2}, Opaque()),
        (2**70, Opaque()),
        (1j, Opaque()),
        ({1: "one"}, {"1": "one"}),
        ("\ud800", "?"),
    ],
)
def test_what_has_no_place_becomes_its_plain_kind_or_nothing_at_all(value: Any, comes_back: Any) -> None:
    assert_twin(decode(encode(value)), comes_back)


def test_a_value_that_holds_itself_ends() -> None:
    value: list[Any] = []
    value.append(value)
    inner, depth = decode(encode(value)), 0
    while isinstance(inner, list):
        inner, depth = inner[0], depth + 1
    assert inner == Opaque() and depth <= wire.MAX_DEPTH + 1


def test_a_truth_value_is_one_or_zero_whatever_byte_came() -> None:
    array = decode(array_frame(DTYPES.index("bool"), (3,), 3, b"\x02\x00\xff"))
    assert array.sum() == 2 and array.tobytes() == b"\1\0\1"


def test_a_decoded_array_is_a_writable_copy() -> None:
    array = decode(encode(np.ones(3)))
    array[0] = 5
    assert array[0] == 5
