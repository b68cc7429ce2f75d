"""What the kernel is not asked: each refused request is made from inside, and refused."""

from __future__ import annotations

import errno

import numpy as np
import pyseccomp
import pytest

from autograder.domain import Cell
from autograder.sandbox import Isolation, Limits, Session, syscalls

ASK = """
import ctypes
import socket

LIBRARY = ctypes.CDLL(None, use_errno=True)

def ask(numbers):
    said = []
    for number in numbers:
        ctypes.set_errno(0)
        LIBRARY.syscall(number, 0, 0, 0, 0, 0)
        said.append(ctypes.get_errno())
    return said

def open_socket(family):
    try:
        socket.socket(family, socket.SOCK_DGRAM if family < 3 else socket.SOCK_RAW).close()
    except OSError as error:
        return error.errno
    return 0
"""
NAMES = [name for group in syscalls.REFUSED.values() for name in group]
HARMLESS = ["keyctl", "unshare", "kcmp", "process_vm_readv"]
"""With zeros for all arguments these do nothing; without a filter they are answered in another way."""


@pytest.fixture(scope="module")
def filtered(isolation: Isolation) -> Isolation:
    if "seccomp" not in isolation.parts:
        pytest.skip("; ".join(isolation.reasons))
    return isolation


def answers(isolation: Isolation, function: str, argument: object) -> object:
    """What a function of ASK returns inside."""
    with Session(isolation, Limits()) as session:
        (reply,) = session.run(function, (Cell(ASK, "answer"),), [(argument,)], {})
    assert reply.kind == "returned", reply
    return reply.value


def test_every_refused_request_is_refused(filtered: Isolation) -> None:
    numbers = [pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in NAMES]
    said = answers(filtered, "ask", numbers)
    assert dict(zip(NAMES, said, strict=True)) == dict.fromkeys(NAMES, errno.EPERM)


def test_without_the_filter_the_kernel_would_have_answered(filtered: Isolation) -> None:
    open_wall = Isolation(tuple(part for part in filtered.parts if part != "seccomp"), filtered.reasons)
    said = answers(open_wall, "ask", [pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in HARMLESS])
    assert errno.EPERM not in said  # type: ignore[operator]  # a list of numbers


@pytest.mark.parametrize(("family", "expected"), [(1, 0), (2, 0), *((family, errno.EAFNOSUPPORT) for family in (16, 17, 38, 40))])
def test_sockets_of_rare_families_are_refused(filtered: Isolation, family: int, expected: int) -> None:
    assert answers(filtered, "open_socket", family) == expected


def test_numpy_never_notices(filtered: Isolation) -> None:
    text = "import numpy as np\ndef f(n):\n    return np.linalg.eigvals(np.random.default_rng(0).standard_normal((n, n))).real"
    with Session(filtered, Limits()) as session:
        (reply,) = session.run("f", (Cell(text, "answer"),), [(60,)], {})
    assert reply.kind == "returned" and np.shape(reply.value) == (60,)
