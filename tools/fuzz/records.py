"""Damage to the headers of zip and tar files that leaves the rest whole, so that a reader goes on to what comes behind it."""

from __future__ import annotations

import re
import struct
import tarfile
import zlib
from random import Random

from tools.fuzz.damage import NUMBERS, TEXTS

SIGNED = re.compile(rb"PK(?:\x01\x02|\x03\x04|\x05\x06|\x06\x06|\x06\x07)")
WIDTHS = {b"\x01\x02": "BBBBHHHHIIIHHHHHII", b"\x03\x04": "HHHHHIIIHH", b"\x05\x06": "HHHHIIH", b"\x06\x06": "QHHIIQQQQ",
          b"\x06\x07": "IQI"}  # fmt: skip  # one table
BLOCK = tarfile.BLOCKSIZE
FIELDS = {"name": (0, 100), "mode": (100, 8), "uid": (108, 8), "size": (124, 12), "mtime": (136, 12), "type": (156, 1),
          "link": (157, 100), "magic": (257, 8), "prefix": (345, 155), "sparse": (386, 97),
          "more": (482, 13)}  # fmt: skip  # as POSIX and GNU have them
TYPES = b"\x000123456789xgLKSXVDMN"
PATHS = ("../x.py", "/x.py", "C:x.py", "a\\x.py", "x.py", ".py", "x.PY", "x.py.", "..py", "a/./x.py", "a//x.py", "amara.ipynb",
         "amara/rnn.ipynb", "02_rnn/rnn.ipynb", "a/02_rnn/x.py", "x.zip", "a/x.tar.gz", "bo_1_2_x.py", "1-2 - x - y/x.py",
         "x, y(z)/x.py", "__MACOSX/x.py", "x_attempt_2026-01-01-10-00-00_x.py", "a/", "", "x\0.py", "\0x.py", "a" * 256 + "/x.py",
         "b/" * 60 + "x.py", "\u0130.ipynb")  # fmt: skip  # a list
PAX = ("path", "size", "linkpath", "hdrcharset", "comment", "mtime", "GNU.sparse.map", "GNU.sparse.size", "GNU.sparse.major",
       "GNU.sparse.minor", "GNU.sparse.name", "GNU.sparse.realsize", "GNU.sparse.offset", "GNU.sparse.numblocks",
       "SCHILY.xattr.x")  # fmt: skip  # a list


def unpacked(data: bytes, most: int) -> bytes:
    """What a gzip file holds, up to a limit; nothing, if it is none."""
    try:
        return zlib.decompressobj(31).decompress(data, most)
    except zlib.error:
        return b""


