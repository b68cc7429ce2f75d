"""Sampling: distributions keep their promises, chance is fair, and a wide beam finds what trying everything finds."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import numpy as np
import pytest

from autograder.cases import cases_of
from autograder.course import Course
from autograder.draws import draw_all
from autograder.rules import distributed
from solutions.reference import (
    beam_search,
    draw_index,
    greedy,
    predict_next,
    rnn_forward,
    sample,
    top_k,
    top_p,
    with_temperature,
    without_unknown,
)
from solutions.reference.one_to_many import FEEDING_BACK

SIZES = [(3, 5), (5, 4), (7, 2), (4, 1)]  # n_y, n_a
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))
EOS, UNK = 0, 1


def network(sizes: tuple[int, int], loud: float = 3.0, dtype: str = "float64") -> dict[str, Any]:
    named = dict(zip(("n_y", "n_a"), sizes, strict=True))
    drawn = draw_all({"parameters": FEEDING_BACK}, named, np.random.default_rng(sum(sizes)))["parameters"]
    return {key: (loud * value).astype(dtype) for key, value in drawn.items()}


def distribution(n_y: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).dirichlet(np.ones(n_y))


@pytest.mark.parametrize("n_y", [1, 2, 5, 28])
def test_a_grid_of_numbers_draws_each_symbol_as_often_as_it_is_likely(n_y: int) -> None:
    p, steps = distribution(n_y), 20_000
    counts = np.bincount([draw_index(p, (step + 0.5) / steps) for step in range(steps)], minlength=n_y)
    np.testing.assert_allclose(counts / steps, p, atol=1.01 / steps)


def test_what_is_impossible_is_never_drawn_whatever_rounding_did_to_the_sum() -> None:
    p = np.array([0.0, 0.3, 0.0, 0.6999, 0.0])
    drawn = {draw_index(p, u) for u in [0.0, 0.29, 0.3, 0.5, 0.9998, 0.99995, 1 - 2**-53, *np.linspace(0, 0.999, 100)]}
    assert drawn == {1, 3} and draw_index(p, 0.99995) == 3 and draw_index(p, 0.0) == 1
    tenths = np.full(10, 0.1)  # which add up to a little less than 1
    assert np.cumsum(tenths)[-1] < 1 and draw_index(tenths, 1 - 2**-53) == 9


def test_a_border_belongs_to_the_symbol_behind_it() -> None:
    p = np.array([0.25, 0.5, 0.25])
    assert [draw_index(p, u) for u in (0.0, 0.25, 0.75)] == [0, 1, 2]


@pytest.mark.parametrize("unk", [0, 2, 4])
def test_without_the_unknown_the_others_keep_their_proportions(unk: int) -> None:
    p = distribution(5)
    known = without_unknown(p, unk)
    assert known[unk] == 0 and np.isclose(known.sum(), 1)
    others = np.arange(5) != unk
    np.testing.assert_allclose(known[others] / known[others][0], p[others] / p[others][0])


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_a_temperature_divides_the_scores(temperature: float) -> None:
    z = np.random.default_rng(0).standard_normal(6)
    exponentials, tempered = np.exp(z), np.exp(z / temperature)
    got = with_temperature(exponentials / exponentials.sum(), temperature)
    np.testing.assert_allclose(got, tempered / tempered.sum())


@pytest.mark.parametrize("temperature", [1e-300, 1e-8, 1e-3])
def test_a_small_temperature_leaves_the_likeliest_and_warns_of_nothing(temperature: float) -> None:
    for given, cold in (([0.0, 0.3, 0.5, 0.2], [0, 0, 1, 0]), ([0.0, 0.4, 0.2, 0.4], [0, 0.5, 0, 0.5])):
        np.testing.assert_allclose(with_temperature(np.array(given), temperature), cold, atol=1e-200)


def test_a_high_temperature_makes_all_that_is_possible_alike() -> None:
    np.testing.assert_allclose(with_temperature(np.array([0.0, 0.9, 0.1]), 1e9), [0, 0.5, 0.5], atol=1e-8)


@pytest.mark.parametrize("k", [1, 2, 5, 7, 9])
def test_top_k_keeps_k_and_their_proportions(k: int) -> None:
    p = distribution(7)
    kept = top_k(p, k)
    assert np.count_nonzero(kept) == min(k, 7) and np.isclose(kept.sum(), 1)
    assert np.all(p[kept > 0] >= np.sort(p)[::-1][: min(k, 7)][-1])
    np.testing.assert_allclose(kept[kept > 0] / p[kept > 0], 1 / p[kept > 0].sum())


@pytest.mark.parametrize("p", [0.01, 0.3, 0.8, 0.999, 1.0])
def test_the_nucleus_has_p_and_would_not_without_its_least(p: float) -> None:
    given = distribution(12)
    kept = top_p(given, p)
    inside = given[kept > 0]
    assert np.isclose(kept.sum(), 1) and inside.sum() >= p - 1e-12 and inside.sum() - inside.min() < p
    assert np.max(given[kept == 0], initial=0) <= inside.min()


def test_of_equals_the_first_are_kept_also_where_there_are_many() -> None:
    for equal in (np.full(4, 0.25), np.full(64, 1 / 64)):
        np.testing.assert_array_equal(np.flatnonzero(top_k(equal, 3)), [0, 1, 2])
        np.testing.assert_array_equal(np.flatnonzero(top_p(equal, 2 * equal[0])), [0, 1])


@EVERY
def test_one_prediction_is_a_step_of_the_network_without_the_unknown(sizes: tuple[int, int]) -> None:
    n_y, n_a = sizes
    parameters = network(sizes)
    x = np.zeros((n_y, 1, 2))
    x[2, 0, 1] = 1
    states, y_pred, _ = rnn_forward(x, np.zeros((n_a, 1)), parameters)
    first, a = predict_next(None, np.zeros((n_a, 1)), parameters, UNK)
    second, a_next = predict_next(2, a, parameters, UNK)
    np.testing.assert_allclose(a_next, states[:, :, 1])
    for got, column in ((first, y_pred[:, 0, 0]), (second, y_pred[:, 0, 1])):
        np.testing.assert_allclose(got, without_unknown(column, UNK))


@EVERY
def test_the_end_and_the_unknown_are_never_said_and_no_sequence_is_too_long(sizes: tuple[int, int]) -> None:
    parameters, rng = network(sizes), np.random.default_rng(0)
    for max_length in (1, 3, 8):
        made = [sample(parameters, EOS, UNK, rng, max_length) for _ in range(30)]
        made += [greedy(parameters, EOS, UNK, max_length), *beam_search(parameters, EOS, UNK, 5, max_length)[0]]
        for indices in made:
            assert len(indices) <= max_length and not {EOS, UNK} & set(indices)
            assert all(type(index) is int and 0 <= index < sizes[0] for index in indices)


def everything(parameters: dict[str, Any], max_length: int) -> dict[tuple[int, ...], float]:
    """Each sequence that can be said in so many symbols, <EOS> counted, with its probability, by trying them all."""
    n_y, n_a = len(parameters["by"]), len(parameters["ba"])
    found = {}
    letters = [index for index in range(n_y) if index not in (EOS, UNK)]
    for length in range(max_length + 1):
        for letter in itertools.product(letters, repeat=length):
            a, probability, before = np.zeros((n_a, 1)), 1.0, None
            for index in (*letter, EOS)[:max_length]:
                row, a = predict_next(before, a, parameters, UNK)
                probability, before = probability * row[index], index
            found[letter] = probability
    return found


@EVERY
def test_a_wide_beam_finds_what_trying_everything_finds(sizes: tuple[int, int]) -> None:
    parameters, max_length = network(sizes, 2.0), 3
    found = everything(parameters, max_length)
    np.testing.assert_allclose(sum(found.values()), 1)
    sequences, log_probabilities = beam_search(parameters, EOS, UNK, len(found), max_length)
    assert [tuple(one) for one in sequences] == sorted(found, key=lambda one: -found[one])
    np.testing.assert_allclose(log_probabilities, np.log([found[tuple(one)] for one in sequences]))
    for alpha in (0.5, 1.0, 2.0):
        sequences, _ = beam_search(parameters, EOS, UNK, len(found), max_length, alpha)
        score = {one: np.log(p) / min(len(one) + 1, max_length) ** alpha for one, p in found.items()}
        assert [tuple(one) for one in sequences] == sorted(score, key=lambda one: -score[one])


@EVERY
def test_a_beam_of_one_is_greedy_and_so_is_a_cold_sample(sizes: tuple[int, int]) -> None:
    parameters = network(sizes)
    expected = greedy(parameters, EOS, UNK, 9)
    for alpha in (0.0, 1.0):
        assert beam_search(parameters, EOS, UNK, 1, 9, alpha)[0] == [expected]
    assert sample(parameters, EOS, UNK, np.random.default_rng(0), 9, 1e-6) == expected
    assert sample(parameters, EOS, UNK, np.random.default_rng(0), 9, k=1) == expected
    assert sample(parameters, EOS, UNK, np.random.default_rng(0), 9, p=1e-6) == expected


def test_a_beam_may_find_what_is_greater_than_greedy() -> None:
    better = 0
    for seed in range(40):
        drawn = draw_all({"parameters": FEEDING_BACK}, {"n_y": 5, "n_a": 4}, np.random.default_rng(seed))["parameters"]
        loud = {key: 3 * value for key, value in drawn.items()}
        narrow, wide = (beam_search(loud, EOS, UNK, width, 6)[1][0] for width in (1, 200))
        better += wide > narrow + 1e-9
    assert better > 0


def test_whole_sequences_come_as_often_as_they_are_likely() -> None:
    parameters = network((4, 3), 1.5)
    found = everything(parameters, 3)
    place = {sequence: number for number, sequence in enumerate(found)}
    rng = np.random.default_rng(0)
    drawn = [place[tuple(sample(parameters, EOS, UNK, rng, 3))] for _ in range(4000)]
    assert distributed(np.array(drawn), np.array(list(found.values()))) is None


def test_one_number_a_step_is_taken_and_numpys_own_choice_takes_the_same() -> None:
    parameters, rng, other = network((6, 4), 1.0), np.random.default_rng(3), np.random.default_rng(3)
    indices = sample(parameters, EOS, UNK, rng, 200)
    other.random(len(indices) + (len(indices) < 200))
    assert rng.random() == other.random()
    row = distribution(9)
    one, two = np.random.default_rng(4), np.random.default_rng(4)
    assert [draw_index(row, one.random()) for _ in range(500)] == [int(two.choice(9, p=row)) for _ in range(500)]


@EVERY
def test_float32_stays_float32(sizes: tuple[int, int]) -> None:
    parameters = network(sizes, dtype="float32")
    p = distribution(sizes[0]).astype("float32")
    probabilities, a = predict_next(2, np.zeros((sizes[1], 1), "float32"), parameters, UNK)
    logs = beam_search(parameters, EOS, UNK, 3, 4)[1]
    for array in (without_unknown(p, 0), with_temperature(p, 0.7), top_k(p, 2), top_p(p, 0.5), probabilities, a, logs):
        assert array.dtype == np.float32
    assert greedy(parameters, EOS, UNK, 5) == greedy(network(sizes), EOS, UNK, 5)


def test_no_model_answer_writes_into_its_inputs_or_gives_them_back() -> None:
    parameters, p, a = network((5, 4)), distribution(5), np.ones((4, 1))
    before = copy.deepcopy((parameters, p, a))
    made = [without_unknown(p, 1), with_temperature(p, 1.0), top_k(p, 9), top_p(p, 1.0), *predict_next(2, a, parameters, UNK)]
    sample(parameters, EOS, UNK, np.random.default_rng(0), 9, 0.5, 3, 0.9)
    greedy(parameters, EOS, UNK, 9)
    beam_search(parameters, EOS, UNK, 3, 9)
    np.testing.assert_equal((parameters, p, a), before)
    assert not any(np.shares_memory(one, other) for one in made for other in (p, a, *parameters.values()))


def test_in_the_checks_no_choice_hangs_on_rounding(course: Course) -> None:
    """Symbols that are all but equally likely, in the greedy walks and beams that are judged, are a millionth apart."""
    exercises = {exercise.name: exercise for exercise in course.topic("sampling").exercises}
    for case in cases_of(course, exercises["greedy"], "class"):
        parameters, eos, unk, max_length = case.arguments
        index, a = None, np.zeros_like(parameters["ba"])
        for index_next in [*greedy(parameters, eos, unk, max_length), eos][:max_length]:
            row, a = predict_next(index, a, parameters, unk)
            assert np.diff(np.sort(row)[-2:])[0] > 1e-6
            index = index_next
    for case in cases_of(course, exercises["beam_search"], "class"):
        parameters, eos, unk, width, max_length, alpha = case.arguments
        for length in range(1, max_length + 1):
            sequences, logs = beam_search(parameters, eos, unk, width + 1, length, alpha)
            steps = np.array([min(len(one) + 1, length) for one in sequences])
            assert np.all(-np.diff(logs / steps**alpha) > 1e-9)
