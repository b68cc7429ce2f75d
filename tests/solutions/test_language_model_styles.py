"""Right answers in other hands earn every point: word by word, in arrays without what was brought along, float32, in place."""

from __future__ import annotations

import pytest

from autograder.course import Course, source_of
from tests.solutions.conftest import Graded, assert_every_point

# Example by example and word by word, with whole numbers for words; the brought functions do the rest.
LOOPS = '''
def inputs_from_targets(y):
    steps = [y[:, :, t] for t in range(y.shape[2])]
    return np.stack([np.zeros(y.shape[:2])] + steps[:-1], axis=2)

def said(y, lengths):
    for i in range(y.shape[1]):
        yield i, [int(np.argmax(y[:, i, t])) for t in range(int(lengths[i]))]

def sequence_log_probability(y, lengths, parameters):
    log_probability = np.zeros(y.shape[1])
    for i, words in said(y, lengths):
        a, x = np.zeros((len(parameters["Waa"]), 1)), np.zeros((len(y), 1))
        for word in words:
            a, _, _ = rnn_cell_forward(x, a, parameters)
            z = (parameters["Wya"] @ a + parameters["by"])[:, 0]
            log_probability[i] += z[word] - np.logaddexp.reduce(z)
            x = np.eye(len(y))[:, [word]]
    return log_probability

def next_word_distribution(prefix, parameters):
    words = [None, *prefix]
    a = np.zeros((len(parameters["Waa"]), 1))
    for word in words:
        x = np.zeros((len(parameters["by"]), 1))
        if word is not None:
            x[int(word), 0] = 1
        a, answer, _ = rnn_cell_forward(x, a, parameters)
    return np.ravel(answer)

def perplexity(log_probabilities, lengths):
    symbols = total = 0
    for one, length in zip(log_probabilities, lengths):
        total += float(one)
        symbols += int(length)
    return np.e ** (-total / symbols)

def unigram_probabilities(y, lengths, smoothing=1.0):
    counts = [smoothing] * len(y)
    for _, words in said(y, lengths):
        for word in words:
            counts[word] += 1
    return np.array(counts) / sum(counts)

def bigram_probabilities(y, lengths, smoothing=1.0):
    counts = np.full((len(y), len(y)), float(smoothing))
    for _, words in said(y, lengths):
        for before, word in zip([0] + words, words):
            counts[word, before] += 1
    for column in range(len(y)):
        counts[:, column] /= counts[:, column].sum()
    return counts

def bigram_log_probability(y, lengths, bigrams):
    with np.errstate(all="ignore"):
        return np.array([np.sum([np.log(bigrams[word, before]) for before, word in zip([0] + words, words)])
                         for _, words in said(y, lengths)])

def masked_cross_entropy(y_pred, y, lengths):
    loss = 0.0
    for i, words in said(y, lengths):
        for t, word in enumerate(words):
            loss -= np.log(y_pred[word, i, t])
    return loss / y.shape[1]

def masked_cross_entropy_backward(y_pred, y, lengths):
    dz = (y_pred - y) / len(lengths)
    for i, length in enumerate(lengths):
        dz[:, i, length:] = 0
    return dz

def language_model_gradients(y, lengths, parameters):
    total, loss, m = {}, 0.0, y.shape[1]
    for i in range(m):
        mine = y[:, [i], : lengths[i]]
        a, y_pred, caches = rnn_forward(inputs_from_targets(mine), np.zeros((len(parameters["Waa"]), 1)), parameters)
        loss += sequence_cross_entropy(y_pred, mine) / m
        gradients = output_backward(softmax_cross_entropy_backward(y_pred, mine) / m, a, parameters)
        gradients.update(rnn_backward(gradients.pop("da"), caches))
        for key in ("dWax", "dWaa", "dba", "dWya", "dby"):
            total[key] = total.get(key, 0) + gradients[key]
    return loss, total

def adam_step(parameters, gradients, v, s, t, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    parameters, v, s = ({key: np.array(value) for key, value in one.items()} for one in (parameters, v, s))
    for key in parameters:
        g = gradients["d" + key]
        v[key] *= beta1
        v[key] += (1 - beta1) * g
        s[key] *= beta2
        s[key] += (1 - beta2) * np.square(g)
        parameters[key] -= learning_rate * v[key] / (1 - beta1**t) / (np.sqrt(s[key] / (1 - beta2**t)) + epsilon)
    return parameters, v, s

def train_language_model(y, lengths, parameters, learning_rate, batch_size, iterations):
    zeros = lambda: {key: 0 * value for key, value in parameters.items()}
    v, s, losses, first = zeros(), zeros(), [], 0
    for i in iterations:
        chosen = [(first + k) % y.shape[1] for k in range(batch_size)]
        first = (first + batch_size) % y.shape[1]
        longest = max(lengths[k] for k in chosen)
        loss, gradients = language_model_gradients(y[:, chosen, :longest], lengths[chosen], parameters)
        losses += [loss]
        parameters, v, s = adam_step(parameters, gradients, v, s, i + 1, learning_rate)
    return [parameters, np.array(losses)]
'''

