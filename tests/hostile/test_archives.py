"""Archives and names that are meant to harm: what is honest in the same archive is graded right, and nothing else is touched."""

from __future__ import annotations

import stat
import struct
import tarfile
import tempfile
import unicodedata
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.domain import Grade
from autograder.errors import UsageError
from autograder.load import find
from autograder.pipeline import Batch, grade_all, load_one
from autograder.record import to_json_line
from autograder.report import write_class_report, write_feedback
from autograder.sandbox import Isolation
from tests.hostile.files import (
    FULL,
    RIGHT,
    ROOT,
    Member,
    earned,
    fingerprint,
    special,
    tarred,
    with_cell,
    with_mode,
    with_source,
    zipped,
)

LINK, FIFO, DEVICE = stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644, stat.S_IFCHR | 0o644
MEGABYTES = bytes(40 * 1024 * 1024)
SITE = b"raise SystemExit('a file beside the notebook ran')"
LOOKS_AROUND = "):\n    import os\n    assert not [name for name in os.environ if name.startswith(('UNROLLED', 'MPL'))]\n"
LOOKING = with_source("softmax", lambda text: text.replace("):\n", LOOKS_AROUND, 1))
MODULES = ("numpy.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "evil.pth", "numpy/__init__.py", ".pythonrc.py")
SETTINGS = ("matplotlibrc", ".config/matplotlib/matplotlibrc", "pyvenv.cfg", ".env")
KINDS = ("7z", "rar", "tar.gz", "tar.xz", "gz")
APART = unicodedata.normalize("NFD", "José")
INNER = zlib.compress(b"x")  # stands for an archive: nobody opens it

# line of the catalogue, what it is, members, what the member's owner is told; "" where the owner is graded in full
Row = tuple[int, str, list[Member], str]

BOTH: list[Row] = [
    (88, "a path above the archive", [("../../../bo/02_rnn/rnn.ipynb", RIGHT)], "could lead elsewhere"),
    (88, "a path above, later", [("eve/02_rnn/../../bo/rnn.ipynb", RIGHT)], "could lead elsewhere"),
    (88, "an absolute path", [("/tmp/unrolled-written/rnn.ipynb", RIGHT)], "could lead elsewhere"),
    (88, "a drive", [("C:/bo/rnn.ipynb", RIGHT)], "could lead elsewhere"),
    (88, "a drive without a folder", [("c:rnn.ipynb", RIGHT)], "could lead elsewhere"),
    (88, "backslashes", [("..\\..\\bo\\rnn.ipynb", RIGHT)], "could lead elsewhere"),
    (88, "a share", [("\\\\host\\share\\rnn.ipynb", RIGHT)], "could lead elsewhere"),
    (88, "backslashes in one's folder", [("88-in/..\\\\..\\\\bo\\\\rnn.ipynb", RIGHT), ("88-in/rnn.ipynb", RIGHT)], ""),
    (90, "an archive inside", [("90-nested/rnn.zip", INNER)], "unpack it"),
    (90, "an archive of each kind", [(f"90-kinds/rnn.{end}", INNER) for end in KINDS], "unpack it"),
    (90, "an archive beside a notebook", [("90-beside/rnn.ipynb", RIGHT), ("90-beside/all.zip", INNER)], ""),
    (91, "one name twice", [("91-twice/rnn.ipynb", RIGHT), ("91-twice/rnn.ipynb", b"")], "which one counts"),
    (91, "one name in two cases", [("91-cases/rnn.ipynb", RIGHT), ("91-cases/RNN.ipynb", b"{}")], ""),
    (91, "a device of Windows", [("CON/rnn.ipynb", RIGHT)], ""),
    (91, "a device as a file", [("91-nul/NUL.ipynb", RIGHT)], ""),
    (91, "a component that is too long", [(f"{'x' * 300}/rnn.ipynb", RIGHT)], "could lead elsewhere"),
    (91, "a path that is too long", [("91-long/" * 200 + "rnn.ipynb", RIGHT)], "could lead elsewhere"),
    (91, "a long name in wide letters", [(f"{'陳' * 80}/rnn.ipynb", RIGHT)], ""),
    (92, "an id like an option", [("-rf/rnn.ipynb", RIGHT)], ""),
    (92, "an id of wildcards", [("*?[a]/rnn.ipynb", RIGHT)], ""),
    (92, "an id of braces", [("{0.__class__}{/rnn.ipynb", RIGHT)], ""),
    (92, "an id with a line end", [("92\n0-honest/rnn.ipynb", RIGHT)], ""),
    (93, "an id right to left", [("93-\u202ebo/rnn.ipynb", RIGHT)], ""),
    (93, "an id with an invisible letter", [("0-\u200bhonest/rnn.ipynb", RIGHT)], ""),
    (93, "an id that looks like an honest one", [("0-hоnest/rnn.ipynb", b"{}")], "has no cells"),
    (93, "one id composed in two ways", [("93-José/rnn.ipynb", RIGHT), (f"93-{APART}/rnn.ipynb", b"{}")], ""),
    (94, "an id of digits", [("0094/rnn.ipynb", RIGHT)], ""),
    (94, "an id like a date", [("3-4/rnn.ipynb", RIGHT)], ""),
    (95, "a forged time", [("95-time/rnn.ipynb", RIGHT), ("95-time/timestamp.txt", b"1970-01-01")], ""),
    (97, "modules beside the notebook", [("97-site/rnn.ipynb", RIGHT), *((f"97-site/{name}", SITE) for name in MODULES)], ""),
    (98, "settings beside the notebook", [("98-set/rnn.ipynb", LOOKING), *((f"98-set/{name}", b"") for name in SETTINGS)], ""),
    (99, "packages wanted", [("99-pip/rnn.ipynb", with_cell("%pip install evil\n!conda install evil\nimport evil"))], ""),
]  # fmt: skip  # a table

ONLY_ZIP: list[Row] = [
    (88, "a name with a zero", [("88-zero@.ipynb", RIGHT)], "could lead elsewhere"),
    (89, "a link", [(with_mode("89-link/rnn.ipynb", LINK), b"../0-honest/rnn.ipynb")], "link or a device"),
    (89, "a pipe", [(with_mode("89-pipe/rnn.ipynb", FIFO), b"")], "link or a device"),
    (89, "a device", [(with_mode("89-device/rnn.ipynb", DEVICE), b"")], "link or a device"),
    (90, "much in little", [("90-much/rnn.ipynb", MEGABYTES)], "more than"),
    (90, "locked", [("90-locked/rnn.ipynb", RIGHT)], "password"),
    (90, "damaged", [("90-damaged/rnn.ipynb", RIGHT)], "damaged"),
    (90, "a size that is a lie", [("90-lie/rnn.ipynb", RIGHT)], "damaged"),
    (90, "packed in another way", [("90-packed/rnn.ipynb", RIGHT)], "packed"),
]  # fmt: skip  # a table

ONLY_TAR: list[Row] = [
    (89, "a link", [(special("89-link/rnn.ipynb", tarfile.SYMTYPE, "../0-honest/rnn.ipynb"), b"")], "link or a device"),
    (89, "a folder that is a link", [(special("89-folder", tarfile.SYMTYPE, "0-honest"), b"")], "link or a device"),
    (89, "a hard link", [(special("89-hard/rnn.ipynb", tarfile.LNKTYPE, "0-honest/rnn.ipynb"), b"")], "link or a device"),
    (89, "a pipe", [(special("89-pipe/rnn.ipynb", tarfile.FIFOTYPE), b"")], "link or a device"),
    (89, "a device", [(special("89-device/rnn.ipynb", tarfile.CHRTYPE), b"")], "link or a device"),
    (89, "a link, then a file through it", [(special("89-via", tarfile.SYMTYPE, "/tmp"), b""), ("89-via/rnn.ipynb", RIGHT)], ""),
    (90, "much in little", [("90-much/rnn.ipynb", MEGABYTES)], "more than"),
    (90, "much that nobody asked for", [("90-plot/rnn.ipynb", RIGHT), ("90-plot/plot.png", MEGABYTES)], ""),
]  # fmt: skip  # a table

ALONE = {96: "a file that changes after it was read"}  # no archive can do that; it has a test of its own below


def members(rows: Iterable[Row]) -> list[Member]:
    return [("0-honest/rnn.ipynb", RIGHT), *(member for row in rows for member in row[2])]


def zeroed(path: Path) -> Path:
    """Put a zero byte into a name, which no library would write."""
    path.write_bytes(path.read_bytes().replace(b"88-zero@", b"88-zero\0"))
    return path


def spoil(path: Path) -> Path:
    """Make the headers of some members of a zip file say what its maker would not."""
    raw = bytearray(zeroed(path).read_bytes())
    for name, offset, value in (("90-locked", 6, 1), ("90-packed", 8, 95)):  # flags and method of both headers
        for start, signature in ((0, b"PK\x03\x04"), (2, b"PK\x01\x02")):
            at = raw.find(name.encode(), 0 if start == 0 else raw.find(b"PK\x01\x02"))
            at = raw.rfind(signature, 0, at)
            struct.pack_into("<H", raw, at + offset + start, value)
    raw = bytearray(raw.replace(b"88-zero@", b"88-zero\0"))
    at = raw.find(b"90-damaged")
    raw[at + 60] ^= 255
    at = raw.rfind(b"PK\x01\x02", 0, raw.rfind(b"90-lie"))
    struct.pack_into("<L", raw, at + 24, 10)
    path.write_bytes(raw)
    return path


Result = dict[str, Grade]


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two archives of a class, and nothing that grading may change."""
    folder = tmp_path_factory.mktemp("class")
    spoil(zipped(folder / "class.zip", members(BOTH + ONLY_ZIP)))
    tarred(folder / "class.tar.gz", members(BOTH + ONLY_TAR))
    return folder


@pytest.fixture(scope="module", params=["class.zip", "class.tar.gz"])
def grades(request: pytest.FixtureRequest, around: Path, isolation: Isolation) -> tuple[str, Result]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNROLLED_SETTING", "of the instructor")
        patch.setenv("TMPDIR", str(around.parent))
        patch.setattr(tempfile, "tempdir", None)
        before = fingerprint(around, ROOT / "exercises"), set(around.parent.iterdir())
        coming = grade_all(Batch(ROOT, "rnn", isolation), [around / request.param], 2)[1]
        found = {one.student: one for one in coming}
        assert (fingerprint(around, ROOT / "exercises"), set(around.parent.iterdir())) == before
    return request.param, found


def rows_of(name: str) -> list[Row]:
    return BOTH + (ONLY_ZIP if name == "class.zip" else ONLY_TAR)


def test_each_member_becomes_its_owners_row_and_no_others(grades: tuple[str, Result], course: Course, tmp_path: Path) -> None:
    name, found = grades
    pack, troubles = (zipped if name == "class.zip" else tarred), {}
    for line, what, some, says in rows_of(name):
        path = zeroed(pack(tmp_path / f"{line}{name}", [("0-honest/rnn.ipynb", RIGHT), *some]))
        students = {one.student for one in find([path], course.topic("rnn"), private=tmp_path)} - {"0-honest"}
        assert students, what
        told = {student: found[student] for student in students}
        honest = [one for one in told.values() if earned(one, ())]
        refused = [one for one in told.values() if earned(one, None)]
        good = len(refused) == len(told) and all(says in one.checks[0].finding for one in refused) if says else bool(honest)
        if not good or len(honest) + len(refused) != len(told):
            troubles[line, what] = [(one.student, one.score, one.flags, one.checks[0].finding) for one in told.values()]
    assert not troubles


def test_the_honest_one_is_right_and_each_is_one_row(grades: tuple[str, Result]) -> None:
    _, found = grades
    honest = found["0-honest"]
    assert honest.score == FULL and set(honest.flags) <= {"confusable-student-id"}
    assert "bo" not in found and "eve" not in found
    assert all(len(to_json_line(one).splitlines()) == 1 for one in found.values())
    assert not Path("/tmp/unrolled-written").exists()
    assert {"3-4", "0094"} <= set(found)


def test_every_row_has_a_page_of_its_own(grades: tuple[str, Result], tmp_path: Path) -> None:
    found = list(grades[1].values())
    pages = write_feedback(found, tmp_path)
    write_class_report(found, tmp_path)
    assert len({str(page).casefold() for page in pages}) == len(found)
    assert all(page.is_relative_to(tmp_path) for page in tmp_path.rglob("*"))


def test_the_bytes_that_are_hashed_are_graded(tmp_path: Path, isolation: Isolation) -> None:
    batch = Batch(ROOT, "rnn", isolation)
    (tmp_path / "eve.ipynb").write_bytes(RIGHT)
    (found,) = find([tmp_path / "eve.ipynb"], batch.topic)
    submission = load_one(batch, found)
    (tmp_path / "eve.ipynb").write_bytes(b"{}")
    assert submission.cells and load_one(batch, found).sha256 != submission.sha256


def test_nothing_is_left_behind_when_grading_stops(tmp_path: Path, isolation: Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "private"))
    (tmp_path / "private").mkdir()
    path = zipped(tmp_path / "x.zip", [("eve.ipynb", b""), ("bo.ipynb", b"")])
    batch = Batch(ROOT, "rnn", isolation)
    _, coming = grade_all(batch, [path])
    assert next(coming).score == 0
    (folder,) = (tmp_path / "private").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    coming.close()  # type: ignore[attr-defined]  # a generator
    path.write_bytes(b"PK")
    with pytest.raises(UsageError):
        grade_all(batch, [path])
    assert not list((tmp_path / "private").iterdir())


def test_every_line_has_a_case() -> None:
    assert {row[0] for row in BOTH + ONLY_ZIP + ONLY_TAR} | set(ALONE) == set(range(88, 100))
