"""The appendix on conventions cannot drift: each row of each table is held against the functions that carry the weights."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from solutions.reference import conventions, lstm, peephole_lstm
from solutions.reference.conventions import blocks, cs231n, keras, onnx, pytorch
from tests.book import test_chapters as chapters
from tests.solutions.test_conventions import parameters_of
from tools.crosscheck.compared import TOLERANCE

PAGE = "conventions"
ROOT = Path(__file__).resolve().parents[2]
SIZES = {"n": 2, "m": 3, "T": 7, "n_x": 3, "n_a": 5, "D": 2}
GATES = {"rnn": 1, "gru": 3, "reset_after_gru": 3, "lstm": 4}
MODULES: dict[str, Any] = {"PyTorch": pytorch, "Keras": keras, "ONNX": onnx, "CS231n": cs231n}
LETTERS = {"z": "u", "n": "c", "h": "c", "g": "c"}
Rows = list[list[str]]


def table(name: str) -> Rows:
    """The rows of a table of the page, without its head."""
    found = re.search(rf"^```{{list-table}}[^\n]*\n:name: conventions-{name}\n(.*?)^```$", chapters.source(PAGE), re.M | re.S)
    assert found, name
    rows = re.split(r"^\* - ", found.group(1), flags=re.M)[1:]
    cells = [[cell.strip() for cell in re.split(r"^  -", row, flags=re.M)] for row in rows]
    assert len({len(row) for row in cells}) == 1, name
    return cells[1:]


def sizes_in(cell: str, kind: str) -> dict[str, tuple[int, ...]]:
    """Names and shapes written in a cell, as numbers: "kernel (n_x, G*n_a)" -> {"kernel": (3, 20)}."""
    known = {**SIZES, "G": GATES[kind]}
    written = re.findall(r"`(\w+) (\([^`]+\))`", cell)
    return {name: tuple(eval(shape, {"__builtins__": {}}, known)) for name, shape in written}


def carried(library: str, kind: str) -> dict[str, NDArray[Any]]:
    """What the functions make of a layer of ours, under the library's names."""
    ours = [parameters_of(kind, seed) for seed in (0, 1)]
    if library == "PyTorch":
        return conventions.to_pytorch(kind, [ours])
    if library == "ONNX":
        return conventions.to_onnx(kind, ours)
    if library == "Keras":
        return dict(zip(("kernel", "recurrent_kernel", "bias"), conventions.to_keras(kind, ours[0]), strict=True))
    return dict(zip(("Wx", "Wh", "b"), conventions.to_cs231n(kind, ours[0]), strict=True))


KINDS = [(library, kind) for library, module in MODULES.items() for kind in module.ORDER]


def test_axes() -> None:
    x = np.zeros([SIZES[axis] for axis in ("n", "m", "T")])
    rows = table("axes")
    assert {row[0].split()[0] for row in rows[1:]} == MODULES.keys()
    for library, axes, function in rows:
        shape = eval(axes.strip("`"), {"__builtins__": {}}, SIZES)
        if library == "this course":
            assert shape == x.shape and not function
            continue
        go, come_back = (getattr(conventions, function.strip("`").replace("to_", way)) for way in ("to_", "from_"))
        assert go(x).shape == shape and come_back(go(x)).shape == x.shape
        said = library.replace("`", "").replace("layout = 0", "layout 0")
        assert (f"{said} with batch_first=False" if said == "PyTorch" else said) in go.__doc__


@pytest.mark.parametrize(("library", "kind"), KINDS)
def test_weights_and_biases(library: str, kind: str) -> None:
    made = {name: one.shape for name, one in carried(library, kind).items()}
    rows = {row[0]: row for row in table("weights")}
    told = sizes_in(rows[library][1], kind) | sizes_in(rows[library][2], kind)
    biases = {row[0]: row for row in table("biases")}
    special = [one for one in biases if one.startswith(library) and "reset_after" in one and kind == "reset_after_gru"]
    name = special[0] if special else library
    named = sizes_in(biases[name][1], kind)
    assert len(told) == 2 and len(named) >= 1
    assert told | named == {key: shape for key, shape in made.items() if not key.endswith("_reverse")}
    held = sum(int(np.prod(shape)) for shape in named.values()) // (SIZES["D"] if library == "ONNX" else 1)
    assert held == int(biases[name][2]) * GATES[kind] * SIZES["n_a"]


def test_weights_and_biases_of_ours() -> None:
    row = next(row for row in table("weights") if row[0] == "this course, plain")
    ours = {key: value.shape for key, value in parameters_of("rnn").items()}
    assert sizes_in(row[1], "rnn") | sizes_in(row[2], "rnn") == {key: ours[key] for key in ("Wax", "Waa")}
    (bias,) = [row for row in table("biases") if row[0] == "this course"]
    assert sizes_in(bias[1], "lstm") == {"bf": parameters_of("lstm")["bf"].shape} and bias[2] == "1"
    assert {row[0].split(",")[0] for row in table("biases")} == {*MODULES, "this course"}


def test_orders_of_gates() -> None:
    rows = {row[0]: [re.findall(r"\w", cell) for cell in row[1:]] for row in table("gates")}
    assert rows.keys() == MODULES.keys()
    for library, (gru, gru_in_ours, lstm_, lstm_in_ours) in rows.items():
        order = MODULES[library].ORDER
        assert [LETTERS.get(letter, letter) for letter in gru] == gru_in_ours
        assert [LETTERS.get(letter, letter) for letter in lstm_] == lstm_in_ours
        assert lstm_in_ours == list(order["lstm"])
        grus = [order[kind] for kind in ("gru", "reset_after_gru") if kind in order]
        assert all(gru_in_ours == list(one) for one in grus) and bool(grus) == bool(gru_in_ours)
        said = " ".join((MODULES[library].__doc__ or "").split())
        assert ", ".join(lstm_) in said and ", ".join(gru) in said
    head = re.search(r"in ours \(([\w, ]+) for a GRU; ([\w, ]+) for an LSTM\)", chapters.source(PAGE))
    assert head and [one.split(", ") for one in head.groups()] == [list(blocks.GATES["gru"]), list(blocks.GATES["lstm"])]


