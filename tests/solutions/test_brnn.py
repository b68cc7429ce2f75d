"""Bidirectional networks against measured slopes, in float64, on sizes that are all different; and nothing leaks."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from autograder.draws import draw_all
from solutions.reference import (
    brnn_backward,
    brnn_forward,
    brnn_output_backward,
    clear_padding,
    one_way_forward,
    reverse_padded,
    rnn_backward,
    softmax,
    tagging_loss,
    tagging_loss_backward,
    train_tagger,
)
from solutions.reference.bidirectional import PARAMETERS
from tests.solutions.test_reference import assert_gradient

SIZES = [(3, 5, 4, 2, 6), (6, 2, 3, 4, 5), (2, 3, 5, 1, 4), (4, 6, 2, 3, 1), (2, 4, 3, 1, 1)]  # n_x, n_a, n_y, m, T
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))
SHAPES = {"x": "n_x m T_x", "a0": "n_a+n_a m", "parameters": PARAMETERS, "da": "n_a+n_a m T_x", "dz": "n_y m T_x",
          "y": "n_y m T_x | one-hot"}  # fmt: skip  # one set
WAYS = [(way, key) for way in ("forward", "backward") for key in ("Wax", "Waa", "ba")]


def network(sizes: tuple[int, ...], dtype: str = "float64") -> dict[str, Any]:
    """Inputs of every kind, their padding as full as the rest, and lengths that hold 1 and T_x if there are two or more."""
    rng = np.random.default_rng(sum(sizes))
    named = dict(zip(("n_x", "n_a", "n_y", "m", "T_x"), sizes, strict=True))
    drawn = cast(draw_all(SHAPES, named, rng), dtype)
    m, T_x = sizes[3:]
    lengths = np.append(rng.integers(1, T_x + 1, size=m - 2), [T_x, 1]) if m > 1 else np.array([max(1, T_x - 1)])
    return {**drawn, "lengths": lengths, "real": np.arange(T_x) < lengths[:, np.newaxis]}


def cast(value: Any, dtype: str) -> Any:
    return {key: cast(inner, dtype) for key, inner in value.items()} if isinstance(value, dict) else value.astype(dtype)


def forward(n: dict[str, Any]) -> Any:
    return brnn_forward(n["x"], n["a0"], n["lengths"], n["parameters"])


def everything(n: dict[str, Any]) -> list[np.ndarray[Any, Any]]:
    """All that comes out of a forward and a backward pass."""
    a, y_pred, caches = forward(n)
    upper = brnn_output_backward(n["dz"], a, n["lengths"], n["parameters"])
    lower = brnn_backward(n["da"], caches)
    return [a, y_pred, *upper.values(), lower["dx"], lower["da0"], *(lower[way][f"d{key}"] for way, key in WAYS)]


@EVERY
def test_both_directions_back(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    gradients = brnn_backward(n["da"], forward(n)[2])
    assert set(gradients) == {"dx", "da0", "forward", "backward"}
    assert all(set(gradients[way]) == {"dWax", "dWaa", "dba"} for way in ("forward", "backward"))

    def loss() -> float:
        return float(np.sum(n["da"] * forward(n)[0]))

    assert_gradient(gradients["dx"], loss, n["x"], "dx")
    assert_gradient(gradients["da0"], loss, n["a0"], "da0")
    for way, key in WAYS:
        assert_gradient(gradients[way][f"d{key}"], loss, n["parameters"][way][key], f"{way} d{key}")
    np.testing.assert_array_equal(gradients["dx"][:, ~n["real"]], 0)


@EVERY
def test_the_output_layer_back(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    a, p = n["da"].copy(), n["parameters"]  # any states will do, in the padding too

    def loss() -> float:
        scores = np.stack([p["Wy"] @ a[:, :, t] + p["by"] for t in range(a.shape[2])], axis=2)
        return float(np.sum((n["dz"] * scores)[:, n["real"]]))

    gradients = brnn_output_backward(n["dz"], a, n["lengths"], p)
    for name, owner in (("dWy", p["Wy"]), ("dby", p["by"]), ("da", a)):
        assert_gradient(gradients[name], loss, owner, name)


@EVERY
def test_the_whole_chain_from_the_tagging_loss(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    p, lengths = n["parameters"], n["lengths"]
    a, y_pred, caches = forward(n)
    dz = tagging_loss_backward(y_pred, n["y"], n["real"])
    gradients = brnn_output_backward(dz, a, lengths, p)
    gradients |= brnn_backward(gradients["da"], caches)

    def loss() -> float:
        return tagging_loss(forward(n)[1], n["y"], n["real"])

    for name, gradient, owner in (
        *((key, gradients[f"d{key}"], p[key]) for key in ("Wy", "by")),
        *((f"{way} {key}", gradients[way][f"d{key}"], p[way][key]) for way, key in WAYS),
    ):
        assert_gradient(gradient, loss, owner, name)


@EVERY
def test_the_tagging_loss_back_to_the_scores(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    z, mask = n["dz"].copy(), n["real"]
    gradient = tagging_loss_backward(softmax(z), n["y"], mask)
    assert_gradient(gradient, lambda: tagging_loss(softmax(z), n["y"], mask), z, "dz")
    np.testing.assert_array_equal(gradient[:, ~mask], 0)


@EVERY
def test_what_stands_in_the_padding_changes_nothing_to_the_last_bit(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    other = copy.deepcopy(n)
    for key in ("x", "da", "dz"):
        other[key][:, ~n["real"]] = 1e6
    for mine, theirs in zip(everything(n), everything(other), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert not any(np.any(one[:, ~n["real"]]) for one in everything(n)[:2])


@EVERY
def test_a_batch_is_its_examples_one_by_one_without_padding(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    whole = forward(n)
    gradients = brnn_backward(n["da"], whole[2])
    total = {pair: np.zeros_like(n["parameters"][pair[0]][pair[1]]) for pair in WAYS}
    for i, length in enumerate(n["lengths"]):
        x, a0 = n["x"][:, i : i + 1, :length], n["a0"][:, i : i + 1]
        a, y_pred, caches = brnn_forward(x, a0, np.array([length]), n["parameters"])
        np.testing.assert_allclose(whole[0][:, i, :length], a[:, 0])
        np.testing.assert_allclose(whole[1][:, i, :length], y_pred[:, 0])
        mine = brnn_backward(n["da"][:, i : i + 1, :length], caches)
        np.testing.assert_allclose(gradients["dx"][:, i, :length], mine["dx"][:, 0], atol=1e-14)
        for way, key in WAYS:
            total[way, key] += mine[way][f"d{key}"]
    for way, key in WAYS:
        np.testing.assert_allclose(gradients[way][f"d{key}"], total[way, key], atol=1e-14)


def test_the_left_half_knows_the_past_and_the_right_half_what_comes() -> None:
    n = network(SIZES[0])
    n_a, long = n["a0"].shape[0] // 2, int(np.argmax(n["lengths"]))
    before, _, _ = forward(n)
    n["x"][:, long, 3] += 1
    after, _, _ = forward(n)
    left, right = (np.any(after[half, long] != before[half, long], axis=0) for half in (slice(0, n_a), slice(n_a, None)))
    assert list(left) == [False, False, False, True, True, True] and list(right) == [True, True, True, True, False, False]


@EVERY
def test_turning_twice_gives_everything_back_and_turning_is_its_own_gradient(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    x, lengths = n["x"], n["lengths"]
    turned = reverse_padded(x, lengths)
    np.testing.assert_array_equal(reverse_padded(turned, lengths), x)
    np.testing.assert_array_equal(turned[:, ~n["real"]], x[:, ~n["real"]])
    for i, length in enumerate(lengths):
        np.testing.assert_array_equal(turned[:, i, :length], x[:, i, :length][:, ::-1])
    upstream = np.random.default_rng(0).standard_normal(x.shape)
    assert np.sum(upstream * turned) == pytest.approx(np.sum(reverse_padded(upstream, lengths) * x))


def test_clearing_takes_even_what_is_no_number() -> None:
    x = np.full((2, 3, 4), np.nan)
    x[:, 0, :1] = x[:, 1, :4] = x[:, 2, :2] = 7.0
    cleared = clear_padding(x, np.array([1, 4, 2]))
    assert np.sum(cleared == 7) == 14 and np.sum(cleared == 0) == 10


@EVERY
def test_float32_stays_float32_and_shapes_are_as_promised(sizes: tuple[int, ...]) -> None:
    n_x, n_a, n_y, m, T_x = sizes
    n = network(sizes, "float32")
    for array in everything(n):
        assert array.dtype == np.float32
    assert [one.shape for one in forward(n)[:2]] == [(2 * n_a, m, T_x), (n_y, m, T_x)]
    assert tagging_loss_backward(n["dz"], n["y"], n["real"]).dtype == np.float32
    assert clear_padding(n["x"], n["lengths"]).dtype == reverse_padded(n["x"], n["lengths"]).dtype == np.float32
    trained, losses = train_tagger(n["x"], n["y"], n["lengths"], n["real"], n["parameters"], 0.1, 2)
    assert all(trained[way][key].dtype == np.float32 for way, key in WAYS) and trained["Wy"].dtype == np.float32
    assert losses.shape == (2,)


def test_no_model_answer_writes_into_its_inputs_or_gives_them_back() -> None:
    n = network(SIZES[1])
    before = copy.deepcopy(n)
    caches = forward(n)[2]
    kept = copy.deepcopy(caches)
    brnn_backward(n["da"], caches)
    trained, _ = train_tagger(n["x"], n["y"], n["lengths"], n["real"], n["parameters"], 0.1, 1)
    made = [*everything(n), clear_padding(n["x"], n["lengths"]), reverse_padded(n["x"], n["lengths"]), trained["Wy"]]
    made += [trained[way][key] for way, key in WAYS]
    np.testing.assert_equal((n, caches), (before, kept))
    inputs = [n[key] for key in n if key != "parameters"] + [n["parameters"]["Wy"], n["parameters"]["by"]]
    inputs += [n["parameters"][way][key] for way, key in WAYS]
    for array in made:
        assert not any(np.shares_memory(array, one) for one in inputs)


def test_one_direction_goes_back_through_the_network_of_the_earlier_exercise() -> None:
    n = network(SIZES[0])
    n_a = n["a0"].shape[0] // 2
    p = n["parameters"]["forward"]
    arguments = n["x"], n["a0"][:n_a].copy(), p
    gradients = rnn_backward(n["da"][:n_a], one_way_forward(*arguments)[1])
    assert_gradient(gradients["dWaa"], lambda: float(np.sum(n["da"][:n_a] * one_way_forward(*arguments)[0])), p["Waa"], "dWaa")


def test_the_tagging_loss_bears_zeros_where_nothing_is_asked() -> None:
    y_pred, y, mask = np.zeros((2, 1, 3)), np.ones((2, 1, 3)), np.array([[True, False, False]])
    y_pred[:, 0, 0], y[1, 0, 0] = 0.5, 0
    assert tagging_loss(y_pred, y, mask) == pytest.approx(np.log(2))


def test_a_direction_that_begins_as_nothing_stays_nothing_and_cannot_tell_what_comes_next() -> None:
    rng = np.random.default_rng(0)
    x = np.moveaxis(np.eye(3)[rng.integers(3, size=(20, 5))], -1, 0).copy()
    lengths, y = np.full(20, 5), np.roll(x, -1, axis=2)
    mask = np.broadcast_to(np.arange(5) < 4, (20, 5))
    sizes = {"n_x": 3, "n_a": 8, "n_y": 3}
    both = draw_all(PARAMETERS, sizes, rng)
    left = {**both, "backward": {key: 0 * value for key, value in both["backward"].items()}, "Wy": both["Wy"].copy()}
    left["Wy"][:, 8:] = 0
    trained, losses = train_tagger(x, y, lengths, mask, left, 1.2, 60)
    assert not any(np.any(value) for value in trained["backward"].values()) and not np.any(trained["Wy"][:, 8:])
    assert losses[-1] > 0.45
    assert train_tagger(x, y, lengths, mask, both, 1.2, 60)[1][-1] < 0.3


def test_wrong_shapes_are_told() -> None:
    n = network(SIZES[0])
    with pytest.raises(ValueError, match=r"a0 has shape \(5, 2\); it needs \(n_a\+n_a = 10, m = 2\)"):
        brnn_forward(n["x"], n["a0"][:5], n["lengths"], n["parameters"])
    with pytest.raises(ValueError, match=r"lengths has shape \(1,\); it needs \(m = 2\)"):
        reverse_padded(n["x"], n["lengths"][:1])
    wrong = {**n["parameters"], "backward": {**n["parameters"]["backward"], "Waa": np.zeros((3, 3))}}
    with pytest.raises(ValueError, match=r"parameters\['backward'\]\['Waa'\] has shape \(3, 3\); it needs \(n_a = 5, n_a = 5\)"):
        brnn_forward(n["x"], n["a0"], n["lengths"], wrong)
