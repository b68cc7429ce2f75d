"""The checks a learner runs: the grader's own comparison and sentences, without a reference. NumPy only: shipped to learners.

Random inputs are drawn from the same descriptions as the hidden ones. Shapes, repeatability and untouched inputs need
no answer key; small worked examples bring their own; and a backward pass is held against measured slopes of the
learner's own forward pass.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.compare import difference, kind, plain
from autograder.draws import Living, draw_all, evaluate, live
from autograder.gradients import measured_gradient
from autograder.parts import NOT_REPEATABLE, OVERWRITTEN, RANDOM_TOUCHED, WINDOW, Absent, changed_part, pick, same
from autograder.rules import distributed, distributed_each, within
from autograder.sandbox.watch import random_states, windows

EXERCISES: dict[str, Any] = {}
RULES = {"within": within, "distributed": distributed, "distributed_each": distributed_each}


class CheckFailed(AssertionError):
    """What is not right yet. In a notebook only the sentences are shown."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def check(function: Callable[..., Any]) -> None:
    """Try a function of this notebook. Prints a line when all is well, raises CheckFailed with what is not.

    Passing here is a good sign, not a grade: the grader also knows the right numbers.
    """
    name = function.__name__
    if name not in EXERCISES:
        raise CheckFailed(f"`{name}` is no exercise of this notebook; it has {', '.join(EXERCISES)}.")
    exercise = EXERCISES[name]
    written: list[bool] = []
    findings = _examples(function, exercise, written) or _draws(function, exercise, written)
    if findings:
        raise CheckFailed("\n".join([f"{name}: not yet."] + [f"  - {one}" for one in findings]))
    if not all(written):
        what = f"What is written of `{name}` passes; the rest" if any(written) else f"`{name}`"
        raise CheckFailed(f"{what} has not been written yet, or one that it builds on.")
    slopes = ", and its gradients agree with measured slopes" if exercise["slopes"] else ""
    print(f"{name}: all visible checks passed{slopes}.")


@contextlib.contextmanager
def _tried(written: list[bool]) -> Iterator[None]:
    """Note of one case whether what it calls is written, and go on: the other cases may need less."""
    try:
        yield
        written.append(True)
    except NotImplementedError:
        written.append(False)


def _examples(function: Callable[..., Any], exercise: dict[str, Any], written: list[bool]) -> list[str]:
    """Findings of the worked examples: cases small enough to check by hand."""
    findings = []
    for number, (arguments, returned) in enumerate(exercise["examples"], 1):
        with _tried(written):
            got = plain(function(*live(copy.deepcopy(arguments))))
            counted = [one for one in exercise["outputs"] if _in_example(function, one, arguments, returned)]
            told = {one["path"]: one for one in reversed(counted)}  # once for each part
            for path, one in reversed(told.items()):
                due = pick(returned, path)
                found = _form(function, got, one) or difference(one["name"], pick(got, path), due, one["axes"])
                findings += [f"Example {number}: {found}"] if found else []
    return findings


def _in_example(function: Callable[..., Any], output: dict[str, Any], arguments: Any, returned: Any) -> bool:
    """Whether a worked example tells of an output: it holds one, and the output counts with these arguments."""
    try:
        pick(returned, output["path"])
        bound = inspect.signature(function).bind(*arguments)
        bound.apply_defaults()
        return not output["taken_by"] and (not output["where"] or bool(evaluate(output["where"], bound.arguments)))
    except Absent:
        return False
    except (TypeError, NameError):  # a signature of the learner's own, which does not name what the condition is about
        return not output["taken_by"]


def _draws(function: Callable[..., Any], exercise: dict[str, Any], written: list[bool]) -> list[str]:
    """Findings on random inputs, for the first sizes that give any."""
    for number, sizes in enumerate(exercise["sizes"]):
        drawn = draw_all(exercise["draws"], sizes, np.random.default_rng(number))
        names = {**inspect.unwrap(function).__globals__, **drawn}
        findings: list[str] = []
        with _tried(written):
            findings = _one_draw(function, exercise, sizes, drawn, names)
        if findings:
            special = [f"{axis} = 1" for axis in ("m", "T_x") if number and sizes.get(axis) == 1]
            return [f"Where {' and '.join(special)}: {one}" if special else one for one in findings]
    return []


