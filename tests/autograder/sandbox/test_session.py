"""A real sandbox, asked: every way in which a function may answer or not, and what that does to the next one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.domain import Cell, Reply
from autograder.draws import Living
from autograder.sandbox import Isolation, Limits, Session

X = np.arange(3.0)
SAY = """
import os, struct, wire
def say(*bodies):
    for descriptor in range(3, 64):
        for body in bodies:
            try:
                os.write(descriptor, struct.pack(">I", len(body)) + body)
            except OSError:
                pass
"""


class Room:
    """One session. ``ask`` asks for ``f`` of a text; ``works`` asks for another student function right after."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def ask(self, text: str, calls: int = 1, given: dict[str, Callable[..., Any]] | None = None) -> list[Reply]:
        cells = (Cell("import numpy as np", "given"), Cell(text, "answer"))
        return self.session.run("f", cells, [(X,)] * calls, given or {})

    def kinds(self, text: str, calls: int = 1, given: dict[str, Callable[..., Any]] | None = None) -> list[str]:
        return [reply.kind for reply in self.ask(text, calls, given)]

    def works(self) -> bool:
        replies = self.session.run("g", (Cell("def g(x):\n    return x + 1", "answer"),), [(X,)], {})
        return [reply.kind for reply in replies] == ["returned"] and np.array_equal(replies[0].value, X + 1)


@pytest.fixture
def room(isolation: Isolation) -> Any:
    with Session(isolation, Limits(seconds=1.5)) as session:
        yield Room(session)


def test_what_is_returned_comes_out_with_what_became_of_the_inputs(room: Room) -> None:
    (reply,) = room.ask("def f(x):\n    x += 1\n    return {'twice': 2 * x}")
    np.testing.assert_array_equal(reply.value["twice"], 2 * (X + 1))
    np.testing.assert_array_equal(reply.arguments_after[0], X + 1)
    assert room.works()


def test_what_is_raised_comes_out_with_its_line_and_never_its_message(room: Room) -> None:
    (reply,) = room.ask("def f(x):\n    y = 1\n    raise KeyError('secret')")
    assert (reply.kind, reply.error, reply.cell, reply.line) == ("raised", "KeyError", 1, 3)
    assert "secret" not in str(reply)
    (reply,) = room.ask("def f(x):\n    return nowhere + 1")
    assert (reply.error, reply.name) == ("NameError", "nowhere")
    assert room.works()


def test_what_is_missing_says_why(room: Room) -> None:
    assert [reply.name for reply in room.ask("y = 1")] == ["undefined"]
    assert [reply.name for reply in room.ask("def f(x:\n")] == ["unparsed"]
    (reply,) = room.ask("f = 1 / 0")
    assert (reply.kind, reply.name, reply.error, reply.line) == ("missing", "raised", "ZeroDivisionError", 1)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("def f(x):\n    while True: pass", ["too-slow"]),
        ("import time\ntime.sleep(99)\ndef f(x): return time", ["returned", "too-slow"]),
        ("import time\ndef f(x): time.sleep(99)", ["too-slow"]),
        ("import os\ndef f(x): os._exit(0)", ["died"]),
        ("import os\ndef f(x): os.kill(os.getpid(), 9)", ["died"]),
        ("import os\ndef f(x): os.kill(os.getppid(), 9)", ["died", "returned"]),
        ("import os\ndef f(x):\n    os.kill(os.getppid(), 19)\n    while True: pass", ["too-slow"]),
        ("def f(x): raise SystemExit(0)", ["raised"]),
        ("def f(x): return f(x)", ["raised"]),
        ("def f(x): return object()", ["returned"]),
        ("class A:\n    def __class__(self): 1 / 0\ndef f(x): return A()", ["returned"]),
    ],
)
def test_every_other_end_is_told_and_hurts_only_its_own_function(room: Room, text: str, kinds: list[str]) -> None:
    assert room.kinds(text)[0] in kinds
    assert room.works()


def test_an_answer_of_200_megabytes_is_not_taken(isolation: Isolation) -> None:
    with Session(isolation, Limits(seconds=20)) as session:
        room = Room(session)
        assert room.kinds("def f(x): return np.ones(25_000_000)") == ["unreadable"]
        assert room.works()


def test_answers_given_before_the_end_are_kept(room: Room) -> None:
    count = "import os\nn = []\ndef f(x):\n    n.append(1)\n    if len(n) == 3: os._exit(0)\n    return x"
    assert room.kinds(count, calls=5) == ["returned", "returned", "died"]


JUNK = {
    "an array where a word is due": "wire.encode((np.ones(3), 1))",
    "an early end": "wire.encode(('end', 0))",
    "noise": "b'\\xff' * 9",
    "no message": "wire.encode(1)",
    "an empty message": "wire.encode(())",
    "an unknown word": "wire.encode(('full marks', 1))",
    "a broken reply": "wire.encode(('raised', 1, 2, 3, 4))",
    "a strange ask": "wire.encode(('ask', 'g', (), {}))",
    "a hundred replies": "*[wire.encode(('returned', 1.0, []))] * 100",
    "an empty body": "b''",
}


@pytest.mark.parametrize("body", JUNK.values(), ids=JUNK.keys())
def test_junk_on_every_descriptor_is_at_most_that_students_own_row(room: Room, body: str) -> None:
    replies = room.ask(f"{SAY}\ndef f(x):\n    say({body})\n    return x", calls=2)
    assert replies and all(reply.kind in ("returned", "unreadable", "died", "raised") for reply in replies)
    room.session.close()
    assert room.works()


