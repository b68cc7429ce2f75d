"""Right answers of topic `notation` in other hands earn every point: loops, Counter, eye, lists, masks."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

COUNTED = '''
from collections import Counter

def build_vocabulary(sentences, size):
    counter = Counter()
    for sentence in sentences:
        counter.update(sentence)
    counter.pop("<UNK>", None)
    ranked = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    vocabulary = {"<UNK>": 0}
    for word, _ in ranked:
        if len(vocabulary) == size:
            break
        vocabulary[word] = len(vocabulary)
    return vocabulary

def encode(sentence, vocabulary):
    indices = np.empty(len(sentence), dtype=np.int32)
    for t, word in enumerate(sentence):
        try:
            indices[t] = vocabulary[word]
        except KeyError:
            indices[t] = vocabulary["<UNK>"]
    return indices

def one_hot(indices, n_x):
    return np.moveaxis(np.eye(n_x)[indices], -1, 0)

def pad_batch(sequences, n_x):
    """Through an index for padding that is cut off in the end."""
    lengths = [len(one) for one in sequences]
    padded = np.full((len(sequences), max(lengths)), n_x)
    for row, one in zip(padded, sequences):
        row[: len(one)] = one
    return one_hot(padded, n_x + 1)[:-1], np.array(lengths, dtype="uint8")

def count_parameters(n_a, n_x, n_y):
    made = dict(Waa=np.zeros((n_a, n_a)), Wax=np.zeros((n_a, n_x)), Wya=np.zeros((n_y, n_a)), ba=np.zeros((n_a, 1)),
                by=np.zeros((n_y, 1)))
    total = sum(one.size for one in made.values())
    made["Wa"] = np.hstack((made["Waa"], made["Wax"]))
    return {name: one.shape for name, one in made.items()}, total
'''
LOOPS = '''
def build_vocabulary(sentences, size):
    """Insertion into a list by hand; indices that NumPy counts."""
    counts = {}
    for sentence in sentences:
        for word in sentence:
            if word in counts:
                counts[word] += 1
            else:
                counts[word] = 1
    counts["<UNK>"] = float("inf")
    words = sorted(counts)
    words.sort(key=counts.get, reverse=True)
    return dict(zip(words[:size], np.arange(size)))

def encode(sentence, vocabulary):
    known = [word if word in vocabulary else "<UNK>" for word in sentence]
    return np.fromiter((vocabulary[word] for word in known), dtype=np.int64)

def one_hot(indices, n_x):
    x = np.zeros((n_x,) + indices.shape, dtype="float32")
    for place in np.ndindex(*indices.shape):
        x[(indices[place],) + place] = 1
    return x

def pad_batch(sequences, n_x):
    """A masked product, and a list of the two results."""
    lengths = np.array(list(map(len, sequences)))
    there = np.arange(lengths.max()) < lengths[:, None]
    filled = np.zeros(there.shape, dtype=int)
    filled[there] = np.concatenate(sequences)
    return [one_hot(filled, n_x) * there, lengths]

def count_parameters(n_a, n_x, n_y):
    table = [("Waa", n_a, n_a), ("Wax", n_a, n_x), ("ba", n_a, 1), ("Wya", n_y, n_a), ("by", n_y, 1)]
    total = 0
    for _, rows, columns in table:
        total += rows * columns
    shapes = {name: [rows, columns] for name, rows, columns in table}
    shapes["Wa"] = [n_a, n_a + n_x]
    return shapes, np.int64(total)
'''
FUNCTIONS = ["build_vocabulary", "encode", "one_hot", "pad_batch", "count_parameters"]
TOPIC = "notation"


@pytest.mark.parametrize("functions", [COUNTED, LOOPS], ids=["counter-eye-own-padding", "loops-masks-float32"])
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert_every_point(grade)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_blank_function_costs_nothing_but_itself(graded: Graded, course: Course, name: str) -> None:
    blank = f"def {name}(*inputs):\n    raise NotImplementedError"
    grade = graded([source_of(course.references[one]) if one != name else blank for one in FUNCTIONS])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {name}


def test_a_wrong_one_hot_costs_the_batch_nothing(graded: Graded) -> None:
    wrong = COUNTED.replace("np.eye(n_x)[indices]", "np.eye(n_x)[indices - 1]")
    grade = graded([wrong])
    assert {row.function for row in grade.checks if row.verdict != "right"} == {"one_hot"}


def test_no_finding_names_a_word(graded: Graded) -> None:
    grade = graded([COUNTED.replace("-pair[1]", "pair[1]").replace("= one\n", "= one[::-1]\n")])
    found = {row.function: row.finding for row in grade.checks if row.verdict == "wrong" and row.check != "inputs unchanged"}
    assert found.keys() == {"build_vocabulary", "pad_batch"}
    assert "rarest" in found["build_vocabulary"] and "read from its end" in found["pad_batch"]
    other = graded([COUNTED.replace("-pair[1], pair[0]", "len(pair[0]), pair[0]")])
    (told,) = [row.finding for row in other.checks if row.check == "vocabulary"]
    assert "of its" in told and "that do not belong there" in told
