"""Rules: what they let pass, what they refuse, and how often they are wrong about a right sample."""

import numpy as np
import pytest

from autograder.rules import distributed, within

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
