"""The tasks are what their docstrings say."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from experiments import tasks
from experiments.learning import TASKS, adding, copying


def test_adding_asks_for_the_sum_of_two_marked_numbers() -> None:
    batch = tasks.adding(np.random.default_rng(0), 200, 11)
    values, marks = batch.x
    assert batch.x.shape == (2, 200, 11) and batch.mask is None
    assert np.all(np.sum(marks, axis=1) == 2) and np.all(np.sum(marks[:, :5], axis=1) == 1)
    assert batch.y[0] == pytest.approx([values[i][marks[i] == 1].sum() for i in range(200)])


def test_baselines_are_those_of_the_literature() -> None:
    task = adding(60)
    assert np.mean((task.test.y - 1) ** 2) == pytest.approx(task.baseline, abs=0.02)
    assert copying(30).baseline == pytest.approx(10 * log(8) / 50)


def test_copying_asks_for_ten_symbols_after_the_sign() -> None:
    batch = tasks.copying(np.random.default_rng(0), 7, 5)
    read, due = batch.x.argmax(axis=0), batch.y.argmax(axis=0)
    assert batch.x.shape == (10, 7, 25) and batch.mask is not None and batch.mask.all()
    assert np.array_equal(read[:, :10], due[:, -10:]) and np.all((read[:, :10] >= 1) & (read[:, :10] <= 8))
    assert np.all(read[:, 10:14] == 0) and np.all(read[:, 14] == 9) and np.all(read[:, 15:] == 0) and np.all(due[:, :15] == 0)


def test_an_embedded_word_ends_as_it_began() -> None:
    batch = tasks.embedded_reber(np.random.default_rng(0), 300)
    assert batch.mask is not None and np.all(batch.mask.sum(axis=1) == 1)
    asked = batch.y[:, batch.mask].argmax(axis=0)
    assert np.array_equal(asked, batch.x[:, :, 1].argmax(axis=0))
    assert set(asked) == {tasks.LETTERS.index("T"), tasks.LETTERS.index("P")}
    assert np.all(batch.x.sum(axis=0) <= 1)


def test_a_word_of_the_grammar_follows_its_nodes() -> None:
    rng = np.random.default_rng(1)
    for word in (tasks.reber_word(rng) for _ in range(200)):
        node = 0
        for letter in word[1:-1]:
            node = dict(tasks.GRAMMAR[node])[letter]
        assert node == 5 and word[0] == "B" and word[-1] == "E"


def test_names_are_read_one_step_late() -> None:
    batch = tasks.spelled(["al", "eva"])
    due = ["".join(tasks.ALPHABET[k] for k in row) for row in batch.y.argmax(axis=0)]
    assert due == ["al..", "eva."] and batch.mask is not None and batch.mask.tolist() == [[True, True, True, False], [True] * 4]
    assert np.all(batch.x[:, :, 0] == 0) and np.array_equal(batch.x[:, 1, 1:], batch.y[:, 1, :-1])


def test_held_out_names_are_not_learnt() -> None:
    learned, held_out = tasks.names()
    assert len(held_out) == 500 and not set(learned) & set(held_out)


@pytest.mark.parametrize("name", TASKS)
def test_every_task_draws_what_it_says(name: str) -> None:
    task = TASKS[name]()
    batch = task.draw(np.random.default_rng(0), 3)
    assert len(batch.x) == task.n_x and len(batch.y) == task.n_y and batch.x.dtype == np.float32
