"""The second rung: nothing but an interpreter and NumPy can be opened, nothing written, no one else reached, nothing started."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyseccomp
import pytest

from autograder.course import load_course, source_of
from autograder.domain import Cell, Submission
from autograder.grade import Grading, grade_submission
from autograder.keys import Secret
from autograder.sandbox import Isolation, Limits, Session, syscalls
from tests.autograder.sandbox.test_syscalls import answers

LOOK = """
import glob, os, signal, socket, subprocess, sys, threading

def attempt(action, *arguments, **named):
    try:
        return str(action(*arguments, **named))
    except OSError as error:
        return type(error).__name__

def read(path):
    with open(path, "rb") as file:
        return file.read(1)

def write(path):
    with open(path, "ab") as file:
        return file.write(b"x")

def shorten(path):
    return os.close(os.open(path, os.O_RDONLY | os.O_TRUNC))

def f(hidden, writable, grader):
    thread = threading.Thread(target=len, args=("",))
    thread.start()
    return {
        "environment": dict(os.environ),
        "uid": os.getuid(),
        "session": os.getsid(0) == os.getpid(),
        "listed": [attempt(os.listdir, path) for path in hidden],
        "read": [attempt(read, path) for path in (*hidden, f"/proc/{grader}/environ", "/proc/self/environ")],
        "written": [attempt(write, path) for path in writable],
        "made": [attempt(os.mkdir, path + "-x") for path in writable],
        "shortened": [attempt(os.truncate, writable[0], 0), attempt(shorten, writable[0])],
        "changed": [attempt(os.chmod, path, 0o777) for path in writable] + [attempt(os.utime, path) for path in writable],
        "processes": [attempt(os.fork), attempt(os.posix_spawn, sys.executable, ["x"], {}),
                      attempt(subprocess.run, [sys.executable, "-c", "1"])],
        "others": [attempt(os.kill, grader, 0), attempt(os.kill, -1, signal.SIGKILL), attempt(os.sched_setaffinity, grader, {0}),
                   attempt(os.setpriority, os.PRIO_PROCESS, grader, 19)],
        "networks": [attempt(socket.create_connection, ("127.0.0.1", 22), 1), attempt(socket.socket, socket.AF_UNIX)],
        "packages": glob.glob(os.path.dirname(np.__path__[0]) + "/*"),
        "descriptors": [number for number in range(64) if attempt(os.fstat, number)[:2] == "os"],
    }
