"""The bytes of an archive: who handed in what, or one sentence; and nothing is written outside of the private folder."""

from __future__ import annotations

import functools
import gzip
import io
import os
import re
import shutil
import tarfile
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from autograder.errors import UsageError
from autograder.load import Found, find, read_submission
from autograder.load.archive import MAX_MEMBER
from autograder.load.identity import is_plain
from autograder.load.layout import MOST_FILES
from tools.fuzz import records
from tools.fuzz.damage import bytes_damaged
from tools.fuzz.properties import MOST_BYTES, bounded, hold, is_sentence, scratch, topic

__all__ = ["MOST_BYTES", "WORDS", "check", "damaged", "seeds"]
WORDS = ("PK\x01\x02", "PK\x03\x04", "PK\x05\x06", "PK\x06\x06", "ustar", "rnn.ipynb", "02_rnn/", "../", "GNU.sparse.map",
         "GNU.sparse.size", "GNU.sparse.major", "hdrcharset=BINARY", " path=", " size=", " linkpath=", "././@LongLink",
         "_assignsubmission_file_")  # fmt: skip  # a list
OURS = re.compile(r"\d+\.(?:ipynb|py)")
FLAGS = {"odd-student-id", "confusable-student-id", "ignored-files", "nested-archive", "several-files"}
MOST_UNPACKED = 32 * 1024 * 1024  # of a compressed archive, before it is damaged


def check(data: bytes) -> None:
    """Hold that an archive is read, or refused as a whole in a sentence."""
    found_in(data, f"class{ending(data)}")


def ending(data: bytes) -> str:
    """What a file of these bytes would be called."""
    return ".zip" if data.startswith(b"PK") else ".tar.gz" if data.startswith(b"\x1f\x8b") else ".tar"


def found_in(data: bytes, name: str) -> dict[str, tuple[Found, bytes]]:
    """What students handed in, each with the bytes of the first file; nothing, where the whole is refused."""
    here = scratch("archives")
    path, private = here / name, here / "private"
    try:
        private.mkdir()
        path.write_bytes(data)
        with bounded():
            found = find([path], topic(), private=private)
        _hold_all(found, path, private)
        return {one.student: (one, b"" if one.refusal else one.path.read_bytes()) for one in found}
    except UsageError as error:
        hold(is_sentence(str(error)), f"this is no sentence: {str(error)!r}")
        return {}
    finally:
        beside = set(os.listdir(here)) - {name, "private"}
        shutil.rmtree(private)
        path.unlink()
        hold(not beside, f"something was written beside the private folder: {beside!r}")


def _hold_all(found: Sequence[Found], path: Path, private: Path) -> None:
    students = [one.student for one in found]
    hold(len(set(students)) == len(students), "two rows are one student's")
    hold(all(map(is_plain, students)), f"an id is not plain: {students!r}")
    taken = [file for one in found for file in (one.path, *one.others) if not one.refusal]
    hold(len(set(taken)) == len(taken), "a file is two students'")
    for one in found:
        _hold_one(one, path, private)
    for folder, _, names in os.walk(private):
        for name in names:
            file = Path(folder, name)
            hold(bool(OURS.fullmatch(name)) and file.is_file() and not file.is_symlink(), f"a file of another's name: {name!r}")
            hold(file.stat().st_size <= MAX_MEMBER, "a file is larger than allowed")


def _hold_one(one: Found, path: Path, private: Path) -> None:
    hold(set(one.flags) <= FLAGS and len(set(one.flags)) == len(one.flags), f"flags that are none: {one.flags!r}")
    hold(len(one.others) < MOST_FILES, "one student has more files than allowed")
    if one.refusal:
        hold(is_sentence(one.refusal) and one.path == path and not one.others, f"this is no refusal: {one!r}")
    else:
        for file in (one.path, *one.others):
            hold(file.is_file() and file.parent.parent == private, "a file is not where it should be")
    with bounded():
        read_submission(one, topic().assignment, None)


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip file of these members."""
    whole = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)  # about one name twice
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def tarred(members: Iterable[tuple[str | tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar file of these members; a TarInfo says more than a name."""
    whole = io.BytesIO()
    with tarfile.TarFile(fileobj=whole, mode="w", format=form) as archive:
        for name, content in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    end = -(-len(whole.getvalue().rstrip(b"\0")) // tarfile.BLOCKSIZE) + 2  # blocks: a record's rest would only be more to damage
    return whole.getvalue()[: end * tarfile.BLOCKSIZE]


@functools.cache
def seeds() -> dict[str, bytes]:
    """Small archives of each kind and of each layout."""
    book, script = b'{"cells": []}', b"x = 1\n"
    layouts = {
        "flat": ["amara.ipynb", "bo.py", "notes.txt"], "folders": ["x/amara/rnn.ipynb", "x/bo/a.ipynb", "x/bo/b.py"],
        "tree": ["amara/02_rnn/rnn.ipynb", "bo/02_rnn/rnn.ipynb", "bo/03_bptt/bptt.ipynb"],
        "nested": ["amara/all.zip", "bo/é.py"],
        "moodle": ["Amara Obi_1_assignsubmission_file_rnn.ipynb", "Bo_2_assignsubmission_file_x.py"],
    }  # fmt: skip  # one table
    filled = {name: [(one, script if one.endswith(".py") else book) for one in names] for name, names in layouts.items()}
    found = {f"{name}.zip": zipped(members) for name, members in filled.items()}
    found |= {f"{name}.tar": tarred(members, tarfile.USTAR_FORMAT) for name, members in filled.items()}
    link, sparse = tarfile.TarInfo("eve/rnn.ipynb"), tarfile.TarInfo("eve/rnn.ipynb")
    link.type, link.linkname = tarfile.SYMTYPE, "../amara.ipynb"
    sparse.pax_headers = {"GNU.sparse.size": "9", "GNU.sparse.map": "0,1", "comment": "1"}
    found["long.tar"] = tarred([("a" * 120 + "/x.py", script), (link, b"")], tarfile.GNU_FORMAT)
    found["sparse.tar"] = tarred([(sparse, script), ("é/rnn.ipynb", book)])
    return found | {f"{name}.gz": gzip.compress(found[name], 1, mtime=0) for name in ("flat.tar", "sparse.tar")}


def damaged(data: bytes, chance: Random) -> bytes:
    """One field of one header changed and its checksum put right, or members moved; a compressed archive is damaged inside."""
    if data.startswith(b"\x1f\x8b") and chance.random() < 0.9:
        inner = records.unpacked(data, MOST_UNPACKED)
        return gzip.compress(damaged(inner, chance), 1, mtime=0) if inner else bytes_damaged(data, chance)
    if chance.random() < 0.15:
        return bytes_damaged(data, chance)
    return records.zip_damaged(data, chance) if data.startswith(b"PK") else records.tar_damaged(data, chance)
