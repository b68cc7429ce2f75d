"""Archives as learning-management systems and people make them, and archives that are damaged or lie."""

from __future__ import annotations

import gzip
import io
import json
import random
import resource
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.domain import Topic
from autograder.errors import UsageError
from autograder.load import archive as reading
from autograder.load import find, read_submission
from tests.hostile.files import tarred, zipped

NOTEBOOK = b'{"cells": []}'

HANDED_OUT = {
    "flat": (["amara.ipynb", "bo.py", "notes.txt", "__MACOSX/._amara.ipynb"], ["amara", "bo"]),
    "flat in a folder": (["class/amara.ipynb", "class/bo.py"], ["amara", "bo"]),
    "flat in the assignment's folder": (["02_rnn/amara.ipynb", "02_rnn/bo.py"], ["amara", "bo"]),
    "a folder each": (["amara/rnn.ipynb", "bo/my answer.ipynb", "bo/plot.png"], ["amara", "bo"]),
    "a folder each in a folder": (["x/amara/rnn.ipynb", "x/bo/deep/er/rnn.ipynb"], ["amara", "bo"]),
    "nbgrader": (["amara/02_rnn/rnn.ipynb", "bo/02_rnn/rnn.ipynb", "bo/03_bptt/bptt.ipynb"], ["amara", "bo"]),
    "nbgrader wrapped twice": (["x/submitted/amara/02_rnn/rnn.ipynb", "x/submitted/bo/02_rnn/rnn.ipynb"], ["amara", "bo"]),
    "nbgrader, one student": (["submitted/amara/02_rnn/rnn.ipynb"], ["amara"]),
    "nbgrader and a folder": (["amara/02_rnn/rnn.ipynb", "bo/rnn.ipynb"], ["amara", "bo"]),
    "made by tar with a dot": (["./amara/rnn.ipynb", "./bo/rnn.ipynb"], ["amara", "bo"]),
    "one's own": (["rnn.ipynb", "plot.py"], ["plot", "handed-in"]),
    "in capitals": (["AMARA.IPYNB", "Bo.Py"], ["AMARA", "Bo"]),
    "one's own folder": (["amara/rnn.ipynb", "amara/scratch.ipynb"], ["amara"]),
    "one's own assignment": (["02_rnn/rnn.ipynb"], ["handed-in"]),
    "Moodle, flat": (
        ["Amara Obi_123_assignsubmission_file_rnn.ipynb", "Bo_9_assignsubmission_file_Amara Obi_123_assignsubmission_file_.py"],
        ["Amara Obi_123", "Bo_9"],
    ),
    "Moodle, folders": (
        ["Amara Obi_123_assignsubmission_file_/rnn.ipynb", "Bo_9_assignsubmission_file/x.py"],
        ["Amara Obi_123", "Bo_9"],
    ),
    "Moodle, one folder": (["Bo_9_assignsubmission_file/x.py"], ["Bo_9"]),
    "Canvas": (
        ["obiamara_123_456_rnn-1.ipynb", "bo_LATE_9_457_obiamara_123_456_rnn.ipynb", "bo_LATE_9_457_more.py"],
        ["bo_9", "obiamara_123"],
    ),
    "Blackboard": (
        [f"Week 1_{name}_attempt_2026-02-01-10-11-12_rnn.ipynb" for name in ("amara", "bo_x")],
        ["Week 1_amara", "Week 1_bo_x"],
    ),
    "Brightspace": (["12-3 - Amara Obi - Feb 1, 2026 1011 AM/rnn.ipynb", "13-3 - Bo - Feb 2, 2026/rnn.ipynb"], ["12", "13"]),
    "Sakai": (
        ["rnn/Obi, Amara(amara)/Submission attachment(s)/rnn.ipynb", "rnn/X, Bo (amara)(bo)/Submission attachment(s)/rnn.ipynb"],
        ["amara", "bo"],
    ),
}  # fmt: skip  # one line a system


@pytest.fixture
def topic(course: Course) -> Topic:
    return course.topic("rnn")


@pytest.fixture
def private(tmp_path: Path) -> Path:
    (tmp_path / "private").mkdir()
    return tmp_path / "private"


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tgz", ".ZIP"])
@pytest.mark.parametrize(("names", "students"), HANDED_OUT.values(), ids=HANDED_OUT.keys())
def test_each_way_of_handing_out_is_told(
    tmp_path: Path, private: Path, topic: Topic, names: list[str], students: list[str], ending: str
) -> None:
    pack = zipped if ending.lower() == ".zip" else tarred
    path = pack(tmp_path / f"handed-in{ending}", [(name, NOTEBOOK) for name in names])
    found = find([path], topic, private=private)
    assert sorted(one.student for one in found) == sorted(students)
    for one in found:
        assert one.path.is_relative_to(private) and not one.refusal
        assert one.path.suffix == ".py" or read_submission(one, "02_rnn", None).refusal is None


