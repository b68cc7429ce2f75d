"""Ids: always text, safe anywhere, never another student's, and told apart where a person could mistake them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.load import find
from autograder.load.identity import LONGEST, confusable, is_plain, names_in, student_ids

PLAIN = [
    "bo", "007", "7", "1e5", "3-4", "a.b@c.de", "José", "Łukasz", "नेहा शर्मा", "ธนกร", "陳小明", "משה", "x+y",
    "nan", "null", "True",
]  # fmt: skip  # a heap
ODD = [
    "", ".", "..", "../bo", "/bo", "a/b", "a\\b", "C:\\bo", "bo\0", "\0", "-rf", "--student", "*", "a?", "[ab]", "{0}", "{}",
    "a{b}c", "%s", "$HOME", "`id`", "a;b", "a|b", "a&b", "a'b", 'a"b', "=1+1", "@SUM(A1)", "+1", "\t1", "a,b", "a\nb", "a\r",
    "\x1b[31mred", "CON", "nul", "Com1", "lpt9.txt", "aux.", "bo.", "bo ", " bo", "._bo", ".bo", "~", "\u202eob", "b\u200bo",
    "b\u00ado", "\ufeffbo", "\ud800", "\udcff", "a" * 101, "陳" * 70, "\U0001d49c" * 60, "😀", "<b>", "a\u2028b", "\u0301bo",
]  # fmt: skip  # a heap


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_plain_in_any_script_stays_as_it_is(name: str) -> None:
    assert student_ids([name]) == {name: name}


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_what_is_not_becomes_a_plain_id_with_a_mark(name: str) -> None:
    (student,) = student_ids([name]).values()
    assert is_plain(student) and student != name and len(student) <= 100
    assert student == student_ids([name, "bo", "other"])[name]


def test_all_of_them_together_stay_apart() -> None:
    given = student_ids([*PLAIN, *ODD])
    assert len(set(given.values())) == len(PLAIN) + len(ODD)
    assert all(given[name] == name for name in PLAIN)


def test_nobody_takes_the_id_that_another_name_was_given() -> None:
    taken = student_ids(["a*b"])["a*b"]
    given = student_ids(["a*b", taken])
    assert given[taken] == taken and given["a*b"] != taken and is_plain(given["a*b"])


def test_names_made_to_take_every_id_that_one_may_get_are_told_apart_too() -> None:
    names = ["*" + "a" * LONGEST]
    for _ in range(20):  # each of these is the id that the first one would get
        given = student_ids(names)
        assert len(set(given.values())) == len(names) and all(map(is_plain, given.values()))
        names.append(given[names[0]])


def test_a_decomposed_name_is_the_composed_one_unless_both_are_there() -> None:
    composed, decomposed = "José", unicodedata.normalize("NFD", "José")
    assert student_ids([decomposed]) == {decomposed: composed}
    both = student_ids([decomposed, composed])
    assert both[composed] == composed and both[decomposed] != composed


@pytest.mark.parametrize(
    "names",
    [("bo", "Bo"), ("bo", "bо"), ("bo", "b0"), ("007", "7"), ("José", "Jose"), ("ali", "aIi"), ("a", "ａ"), ("11", "l1")],
    ids=ascii,
)
def test_ids_that_look_alike_are_told(names: tuple[str, str]) -> None:
    assert confusable([*names, "someone"]) == set(names)


def test_ids_that_do_not_look_alike_are_not() -> None:
    assert confusable(["amara", "bo", "10", "100", "a-b", "ab", "नेहा", "नहा", "陳小明", "陳小朋"]) == set()


def test_another_name_inside_ones_own_is_not_believed() -> None:
    assert names_in(["eve_1_2_bo_3_4_rnn", "bo_3_4_rnn"]) == ["eve_1", "bo_3"]
    assert names_in(["Eve_1_assignsubmission_file_Bo_2_assignsubmission_file_x"]) == ["Eve_1"]
    stamp = "attempt_2026-01-01-10-00-00"
    assert names_in([f"W1_eve_{stamp}_x_bo_{stamp}_y"]) == ["W1_eve"]
    assert names_in(["a_1_2_b", "plain"]) == ["a_1_2_b", "plain"]


def test_found_ids_carry_their_flags(tmp_path: Path, course: Course) -> None:
    for name in ("bo", "Bo", "{0}", "amara", "-rf", "CON", "007", "7"):
        (tmp_path / f"{name}.py").write_text("")
    flags = {one.student: one.flags for one in find([tmp_path], course.topic("rnn"))}
    assert flags["bo"] == flags["Bo"] == flags["007"] == flags["7"] == ("confusable-student-id",)
    assert flags["amara"] == ()
    assert sum(one == ("odd-student-id",) for one in flags.values()) == 3


@pytest.mark.parametrize("inside", ["bo/02_rnn/rnn.ipynb", "../bo", "02_rnn/bo/rnn.ipynb", "submitted/bo/02_rnn/rnn.ipynb"])
def test_no_folder_inside_ones_own_makes_work_another_students(tmp_path: Path, course: Course, inside: str) -> None:
    for place in (f"submitted/eve/{inside.replace('..', 'up')}/rnn.ipynb", "submitted/bo/02_rnn/rnn.ipynb"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("{}")
    found = {one.student: one.path for one in find([tmp_path / "submitted"], course.topic("rnn"))}
    assert found["bo"] == tmp_path / "submitted" / "bo" / "02_rnn" / "rnn.ipynb"
    assert set(found) <= {"bo", "eve"}
