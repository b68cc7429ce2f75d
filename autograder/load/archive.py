"""Archives, read as hostile: no member's name ever becomes a path here, and no header is believed about a size.

What is wrong with one member is that member's refusal; what is wrong with the archive as a whole is a UsageError.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import re
import stat
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Protocol

from autograder.errors import GraderError, UsageError
from autograder.load.bounded import Bounded, Excess
from autograder.load.private import PrivateFile

MAX_MEMBERS = 50_000
MAX_DIRECTORY = 200 * MAX_MEMBERS  # bytes of a zip file's list of members
MAX_HEADER = 1024 * 1024  # bytes of one member's headers in a tar file
USUAL_HEADER = 8192  # bytes by which each member may lengthen the headers of all, which may have MAX_HEADER beside
MAX_MEMBER = 32 * 1024 * 1024
MAX_TOTAL = 4 * 1024**3
MAX_RATIO = 300  # text packs to a tenth, a thousandth is the most that the method can do
RATIO_FROM = 4 * 1024 * 1024
PIECE = 64 * 1024
LONGEST_NAME = 1000
READ = re.compile(r"\.(?:zip|tar|tgz|tar\.gz)$", re.IGNORECASE)

NOT_A_FILE = "This is a link or a device, not a file: hand in the notebook itself."
BAD_NAME = "In the archive this file has a name that could lead elsewhere, or is none: hand it in under a plain name."
TWICE = "The archive holds two files of this name, and nothing says which one counts: hand in one."
LOCKED = "The file is locked with a password: hand it in without one."
ODD_PACKING = "The file is packed in a way that is not read here: hand in the notebook itself."
DAMAGED = "The file is damaged inside the archive: hand it in again."
TOO_LARGE = f"The file unpacks to more than {MAX_MEMBER // 1_000_000} MB: clear all outputs, save, and hand it in again."


@dataclass(frozen=True)
class Member:
    """One file of an archive; ``parts`` is its path, ``refusal`` why it may not be read; a ``stray`` lies in no folder.

    No more than ``size`` bytes come out of it; ``place`` says what comes before what in the archive.
    """

    parts: tuple[str, ...]
    info: Any
    size: int
    place: int
    refusal: str = ""
    stray: bool = False


class Archive(Protocol):
    """An open archive: its files, and a copy of one of them. ``copy`` returns a refusal, empty when all went well."""

    members: list[Member]

    def copy(self, member: Member, target: Path) -> str: ...


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The archive at a path. Raises UsageError when it is none, is damaged, or holds more than may be."""
    if not READ.search(path.name):
        raise UsageError(f"{path} is an archive of a kind that is not read here: pack it as .zip, .tar or .tar.gz.")
    try:
        with path.open("rb") as file:
            start = file.read(2)
            file.seek(0)
            archive = _Zip(file) if start == b"PK" else _Tar(file, packed=start == b"\x1f\x8b")
            archive.members = _told_apart(archive.members)
            yield archive
    except GraderError:
        raise
    except Excess:
        raise UsageError(f"{path} unpacks to more than is allowed; nothing of it was graded. Look at what it holds.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror or 'it is damaged'}); nothing of it was graded.") from None
    except Exception:  # noqa: BLE001  # damaged bytes raise what they like in the standard library
        raise UsageError(f"{path} is damaged, cut off, or no archive at all; nothing of it was graded.") from None


class _Zip:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = Bounded(file, Path(file.name).stat().st_size)
        self._file.allow(MAX_DIRECTORY)
        self._zip = zipfile.ZipFile(self._file)
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise Excess
        files = [info for info in infos if not info.orig_filename.endswith("/")]
        self.members = [_member(one.orig_filename, one, one.file_size, one.header_offset, _of_zip(one)) for one in files]

    def copy(self, member: Member, target: Path) -> str:
        self._file.allow(MAX_MEMBER + MAX_HEADER)
        most = max(MAX_RATIO * member.info.compress_size, RATIO_FROM)  # no more packed bytes than these are read
        return _copied(lambda: self._zip.open(member.info), target, min(most, MAX_MEMBER))


