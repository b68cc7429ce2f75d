"""Deep networks against measured slopes, in float64, with layers of every kind and of sizes that are all different."""

from __future__ import annotations

import copy
import re
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.course import Course, mistaken_source
from autograder.draws import draw_all
from autograder.release import exercise_text, visible_checks
from solutions import reference
from solutions.reference import (
    count_deep_parameters,
    deep_rnn_backward,
    deep_rnn_forward,
    initialize_deep,
    layer_backward,
    layer_forward,
    layer_step,
    output_backward,
    sequence_cross_entropy,
    softmax_cross_entropy_backward,
)
from solutions.reference.deep_shapes import LAYERS, of_network
from tests.solutions.test_reference import assert_gradient

CELLS = pytest.mark.parametrize("cell", LAYERS)
SIZES = pytest.mark.parametrize("sizes", [(3, 5, 2, 6), (6, 2, 4, 5), (2, 4, 1, 3), (4, 3, 2, 1)])  # n_x, n_a, m, T
NETWORKS = [
    ((3, 5, 4, 6, 7, 2, 8), ["rnn", "rnn", "rnn"]),  # n_x, a size for each layer, n_y, m, T
    ((4, 2, 5, 3, 6, 3, 7), ["lstm", "gru", "rnn"]),
    ((2, 3, 5, 4, 6, 4), ["gru", "lstm"]),
    ((5, 3, 2, 4, 1, 5), ["rnn", "lstm"]),
    ((3, 4, 2, 5, 2, 1), ["gru", "rnn"]),
    ((2, 3, 4, 5, 2, 1, 1), ["gru", "rnn", "gru"]),
    ((3, 4, 2, 5, 6), ["lstm"]),
    ((4, 3, 2, 5, 6, 2, 7), ["simplified_gru", "peephole_lstm", "gru"]),
    ((2, 4, 3, 5, 1, 1), ["peephole_lstm", "simplified_gru"]),
]
DEEP = pytest.mark.parametrize("network", NETWORKS, ids=lambda network: "-".join(network[1]) + f"-{network[0]}")


def one_layer(cell: str, sizes: tuple[int, ...], dtype: str = "float64") -> dict[str, Any]:
    """Inputs for one layer."""
    named = dict(zip(("n_x", "n_a", "m", "T_x"), sizes, strict=True))
    shapes = {"x": "n_x m T_x", "a0": "n_a m", "da": "n_a m T_x", "parameters": LAYERS[cell]}
    return cast(draw_all(shapes, named, np.random.default_rng(sum(sizes))), dtype)


def whole(network: tuple[tuple[int, ...], list[str]], dtype: str = "float64") -> dict[str, Any]:
    """Inputs for a network."""
    (n_x, *widths, n_y, m, steps), cells = network
    sizes = {"n_x": n_x, "n_y": n_y, "m": m, "T_x": steps, **{f"n_{index}": n for index, n in enumerate(widths, 1)}}
    shapes = of_network(cells)
    rng = np.random.default_rng(sum(network[0]))
    drawn: dict[str, Any] = {name: drawn_as(shape, sizes, rng) for name, shape in shapes.items()}
    return cast({**drawn, "cells": cells, "da": 0.6 * rng.standard_normal((widths[-1], m, steps)),
                 "y": np.moveaxis(np.eye(n_y)[rng.integers(n_y, size=(m, steps))], -1, 0)}, dtype)  # fmt: skip  # one set


def drawn_as(shape: Any, sizes: dict[str, int], rng: np.random.Generator) -> Any:
    if isinstance(shape, list):
        return [drawn_as(inner, sizes, rng) for inner in shape]
    if isinstance(shape, dict):
        return {key: drawn_as(inner, sizes, rng) for key, inner in shape.items()}
    return draw_all({"one": shape}, sizes, rng)["one"]


def cast(value: Any, dtype: str) -> Any:
    if isinstance(value, dict):
        return {key: cast(inner, dtype) for key, inner in value.items()}
    if isinstance(value, list):
        return [cast(inner, dtype) for inner in value]
    return value.astype(dtype) if isinstance(value, np.ndarray) else value


def arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from arrays(one)


def forward(n: dict[str, Any]) -> Any:
    return deep_rnn_forward(n["x"], n["a0"], n["parameters"], n["cells"])


def without_memory(cell: str, steps: int) -> set[str]:
    """The gradients that are rightly zero: in a single step an LSTM has nothing to forget, and no memory to look at."""
    return {"dWf", "dbf", "dpf", "dpi"} if cell.endswith("lstm") and steps == 1 else set()


@CELLS
@SIZES
def test_one_layer_back(cell: str, sizes: tuple[int, ...]) -> None:
    n = one_layer(cell, sizes)

    def walk() -> Any:
        return layer_forward(n["x"], n["a0"], n["parameters"], cell)

    gradients = layer_backward(n["da"], walk()[1], cell)
    owners = {"dx": n["x"], "da0": n["a0"], **{"d" + key: one for key, one in n["parameters"].items()}}
    assert gradients.keys() == owners.keys()
    for name in owners.keys() - without_memory(cell, sizes[-1]):
        assert_gradient(gradients[name], lambda: float(np.sum(n["da"] * walk()[0])), owners[name], name)


@DEEP
def test_all_layers_back(network: tuple[tuple[int, ...], list[str]]) -> None:
    n = whole(network)

    def loss() -> float:
        return float(np.sum(n["da"] * forward(n)[0][-1]))

    gradients = deep_rnn_backward(n["da"], forward(n)[2])
    assert gradients.keys() == {"dx", "da0", "layers"}
    assert len(gradients["da0"]) == len(gradients["layers"]) == len(n["cells"])
    assert_gradient(gradients["dx"], loss, n["x"], "dx")
    for index, cell in enumerate(n["cells"]):
        assert_gradient(gradients["da0"][index], loss, n["a0"][index], f"da0 of layer {index + 1}")
        owners = n["parameters"]["layers"][index]
        assert gradients["layers"][index].keys() == {"d" + key for key in owners}
        for key in owners.keys() - {name[1:] for name in without_memory(cell, network[0][-1])}:
            assert_gradient(gradients["layers"][index]["d" + key], loss, owners[key], f"d{key} of layer {index + 1}")


@pytest.mark.parametrize("network", [NETWORKS[index] for index in (1, 2, 7)], ids=lambda network: "-".join(network[1]))
def test_the_whole_chain_from_the_loss_to_every_parameter(network: tuple[tuple[int, ...], list[str]]) -> None:
    n = whole(network)

    def loss() -> float:
        return float(sequence_cross_entropy(forward(n)[1], n["y"]))

    a, y_pred, caches = forward(n)
    upper = output_backward(softmax_cross_entropy_backward(y_pred, n["y"]), a[-1], n["parameters"])
    for key in ("Wya", "by"):
        assert_gradient(upper["d" + key], loss, n["parameters"][key], "d" + key)
    gradients = deep_rnn_backward(upper["da"], caches)
    for layer, owners in zip(gradients["layers"], n["parameters"]["layers"], strict=True):
        for key, owner in owners.items():
            assert_gradient(layer["d" + key], loss, owner, "d" + key)


@CELLS
def test_a_step_is_that_of_the_cell_without_its_prediction(cell: str) -> None:
    n = one_layer(cell, (3, 5, 2, 6))
    xt, p = n["x"][:, :, 0], n["parameters"]
    outer = {"Wya" if cell == "rnn" else "Wy": np.zeros((4, 5)), "by": np.zeros((4, 1))}
    state = (n["a0"], n["a0"] ** 2) if cell.endswith("lstm") else (n["a0"],)
    *known, _, cache = getattr(reference, f"{cell}_cell_forward")(xt, *state, {**p, **outer})
    after, mine = layer_step(xt, state, p, cell)
    np.testing.assert_allclose(after, known)
    assert len(mine) == len(cache)
    for one, other in zip(mine[:-1], cache[:-1], strict=True):
        np.testing.assert_allclose(one, other)