def test_a_length_without_a_body_is_too_slow_or_unreadable(room: Room) -> None:
    length = "import os\ndef f(x):\n    for d in range(3, 64):\n        try: os.write(d, b'{}')\n"
    length += "        except OSError: pass\n    return x"
    assert room.kinds(length.format("\\xff\\xff\\xff\\xff")) == ["unreadable"]
    assert room.kinds(length.format("\\x03\\x00\\x00\\x00"))[0] in ("too-slow", "died", "unreadable")
    assert room.works()


def test_drip_feeding_messages_gives_no_more_time(room: Room) -> None:
    drip = f"{SAY}\nimport time\ndef f(x):\n    while True:\n        time.sleep(0.2)\n        say(wire.encode(('ready',)))"
    start = time.perf_counter()
    room.kinds(drip)
    assert time.perf_counter() - start < 6


def test_a_stand_in_answers_and_a_flood_of_questions_ends(room: Room) -> None:
    (reply,) = room.ask("def f(x):\n    return helper(x)", given={"helper": lambda x: 10 * x})
    np.testing.assert_array_equal(reply.value, 10 * X)
    start = time.perf_counter()
    assert room.kinds("def f(x):\n    while True: helper(x)", given={"helper": lambda x: x})[0] in ("unreadable", "too-slow")
    assert time.perf_counter() - start < 6 and room.works()


def test_a_question_that_would_cost_us_memory_is_refused(room: Room) -> None:
    asked: list[Any] = []
    text = "def f(x):\n    return helper(np.ones((60000, 1)))"
    assert room.kinds(text, given={"helper": asked.append}) == ["raised"]
    assert asked == []


@pytest.mark.parametrize("size", ["10**10", "np.int64(10**10)", "np.array([0, 10**10])", "5000", "-(10**10)"])
def test_a_size_that_would_cost_us_memory_is_refused(room: Room, size: str) -> None:
    asked: list[Any] = []
    assert room.kinds(f"def f(x):\n    return helper(np.ones((99, 99)), n={size})", given={"helper": asked.append}) == ["raised"]
    assert asked == []


def test_an_answer_that_nobody_waited_for_costs_the_next_function_nothing(room: Room) -> None:
    ask = f"{SAY}\ndef f(x):\n    say(*[wire.encode(('ask', 'helper', [x], {{}}))] * 3)\n    return x"
    assert room.kinds(ask, given={"helper": lambda x: x}) == ["returned"]
    assert room.works()


def test_many_calls_that_are_each_in_time_are_not_so_together(room: Room) -> None:
    start = time.perf_counter()
    kinds = room.kinds("import time\ndef f(x): time.sleep(1.2)", calls=9)
    assert kinds[-1] == "too-slow" and len(kinds) <= 4 and time.perf_counter() - start < 8


def test_a_stand_in_that_fails_is_the_askers_trouble(room: Room) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("ours")

    (reply,) = room.ask("def f(x):\n    return helper(x)", given={"helper": fails})
    assert (reply.kind, reply.error) == ("raised", "ValueError")


def test_nothing_is_remembered_from_one_function_to_the_next(room: Room) -> None:
    room.ask("import builtins\nbuiltins.print = None\nnp.ones = None\ndef f(x):\n    np.zeros = None\n    return x")
    (reply,) = room.ask("def f(x):\n    return np.zeros(2) + np.ones(2)")
    np.testing.assert_array_equal(reply.value, np.ones(2))


def test_a_function_among_the_inputs_can_be_handed_to_a_stand_in(room: Room) -> None:
    cells = (Cell("def f(g, x):\n    return helper(g, x=x) + helper(g=g, x=x)", "answer"),)
    (reply,) = room.session.run("f", cells, [(Living("lambda x: x + 1"), X)], {"helper": lambda g, x: g(x)})
    np.testing.assert_array_equal(reply.value, 2 * (X + 1))


def test_a_text_of_a_students_is_never_made_into_a_function(room: Room) -> None:
    asked: list[Any] = []
    cells = (Cell("def f(g, x):\n    return helper('lambda x: x + 2') or helper(lambda x: x) or 1", "answer"),)
    (reply,) = room.session.run("f", cells, [(Living("lambda x: x + 1"), X)], {"helper": asked.append})
    assert asked[0] == "lambda x: x + 2" and not any(callable(one) for one in asked) and reply.kind in ("returned", "raised")


def test_a_stand_in_that_takes_no_function_may_take_large_arrays_and_records_of_them(room: Room) -> None:
    cells = (Cell("import numpy as np\ndef f(g, x):\n    return helper((np.ones(300), [np.ones(2)])) + g(x)", "answer"),)
    (reply,) = room.session.run("f", cells, [(Living("lambda x: x + 1"), X)], {"helper": lambda record: record[0].sum()})
    np.testing.assert_array_equal(reply.value, 300 + X + 1)


def test_slopes_of_large_arrays_are_not_measured_outside(room: Room) -> None:
    cells = (Cell("import numpy as np\ndef f(g, x):\n    return helper(g, np.zeros(300))", "answer"),)
    (reply,) = room.session.run("f", cells, [(Living("lambda x: x + 1"), X)], {"helper": lambda g, x: g(x)})
    assert (reply.kind, reply.error) == ("raised", "ValueError")