def _of_zip(info: zipfile.ZipInfo) -> str:
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return NOT_A_FILE
    if info.flag_bits & 0x41:
        return LOCKED
    return "" if info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) else ODD_PACKING


class _Tar:
    def __init__(self, file: IO[bytes], *, packed: bool) -> None:
        size = Path(file.name).stat().st_size
        furthest = min(MAX_TOTAL, max(64 * RATIO_FROM, MAX_RATIO * size)) if packed else size
        self._file = Bounded(gzip.GzipFile(fileobj=file) if packed else file, furthest)
        self._file.allow(MAX_HEADER, header=True)
        self._tar = tarfile.TarFile(fileobj=self._file)  # type: ignore[arg-type]  # as much of a file as it needs
        self.members = [_tar_member(info) for info in self._infos() if not info.isdir()]

    def _infos(self) -> Iterator[tarfile.TarInfo]:
        """All members. The library stops without a word at a header that makes no sense, and may be sent back by one."""
        count, before = 0, -1
        while info := self._tar.next():
            count, before = count + 1, self._forward(info, before)
            if count > MAX_MEMBERS:
                raise Excess
            yield info
            self._file.allow(min(MAX_HEADER, self._file.left + USUAL_HEADER), header=True)
        self._file.seek(self._tar.offset)
        end = self._file.read(tarfile.BLOCKSIZE)
        if len(end) < tarfile.BLOCKSIZE or any(end):
            raise tarfile.ReadError

    @staticmethod
    def _forward(info: tarfile.TarInfo, before: int) -> int:
        if info.offset <= before or info.size < 0:
            raise tarfile.ReadError
        return info.offset

    def copy(self, member: Member, target: Path) -> str:
        self._file.allow(MAX_MEMBER + MAX_HEADER)
        return _copied(lambda: self._tar.extractfile(member.info), target, MAX_MEMBER)


def _tar_member(info: tarfile.TarInfo) -> Member:
    member = _member(info.name, info, info.size, info.offset, _of_tar(info))
    info.name, info.linkname, info.pax_headers = "", "", {}  # each may have megabytes; none is needed to read the file
    return member


def _of_tar(info: tarfile.TarInfo) -> str:
    if info.issparse():
        return ODD_PACKING
    return "" if info.isreg() else NOT_A_FILE


def _copied(opened: Any, target: Path, most: int) -> str:
    try:
        with opened() as source, PrivateFile(target) as copy:
            while piece := source.read(PIECE):
                if copy.size + len(piece) > most:
                    return TOO_LARGE
                copy.write(piece)
    except Excess:
        return TOO_LARGE
    except GraderError:
        raise
    except Exception:  # noqa: BLE001  # damaged bytes raise what they like in the standard library
        return DAMAGED
    return ""


def _member(name: str, info: Any, size: int, place: int, refusal: str) -> Member:
    """A member with a path that stays below where it starts; a name that would not is one odd name, and nobody's."""
    if len(name) > LONGEST_NAME:
        name, refusal = _shortened(name), BAD_NAME
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name) or not parts or _is_bad(parts[0]):
        return Member((name,), info, size, place, BAD_NAME, stray=True)
    return Member(parts, info, size, place, BAD_NAME if any(map(_is_bad, parts)) else refusal)


def _shortened(name: str) -> str:
    """The ends of a name, which say whose it is and of what kind, and a mark of the whole, so that two stay two."""
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{name[: LONGEST_NAME // 2]}{mark}{name[-LONGEST_NAME // 4 :]}"


def _is_bad(part: str) -> bool:
    return "\\" in part or "\0" in part or len(part.encode("utf-8", "surrogatepass")) > 255


def _told_apart(members: list[Member]) -> list[Member]:
    """Two members under one name are both refused: whichever were taken, the other might be meant."""
    count = Counter(member.parts for member in members)
    return [replace(one, refusal=one.refusal or TWICE) if count[one.parts] > 1 else one for one in members]