@CELLS
def test_one_layer_alone_is_the_network_of_its_cell(cell: str) -> None:
    n = whole(((3, 5, 4, 2, 6), [cell]))
    p, name = n["parameters"], "Wya" if cell == "rnn" else "Wy"
    a, y_pred, *_ = getattr(reference, f"{cell}_forward")(n["x"], n["a0"][0], {**p["layers"][0], name: p["Wya"], "by": p["by"]})
    (mine,), prediction, _ = forward(n)
    np.testing.assert_allclose(mine, a)
    np.testing.assert_allclose(prediction, y_pred)


@CELLS
def test_the_way_back_is_the_walk_that_the_cell_already_has(cell: str) -> None:
    n = one_layer(cell, (3, 5, 2, 6))
    caches = layer_forward(n["x"], n["a0"], n["parameters"], cell)[1]
    known = getattr(reference, f"{cell}_backward")(n["da"], caches)
    mine = layer_backward(n["da"], caches, cell)
    assert mine.keys() == {key.replace("dc0", "da0") for key in known}
    for key, gradient in known.items():
        np.testing.assert_allclose(mine[key.replace("dc0", "da0")], gradient)


@pytest.mark.parametrize("steps", [1, 6])
def test_without_peepholes_a_peephole_lstm_is_an_lstm_and_its_peepholes_still_have_gradients(steps: int) -> None:
    n = one_layer("lstm", (3, 5, 2, steps))
    shut = {**n["parameters"], **{key: np.zeros((5, 1)) for key in ("pf", "pi", "po")}}
    (plain, caches), (a, caches_too) = (layer_forward(n["x"], n["a0"], p, cell)
                                        for p, cell in ((n["parameters"], "lstm"), (shut, "peephole_lstm")))  # fmt: skip  # two
    np.testing.assert_allclose(a, plain)
    known, mine = layer_backward(n["da"], caches, "lstm"), layer_backward(n["da"], caches_too, "peephole_lstm")
    for key, gradient in known.items():
        np.testing.assert_allclose(mine[key], gradient)
    assert np.abs(mine["dpo"]).max() > 1e-3


def test_a_simplified_gru_is_a_gru_whose_reset_gate_stands_open() -> None:
    n = one_layer("gru", (3, 5, 2, 6))
    n["parameters"]["br"] += 100.0
    simplified = {key: one for key, one in n["parameters"].items() if key not in ("Wr", "br")}
    full, caches = layer_forward(n["x"], n["a0"], n["parameters"], "gru")
    a, caches_too = layer_forward(n["x"], n["a0"], simplified, "simplified_gru")
    np.testing.assert_allclose(a, full)
    known = layer_backward(n["da"], caches, "gru")
    for key, gradient in layer_backward(n["da"], caches_too, "simplified_gru").items():
        np.testing.assert_allclose(gradient, known[key])


@pytest.mark.parametrize("network", [NETWORKS[1], NETWORKS[7]], ids=["lstm-gru-rnn", "simplified_gru-peephole_lstm-gru"])
def test_layer_by_layer_is_step_by_step(network: tuple[tuple[int, ...], list[str]]) -> None:
    """All layers may take a step before any takes the next one: that is how a network runs while its input still comes."""
    n = whole(network)
    states = [(a0, 0 * a0) if cell.endswith("lstm") else (a0,) for a0, cell in zip(n["a0"], n["cells"], strict=True)]
    a, _, _ = forward(n)
    for t in range(n["x"].shape[2]):
        below = n["x"][:, :, t]
        for index, cell in enumerate(n["cells"]):
            states[index], _ = layer_step(below, states[index], n["parameters"]["layers"][index], cell)
            below = states[index][0]
            np.testing.assert_allclose(a[index][:, :, t], below)


def test_no_layer_hears_of_what_is_yet_to_come_and_the_last_one_hears_of_the_first_input() -> None:
    n = whole(NETWORKS[1])
    before = forward(n)[0]
    n["x"][:, :, 3] += 1.0
    for one, other in zip(before, forward(n)[0], strict=True):
        np.testing.assert_array_equal(one[:, :, :3], other[:, :, :3])
        assert np.abs(one[:, :, 3:] - other[:, :, 3:]).max(axis=(0, 1)).min() > 1e-4


