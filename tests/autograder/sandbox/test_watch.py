"""What a call does beside returning."""

import random

import numpy as np

from autograder.sandbox.watch import random_states, windows


def test_each_global_generator_is_watched_and_a_local_one_is_free():
    before = random_states()
    np.random.default_rng(0).random(3)
    random.Random(0).random()
    assert random_states() == before
    for touch in (np.random.rand, random.random, lambda: np.random.seed(3)):
        before = random_states()
        touch()
        assert random_states() != before


def test_a_view_of_an_input_is_a_window_and_a_copy_is_not():
    x, parameters = np.ones((3, 4)), {"W": np.ones((2, 2))}
    outputs = [x.copy(), x[1:], [{"deep": parameters["W"].T}], x + 0, None, "text", np.ones(0)]
    assert windows(outputs, [x, parameters]) == [1, 2]