"""
CELLS = (Cell("import numpy as np", "given"), Cell(LOOK, "answer"))
HERE = Path(__file__).resolve()
ROOT = HERE.parents[3]
HIDDEN = [str(ROOT), str(ROOT / "solutions"), str(HERE.parent), "/etc", "/home", "/root", "/sys", "/proc", "/"]
REFUSED = "PermissionError"


@pytest.fixture(scope="module")
def seen(landlocked: Isolation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = tmp_path_factory.mktemp("target") / "grades.txt"
    target.write_text("grades")
    for path in (target, *target.parents[:3]):
        path.chmod(0o777)  # so that no mode keeps it from whoever the process is
    places = [str(target), str(target.parent / "new"), "/tmp/new", "/dev/shm/new", str(HERE)]
    with Session(landlocked, Limits()) as session:
        (reply,) = session.run("f", CELLS, [(HIDDEN, places, os.getpid())], {})
    assert reply.kind == "returned", reply
    assert target.read_text() == "grades" and len(list(target.parent.iterdir())) == 1
    found: dict[str, Any] = reply.value
    return found


def test_nothing_of_the_machine_can_be_read_or_listed(seen: dict[str, Any]) -> None:
    assert set(seen["read"]) <= {REFUSED, "IsADirectoryError"} and seen["read"][-2:] == [REFUSED, REFUSED]
    assert seen["listed"] == [REFUSED] * len(HIDDEN)
    assert seen["packages"] == []


def test_nothing_can_be_written_or_changed(seen: dict[str, Any]) -> None:
    assert {*seen["written"], *seen["shortened"], *seen["made"], *seen["changed"]} == {REFUSED}


def test_no_process_can_be_started_or_reached(seen: dict[str, Any]) -> None:
    assert {*seen["processes"], *seen["others"], *seen["networks"]} == {REFUSED}


def test_no_rights_no_terminal_no_environment(seen: dict[str, Any]) -> None:
    assert seen["uid"] != 0 and seen["session"]
    assert not [name for name in seen["environment"] if name not in ("LC_CTYPE", "PATH", "HOME", "LANG", "PWD")
                and not name.endswith("_NUM_THREADS")]  # fmt: skip  # one condition
    assert len(seen["descriptors"]) <= 6, "two pipes; all others lead nowhere"


def test_every_refused_request_is_refused(landlocked: Isolation) -> None:
    groups = {**syscalls.REFUSED, **syscalls.REFUSED_ALONE}
    numbers = {name: pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for group in groups.values() for name in group}
    here = {name: number for name, number in numbers.items() if number >= 0}
    said = answers(landlocked, "ask", list(here.values()))
    assert dict(zip(here, said, strict=True)) == dict.fromkeys(here, errno.EPERM)


BOMBS = {
    "memory": "def f(x):\n    kept = []\n    while True: kept.append(np.ones(10_000_000))",
    "threads": "import threading, time\ndef f(x):\n    while True: threading.Thread(target=time.sleep, args=(99,)).start()",
    "loop": "def f(x):\n    while True: pass",
    "end": "import os\ndef f(x):\n    os._exit(0)",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_bounded_and_the_next_function_is_judged(landlocked: Isolation, text: str) -> None:
    start = time.perf_counter()
    with Session(landlocked, Limits(seconds=1.5, memory_bytes=512 * 1024**2)) as session:
        replies = session.run("f", (Cell("import numpy as np\n" + text, "answer"),), [(1.0,)], {})
        again = session.run("g", (Cell("def g(x):\n    return x", "answer"),), [(np.ones(2),)], {})
    assert replies[0].kind in ("too-slow", "died", "raised")
    assert [one.kind for one in again] == ["returned"]
    assert time.perf_counter() - start < 15


def test_what_one_function_does_is_gone_for_the_next(landlocked: Isolation) -> None:
    leave = Cell("import numpy\ndef f(x):\n    numpy.left = 1\n    return x", "answer")
    look = Cell("import numpy\ndef g(x):\n    return hasattr(numpy, 'left')", "answer")
    with Session(landlocked, Limits()) as session:
        assert session.run("f", (leave,), [(1.0,)], {})[0].kind == "returned"
        assert session.run("g", (look,), [(1.0,)], {})[0].value is False


def test_right_work_earns_every_point(landlocked: Isolation, secret: Secret) -> None:
    course = load_course(ROOT)
    topic = course.topic("gru")
    names = [*topic.brought, *(exercise.name for exercise in topic.exercises)]
    cells = (CELLS[0], *(Cell(source_of(course.references[name]), "answer") for name in names))
    grade = grade_submission(Grading(course, topic, landlocked, secret), Submission("s", topic.assignment, "0" * 64, cells))
    assert grade.score == grade.max_score == topic.max_score
    assert grade.isolation.startswith("landlock+seccomp")


KEPT_BUSY = """
from autograder.domain import Cell
from autograder.sandbox import Limits, Session, levels
with Session(levels.find_landlock(), Limits(seconds=60)) as session:
    print("begins", flush=True)
    session.run("f", (Cell("def f(x):\\n    while True: pass", "answer"),), [(1.0,)], {})
"""


def test_it_ends_with_its_grader(landlocked: Isolation) -> None:
    """A grader that is killed cannot close anything; the kernel ends what it had started."""
    with subprocess.Popen([sys.executable, "-c", KEPT_BUSY], cwd=ROOT, stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None and grader.stdout.readline()
        time.sleep(1.5)
        inside = [Path("/proc") / number for number in Path(f"/proc/{grader.pid}/task/{grader.pid}/children").read_text().split()]
        assert [one.joinpath("cmdline").read_text().count("child.py") for one in inside] == [1]
        grader.kill()
    deadline = time.monotonic() + 10
    while inside[0].exists() and inside[0].joinpath("stat").read_text().split()[2] != "Z":
        assert time.monotonic() < deadline, "it goes on without its grader"
        time.sleep(0.05)