@DEEP
def test_float32_stays_float32_and_shapes_are_as_promised(network: tuple[tuple[int, ...], list[str]]) -> None:
    n = whole(network, "float32")
    (_, *widths, n_y, m, steps), _ = network
    a, y_pred, caches = forward(n)
    assert [one.shape for one in a] == [(width, m, steps) for width in widths] and y_pred.shape == (n_y, m, steps)
    np.testing.assert_allclose(y_pred.sum(axis=0), 1.0, rtol=1e-5)
    for array in arrays([a, y_pred, deep_rnn_backward(n["da"], caches)]):
        assert array.dtype == np.float32


@DEEP
def test_no_model_answer_writes_into_its_inputs_or_gives_them_back(network: tuple[tuple[int, ...], list[str]]) -> None:
    n = whole(network)
    before = copy.deepcopy(n)
    a, y_pred, caches = forward(n)
    kept = copy.deepcopy(caches)
    gradients = deep_rnn_backward(n["da"], caches)
    np.testing.assert_equal((n, caches), (before, kept))
    for array in arrays([a, y_pred, gradients]):
        assert not any(np.shares_memory(array, one) for one in arrays(n))


def test_as_many_numbers_are_counted_as_are_drawn() -> None:
    for (n_x, *widths, n_y, _, _), cells in NETWORKS:
        drawn = initialize_deep(n_x, widths, n_y, cells, np.random.default_rng(0))
        assert count_deep_parameters(n_x, widths, n_y, cells) == sum(array.size for array in arrays(drawn))
    one = count_deep_parameters(10_000, [100], 10_000, ["rnn"])
    assert one == 100 * 10_100 + 100 + 10_000 * 101, "W_a of the notes is (100, 10100)"


def test_drawn_weights_can_be_used_and_keep_to_their_scale() -> None:
    cells = ["rnn", "lstm", "peephole_lstm", "simplified_gru"]
    drawn = initialize_deep(60, [50, 40, 45, 35], 30, cells, np.random.default_rng(0), forget_bias=2.0)
    for key, (layer, width) in {"Wax": (0, 110), "Wf": (1, 90), "Wo": (2, 85), "Wu": (3, 80)}.items():
        assert abs(drawn["layers"][layer][key].std() * np.sqrt(width) - 1) < 0.1, key
    assert np.all(drawn["layers"][1]["bf"] == 2.0) and not drawn["layers"][1]["bi"].any()
    assert np.all(drawn["layers"][2]["bf"] == 2.0) and not any(drawn["layers"][2]["p" + gate].any() for gate in "fio")
    a, y_pred, _ = deep_rnn_forward(np.ones((60, 3, 5)), [np.zeros((n, 3)) for n in (50, 40, 45, 35)], drawn, cells)
    assert y_pred.shape == (30, 3, 5) and 0.01 < np.abs(a[3]).max() < 1


def test_what_does_not_fit_is_named() -> None:
    n = whole(NETWORKS[2])
    layer = n["parameters"]["layers"]

    def refused(said: str, **other: Any) -> None:
        with pytest.raises(ValueError, match=re.escape(said)):
            forward({**n, **other})

    wrong = {**n["parameters"], "layers": [layer[0], {**layer[1], "Wc": np.zeros((5, 7))}]}
    refused("parameters['layers'][1]['Wc'] has shape (5, 7); it needs (n_2 = 5, n_2+n_1 = 8)", parameters=wrong)
    refused("parameters['layers'] holds 1; it needs a list of 2", parameters={**n["parameters"], "layers": layer[:1]})
    refused("a0 holds 1; it needs a list of 2", a0=n["a0"][:1])
    known = "'rnn', 'simplified_gru', 'gru', 'lstm', 'peephole_lstm'"
    refused(f"cells[1] is 'elman'; it must be one of {known}", cells=["gru", "elman"])
    refused("cells is empty", cells=[])
    with pytest.raises(ValueError, match="cell is 'elman'; it must be"):
        layer_forward(n["x"], n["a0"][0], layer[0], "elman")
    with pytest.raises(ValueError, match=re.escape("state holds 1; it needs a list of 2")):
        layer_step(np.ones((2, 3)), (np.ones((4, 3)),), {}, "lstm")
    with pytest.raises(ValueError, match=re.escape("parameters['Wax'] has shape (5, 2); it needs (n_a = 5, n_x = 3)")):
        p = {"Wax": np.ones((5, 2)), "Waa": np.ones((5, 5)), "ba": np.ones((5, 1))}
        layer_forward(np.ones((3, 2, 4)), np.ones((5, 2)), p, "rnn")
    with pytest.raises(ValueError, match="sizes holds 1 numbers; it needs one for each of 2 cells"):
        count_deep_parameters(3, [4], 2, ["rnn", "gru"])