# Whole arrays, nothing of what was brought along, results in float32; parameters in one dictionary of the learner's own.
ARRAYS = '''
def inputs_from_targets(y):
    x = np.roll(y, 1, axis=-1)
    x[..., 0] = 0
    return x.astype("float32")

def mask(y, lengths):
    return (np.arange(1, y.shape[2] + 1)[None] <= np.asarray(lengths)[:, None]).astype(float)

def log_softmax(z):
    z = z - z.max(0)
    return z - np.log(np.exp(z).sum(0))

def states(y, p):
    x = np.concatenate([np.zeros_like(y[..., :1]), y[..., :-1]], -1)
    a = [np.zeros((p["Waa"].shape[0], y.shape[1]))]
    for t in range(y.shape[2]):
        a.append(np.tanh(p["Waa"] @ a[-1] + p["Wax"] @ x[..., t] + p["ba"]))
    return x, np.stack(a, -1)

def scores(a, p):
    return np.tensordot(p["Wya"], a[..., 1:], 1) + p["by"][..., None]

def sequence_log_probability(y, lengths, parameters):
    words = y.argmax(0)
    logs = np.take_along_axis(log_softmax(scores(states(y, parameters)[1], parameters)), words[None], 0)[0]
    logs[mask(y, lengths) == 0] = 0
    return logs.sum(-1).astype("float32")

def next_word_distribution(prefix, parameters):
    y = np.zeros((len(parameters["by"]), 1, len(prefix) + 1))
    y[prefix, 0, np.arange(len(prefix))] = 1
    return np.exp(log_softmax(scores(states(y, parameters)[1], parameters)))[:, 0, -1]

def perplexity(log_probabilities, lengths):
    return 2 ** -np.average(log_probabilities / lengths / np.log(2), weights=lengths)

def unigram_probabilities(y, lengths, smoothing=1.0):
    words = y.argmax(0)[mask(y, lengths) > 0]
    counts = np.bincount(words, minlength=len(y))
    return (counts + smoothing) / (len(words) + smoothing * len(y))

def pairs(y, lengths):
    words = y.argmax(0)
    before = np.pad(words, ((0, 0), (1, 0)))[:, :-1]
    return words, before

def bigram_probabilities(y, lengths, smoothing=1.0):
    words, before = pairs(y, lengths)
    counts = np.zeros((len(y), len(y)), dtype="float32")
    np.add.at(counts, (words, before), mask(y, lengths))
    return (counts + smoothing) / (counts.sum(0, keepdims=True) + smoothing * len(y))

def bigram_log_probability(y, lengths, bigrams):
    words, before = pairs(y, lengths)
    chances = np.where(mask(y, lengths) > 0, bigrams[words, before], 1)
    with np.errstate(divide="ignore"):
        return np.log(chances.prod(1))

def masked_cross_entropy(y_pred, y, lengths):
    return -np.einsum("kmt,kmt,mt->", y, np.log(y_pred), mask(y, lengths)) / y.shape[1]

def masked_cross_entropy_backward(y_pred, y, lengths):
    return np.where(mask(y, lengths)[None] > 0, y_pred - y, 0) / y.shape[1]

def language_model_gradients(y, lengths, parameters):
    p, g, (x, a) = parameters, {}, states(y, parameters)
    logs = log_softmax(scores(a, p))
    dz = masked_cross_entropy_backward(np.exp(logs), y, lengths)
    g["dWya"], g["dby"] = np.einsum("kmt,amt->ka", dz, a[..., 1:]), dz.sum((1, 2))[:, None]
    da, d = np.tensordot(p["Wya"].T, dz, 1), np.zeros_like(a[..., 1:])
    after = 0
    for t in range(y.shape[2] - 1, -1, -1):
        d[..., t] = (da[..., t] + after) * (1 - a[..., t + 1] ** 2)
        after = p["Waa"].T @ d[..., t]
    g["dWaa"], g["dWax"] = np.einsum("amt,bmt->ab", d, a[..., :-1]), np.einsum("amt,kmt->ak", d, x)
    g["dba"] = d.sum(axis=(1, 2)).reshape(-1, 1)
    return -(logs * y * mask(y, lengths)).sum() / y.shape[1], {key: value.astype("float32") for key, value in g.items()}

def adam_step(parameters, gradients, v, s, t, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new = {}
    for key, value in parameters.items():
        g = gradients["d" + key]
        mean, square = v[key] + (1 - beta1) * (g - v[key]), s[key] + (1 - beta2) * (g * g - s[key])
        length = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        move = length * mean / (np.sqrt(square) + epsilon * np.sqrt(1 - beta2**t))
        new[key] = value - move, mean, square
    return tuple({key: three[place] for key, three in new.items()} for place in range(3))

def train_language_model(y, lengths, parameters, learning_rate, batch_size, iterations):
    memory, losses, m = [{key: np.zeros(value.shape) for key, value in parameters.items()} for _ in "vs"], [], y.shape[1]
    order = np.tile(np.arange(m), batch_size + 1)
    for i in iterations:
        begin = i * batch_size % m
        batch = order[begin : begin + batch_size]
        loss, gradients = language_model_gradients(y.take(batch, 1), lengths.take(batch), parameters)
        parameters, *memory = adam_step(parameters, gradients, *memory, i + 1, learning_rate)
        losses.append(np.float32(loss))
    return parameters, np.array(losses)
'''
TOPIC = "language_model"