def _one_draw(
    function: Callable[..., Any], exercise: dict[str, Any], sizes: dict[str, int], drawn: dict[str, Any], names: dict[str, Any]
) -> list[str]:
    try:
        arguments = [evaluate(one, names) for one in exercise["arguments"]] or list(drawn.values())
    except NameError as error:
        return [f"This check needs your `{error.name}`: define it above."]
    before, states = copy.deepcopy(arguments), random_states()
    raw = function(*live(arguments))
    findings = [] if random_states() == states else [RANDOM_TOUCHED]
    findings += _windows(raw, exercise, arguments)
    got = plain(raw)
    triples = zip(inspect.signature(function).parameters, before, arguments)  # noqa: B905  # older Pythons lack strict
    changed = [changed_part(*triple) for triple in triples if not isinstance(triple[1], Living)]
    findings += [OVERWRITTEN.format(part=part) for part in changed if part]
    again = plain(function(*live(before)))
    findings += [] if same(got, again) else [NOT_REPEATABLE]
    of_outputs = [_output(function, exercise, output, got, sizes, drawn, names) for output in exercise["outputs"]]
    return findings + [one for one in of_outputs if one]


def _windows(returned: Any, exercise: dict[str, Any], arguments: list[Any]) -> list[str]:
    """A sentence for each output, caches excepted, that shares memory with an input."""
    outputs = [one for one in exercise["outputs"] if one["own"] is None and not one["taken_by"]]
    parts = []
    for output in outputs:
        with contextlib.suppress(Absent):
            parts.append((output["name"], pick(returned, output["path"])))
    shared = windows([part for _, part in parts], arguments)
    return [WINDOW.format(output=parts[index][0]) for index in shared]


def _output(
    function: Callable[..., Any], exercise: dict[str, Any], output: dict[str, Any], got: Any,
    sizes: dict[str, int], drawn: dict[str, Any], names: dict[str, Any],
) -> str | None:  # fmt: skip  # one line a kind of argument
    name, axes = output["name"], output["axes"]
    if output["where"] and not evaluate(output["where"], drawn):
        return None
    found = _form(function, got, output)
    if found:
        return found
    mine = pick(got, output["path"])
    if output["taken_by"]:
        return None  # the check of the function that takes it tells
    if output["rule"]:
        return _rule(exercise, output, got, names)
    if output["own"]:
        others = {one["name"]: pick(got, one["path"]) for one in exercise["outputs"] if one is not output}
        return difference(name, mine, evaluate(output["own"], {**drawn, **others}))
    stated = axes or output["form"] or name not in exercise["slopes"]
    found = _other_form(output, mine, sizes, drawn) if stated else None
    if found or name not in exercise["slopes"]:
        return found
    fixed = {**names, "held": drawn}
    slope = measured_gradient(lambda named: evaluate(exercise["loss"], {**fixed, **named}), drawn, exercise["slopes"][name])
    return difference(name, mine, slope, axes)


def _other_form(output: dict[str, Any], mine: Any, sizes: dict[str, int], drawn: dict[str, Any]) -> str | None:
    """A sentence when an output has not the form that is due."""
    try:
        due = _due(output, mine, sizes, drawn)
    except TypeError:  # what came back has no length, or cannot be walked through
        return f"`{output['name']}` has not the form that the docstring describes."
    return difference(output["name"], mine, due, output["axes"].partition("|")[0], tolerance=float("inf"))


def _due(output: dict[str, Any], mine: Any, sizes: dict[str, int], drawn: dict[str, Any]) -> Any:
    """Something of the form that is due; its values mean nothing. Where one number is due, a whole one will do."""
    if output["form"]:
        return evaluate(output["form"], {**drawn, output["name"]: mine})
    axes = output["axes"].partition("|")[0].split()
    shape = tuple(sum(sizes.get(part) or int(part) for part in axis.split("+")) for axis in axes)
    return np.ones(shape, int if not shape and isinstance(mine, (int, np.integer)) else float)


def _rule(exercise: dict[str, Any], output: dict[str, Any], got: Any, names: dict[str, Any]) -> str | None:
    """The rule's sentence on one output."""
    mine = {}
    for one in exercise["outputs"]:
        with contextlib.suppress(Absent):
            mine[one["name"]] = pick(got, one["path"])
    try:
        said = evaluate(output["rule"], {**RULES, **names, **mine})
    except NameError as error:
        return f"This check needs your `{error.name}`: define it above."
    except (TypeError, ValueError, LookupError, AttributeError):
        return f"`{output['name']}` has not the form that the docstring describes."
    return f"`{output['name']}` {said}" if said else None


def _form(function: Callable[..., Any], got: Any, output: dict[str, Any]) -> str | None:
    """A sentence when what was returned has nothing at the output's place."""
    try:
        pick(got, output["path"])
    except Absent:
        return f"`{function.__name__}` returns {kind(got)}, without `{output['name']}`: see what the docstring says it returns."
    return None


def progress(steps: Any, width: int = 40) -> Iterator[Any]:
    """Go through ``steps`` with a bar below the cell: ``for step in progress(range(1000)): ...``."""
    total, shown = len(steps), -1
    for done, step in enumerate(steps, 1):
        yield step
        filled = done * width // total
        if filled != shown:
            shown = filled
            print(f"\r[{'#' * filled}{'.' * (width - filled)}] {done}/{total}", end="\n" if done == total else "", flush=True)