def test_whom_the_update_gate_serves() -> None:
    rows = {row[0]: row[1:] for row in table("update")}
    ours = parameters_of("reset_after_gru")
    assert rows.pop("this course") == [r"$\Gamma_u$", "written"]
    assert rows.keys() == {library for library, module in MODULES.items() if "reset_after_gru" in module.ORDER}
    for library, (symbol, at_one) in rows.items():
        name = {"PyTorch": "weight_hh_l0", "Keras": "recurrent_kernel", "ONNX": "R"}[library]
        weights = carried(library, "reset_after_gru")[name]
        rows_of_gates = {"PyTorch": weights, "Keras": weights.T, "ONNX": weights[0]}[library]
        place = 5 * MODULES[library].ORDER["reset_after_gru"].index("u")
        np.testing.assert_array_equal(rows_of_gates[place : place + 5], -ours["Wu"][:, :5])
        assert (symbol, at_one) == (r"$z = 1 - \Gamma_u$", "kept")


def test_where_the_reset_gate_stands() -> None:
    kinds: dict[str, set[str]] = {}
    for library, option, reset, kind in table("reset"):
        assert kind.strip("`") == {"before": "gru", "after": "reset_after_gru"}[reset]
        kinds.setdefault(library, set()).add(kind.strip("`"))
        if library in MODULES and option != "none":
            stated = option.split(" (")[0].strip("`")
            said = " ".join((conventions.__doc__ or "").split()).replace("`", "")
            assert (stated in said) == (reset == "after"), "the package says who resets after the product"
    assert kinds.pop("this course") == {"gru"}
    for library, module in MODULES.items():
        assert kinds.get(library, set()) == {kind for kind in module.ORDER if kind.endswith("gru")}


def test_when_the_two_resets_agree() -> None:
    """The printed difference, and what is read from it."""
    draw = np.random.default_rng(5).normal
    n = 4
    weights, memory, bias = draw(size=(n, n)), draw(size=n), draw(size=n)
    gate = 1 / (1 + np.exp(-draw(size=n)))

    def difference(w: Any, r: Any, b: Any) -> Any:
        after, before = r * (w @ memory[: len(r)] + b), w @ (r * memory[: len(r)])
        printed = [sum(w[j, k] * (r[j] - r[k]) * memory[k] for k in range(len(r))) + r[j] * b[j] for j in range(len(r))]
        np.testing.assert_allclose(after - before, printed, rtol=1e-9, atol=1e-12)
        return np.abs(after - before).max()

    zero = np.zeros(n)
    assert difference(weights, gate, zero) > 1e-2
    assert difference(weights, zero, bias) == 0.0
    assert difference(weights, np.ones(n), zero) < 1e-12
    assert difference(np.diag(bias), gate, zero) < 1e-12
    assert difference(weights[:1, :1], gate[:1], zero[:1]) < 1e-12
    assert difference(weights[:1, :1], gate[:1], bias[:1]) > 1e-2
    assert "conventions-difference" in chapters.formulas(PAGE)


def test_peepholes() -> None:
    rows = {row[0]: row[1:] for row in table("peepholes")}
    assert rows.keys() == {*MODULES, "this course"}
    made = conventions.to_onnx("lstm", [parameters_of("peephole", seed) for seed in (0, 1)])
    assert sizes_in(rows["ONNX"][0], "lstm") == {"P": made["P"].shape}
    assert re.findall(r"\w", rows["ONNX"][1]) == [key[1:] for key in onnx.PEEPHOLES]
    assert sizes_in(rows["this course"][0], "lstm") == {"pf": parameters_of("peephole")["pf"].shape}
    for library in ("PyTorch", "Keras", "CS231n"):
        assert rows[library] == ["none", ""]
        with_peepholes, without = (carry(library, kind) for kind in ("peephole", "lstm"))
        assert with_peepholes == without, "there is no place for them"
    assert peephole_lstm.PARAMETERS.keys() - lstm.PARAMETERS.keys() == {"pf", "pi", "po"}


def carry(library: str, kind: str) -> set[tuple[int, ...]]:
    """The shapes that are left of an LSTM in a library."""
    ours = parameters_of(kind)
    made: Any = {
        "PyTorch": lambda: list(conventions.to_pytorch("lstm", [[ours]]).values()),
        "Keras": lambda: conventions.to_keras("lstm", ours),
        "CS231n": lambda: list(conventions.to_cs231n("lstm", ours)),
    }[library]()
    return {one.shape for one in made}


def test_what_is_said_about_the_comparison_with_the_libraries() -> None:
    text = " ".join(chapters.source(PAGE).split())
    assert f"{TOLERANCE['float64']:.0e} in float64 and {TOLERANCE['float32']:.0e} in float32".replace("e-0", "e-") in text
    assert re.search(r"^crosscheck:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(conventions.__all__) == conventions.__all__
    for name in re.findall(r"`((?:to|from)_\w+|simplified_as_gru)`", text):
        assert name in conventions.__all__


def test_questions_are_asked() -> None:
    assert len(re.findall(r"^```\{quiz\} ", chapters.source(PAGE), re.MULTILINE)) == 3