def test_an_unpacked_folder_gives_the_same_students_as_its_archive(tmp_path: Path, private: Path, topic: Topic) -> None:
    for number, (names, students) in enumerate(HANDED_OUT.values()):
        for name in names:
            path = tmp_path / str(number) / "handed-in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(NOTEBOOK)
        if not {"class", "x", "rnn", "submitted", "02_rnn"} & {name.split("/")[0] for name in names}:
            assert sorted(one.student for one in find([tmp_path / str(number) / "handed-in"], topic)) == sorted(students), names


def test_several_files_of_one_student_are_one_row_and_the_release_says_which(tmp_path: Path, private: Path, topic: Topic) -> None:
    released = {"metadata": {"nbgrader": {"grade_id": "softmax", "solution": True}}, "cell_type": "code", "source": "mine"}
    whole = json.dumps({"cells": [released]}).encode()
    members = [("bo/a.ipynb", NOTEBOOK), ("bo/m.ipynb", whole), ("bo/z.ipynb", NOTEBOOK), ("cy/a.py", b"")]
    path = zipped(tmp_path / "a.zip", members)
    bo, _ = find([path], topic, private=private)
    assert bo.student == "bo" and bo.flags == ("several-files",)
    assert [one.text for one in read_submission(bo, "02_rnn", {"cells": [released]}).cells] == ["mine"]


