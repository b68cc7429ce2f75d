"""From words to arrays: what a user of the vocabulary functions would notice."""

from __future__ import annotations

import copy
import random

import numpy as np
import pytest

from solutions.reference import (
    build_vocabulary,
    count_parameters,
    encode,
    one_hot,
    pad_batch,
    rnn_cell_forward,
    rnn_forward,
    stack_weights,
)
from solutions.reference.rnn import PARAMETERS

SPELL = ["Harry", "Potter", "and", "Hermione", "Granger", "invented", "a", "new", "spell"]


def test_the_sentence_of_the_notes_becomes_an_array_and_can_be_read_back() -> None:
    vocabulary = build_vocabulary([SPELL], 10_000)
    assert len(vocabulary) == 10 and sorted(vocabulary.values()) == list(range(10))
    x, lengths = pad_batch([encode(SPELL, vocabulary)], len(vocabulary))
    assert x.shape == (10, 1, 9) and lengths.tolist() == [9]
    words = list(vocabulary)
    assert [words[index] for index in x[:, 0].argmax(axis=0)] == SPELL


def test_the_vocabulary_does_not_depend_on_the_order_of_the_sentences() -> None:
    sentences = [SPELL, SPELL[:4], SPELL[2:7], ["<UNK>", "New"]]
    found = build_vocabulary(sentences, 7)
    assert list(found) == ["<UNK>", "Hermione", "and", "Granger", "Harry", "Potter", "a"]
    for seed in range(5):
        mixed = [random.Random(seed).sample(sentence, len(sentence)) for sentence in sentences]
        random.Random(seed).shuffle(mixed)
        assert build_vocabulary(mixed, 7) == found


@pytest.mark.parametrize("size", [1, 2, 5, 10, 11, 99])
def test_the_size_counts_the_unknown_word_and_is_a_limit(size: int) -> None:
    vocabulary = build_vocabulary([SPELL, SPELL], size)
    assert len(vocabulary) == min(size, 10) and vocabulary["<UNK>"] == 0
    assert all(type(word) is str and type(index) is int for word, index in vocabulary.items())


def test_ties_are_in_order_among_many_words() -> None:
    words = [f"w{i:03d}" for i in range(500)]
    assert list(build_vocabulary([words[::-1], words], 400)) == ["<UNK>", *words[:399]]


def test_unknown_words_share_one_index_wherever_it_is() -> None:
    vocabulary = {"spell": 4, "<UNK>": 2, "new": 0}
    indices = encode(["a", "new", "spell", "New"], vocabulary)
    np.testing.assert_array_equal(indices, [2, 0, 4, 2])
    assert indices.dtype.kind == "i"


@pytest.mark.parametrize("shape", [(7,), (3, 5), (1, 4), (1,), (6, 1)])
def test_one_hot_columns_sum_to_one_and_point_back(shape: tuple[int, ...]) -> None:
    indices = np.random.default_rng(0).integers(6, size=shape)
    x = one_hot(indices, 6)
    assert x.shape == (6, *shape) and x.dtype == np.float64
    np.testing.assert_array_equal(x.sum(axis=0), 1.0)
    np.testing.assert_array_equal(x.argmax(axis=0), indices)


@pytest.mark.parametrize("lengths", [(4, 2, 5), (3,), (1, 1), (1, 6)])
def test_padding_is_zero_and_nothing_else_is(lengths: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    sequences = [rng.integers(4, size=length) for length in lengths]
    x, told = pad_batch(sequences, 4)
    assert x.shape == (4, len(lengths), max(lengths)) and told.tolist() == list(lengths)
    for i, sequence in enumerate(sequences):
        np.testing.assert_array_equal(x[:, i, : lengths[i]], one_hot(sequence, 4))
        assert not np.any(x[:, i, lengths[i] :])


def test_the_batch_is_what_the_network_reads() -> None:
    x, lengths = pad_batch([np.array([0, 2]), np.array([1, 1, 0])], 3)
    rng = np.random.default_rng(0)
    shapes, _ = count_parameters(5, 3, 4)
    parameters = {key: rng.standard_normal(shapes[key]) for key in PARAMETERS}
    a, y_pred, _ = rnn_forward(x, np.zeros((5, 2)), parameters)
    assert a.shape == (5, 2, 3) and y_pred.shape == (4, 2, 3)
    column = parameters["Wax"][:, 2]  # the product with a one-hot vector picks a column
    first = np.tanh(parameters["Waa"] @ a[:, :, 0] + column[:, None] + parameters["ba"])
    np.testing.assert_allclose(first[:, 0], a[:, 0, 1])
    assert lengths.tolist() == [2, 3]


def test_parameters_are_those_of_the_network() -> None:
    n_a, n_x, n_y = 5, 3, 4
    shapes, total = count_parameters(n_a, n_x, n_y)
    parameters = {key: np.zeros(shapes[key]) for key in PARAMETERS}
    rnn_cell_forward(np.zeros((n_x, 2)), np.zeros((n_a, 2)), parameters)
    assert sum(one.size for one in parameters.values()) == total
    assert stack_weights(parameters["Waa"], parameters["Wax"]).shape == shapes["Wa"]
    shapes, total = count_parameters(100, 10_000, 10_000)
    assert (shapes["Waa"], shapes["Wax"], shapes["Wa"]) == ((100, 100), (100, 10_000), (100, 10_100))
    assert total == 2_020_100


def test_no_input_is_written_into() -> None:
    sentences, vocabulary, sequences = [SPELL, SPELL[:2]], {"a": 1, "<UNK>": 0}, [np.array([1, 0]), np.array([0])]
    before = copy.deepcopy((sentences, vocabulary, sequences))
    build_vocabulary(sentences, 3)
    encode(SPELL, vocabulary)
    x, _ = pad_batch(sequences, 2)
    assert not any(np.shares_memory(x, one) for one in sequences)
    np.testing.assert_equal((sentences, vocabulary, sequences), before)