@pytest.mark.parametrize("functions", [LOOPS, ARRAYS], ids=["word-by-word", "whole-arrays-float32"])
def test_a_right_answer_in_another_style_earns_every_point(graded: Graded, functions: str) -> None:
    grade = graded([functions])
    assert_every_point(grade)


def test_a_blank_function_costs_nothing_but_itself(graded: Graded, course: Course) -> None:
    names = [exercise.name for exercise in course.topic("language_model").exercises]
    for blank in names:
        stub = f"def {blank}(*inputs):\n    raise NotImplementedError"
        grade = graded([source_of(course.references[name]) if name != blank else stub for name in names])
        assert {row.function for row in grade.checks if row.verdict != "right"} == {blank}


def test_the_logarithm_of_a_softmax_loses_the_improbable_only(graded: Graded, course: Course) -> None:
    plain = LOOPS.replace("z[word] - np.logaddexp.reduce(z)", "np.log(softmax(z)[word])")
    assert plain != LOOPS
    wrong = [row for row in graded([plain]).checks if row.verdict != "right"]
    assert [(row.check, row.mistake) for row in wrong] == [("log_probability of the improbable", "log-of-softmax")]


def test_what_was_brought_along_wrong_costs_nothing(graded: Graded, course: Course) -> None:
    names = [exercise.name for exercise in course.topic("language_model").exercises]
    wrong = [f"def {name}(*inputs):\n    raise NotImplementedError" for name in course.topic("language_model").brought]
    grade = graded([*wrong, *(source_of(course.references[name]) for name in names)])
    assert [(row.function, row.finding) for row in grade.checks if row.verdict != "right"] == []
