"""Names of members, one a line, packed beside two honest students' files: these two are read whatever the others are called.

The first letter of a line is the member's kind: f a file, l a link, d a folder, p a pipe, D a device. `\\n` and the like are
written as in a Python text.
"""

from __future__ import annotations

import functools
import stat
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from random import Random

from tools.fuzz.archives import found_in, tarred
from tools.fuzz.damage import TEXTS, bytes_damaged
from tools.fuzz.properties import hold
from tools.fuzz.records import PATHS

__all__ = ["MOST_BYTES", "WORDS", "check", "damaged", "seeds"]
MOST_BYTES = 4096
WORDS = (*PATHS[:20], "\nf", "\nl", "\nd", "\\x00", "\\ud800", "\\u202e", "/rnn.ipynb", "/02_rnn/", "_assignsubmission_file_")
HONEST = {"amara": b'{"cells": []}', "bo": b'{"cells": [{}]}'}
KINDS = {"l": (tarfile.SYMTYPE, stat.S_IFLNK), "d": (tarfile.DIRTYPE, stat.S_IFDIR), "p": (tarfile.FIFOTYPE, stat.S_IFIFO),
         "D": (tarfile.CHRTYPE, stat.S_IFCHR)}  # fmt: skip  # one table
Member = tuple[str, str]


def check(data: bytes) -> None:
    """Hold that each honest student has one file, his own, in a zip and in a tar file."""
    members = [one for one in map(_member, data.decode("utf-8", "replace").splitlines()) if one and not _theirs(one[1])]
    for ending, pack in PACKED.items():
        found = found_in(pack(members), f"class{ending}")
        for student, content in HONEST.items():
            hold(student in found, f"{student} is lost in a {ending}")
            row, read = found[student]
            hold(not row.refusal and not row.others and read == content, f"{student} is given something else in a {ending}")


def _member(line: str) -> Member | None:
    """A kind and a name."""
    if line[:1] not in {"f", *KINDS}:
        return None
    try:
        name = line[1:].encode("latin-1", "backslashreplace").decode("unicode_escape")
    except UnicodeDecodeError:
        return None
    return line[0], name


def _theirs(name: str) -> bool:
    """Whether a file is an honest student's own, by its outermost folder, or as the file that all of it is."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return bool({*parts[:1], *(part.rpartition(".")[0] for part in parts[:1])} & set(HONEST))


def _zipped(members: Sequence[Member]) -> bytes:
    whole = BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(whole, "w") as archive:
        warnings.simplefilter("ignore", UserWarning)  # about one name twice
        for kind, name in [("f", "amara/rnn.ipynb"), *members, ("f", "bo/rnn.ipynb")]:
            info = zipfile.ZipInfo("x")
            info.filename = name.encode("utf-8", "replace").decode()[:16000]  # past what the library would make of it
            info.create_system, info.external_attr = 3, (KINDS[kind][1] if kind in KINDS else stat.S_IFREG | 0o644) << 16
            archive.writestr(info, _content(name))
    return whole.getvalue()


def _tarred(members: Sequence[Member]) -> bytes:
    infos = []
    for kind, name in [("f", "amara/rnn.ipynb"), *members, ("f", "bo/rnn.ipynb")]:
        info = tarfile.TarInfo(name.encode("utf-8", "replace").decode())
        info.type = KINDS[kind][0] if kind in KINDS else tarfile.REGTYPE
        infos.append((info, _content(name) if kind == "f" else b""))
    return tarred(infos)


def _content(name: str) -> bytes:
    return HONEST.get(name.removesuffix("/rnn.ipynb"), b"{}")


PACKED: dict[str, Callable[[Sequence[Member]], bytes]] = {".zip": _zipped, ".tar": _tarred}


@functools.cache
def seeds() -> dict[str, bytes]:
    """Honest names, and each odd one."""
    odd = enumerate((*PATHS, *TEXTS))
    found = {f"odd-{number}": _line("f", name) + b"\n" + _line("f", f"eve/{name}") for number, name in odd}
    found |= {f"kind-{kind}": _line(kind, "eve/rnn.ipynb") + b"\n" + _line(kind, "eve") for kind in KINDS}
    return found | {"honest": b"fcy/rnn.ipynb\nfdee/02_rnn/rnn.ipynb", "twice": b"feve/a.ipynb\nfeve/a.ipynb", "none": b""}


def _line(kind: str, name: str) -> bytes:
    return kind.encode() + name.encode("unicode_escape")


def damaged(data: bytes, chance: Random) -> bytes:
    """Lines put in, doubled, taken out or joined, and parts of paths exchanged."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    how = chance.randrange(5)
    if how == 0:
        lines.insert(at, lines[at])
    elif how == 1:
        lines.insert(at, _line(chance.choice("ffffldpD"), chance.choice((*PATHS, *TEXTS))))
    elif how == 2:
        parts = lines[at].split(b"/")
        parts[chance.randrange(len(parts))] = chance.choice((*PATHS, *TEXTS)).encode("unicode_escape")
        lines[at] = b"/".join(parts)
    elif how == 3:
        lines[at] = lines[at][:1] + b"/".join(lines[at][1:].split(b"/") * chance.randint(1, 3))
    else:
        return bytes_damaged(data, chance)
    return b"\n".join(lines)
