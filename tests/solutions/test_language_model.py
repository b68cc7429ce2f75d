"""Language models: the chain rule, what counting gives, measured slopes, numbers at their limits, and learning."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import numpy as np
import pytest

from autograder.draws import draw_all
from solutions.reference import (
    adam_step,
    bigram_log_probability,
    bigram_probabilities,
    inputs_from_targets,
    language_model_gradients,
    masked_cross_entropy,
    masked_cross_entropy_backward,
    next_word_distribution,
    perplexity,
    rnn_forward,
    sequence_cross_entropy,
    sequence_log_probability,
    softmax,
    train_language_model,
    unigram_probabilities,
)
from solutions.reference.language_model import PARAMETERS
from tests.solutions.test_reference import assert_gradient

SIZES = [(4, 5, 3, 6), (6, 2, 5, 4), (3, 5, 1, 4), (5, 3, 4, 1), (4, 3, 1, 1)]  # n_y, n_a, m, T
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))


def model(sizes: tuple[int, ...], dtype: str = "float64") -> dict[str, Any]:
    """Sequences of different lengths, parameters, and scores."""
    named = dict(zip(("n_y", "n_a", "m", "T_y"), sizes, strict=True))
    rng = np.random.default_rng(sum(sizes))
    drawn = draw_all({"y": "n_y m T_y | one-hot", "z": "n_y m T_y", "parameters": PARAMETERS}, named, rng)
    lengths = np.append(rng.integers(1, max(named["T_y"], 2), size=named["m"] - 1), named["T_y"])
    parameters = {key: value.astype(dtype) for key, value in drawn["parameters"].items()}
    return {"y": drawn["y"].astype(dtype), "lengths": lengths, "z": drawn["z"].astype(dtype), "parameters": parameters}


def spelled(words: Any, n_y: int) -> Any:
    """Whole numbers (m, T) as one-hot (n_y, m, T)."""
    return np.moveaxis(np.eye(n_y)[np.asarray(words)], -1, 0)


@EVERY
def test_the_probabilities_of_all_sequences_of_a_length_add_up_to_one(sizes: tuple[int, ...]) -> None:
    n_y, _, _, steps = sizes
    steps = min(steps, 3)
    every = spelled(list(itertools.product(range(n_y), repeat=steps)), n_y)
    lengths = np.full(every.shape[1], steps)
    n = model(sizes)
    assert np.sum(np.exp(sequence_log_probability(every, lengths, n["parameters"]))) == pytest.approx(1)
    bigrams = bigram_probabilities(n["y"], n["lengths"])
    assert np.sum(np.exp(bigram_log_probability(every, lengths, bigrams))) == pytest.approx(1)


@EVERY
def test_a_sequence_is_as_probable_as_its_words_one_after_the_other(sizes: tuple[int, ...]) -> None:
    n = model(sizes)
    words = np.argmax(n["y"], axis=0)
    for i, length in enumerate(n["lengths"]):
        chances = [next_word_distribution(words[i, :t], n["parameters"])[words[i, t]] for t in range(length)]
        got = sequence_log_probability(n["y"], n["lengths"], n["parameters"])[i]
        assert got == pytest.approx(np.sum(np.log(chances)))


@EVERY
def test_the_loss_is_minus_the_mean_log_probability_and_its_slope_is_measured(sizes: tuple[int, ...]) -> None:
    n = model(sizes)
    loss, gradients = language_model_gradients(n["y"], n["lengths"], n["parameters"])
    assert loss == pytest.approx(-np.mean(sequence_log_probability(n["y"], n["lengths"], n["parameters"])))
    silent = {"dWax", "dWaa"} if sizes[-1] == 1 else set()  # the one step reads zeros, from a state of zeros
    assert set(gradients) == {"d" + key for key in PARAMETERS}
    for key, owner in n["parameters"].items():
        if "d" + key in silent:
            np.testing.assert_array_equal(gradients["d" + key], np.zeros_like(owner))
            continue
        assert_gradient(
            gradients["d" + key],
            lambda: -float(np.mean(sequence_log_probability(n["y"], n["lengths"], n["parameters"]))),
            owner,
            "d" + key,
        )


@EVERY
def test_the_masked_loss_back_to_the_scores(sizes: tuple[int, ...]) -> None:
    n = model(sizes)
    dz = masked_cross_entropy_backward(softmax(n["z"]), n["y"], n["lengths"])
    assert_gradient(dz, lambda: masked_cross_entropy(softmax(n["z"]), n["y"], n["lengths"]), n["z"], "dz")
    for i, length in enumerate(n["lengths"]):
        assert not dz[:, i, length:].any() and dz[:, i, :length].any()


@EVERY
def test_nothing_depends_on_what_stands_in_the_padding(sizes: tuple[int, ...]) -> None:
    n = model(sizes)
    other = n["y"].copy()
    for i, length in enumerate(n["lengths"]):
        other[:, i, length:] = np.roll(other[:, i, length:], 1, axis=0)
    bigrams = bigram_probabilities(n["y"], n["lengths"])
    np.testing.assert_array_equal(bigram_probabilities(other, n["lengths"]), bigrams)
    for function, last in (
        (unigram_probabilities, 0.5),
        (bigram_log_probability, bigrams),
        (sequence_log_probability, n["parameters"]),
        (lambda *inputs: language_model_gradients(*inputs)[0], n["parameters"]),
        (lambda *inputs: language_model_gradients(*inputs)[1]["dWaa"], n["parameters"]),
    ):
        np.testing.assert_allclose(function(other, n["lengths"], last), function(n["y"], n["lengths"], last), atol=1e-14)


def test_full_sequences_have_the_plain_loss() -> None:
    n = model(SIZES[0])
    y_pred, full = softmax(n["z"]), np.full(3, 6)
    assert masked_cross_entropy(y_pred, n["y"], full) == pytest.approx(sequence_cross_entropy(y_pred, n["y"]))


@EVERY
def test_float32_stays_float32_and_shapes_are_as_promised(sizes: tuple[int, ...]) -> None:
    n_y, _, m, _ = sizes
    n = model(sizes, "float32")
    y, lengths, parameters = n["y"], n["lengths"], n["parameters"]
    unigrams, bigrams = unigram_probabilities(y, lengths, 0.5), bigram_probabilities(y, lengths, 0.5)
    loss, gradients = language_model_gradients(y, lengths, parameters)
    nothing = {key: np.zeros_like(value) for key, value in parameters.items()}
    moved = adam_step(parameters, gradients, nothing, nothing, 1, 0.1)
    trained, losses = train_language_model(y, lengths, parameters, 0.1, 1, range(3))
    found = {
        "x": inputs_from_targets(y), "log": sequence_log_probability(y, lengths, parameters), "unigrams": unigrams,
        "next": next_word_distribution(np.array([], dtype=int), parameters), "bigrams": bigrams, **trained, **gradients,
        "counted": bigram_log_probability(y, lengths, bigrams), "dz": masked_cross_entropy_backward(softmax(n["z"]), y, lengths),
        **{f"{key} {place}": value for place, part in enumerate(moved) for key, value in part.items()},
    }  # fmt: skip  # one table
    assert {name for name, array in found.items() if array.dtype != np.float32} == set()
    assert (found["log"].shape, found["counted"].shape, unigrams.shape, bigrams.shape) == ((m,), (m,), (n_y,), (n_y, n_y))
    assert found["next"].shape == (n_y,) and losses.shape == (3,) and isinstance(loss, float)


def test_logarithms_survive_where_probabilities_do_not() -> None:
    n = model(SIZES[0])
    n["parameters"]["by"] = np.array([[0.0], [-3000.0], [2000.0], [0.0]])
    got = sequence_log_probability(spelled([[2, 2], [1, 2]], 4), np.array([2, 2]), n["parameters"])
    assert np.all(np.isfinite(got)) and got[0] == pytest.approx(0, abs=1e-9) and got[1] == pytest.approx(-5000, rel=1e-2)
    single = {key: value.astype("float32") for key, value in n["parameters"].items()}
    got = sequence_log_probability(spelled([[1, 2]], 4).astype("float32"), np.array([2]), single)
    assert got == pytest.approx(-5000, rel=1e-2)


def test_the_impossible_has_minus_infinity_and_an_infinite_perplexity_without_a_warning() -> None:
    n = model(SIZES[0])
    n["parameters"]["by"][1] = -np.inf
    y, lengths = spelled([[0, 1, 2], [0, 2, 1], [3, 2, 0]], 4), np.array([3, 2, 3])
    for got in (
        sequence_log_probability(y, lengths, n["parameters"]),
        bigram_log_probability(y, lengths, np.array([[0.5] * 4, [0.0] * 4, [0.25] * 4, [0.25] * 4])),
    ):
        assert got[0] == -np.inf and np.all(np.isfinite(got[1:]))
        assert perplexity(got, lengths) == np.inf


def test_a_guess_among_n_has_a_perplexity_of_n_however_long_the_sequences() -> None:
    lengths = np.array([1, 7, 3])
    assert perplexity(-lengths * np.log(28), lengths) == pytest.approx(28)
    assert perplexity(np.zeros(3), lengths) == 1


def test_counts_smoothed_by_hand() -> None:
    y, lengths = spelled([[2, 1, 0, 0], [1, 1, 2, 0]], 3), np.array([3, 4])  # 0 ends; the last of the first is padding
    np.testing.assert_allclose(unigram_probabilities(y, lengths, 1.0), np.array([3, 4, 3]) / 10)
    counts = np.array([[0, 1, 1], [1, 1, 1], [1, 1, 0]])  # [what follows, what was before]
    np.testing.assert_allclose(bigram_probabilities(y, lengths, 1.0), (counts + 1) / (counts.sum(axis=0) + 3))
    flat = np.repeat(unigram_probabilities(y, lengths)[:, None], 3, axis=1)
    np.testing.assert_allclose(bigram_log_probability(y, lengths, flat), np.log([0.3 * 0.4 * 0.3, 0.4 * 0.4 * 0.3 * 0.3]))


def test_what_was_never_seen_follows_evenly() -> None:
    np.testing.assert_allclose(bigram_probabilities(spelled([[1, 0]], 4), np.array([2]), 0.1)[:, 3], 0.25)


def test_the_first_step_of_adam_is_as_long_as_the_learning_rate() -> None:
    parameters, gradients = {"W": np.array([1.0, 1.0, 1.0])}, {"dW": np.array([1e-3, -20.0, 0.0])}
    nothing = {"W": np.zeros(3)}
    moved, v, s = adam_step(parameters, gradients, nothing, nothing, 1, 0.1)
    np.testing.assert_allclose(moved["W"], [0.9, 1.1, 1.0], rtol=1e-5)
    np.testing.assert_allclose([v["W"], s["W"]], [[1e-4, -2, 0], [1e-9, 0.4, 0]])


def test_training_takes_the_batches_in_turn_and_starts_over() -> None:
    n = model(SIZES[1])
    _, losses = train_language_model(n["y"], n["lengths"], n["parameters"], 1e-12, 2, iter(range(5)))
    single = [language_model_gradients(n["y"][:, [i]], n["lengths"][[i]], n["parameters"])[0] for i in range(5)]
    turns = [(0, 1), (2, 3), (4, 0), (1, 2), (3, 4)]
    np.testing.assert_allclose(losses, [(single[i] + single[j]) / 2 for i, j in turns], rtol=1e-6)


def test_a_trained_model_beats_what_counts() -> None:
    """After "aab" comes "c", after "bab" comes "d": one word of memory cannot know."""
    y = spelled([[1, 1, 2, 3, 0], [2, 1, 2, 4, 0]] * 4, 5)
    lengths = np.full(8, 5)
    start = model((5, 7, 8, 5))["parameters"]
    trained, losses = train_language_model(y, lengths, start, 0.03, 8, range(150))
    counted = perplexity(bigram_log_probability(y, lengths, bigram_probabilities(y, lengths, 0.01)), lengths)
    assert perplexity(sequence_log_probability(y, lengths, trained), lengths) < 1.2 < 1.3 < counted
    assert losses[-1] < losses[0] / 5
    assert next_word_distribution(np.array([2, 1, 2]), trained)[4] > 0.9


def test_no_model_answer_writes_into_its_inputs_or_gives_them_back() -> None:
    n = model(SIZES[0])
    y, lengths, parameters = n["y"], n["lengths"], n["parameters"]
    bigrams, before = bigram_probabilities(y, lengths), copy.deepcopy(n)
    nothing = {key: np.zeros_like(value) for key, value in parameters.items()}
    _, gradients = language_model_gradients(y, lengths, parameters)
    moved = adam_step(parameters, gradients, nothing, nothing, 1, 0.1)
    trained, _ = train_language_model(y, lengths, parameters, 0.1, 2, range(2))
    made = [inputs_from_targets(y), sequence_log_probability(y, lengths, parameters), unigram_probabilities(y, lengths),
            bigram_log_probability(y, lengths, bigrams), next_word_distribution(np.array([1, 2]), parameters),
            masked_cross_entropy_backward(softmax(n["z"]), y, lengths), *gradients.values(), *trained.values(),
            *(value for part in moved for value in part.values())]  # fmt: skip  # one list
    np.testing.assert_equal(n, before)
    assert not any(array.any() for array in nothing.values())
    assert not any(np.shares_memory(array, one) for array in made for one in (y, lengths, *parameters.values()))


def test_wrong_shapes_are_told() -> None:
    n = model(SIZES[0])
    with pytest.raises(ValueError, match=r"prefix has shape \(2, 1\); it needs \(T_x\)"):
        next_word_distribution(np.array([[1], [2]]), n["parameters"])
    with pytest.raises(ValueError, match=r"lengths has shape \(2,\); it needs \(m = 3\)"):
        sequence_log_probability(n["y"], n["lengths"][:2], n["parameters"])
    with pytest.raises(ValueError, match=r"bigrams has shape \(4, 5\); it needs \(n_y = 4, n_y = 4\)"):
        bigram_log_probability(n["y"], n["lengths"], np.ones((4, 5)))
    with pytest.raises(ValueError, match=r"parameters\['Wax'\] has shape \(5, 3\); it needs \(n_a = 5, n_y = 4\)"):
        wrong = {"Wax": np.ones((5, 3)), **{key: value for key, value in n["parameters"].items() if key != "Wax"}}
        language_model_gradients(n["y"], n["lengths"], wrong)


def test_the_inputs_of_a_language_model_are_what_the_network_is_run_on() -> None:
    n = model(SIZES[0])
    _, y_pred, _ = rnn_forward(inputs_from_targets(n["y"]), np.zeros((5, 3)), n["parameters"])
    words = np.argmax(n["y"], axis=0)
    for t in range(6):
        np.testing.assert_allclose(next_word_distribution(words[1, :t], n["parameters"]), y_pred[:, 1, t])
