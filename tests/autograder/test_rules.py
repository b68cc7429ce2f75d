"""Rules: what they let pass, what they refuse, and how often they are wrong about a right sample."""

import numpy as np
import pytest

from autograder.rules import distributed, distributed_each, within

P = np.array([0.5, 0.25, 0.2, 0.049, 0.001, 0.0])


def test_a_number_between_the_bounds_passes():
    assert within(1.0, 1.0, 2.0) is None
    assert within(np.float32(2), 1.0, 2.0) is None


@pytest.mark.parametrize("value", [None, "1.5", np.nan, np.inf, np.ones(1), 1.5j, [1.5]])
def test_anything_else_than_one_finite_number_is_refused(value):
    assert within(value, 1.0, 2.0) == "must be one finite number."


def test_the_side_is_told_and_no_number():
    assert within(2.1, 1.0, 2.0) == "is higher than that of a right program."
    assert within(0.9, 1.0, 2.0) == "is lower than any right program comes."


@pytest.mark.parametrize("size", [10, 200, 5000])
def test_right_samples_pass(size):
    rng = np.random.default_rng(size)
    assert all(distributed(rng.choice(6, size, p=P), P) is None for _ in range(300))


@pytest.mark.parametrize("other", [[0.4, 0.35, 0.2, 0.049, 0.001, 0], [1, 0, 0, 0, 0, 0], [0.25] * 4 + [0, 0]])
def test_samples_of_another_distribution_are_refused(other):
    draws = np.random.default_rng(0).choice(6, 5000, p=np.array(other) / np.sum(other))
    assert distributed(draws, P) == "is drawn with other probabilities than it should be."


@pytest.mark.parametrize("never", [5, 6, -1])
def test_what_must_never_come_is_refused_once_is_enough(never):
    assert distributed(np.array([0] * 1000 + [never]), P) == "holds what must never be drawn."


@pytest.mark.parametrize("value", [np.array([0.5]), np.array([], dtype=int), np.zeros((2, 2), dtype=int), "0", None])
def test_what_is_no_sample_is_refused(value):
    assert distributed(value, P) == "must be whole numbers."


def test_the_stated_bound_on_false_alarms_holds():
    rng = np.random.default_rng(1)
    alarms = sum(distributed(rng.choice(6, 400, p=P), P, false_alarm=0.05) is not None for _ in range(2000))
    assert alarms <= 0.05 * 2000


def rows_and_draws(size, seed, power=1.0):
    """Distributions of their own, and a draw from each, which are raised to a power first."""
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet(np.full(6, 0.7), size)
    bent = rows**power / np.sum(rows**power, axis=1, keepdims=True)
    return rows, np.array([rng.choice(6, p=row) for row in bent])


@pytest.mark.parametrize("size", [1, 3, 200])
def test_right_draws_from_distributions_of_their_own_pass(size):
    for seed in range(100):
        rows, draws = rows_and_draws(size, seed)
        assert distributed_each(draws, rows) is None


@pytest.mark.parametrize("power", [0.4, 3.0])
def test_draws_from_flatter_or_sharper_distributions_are_refused(power):
    rows, draws = rows_and_draws(400, 0, power)
    assert distributed_each(draws, rows) == "is drawn with other probabilities than it should be."


def test_draws_that_look_at_the_row_before_are_refused():
    rows, draws = rows_and_draws(400, 0)
    assert distributed_each(draws[:-1], rows[1:]) is not None


def test_among_distributions_what_cannot_come_is_refused_once_is_enough():
    rows, draws = rows_and_draws(50, 1)
    for never in (0.0, 1e-14):
        rows[20, draws[20]] = never
        assert distributed_each(draws, rows) == "holds what must never be drawn."
    rows[20] = 1 / 6
    for never in (6, -1):
        draws[20] = never
        assert distributed_each(draws, rows) == "holds what must never be drawn."
    assert distributed_each(draws[:10], rows) == "holds what must never be drawn."


@pytest.mark.parametrize("value", [np.array([0.5]), np.array([], dtype=int), np.zeros((2, 2), dtype=int), "0", None])
def test_what_is_no_sample_is_refused_among_distributions_too(value):
    assert distributed_each(value, np.ones((1, 1))) == "must be whole numbers."


def test_the_stated_bound_holds_for_distributions_of_their_own():
    results = [distributed_each(*reversed(rows_and_draws(120, seed)), false_alarm=0.05) for seed in range(600)]
    assert sum(one is not None for one in results) <= 0.05 * 600
