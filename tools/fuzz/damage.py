"""Damage that knows nothing of a format: numbers, texts and bytes that programs stumble over, put anywhere."""

from __future__ import annotations

import struct
from random import Random

NUMBERS = (0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 127, 128, 255, 256, 511, 512, 1000, 4095, 65535, 65536, 2**20, 2**26,
           2**31 - 1, 2**31, 2**32 - 1, 2**33, 2**62, 2**63 - 1, 2**63, 2**64 - 1)  # fmt: skip  # one table
TEXTS = ("", " ", ".", "..", "/", "\\", "\0", "\n", "\r\n", "\u2028", "\u202e", "\ufeff", "\ud800", "\U0001f600", "\u0435",
         "\xe9", "e\u0301", "\u0130", "\u017f", "\ufb01", "-rf", "{0}", "%s", "*", "CON", "a" * 300, "0" * 99, "1e999", "nan",
         "<b>", "=1+1", "__proto__")  # fmt: skip  # one table


def bytes_damaged(data: bytes, chance: Random) -> bytes:
    """Some bytes changed, cut, doubled, moved, or overwritten by a number that may be taken for a size."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(changed))
        end = min(len(changed), at + chance.choice((1, 2, 4, 8, 16, 100, 512)))
        piece = bytes(changed[at:end])
        how = chance.randrange(6)
        if how == 0:
            del changed[at:end]
        elif how == 1:
            changed[at:at] = piece
        elif how == 2:
            changed[at:end] = chance.randbytes(len(piece))
        elif how == 3:
            number = packed(chance)
            changed[at : at + len(number)] = number
        elif how == 4:
            changed[at:at] = chance.choice(TEXTS).encode("utf-8", "surrogatepass")
        else:
            to = chance.randint(0, len(changed))
            changed[to:to] = piece
    return bytes(changed)


def packed(chance: Random) -> bytes:
    """A number that programs stumble over, as bytes of some width and order."""
    width, letter = chance.choice(((1, "B"), (2, "H"), (4, "I"), (8, "Q")))
    return struct.pack(chance.choice("<>") + letter, chance.choice(NUMBERS) % 2 ** (8 * width))