def zip_damaged(data: bytes, chance: Random) -> bytes:
    """A number in a header, or a name, or a whole header exchanged."""
    places = [found.start() for found in SIGNED.finditer(data)]
    if not places:
        return data
    at = chance.choice(places)
    kind = data[at + 2 : at + 4]
    widths = WIDTHS[kind]
    if chance.random() < 0.3 and kind in (b"\x01\x02", b"\x03\x04"):
        return _zip_name(data, at, chance)
    field = chance.randrange(len(widths))
    begin = at + 4 + struct.calcsize("<" + widths[:field])
    bits = 8 * struct.calcsize(widths[field])
    (old,) = struct.unpack_from("<" + widths[field], data.ljust(begin + 8, b"\0"), begin)
    new = chance.choice((chance.choice(NUMBERS), old + 1, old - 1, old ^ 1 << chance.randrange(bits), chance.getrandbits(bits)))
    return data[:begin] + struct.pack("<" + widths[field], new % 2**bits) + data[begin + bits // 8 :]


def _zip_name(data: bytes, at: int, chance: Random) -> bytes:
    """Another name of any length, with all that comes after it moved, and what points there put right."""
    length_at, name_at = (at + 28, at + 46) if data[at + 2 : at + 4] == b"\x01\x02" else (at + 26, at + 30)
    if len(data) < name_at:
        return data
    (length,) = struct.unpack_from("<H", data, length_at)
    name = chance.choice((*PATHS, *TEXTS)).encode("utf-8", "surrogatepass")
    before = data[:length_at] + struct.pack("<H", len(name)) + data[length_at + 2 : name_at]
    whole = bytearray(before + name + data[name_at + length :])
    end = whole.rfind(b"PK\x05\x06")
    if end >= 0 and len(whole) >= end + 22 and chance.random() < 0.9:
        more, field = len(name) - length, end + (12 if name_at == at + 46 else 16)  # the directory's size, or its place
        struct.pack_into("<I", whole, field, (struct.unpack_from("<I", whole, field)[0] + more) % 2**32)
    return bytes(whole)


def tar_damaged(data: bytes, chance: Random) -> bytes:
    """A field of a header changed, blocks moved, or a header put before another one that changes its meaning."""
    blocks = [data[at : at + BLOCK].ljust(BLOCK, b"\0") for at in range(0, len(data), BLOCK)] or [bytes(BLOCK)]
    heads = [number for number, block in enumerate(blocks) if block[257:262] == b"ustar"] or [0]
    at = chance.choice(heads)
    how = chance.randrange(8)
    if how == 0:
        to, size = chance.randint(0, len(blocks)), chance.randint(1, 3)
        blocks[to:to] = blocks[at : at + size]
    elif how == 1:
        del blocks[at : at + chance.randint(1, 3)]
    elif how in (2, 3):
        blocks[at:at] = _before(chance)
    else:
        blocks[at] = _field_changed(blocks[at], chance)
    return b"".join(blocks)


def _field_changed(block: bytes, chance: Random) -> bytes:
    begin, size = FIELDS[chance.choice(list(FIELDS))]
    if size in (8, 12):
        number = chance.choice(NUMBERS)
        octal, binary = b"%0*o\0" % (size - 1, number % 8 ** (size - 1)), b"\x80" + number.to_bytes(16, "big")[1 - size :]
        new = chance.choice((octal, octal, binary, b"\xff" * size, b"-1", b" 7 ", b"x"))
    elif size == 1:
        new = bytes([chance.choice(TYPES)])
    else:
        new = chance.choice((chance.choice((*PATHS, *TEXTS)).encode("utf-8", "surrogatepass"), chance.randbytes(size)))
    return summed(block[:begin] + new[:size].ljust(size, b"\0") + block[begin + size :])


def summed(block: bytes) -> bytes:
    """A header with its checksum put right."""
    block = block[:148] + b" " * 8 + block[156:]
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def _before(chance: Random) -> list[bytes]:
    """A header of the kind that changes what the next one means: a long name, or keywords."""
    if chance.random() < 0.3:
        kind, body = chance.choice("LK"), chance.choice((*PATHS, "0" * 2000, "a/" * 2000 + "x.py")).encode() + b"\0"
    else:
        kind = chance.choice("xxxgX")
        body = b"".join(_keyword(chance) for _ in range(chance.randint(1, 4)))
    info = tarfile.TarInfo("././@Changing")
    info.type, info.size = kind.encode(), len(body)
    whole = info.tobuf(tarfile.USTAR_FORMAT) + body + bytes(-len(body) % BLOCK)
    return [whole[at : at + BLOCK] for at in range(0, len(whole), BLOCK)]


def _keyword(chance: Random) -> bytes:
    value = chance.choice((*PATHS, *TEXTS, *map(str, NUMBERS), "1,2,3", "0,1", "BINARY", "-1", "1" * 3000, "1" * 20_000))
    pair = b" " + chance.choice(PAX).encode() + b"=" + value.encode("utf-8", "surrogatepass") + b"\n"
    length = len(pair) + len(str(len(pair) + len(str(len(pair)))))
    return str(chance.choice((length, length, length, length - 1, 10**9, 0))).encode() + pair
