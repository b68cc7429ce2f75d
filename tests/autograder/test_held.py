"""Locks that end with their process: who is at work, and what was left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.errors import RecordError
from autograder.held import abandoned, hold, make_held
from autograder.load.private import NAME, private_folder, remove_abandoned
from autograder.sandbox import cgroup

ROOT = Path(__file__).resolve().parents[2]
HOLDS = """
import pathlib, sys
from autograder.held import hold
print(hold(pathlib.Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@contextmanager
def another_holds(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds a folder, until it is killed."""
    command = [sys.executable, "-c", HOLDS, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline().strip().isdigit()
        yield process
        process.kill()


def test_what_another_process_holds_is_left_alone_until_it_is_killed(tmp_path: Path) -> None:
    with another_holds(tmp_path) as process:
        assert hold(tmp_path) is None
        assert list(abandoned([tmp_path])) == []
        process.kill()
        process.wait()
        assert list(abandoned([tmp_path])) == [tmp_path]


def test_a_folder_taken_away_before_it_is_held_is_made_again(tmp_path: Path) -> None:
    made = iter([tmp_path / "first", tmp_path / "second"])

    def make() -> Path:
        folder = next(made)
        if folder.name == "second":
            folder.mkdir()
        return folder

    folder, descriptor = make_held(make)
    assert folder == tmp_path / "second" and descriptor is not None
    os.close(descriptor)


def test_what_was_replaced_while_one_waited_is_opened_anew(tmp_path: Path) -> None:
    first = hold(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    assert first is not None
    (tmp_path / "file").unlink()
    second = hold(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    assert second is not None and os.fstat(second).st_ino == (tmp_path / "file").stat().st_ino
    os.close(first)
    os.close(second)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "theirs")
    assert list(abandoned([tmp_path / "link", tmp_path / "nowhere"])) == []


def test_only_folders_without_an_owner_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in (f"{NAME}left", f"{NAME}held", "autograder-of-somebody-else"):
        (tmp_path / name / "deep").mkdir(parents=True)
    with another_holds(tmp_path / f"{NAME}held"), private_folder() as mine:
        remove_abandoned()
        assert {path.name for path in tmp_path.iterdir()} == {f"{NAME}held", "autograder-of-somebody-else", mine.name}
    assert not mine.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="a folder of another user's needs root to be made")
def test_another_users_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"{NAME}theirs").mkdir()
    os.chown(tmp_path / f"{NAME}theirs", 65534, 65534)
    remove_abandoned()
    assert (tmp_path / f"{NAME}theirs").exists()


def test_a_cgroup_without_an_owner_is_taken_away_by_the_next_grader() -> None:
    if not cgroup.available():
        pytest.skip("no cgroup can be made here")
    with cgroup.group(1 << 30, 64) as (files, _):
        mine = [file.parent for file in files]
        left = [folder.with_name(f"{cgroup.NAME}left-{os.getpid()}") for folder in mine]
        for folder in left:
            folder.mkdir()
        cgroup.available.cache_clear()
        assert cgroup.available()
        assert [folder.exists() for folder in (*mine, *left)] == [True] * len(mine) + [False] * len(left)


def test_a_private_folder_on_a_closed_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(RecordError, match="TMPDIR names another disk"), private_folder():
        pass
