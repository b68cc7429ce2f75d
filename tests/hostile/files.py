"""Files that nobody should be harmed by: a right notebook as a start, damaged notebooks, and archives of any member."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from autograder.domain import Grade
from autograder.judge import UNCHANGED

ROOT = Path(__file__).resolve().parents[2]
RIGHT = (ROOT / "examples" / "submissions" / "amara" / "02_rnn" / "rnn.ipynb").read_bytes()
FULL = 29.0
OUTSIDE = b"@OUTSIDE@"
Notebook = dict[str, Any]
Member = tuple[str | zipfile.ZipInfo | tarfile.TarInfo, bytes]


@dataclasses.dataclass(frozen=True)
class Case:
    """A file that someone hands in: ``line`` of the catalogue, what it is, and what it must earn or be told.

    ``lost`` are the functions that are not honest; None where nothing can be graded. ``OUTSIDE`` in the content becomes
    the path of a folder that nobody may touch.
    """

    line: int
    what: str
    content: bytes = dataclasses.field(repr=False)
    lost: tuple[str, ...] | None = ()
    says: str = ""
    flag: str = ""
    name: str = "rnn.ipynb"
    beside: tuple[tuple[str, bytes], ...] = dataclasses.field(default=(), repr=False)

    @property
    def student(self) -> str:
        return f"{self.line}-" + "".join(letter if letter.isalnum() else "-" for letter in self.what)[:60].strip("-")


def hand_in(folder: Path, cases: Iterable[Case], outside: Path) -> None:
    """Put a class into a folder, in nbgrader's layout, an honest student among them."""
    for case in (*cases, Case(0, "honest", RIGHT)):
        for name, content in ((case.name, case.content), *case.beside):
            path = folder / case.student / "02_rnn" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.replace(OUTSIDE, str(outside).encode()))


def earned(grade: Grade, lost: tuple[str, ...] | None) -> bool:
    """Whether all but the lost functions have every point, and these have none of their outputs' points."""
    if lost is None:
        return grade.score == 0 and all(row.verdict == "could-not-tell" for row in grade.checks)
    wrong = {row.function for row in grade.checks if row.points != row.max_points}
    outputs = sum(row.points for row in grade.checks if row.function in lost and row.check != UNCHANGED)
    return grade.max_score == FULL and wrong == set(lost) and outputs == 0


def changed(change: Callable[[Notebook], Any]) -> bytes:
    """The right notebook after a change of its parsed form."""
    notebook = json.loads(RIGHT)
    change(notebook)
    return json.dumps(notebook).encode()


def cell(notebook: Notebook, grade_id: str) -> dict[str, Any]:
    """The cell of that name."""
    return next(one for one in notebook["cells"] if grade_id == one["metadata"].get("nbgrader", {}).get("grade_id"))


def with_source(grade_id: str, change: Callable[[str], Any]) -> bytes:
    """The right notebook with the text of one cell changed."""

    def edit(notebook: Notebook) -> None:
        one = cell(notebook, grade_id)
        one["source"] = change("".join(one["source"]))

    return changed(edit)


def with_cell(text: Any, **fields: Any) -> bytes:
    """The right notebook with one more code cell at its start."""
    one = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text, **fields}
    return changed(lambda notebook: notebook["cells"].insert(0, one))


def zipped(path: Path, members: Iterable[Member]) -> Path:
    """A zip file of these members; a ZipInfo says more than a name."""
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)  # about one name twice, which is what some tests want
        for name, content in members:
            assert not isinstance(name, tarfile.TarInfo)
            archive.writestr(name, content)
    return path


def tarred(path: Path, members: Iterable[Member], *, form: int = tarfile.PAX_FORMAT) -> Path:
    """A tar file of these members, compressed if its name says so; a TarInfo says more than a name."""
    with tarfile.open(path, "w" if path.suffix == ".tar" else "w:gz", format=form) as archive:
        for name, content in members:
            assert not isinstance(name, zipfile.ZipInfo)
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member of a tar file that is no plain file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def with_mode(name: str, mode: int) -> zipfile.ZipInfo:
    """A member of a zip file with a Unix mode: a link, a device."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


def fingerprint(*folders: Path) -> str:
    """A hash over every name and every byte below some folders: the same before and after, if nothing was touched."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            digest.update(f"{path} {path.lstat().st_mode} {path.lstat().st_mtime_ns}".encode("utf-8", "surrogateescape"))
            if path.is_file() and not path.is_symlink() and path.stat().st_size < 10_000_000:
                digest.update(path.read_bytes())
    return digest.hexdigest()
