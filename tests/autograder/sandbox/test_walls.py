"""What a student's code can reach: an interpreter, NumPy, a small folder of its own, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.domain import Cell
from autograder.sandbox import Isolation, Limits, Session

LOOK = """
import os, socket
def attempt(action, *arguments, **named):
    try:
        return str(action(*arguments, **named))
    except OSError as error:
        return type(error).__name__
def write(path):
    with open(path, "w") as file:
        return file.write("x")
def f(readable, writable):
    return {
        "environment": dict(os.environ),
        "uid": os.getuid(),
        "status": open("/proc/self/status").read(),
        "processes": [name for name in os.listdir("/proc") if name.isdigit()],
        "read": [attempt(os.stat, path) for path in readable],
        "written": [attempt(write, path) for path in writable],
        "own": attempt(write, "/tmp/mine"),
        "near": attempt(socket.create_connection, ("127.0.0.1", 22), 1),
        "far": attempt(socket.create_connection, ("192.0.2.1", 80), 1),
        "interfaces": [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]],
        "descriptors": [attempt(os.readlink, f"/proc/self/fd/{d}") for d in os.listdir("/proc/self/fd")],
    }
"""
HERE = Path(__file__).resolve()
HIDDEN = [str(HERE), str(HERE.parents[3]), str(HERE.parents[3] / "solutions"), "/etc/passwd", "/etc/shadow", "/home", "/var",
          "/sys", "/root/.bashrc", "/root/.ssh", "/usr/bin/env", "/run", "/mnt"]  # fmt: skip  # one list
LOCKED = ["/x", "/usr/x", "/lib/x", "/dev/x", "/dev/shm/x", "/unrolled/x", "/unrolled/inside/wire.py",
          "/unrolled/packages/numpy/__init__.py",
          "/proc/sys/kernel/hostname", "/proc/sys/kernel/core_pattern",
          "/proc/sysrq-trigger", "/proc/1/oom_score_adj"]  # fmt: skip  # one list


@pytest.fixture(scope="module")
def seen(isolation: Isolation) -> dict[str, Any]:
    with Session(isolation, Limits()) as session:
        (reply,) = session.run("f", (Cell(LOOK, "answer"),), [(HIDDEN, LOCKED)], {})
    assert reply.kind == "returned", reply
    found: dict[str, Any] = reply.value
    return found


def test_files_of_the_course_and_the_machine_do_not_exist_inside(seen: dict[str, Any]) -> None:
    assert dict(zip(HIDDEN, seen["read"], strict=True)) == dict.fromkeys(HIDDEN, "FileNotFoundError")


def test_nothing_can_be_written_but_a_folder_of_its_own(seen: dict[str, Any]) -> None:
    assert [path for path, said in zip(LOCKED, seen["written"], strict=True) if said == "1"] in ([], ["/proc/1/oom_score_adj"])
    assert seen["own"] == "1"


def test_no_network_but_its_own_loop(seen: dict[str, Any]) -> None:
    assert seen["near"] == "ConnectionRefusedError" and seen["far"] == "OSError"
    assert seen["interfaces"] == ["lo"]


def test_no_rights_no_other_processes_no_environment(seen: dict[str, Any]) -> None:
    status = dict(line.split(":\t", 1) for line in seen["status"].splitlines() if ":\t" in line)
    assert seen["uid"] != 0 and "0" not in status["Uid"].split()
    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    assert len(seen["processes"]) <= 4
    threads = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"}
    assert set(seen["environment"]) <= {"PATH", "HOME", "LANG", "PWD", *threads}


def test_no_descriptor_leads_anywhere_but_to_the_pipes(seen: dict[str, Any]) -> None:
    assert all(one.startswith(("pipe:", "/dev/null", "/proc/")) or one == "FileNotFoundError" for one in seen["descriptors"])


BOMBS = {
    "forks": "import os\ndef f(x):\n    while True:\n        try: os.fork()\n        except OSError: pass",
    "memory": "def f(x):\n    kept = []\n    while True: kept.append(np.ones(10_000_000))",
    "memory of many": "import os\ndef f(x):\n    for _ in range(30):\n        if os.fork() == 0:\n            kept = []\n"
    "            while True: kept.append(np.ones(10_000_000))\n    while True: pass",
    "disk": "def f(x):\n    for i in range(99):\n        with open(f'/tmp/{i}', 'wb') as file: file.write(b'0' * 30_000_000)",
    "threads": "import threading, time\ndef f(x):\n    while True: threading.Thread(target=time.sleep, args=(99,)).start()",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_bounded_and_the_next_function_is_judged(isolation: Isolation, text: str) -> None:
    if "cgroup" not in isolation.parts:
        pytest.skip("only a cgroup bounds all processes together")
    start = time.perf_counter()
    with Session(isolation, Limits(seconds=1.5, memory_bytes=512 * 1024**2)) as session:
        replies = session.run("f", (Cell("import numpy as np\n" + text, "answer"),), [(1.0,)], {})
        again = session.run("g", (Cell("def g(x):\n    return x", "answer"),), [(np.ones(2),)], {})
    assert replies[0].kind in ("too-slow", "died", "raised")
    assert [one.kind for one in again] == ["returned"]
    assert time.perf_counter() - start < 10
