"""What every room's tests share: the course of this repository, and the isolation of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.keys import VARIABLE, Secret, course_secret
from autograder.sandbox import Isolation, find_isolation
from autograder.sandbox.levels import find_landlock

SHARED = {"site", "made", "folder", "exported", "grades", "further", "empty_gradebook"}  # the book, releases, graded classes


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share what takes long to make go to one process; all others wherever there is room."""
    for item in items:
        shared = SHARED & set(getattr(item, "fixturenames", ()))
        if shared:
            item.add_marker(pytest.mark.xdist_group("site" if "site" in shared else item.path.stem))


@pytest.fixture(scope="session", autouse=True)
def secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secret]:
    """One secret for all that the suite grades, here and in the processes that it starts, so that it repeats itself."""
    path = tmp_path_factory.mktemp("secret") / "draws.key"
    path.write_text("5e" * 32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(path))
        yield course_secret(path.parent)


@pytest.fixture(scope="session")
def course() -> Course:
    return load_course(Path(__file__).resolve().parents[1])


@pytest.fixture(scope="session")
def isolation() -> Isolation:
    """The level of this machine; its second rung where UNROLLED_RUNG is "landlock", so that any test can be run on that."""
    found = find_landlock() if os.environ.get("UNROLLED_RUNG") == "landlock" else find_isolation()
    if not found.isolates:
        pytest.skip(f"no isolation here: {found.reasons[0]}")
    return found


@pytest.fixture(scope="session")
def landlocked() -> Isolation:
    """The second rung, which this machine need not take."""
    found = find_landlock()
    if not found.isolates:
        pytest.skip(f"no second rung here: {found.reasons[0]}")
    return found