def refusal(path: Path, topic: Topic, private: Path) -> str:
    with pytest.raises(UsageError) as caught:
        find([path], topic, private=private)
    text = str(caught.value)
    assert len(text.splitlines()) == 1 and text.endswith(".")
    return text


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tgz"])
def test_what_is_no_archive_or_is_cut_off_is_one_sentence(tmp_path: Path, private: Path, topic: Topic, name: str) -> None:
    members = [(f"s{number}/rnn.ipynb", random.randbytes(3000)) for number in range(9)]
    path = (zipped if name == "x.zip" else tarred)(tmp_path / name, members)
    whole = path.read_bytes()
    for length in (len(whole) // 2, 600, 1, 0):
        path.write_bytes(whole[:length])
        assert "nothing of it was graded" in refusal(path, topic, private)
    for content in (b"PK" + bytes(50), b"\x1f\x8b" + bytes(50), b"7z\xbc\xaf", random.randbytes(2000), gzip.compress(b"x")):
        path.write_bytes(content)
        assert "nothing of it was graded" in refusal(path, topic, private)


def test_a_tar_file_that_loses_its_way_is_not_half_a_class(tmp_path: Path, private: Path, topic: Topic) -> None:
    members = [(f"{name}/rnn.ipynb", NOTEBOOK) for name in ("amara", "bo", "cy")]
    path = tarred(tmp_path / "x.tar", members, form=tarfile.USTAR_FORMAT)
    whole = bytearray(path.read_bytes())
    whole[1024 + 5] ^= 1
    path.write_bytes(whole)
    assert "damaged" in refusal(path, topic, private)


def test_an_archive_of_another_kind_or_of_nothing_says_so(tmp_path: Path, private: Path, topic: Topic) -> None:
    (tmp_path / "x.rar").write_bytes(b"Rar!")
    assert "pack it as .zip" in refusal(tmp_path / "x.rar", topic, private)
    assert "holds no .ipynb" in refusal(zipped(tmp_path / "x.zip", [("a.txt", b"")]), topic, private)
    assert "holds no .ipynb" in refusal(tarred(tmp_path / "x.tgz", [("a/03_bptt/bptt.ipynb", NOTEBOOK)]), topic, private)
    (tmp_path / "only").mkdir()
    zipped(tmp_path / "only" / "x.zip", [("amara.ipynb", NOTEBOOK)])
    assert "name the archive itself" in refusal(tmp_path / "only", topic, private)


def test_an_archive_beside_a_class_is_not_a_student(tmp_path: Path, topic: Topic) -> None:
    (tmp_path / "bo_9_8_rnn.ipynb").write_bytes(NOTEBOOK)
    for name in ("submissions.zip", "eve_1_2_rnn.zip"):
        zipped(tmp_path / name, [("amara.ipynb", NOTEBOOK)])
    found = {one.student: one.refusal for one in find([tmp_path], topic)}
    assert set(found) == {"bo_9", "eve_1"} and "unpack it" in found["eve_1"]


def test_one_student_has_so_many_files_and_a_class_so_many_bytes(
    tmp_path: Path, private: Path, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [("cy.ipynb", NOTEBOOK), *((f"bo/{number}.py", random.randbytes(1000)) for number in range(50))]
    bo, _ = find([zipped(tmp_path / "x.zip", members)], topic, private=private)
    assert len(bo.others) == 7
    monkeypatch.setitem(find.__globals__, "MAX_MEMBER", 2500)
    bo, _ = find([tmp_path / "x.zip"], topic, private=private)
    assert len(bo.others) == 2
    monkeypatch.setitem(find.__globals__, "MAX_TOTAL", 2500)
    assert "Grade it in parts" in refusal(tmp_path / "x.zip", topic, private)


def test_a_file_that_is_too_large_hides_none_behind_it(tmp_path: Path, private: Path, topic: Topic) -> None:
    members = [("cy.ipynb", NOTEBOOK), ("bo/b.py", bytes(reading.MAX_MEMBER + 1)), ("bo/a.py", b"x = 1")]
    for path in (zipped(tmp_path / "x.zip", members), tarred(tmp_path / "x.tgz", members)):
        bo, _ = find([path], topic, private=private)
        assert not bo.refusal and bo.path.read_bytes() == b"x = 1"


def test_one_student_is_not_taken_from_two_paths(tmp_path: Path, private: Path, topic: Topic) -> None:
    path = zipped(tmp_path / "x.zip", [("bo.ipynb", NOTEBOOK)])
    (tmp_path / "bo.py").write_text("")
    with pytest.raises(UsageError, match="a student gets one grade"):
        find([path, tmp_path / "bo.py"], topic, private=private)
    assert [one.student for one in find([path], topic, "cy", private)] == ["cy"]


def test_too_many_members_are_refused_before_they_are_listed(
    tmp_path: Path, private: Path, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_MEMBERS", 20)
    members = [(f"s{number}.ipynb", b"") for number in range(21)]
    for path in (zipped(tmp_path / "x.zip", members), tarred(tmp_path / "x.tar", members)):
        assert "more than is allowed" in refusal(path, topic, private)
    monkeypatch.setattr(reading, "MAX_DIRECTORY", 1000)
    monkeypatch.setattr(reading, "MAX_MEMBERS", 30)
    assert "more than is allowed" in refusal(tmp_path / "x.zip", topic, private)


def bomb(size: int) -> bytes:
    """Much in little: a compressed tar file that only says how large its one member is, and zeros."""
    info = tarfile.TarInfo("eve/plot.png")
    info.size = size
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(info.tobuf())
        for _ in range(size // 2**20):
            file.write(bytes(2**20))
        file.write(bytes(1024))
    return packed.getvalue()


def test_an_archive_that_unpacks_without_end_is_refused(
    tmp_path: Path, private: Path, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "RATIO_FROM", 100_000)
    (tmp_path / "x.tgz").write_bytes(bomb(30 * 2**20))
    assert "more than is allowed" in refusal(tmp_path / "x.tgz", topic, private)


LIES = {
    "a size of eight exabytes": {"size": 2**62},
    "a negative size": {"size": -512},
    "a sparse map without end": {"pax_headers": {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"}},
    "a size in another header": {"pax_headers": {"size": str(2**70)}},
    "a size that is no number": {"pax_headers": {"size": "inf"}},
}


@pytest.mark.parametrize("fields", LIES.values(), ids=LIES.keys())
@pytest.mark.parametrize("ending", ["tar", "tgz"])
def test_headers_that_lie_stop_at_a_limit(
    tmp_path: Path, private: Path, topic: Topic, fields: dict[str, object], ending: str
) -> None:
    info = tarfile.TarInfo("eve/rnn.ipynb")
    for name, value in fields.items():
        setattr(info, name, value)
    form = tarfile.PAX_FORMAT if info.pax_headers else tarfile.GNU_FORMAT
    content = info.tobuf(form) + b"x" * 3_000_000 + bytes(1096)
    (tmp_path / f"x.{ending}").write_bytes(gzip.compress(content) if ending == "tgz" else content)
    refusal(tmp_path / f"x.{ending}", topic, private)


def test_a_long_name_without_end_stops_at_a_limit(tmp_path: Path, private: Path, topic: Topic) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2**31
    content = info.tobuf(tarfile.GNU_FORMAT) + b"x" * 3_000_000
    (tmp_path / "x.tgz").write_bytes(gzip.compress(content))
    assert "more than is allowed" in refusal(tmp_path / "x.tgz", topic, private)


def header(name: str, kind: bytes, body: bytes) -> bytes:
    """A member of a tar file, or a header before one, as the library would not write it."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, len(body)
    return info.tobuf(tarfile.GNU_FORMAT) + body + bytes(-len(body) % tarfile.BLOCKSIZE)


def handed_in(name: str) -> bytes:
    return header(name, tarfile.REGTYPE, NOTEBOOK)


SLOW = {
    "a million digits": header("x", tarfile.XHDTYPE, b"1" * 1_000_000) + handed_in("eve.py"),
    "digits in each header": b"".join(header("x", tarfile.XHDTYPE, b"1" * 9000) + handed_in(f"{n}.py") for n in range(200)),
    "forty megabytes of folders": handed_in("aa/" * 330_000 + "x.py") * 40,
}  # fmt: skip  # one a line


@pytest.mark.parametrize("content", SLOW.values(), ids=SLOW.keys())
def test_headers_that_are_slow_to_read_stop_at_a_limit(tmp_path: Path, private: Path, topic: Topic, content: bytes) -> None:
    (tmp_path / "x.tgz").write_bytes(gzip.compress(content + bytes(1024)))
    start, most = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "more than is allowed" in refusal(tmp_path / "x.tgz", topic, private)
    assert time.process_time() - start < 8
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < 200 * 1024


def test_a_compressed_archive_is_unpacked_from_its_start_to_its_end(tmp_path: Path, private: Path, topic: Topic) -> None:
    members = [("a/plot.png", bytes(60_000_000)), *((f"s{owner}/{n}.py", b"%d" % n) for owner in range(9) for n in range(8))]
    tarred(tmp_path / "x.tgz", members)
    start = time.process_time()
    found = find([tmp_path / "x.tgz"], topic, private=private)
    assert time.process_time() - start < 2, "it was unpacked anew for each file"
    for one in found:
        assert [path.read_bytes() for path in (one.path, *one.others)] == [b"%d" % n for n in range(7, -1, -1)]


def test_one_odd_name_twice_is_one_refused_row(tmp_path: Path, private: Path, topic: Topic) -> None:
    members = [("../x.py", b""), ("../x.py", b""), ("bo/rnn.ipynb", NOTEBOOK)]
    for path in (zipped(tmp_path / "x.zip", members), tarred(tmp_path / "x.tar", members)):
        found = {one.student: one.refusal for one in find([path], topic, private=private)}
        assert len(found) == 2 and found.pop("bo") == "" and "could lead elsewhere" in "".join(found.values())


def test_an_odd_name_and_a_folder_of_that_name_are_one_row(tmp_path: Path, private: Path, topic: Topic) -> None:
    members = [("class/a\\b.py/rnn.ipynb", NOTEBOOK), ("class/bo/rnn.ipynb", NOTEBOOK), ("a\\b.py", NOTEBOOK)]
    found = find([tarred(tmp_path / "x.tar", members)], topic, private=private)
    assert len(found) == 2 and "bo" in [one.student for one in found]


def test_two_long_odd_names_that_begin_and_end_alike_are_two(tmp_path: Path, private: Path, topic: Topic) -> None:
    members = [("/" + "eve/" * 300 + letter + "/eve" * 300 + ".py", NOTEBOOK) for letter in "ab"]
    found = find([tarred(tmp_path / "x.tar", members)], topic, private=private)
    assert len(found) == 2 and all("could lead elsewhere" in one.refusal for one in found)


def test_random_damage_is_a_refusal_or_a_sentence(tmp_path: Path, private: Path, topic: Topic) -> None:
    chance = random.Random(5)
    members = [(f"s{number}/rnn.ipynb", NOTEBOOK * 20) for number in range(3)]
    for pack, name in ((zipped, "x.zip"), (tarred, "x.tar"), (tarred, "x.tgz")):
        whole = pack(tmp_path / name, members).read_bytes()
        for _ in range(150):
            broken = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                broken[chance.randrange(len(broken))] = chance.choice((0, 255, 128, chance.randrange(256)))
            (tmp_path / name).write_bytes(broken)
            try:
                found = find([tmp_path / name], topic, private=private)
            except UsageError:
                continue
            assert all(one.refusal or one.path.is_file() for one in found)
    assert zipfile.is_zipfile(zipped(tmp_path / "y.zip", members))