@pytest.fixture
def shipped(course: Course) -> types.ModuleType:
    """The checks that come with the notebook, as a module that knows nothing else."""
    module = types.ModuleType("unrolled_checks")
    exec(compile(visible_checks(course.topic("deep_rnn")), "unrolled_checks.py", "exec", dont_inherit=True), module.__dict__)
    return module


def written(course: Course, **other: str) -> dict[str, Any]:
    """A learner's namespace: all functions right, but those given."""
    topic = course.topic("deep_rnn")
    namespace: dict[str, Any] = {"np": np}
    for name in (*topic.brought, *(exercise.name for exercise in topic.exercises)):
        exec(other.get(name) or exercise_text(course.references[name]), namespace)
    return namespace


def test_the_visible_checks_pass_what_is_right(course: Course, shipped: types.ModuleType, capsys: Any) -> None:
    mine = written(course)
    for exercise in course.topic("deep_rnn").exercises:
        shipped.check(mine[exercise.name])
    assert capsys.readouterr().out.count("all visible checks passed") == 7


@pytest.mark.parametrize("function", ["layer_step", "layer_backward"])
def test_who_leaves_two_kinds_out_is_told_of_every_other_kind(course: Course, shipped: types.ModuleType, function: str) -> None:
    def without(text: str) -> str:
        stop = '    if cell in ("simplified_gru", "peephole_lstm"):\n        raise NotImplementedError\n'
        return text.replace("    ### BEGIN SOLUTION\n", "    ### BEGIN SOLUTION\n" + stop)

    right = exercise_text(course.references[function])
    with pytest.raises(shipped.CheckFailed, match=f"What is written of `{function}` passes; the rest has not been written yet"):
        shipped.check(written(course, **{function: without(right)})[function])
    wrong = right.replace("ot * np.tanh(c_next)", "ot * c_next").replace("*later[1:]", "*(0 * one for one in later[1:])")
    with pytest.raises(shipped.CheckFailed, match="not yet.\n.*`lstm"):
        shipped.check(written(course, **{function: without(wrong)})[function])


@pytest.mark.parametrize("function", ["layer_step", "layer_backward", "deep_rnn_backward", "count_deep_parameters"])
def test_the_visible_checks_need_no_reference_to_catch_a_mistake(
    course: Course, shipped: types.ModuleType, function: str
) -> None:
    mistakes = [one for one in course.topic("deep_rnn").mistakes if one.function == function]
    missed = []
    for mistake in mistakes:
        mine = written(course, **{function: mistaken_source(mistake, course.references[function])})
        try:
            shipped.check(mine[function])
            missed.append(mistake.id)
        except shipped.CheckFailed:
            pass
    assert mistakes and missed == []


def test_a_worked_example_speaks_of_its_own_cell_whatever_the_signature(course: Course, shipped: types.ModuleType) -> None:
    text = exercise_text(course.references["layer_step"])
    with pytest.raises(shipped.CheckFailed, match="Example 2: `gru a_next`"):
        shipped.check(written(course, layer_step=text.replace("ut * cct", "cct"))["layer_step"])
    other = text.replace("def layer_step", "def inner") + "\ndef layer_step(*given):\n    return inner(*given)\n"
    shipped.check(written(course, layer_step=other)["layer_step"])
