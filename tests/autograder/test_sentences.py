"""What is said when there is no value: never a text that the learner's program made up."""

from __future__ import annotations

from autograder.domain import Cell, Reply, Submission
from autograder.sentences import known_error, place, without_value

WORK = Submission("s", "a", "", (Cell("def f(x):\n    return scale * x", "answer"),))


def test_each_kind_of_reply_has_its_sentence() -> None:
    said = {kind: without_value("f", Reply(kind), WORK) for kind in ("raised", "missing", "too-slow", "died", "unreadable")}
    assert len(set(said.values())) == 5 and all("`f`" in one for one in said.values())


def test_a_missing_name_is_said_only_if_it_stands_in_the_notebook() -> None:
    assert "`scale`" in without_value("f", Reply("raised", error="NameError", name="scale"), WORK)
    assert "elsewhere" in without_value("f", Reply("raised", error="NameError", name="scale", known_elsewhere=True), WORK)
    assert "secret" not in without_value("f", Reply("raised", error="NameError", name="secret"), WORK)


def test_an_error_of_the_learners_own_making_is_not_repeated() -> None:
    assert known_error("ValueError") == "ValueError"
    for made_up in ("E0125", "print", "", "__name__"):
        assert known_error(made_up) == "an error of its own kind"


def test_a_place_that_does_not_exist_is_left_out() -> None:
    assert place(Reply("raised", cell=0, line=2), WORK) == " at line 2 of its cell: return scale * x"
    for cell, line in ((5, 1), (-1, 1), (0, 0), (0, 99), (None, 1), (0, None), (2**62, 2**62)):
        assert place(Reply("raised", cell=cell, line=line), WORK) == ""
