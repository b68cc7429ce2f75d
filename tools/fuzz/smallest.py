"""An input that breaks a property, without what it does not need for that."""

from __future__ import annotations

import traceback
from collections.abc import Callable

Check = Callable[[bytes], None]


def trouble(data: bytes, check: Check) -> str:
    """The traceback of what an input breaks; empty when all holds."""
    try:
        check(data)
    except Exception:  # noqa: BLE001  # whatever a target raises is what is looked for
        return traceback.format_exc()
    return ""


def _last_words(data: bytes, check: Check) -> str:
    """The kind of the error and where it was raised: what stays the same while the input shrinks."""
    lines = trouble(data, check).splitlines()
    places = [line for line in lines if line.startswith("  File ")]
    return f"{places[-1]} {lines[-1].partition(':')[0]}" if places else ""


def smallest(data: bytes, check: Check) -> bytes:
    """The input with as many pieces taken out, the large ones first, as leave the same trouble."""
    wanted, size = _last_words(data, check), len(data)
    while wanted and size:
        at = 0
        while at < len(data):
            shorter = data[:at] + data[at + size :]
            if _last_words(shorter, check) == wanted:
                data = shorter
            else:
                at += size
        size //= 2
    return data
