"""What is taken out of a notebook for one function, and what is left."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.sandbox import slicing


def defined(name: str, *cells: str | tuple[str, str]) -> Any:
    """The function as the sandbox would define it; None when nothing binds it."""
    pool, _ = slicing.statements([cell if isinstance(cell, tuple) else (cell, "answer") for cell in cells])
    namespace: dict[str, Any] = {}
    slicing.run(slicing.needed_for(name, pool), namespace)
    return namespace.get(name)


def test_a_function_brings_what_it_needs_and_nothing_else() -> None:
    cell = "import math\nscale = 2\ndef helper(x):\n    return scale * math.floor(x)\n"
    cell += "def f(x):\n    return helper(x)\nunused = 1 / 0"
    pool, _ = slicing.statements([(cell, "answer")])
    assert [sorted(one.binds)[0] for one in slicing.needed_for("f", pool)] == ["math", "scale", "helper", "f"]
    assert defined("f", cell)(2.5) == 4


@pytest.mark.parametrize(
    "line",
    ["%matplotlib inline", "!pip install numpy", "?sum", "sum?", "sum??", "%time sum([1])", "    %timeit 1", "%%time"],
)
def test_magics_do_not_hurt_the_rest_of_their_cell(line: str) -> None:
    assert defined("f", f"{line}\ndef f(x):\n    y = x + 1\n    return y".replace("    %", "%"))(1) == 2


def test_a_comment_that_ends_in_a_question_mark_is_no_request_for_help() -> None:
    cell = "%matplotlib inline\ndef f(x):\n    x = x + 1  # is this right?\n    return x"
    assert defined("f", cell)(1) == 2


def test_a_cell_of_another_language_is_left_out_and_others_stay() -> None:
    assert defined("f", "%%bash\nrm -rf /\ndef f(x):\n    return 0", "def f(x):\n    return x")(3) == 3
    assert defined("f", "%%bash\ndef f(x):\n    return 0") is None


def test_training_loops_prints_and_plots_are_left_out() -> None:
    cell = "def f(x):\n    return x\nwhile True:\n    pass"
    assert defined("f", cell)(1) == 1
    assert defined("f", "def f(x):\n    return x", "raise SystemExit", "print(1 / 0)")(1) == 1


def test_helpers_in_extra_cells_are_taken_and_their_globals_are_not() -> None:
    extra = ("import math\nfactor = 3\ndef helper(x):\n    return math.floor(x)", "extra")
    assert defined("f", extra, "def f(x):\n    return helper(x)")(2.5) == 2
    with pytest.raises(NameError, match="factor"):
        defined("f", extra, "def f(x):\n    return factor * x")(1)
    pool, _ = slicing.statements([extra, ("def f(x):\n    return factor * x", "answer")])
    assert slicing.known_elsewhere("factor", pool)
    assert not slicing.known_elsewhere("nowhere", pool) and not slicing.known_elsewhere("sum", pool)


def test_the_last_definition_wins_as_it_does_in_a_notebook() -> None:
    assert defined("f", "def f(x):\n    return 1", "def f(x):\n    return 2")(0) == 2
    assert defined("f", "def f(x):\n    return 1\nf = lambda x: 3")(0) == 3


def test_star_imports_and_stores_into_parts_are_taken() -> None:
    assert defined("f", "from math import *\ndef f(x):\n    return floor(x)")(1.5) == 1
    cell = "table = {}\ntable['one'] = 1\ntable.update(two=2)\ndef f(x):\n    return sorted(table)"
    assert defined("f", cell)(0) == ["one", "two"]
    assert defined("f", "total = 1\ntotal += 4\ndef f(x):\n    return total")(0) == 5
    assert defined("f", "if True:\n    def f(x):\n        return 7")(0) == 7


@pytest.mark.parametrize(
    "broken",
    ["def f(x:\n", "x = '", "\0", "(" * 5000, "x = " + "+".join(["1"] * 1500), "x = " + "-" * 5000 + "1", "\tif 1:\n  pass",
     "x = %time 1", "x = " + "9" * 5000],
    ids=["cut", "open text", "NUL", "brackets", "a long sum", "minus signs", "mixed tabs", "magic value", "a long number"],
)  # fmt: skip  # one list
def test_a_cell_that_cannot_be_read_does_not_hurt_the_others(broken: str) -> None:
    assert defined("f", "def f(x):\n    return x", broken)(1) == 1
    _, troubles = slicing.statements([("pass", "answer"), (broken, "answer")])
    assert [trouble.cell for trouble in troubles] == [1]


def test_a_statement_that_fails_is_told_of_and_passed_over() -> None:
    pool, _ = slicing.statements([("x = 1 / 0\nx = 2\ndef f():\n    return x", "answer")])
    namespace: dict[str, Any] = {}
    failed = slicing.run(slicing.needed_for("f", pool), namespace)
    assert [type(error) for _, error in failed] == [ZeroDivisionError] and namespace["f"]() == 2


def test_annotations_need_not_exist_and_names_are_found_in_every_spelling() -> None:
    assert defined("f", "def f(x: Tensor[float]) -> Nowhere:\n    return x")(1) == 1
    assert defined("f", "def \uff46(x):\n    return x")(1) == 1


def test_seeding_a_module_is_not_needed_by_what_uses_the_module() -> None:
    pool, _ = slicing.statements([("import random\nrandom.seed(0)\ndef f():\n    return random.random()", "answer")])
    assert len(slicing.needed_for("f", pool)) == 2
