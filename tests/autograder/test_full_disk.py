"""Disks that are full, and a gradebook that may not be written to: real ones, laid over a folder by bubblewrap."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course, source_of
from autograder.domain import CheckResult, Grade
from autograder.errors import RecordError
from autograder.record import write_gradebook, write_results
from autograder.release import build_sources, generate
from autograder.sandbox import Isolation

ROOT = Path(__file__).resolve().parents[2]
PAGE = 4096
TOPIC = "notation"
GRADE = Grade("ada", "02_rnn", "0" * 64, "1" * 64, "bubblewrap", 2.0, 3.0, 0.1, (),
              (CheckResult("softmax", "y_pred", 2.0, 3.0, "wrong", "It is off."),))  # fmt: skip  # two lines


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory, course: Course) -> Path:
    folder = tmp_path_factory.mktemp("gradebook")
    only = replace(course, topics=(course.topic(TOPIC),))
    build_sources(only, folder / "source")
    generate(only, folder / "source", folder / "release", f"sqlite:///{folder / 'gradebook.db'}")
    return folder / "gradebook.db"


@pytest.fixture
def desk(tmp_path: Path, course: Course, empty_gradebook: Path, isolation: Isolation) -> Path:
    """A course with a gradebook, two submissions, and an empty folder for a small disk."""
    (tmp_path / "course" / "gradebook").mkdir(parents=True)
    shutil.copy(empty_gradebook, tmp_path / "course" / "gradebook" / "gradebook.db")
    for name in ("solutions", "exercises"):
        (tmp_path / "course" / name).symlink_to(ROOT / name)
    (tmp_path / "class").mkdir()
    for name in ("ada", "bo"):
        text = "import numpy as np\n" + source_of(course.references["one_hot"])
        (tmp_path / "class" / f"{name}.py").write_text(text)
    (tmp_path / "disk").mkdir()
    return tmp_path


def grading(desk: Path, out: Path, *more: Path) -> list[str]:
    return [sys.executable, "-m", "autograder", "grade", "-a", TOPIC, "--course", str(desk / "course"), "--jobs", "1",
            "--out", str(out), *map(str, more or (desk / "class",))]  # fmt: skip  # one command


def run(command: list[str], *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command where bubblewrap shows some other disks."""
    around = ["bwrap", "--dev-bind", "/", "/", *words, "--", *command] if words else command
    done = subprocess.run(around, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.stderr.startswith("bwrap:"):
        pytest.skip(f"no disk can be laid over a folder here: {done.stderr.strip()}")
    return done


def on_a_small_disk(
    disk: Path, pages: int, prepare: str, command: list[str], rescue: str, *, free: int = 1
) -> tuple[str, str]:
    """Run a command twice on a disk of its own: when all but one page is taken, or all but ``free``, and when there is room.

    ``prepare`` and ``rescue`` are of the shell: what lies there before, and what is looked at after each of the two.
    """
    again = f"{shlex.join(command)} 2>&1; echo ended $?; {rescue}"
    room = f"rm {disk}/filler"
    fill = f"head -c 1G /dev/zero > {disk}/filler 2> /dev/null; truncate -s -{free * PAGE} {disk}/filler"
    script = "; ".join([prepare, fill, again, "echo ----", room, again])
    done = run(["/bin/sh", "-c", script], "--size", str(pages * PAGE), "--tmpfs", str(disk))
    first, _, second = done.stdout.partition("----\n")
    return first, second


def is_one_sentence(said: str, *says: str) -> bool:
    line, _, rest = said.partition("\n")
    return line.startswith("Error: ") and all(one in line for one in says) and rest.startswith("ended 1\n")


def entered(gradebook: Path) -> dict[str, float]:
    """The scores in a gradebook that is whole."""
    from nbgrader.api import Gradebook

    with closing(sqlite3.connect(gradebook)) as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
    with Gradebook(f"sqlite:///{gradebook}") as book:
        return {one.student.id: one.score for one in book.assignment_submissions(f"01_{TOPIC}")}


def test_a_full_disk_for_the_results(desk: Path) -> None:
    out = desk / "disk" / "results.jsonl"
    rescue = f"ls -A {desk}/disk; cat {out}"
    shutil.copy(desk / "class" / "bo.py", desk / "class" / "cho.py")  # a grade has less than a page, and three more than two
    first, second = on_a_small_disk(desk / "disk", 12, f"echo old > {out}", grading(desk, out), rescue, free=2)
    assert is_one_sentence(first, f"{out}", "No space left on device", "make room on that disk", "run the same command again")
    assert first.endswith("old\n") and ".partial" not in first
    assert "2 of 3 were graded before; going on." in second and "ended 0\nresults.jsonl\n" in second
    assert [json.loads(line)["student"] for line in second.splitlines()[-3:]] == ["ada", "bo", "cho"]
    assert set(entered(desk / "course" / "gradebook" / "gradebook.db").values()) == {5.0}


def test_a_full_disk_for_the_gradebook(desk: Path) -> None:
    folder, out, saved = desk / "course" / "gradebook", desk / "results.jsonl", desk / "saved.db"
    shutil.move(folder / "gradebook.db", saved)
    rescue = f"cp {folder}/gradebook.db {desk}/$(ls {folder} | wc -l).db; cat {out}"
    command = grading(desk, out)
    pages = saved.stat().st_size // PAGE + 100
    first, second = on_a_small_disk(folder, pages, f"cp {saved} {folder}/gradebook.db", command, rescue)
    assert is_one_sentence(first, "The gradebook cannot be written (database or disk is full): make room on", "Nothing was")
    assert [json.loads(line)["student"] for line in first.splitlines()[-2:]] == ["ada", "bo"]
    assert "2 of 2 were graded before; going on." in second and "ended 0" in second
    assert entered(desk / "2.db") == {}  # when there were two files, the gradebook and what filled the disk
    assert set(entered(desk / "1.db").values()) == {5.0}


def test_a_full_disk_for_pages(desk: Path) -> None:
    write_results([replace(GRADE, student=name) for name in ("ada", "bo")], desk / "results.jsonl")
    disk = desk / "disk"
    command = [sys.executable, "-m", "autograder", "report", str(desk / "results.jsonl"), "--out", str(disk)]
    old = f"mkdir {disk}/bo; echo old > {disk}/bo/02_rnn.html"
    first, second = on_a_small_disk(disk, 40, old, command, f"cat {disk}/bo/*; ls -A {disk} {disk}/*/")
    assert is_one_sentence(first, "No space left on device", "make room on that disk")
    assert "ended 1\nold\n" in first and ".tmp" not in first
    assert "ended 0" in second and "index.html" in second and "old\n" not in second


def test_a_full_disk_for_what_archives_hold(desk: Path) -> None:
    """No student is told that their file is damaged."""
    with zipfile.ZipFile(desk / "class.zip", "w") as archive:
        archive.writestr("ada.py", "x = 1\n" * PAGE)
    out = desk / "results.jsonl"
    command = ["env", f"TMPDIR={desk}/disk", *grading(desk, out, desk / "class.zip")]
    first, second = on_a_small_disk(desk / "disk", 20, "true", command, f"ls {desk} {desk}/disk")
    assert is_one_sentence(first, "No space left on device", "TMPDIR names another disk")
    assert "results.jsonl" not in first and "unrolled" not in first
    assert "ended 0" in second and "unrolled" not in second


def test_a_gradebook_that_may_not_be_written_to(desk: Path) -> None:
    folder, out = desk / "course" / "gradebook", desk / "results.jsonl"
    done = run(grading(desk, out), "--ro-bind", str(folder), str(folder))
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "The gradebook cannot be written (attempt to write a readonly database): make the file and" in done.stderr
    assert [json.loads(line)["student"] for line in out.read_text().splitlines()] == ["ada", "bo"]
    assert entered(folder / "gradebook.db") == {}
    done = run(grading(desk, out))
    assert (done.returncode, done.stderr) == (0, "2 of 2 were graded before; going on.\n")
    assert set(entered(folder / "gradebook.db").values()) == {5.0}
    assert not list(desk.glob("*.journal"))


def test_a_gradebook_that_another_program_writes_to(desk: Path, course: Course) -> None:
    gradebook = desk / "course" / "gradebook" / "gradebook.db"
    with closing(sqlite3.connect(gradebook)) as database:
        database.execute("begin immediate")
        with pytest.raises(RecordError, match="database is locked.*close formgrader"):
            write_gradebook(f"sqlite:///{gradebook}?timeout=0.1", course.topic(TOPIC), [replace(GRADE, assignment=f"01_{TOPIC}")])


def test_a_results_folder_that_may_not_be_written_to(desk: Path) -> None:
    done = run(grading(desk, desk / "disk" / "results.jsonl"), "--ro-bind", str(desk / "disk"), str(desk / "disk"))
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "Read-only file system): choose another place" in done.stderr and "Nothing was graded" in done.stderr
