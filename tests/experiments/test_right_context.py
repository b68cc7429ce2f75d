"""Where the context on the right decides, a reader needs it; and the chapter says what was measured."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from experiments import reading, results, right_context
from experiments.results import Summary, chosen, summarize
from tests.book import test_chapters as chapters
from tests.experiments.conftest import reduced_rows

CHAPTER = "brnn"


def test_reduced_who_reads_on_is_right_and_who_does_not_cannot_be() -> None:
    rows = reduced_rows("right_context")
    for seed in range(2):
        left, late, both = (chosen(rows, "right", seed=seed, reader=reader, group="known")[0] for reader in right_context.READERS)
        limit = chosen(rows, "limit", seed=seed, reader="left", group="known")[0]
        assert left <= limit < 0.65
        assert min(late, both) > limit + 0.15
    assert len(set(chosen(rows, "parameters", group="known"))) == 2


def test_nobody_from_the_left_exceeds_the_limit() -> None:
    """Counted in another way: each beginning is answered with each reading, and the best is taken."""
    known = reading.split().known
    answers = {phrase.text[: phrase.place + 1]: Counter[str]() for phrase in known}
    for phrase in known:
        answers[phrase.text[: phrase.place + 1]][phrase.reading] += 1
    assert reading.best(known, 0) == pytest.approx(sum(one.most_common(1)[0][1] for one in answers.values()) / len(known))
    assert reading.best(known, 0) < reading.best(known, 1) < reading.best(known, None) == 1.0


def test_what_is_asked_was_not_learnt() -> None:
    data = reading.split()
    learnt, words = ({getattr(phrase, what) for phrase in data.training} for what in ("text", "word"))
    assert not learnt & {phrase.text for phrase in data.known + data.new}
    assert {phrase.word for phrase in data.known} == words and not words & {phrase.word for phrase in data.new}
    assert Counter(Counter(phrase.word for phrase in data.training).values()) == {3: len(words)}


def full(reader: str, group: str, cell: str = "rnn") -> Summary:
    return summarize(chosen(results.read("right_context"), "right", cell=cell, reader=reader, group=group))


def test_full_results_are_what_the_chapter_says() -> None:
    rows = [row for row in results.read("right_context") if row["group"] != "shown"]
    assert {row["seed"] for row in rows} == set(right_context.SEEDS) and len(rows) == 2 * 3 * 5 * 2
    counts = [row["parameters"] for row in rows]
    assert max(counts) < 1.02 * min(counts), "equal parameter counts"
    assert all(row["right"] <= row["limit"] for row in rows)
    for cell in right_context.CELLS:
        assert full("left", "known", cell).high < min(chosen(rows, "limit", reader="left"))
        assert min(full("late", "known", cell).low, full("both", "known", cell).low) > 0.95
        assert full("left", "new", cell).median < full("both", "new", cell).low
        assert full("both", "new", cell).high < full("late", "new", cell).low < 0.7
    counts = {row["reader"]: row["parameters"] for row in rows if row["cell"] == "rnn"}
    n_x, n_y, n = len(reading.CHARACTERS), len(reading.SOUNDS), right_context.CELLS["rnn"]
    assert counts["both"] == 2 * n * (n + n_x + 1) + n_y * (2 * n + 1) and counts["left"] == 59 * (59 + n_x + 1) + n_y * (59 + 1)
    assert round(counts["both"], -3) == 88_000


def counted() -> float:
    """How often somebody is right in known words who gives each character its most frequent reading among the phrases learnt."""
    data, readings = reading.split(), {phrase.text[phrase.place]: Counter[str]() for phrase in reading.ALL}
    for phrase in data.training:
        readings[phrase.text[phrase.place]][phrase.reading] += 1
    said = [readings[phrase.text[phrase.place]].most_common(1)[0][0] == phrase.reading for phrase in data.known]
    return sum(said) / len(said)


def test_numbers_of_the_chapter() -> None:
    text = " ".join(chapters.prose(CHAPTER).split())
    data = reading.split()
    for limit in (reading.best(data.known, 0), reading.best(data.new, 0), reading.best(data.known, 1)):
        assert f"{limit:.1%}" in text
    assert f"({counted():.1%})" in text
    assert max(full("left", "known", cell).high for cell in right_context.CELLS) < counted()
    new, begun = {phrase.word for phrase in data.new}, {phrase.word[:2] for phrase in data.training}
    assert f"of the {len(new)} new words only {sum(word[:2] in begun for word in new)} begin" in text
    words = len({phrase.word for phrase in reading.ALL})
    asked = len({phrase.text[phrase.place] for phrase in reading.ALL})
    for number in (f"{words:,} words", f"{asked} such characters", f"the other {len({p.word for p in data.known}):,}"):
        assert number in text, number
    assert "`python -m experiments right_context`" in text


def test_pairs_are_alike_up_to_the_character() -> None:
    shown = [row for row in results.read("right_context") if row["group"] == "shown" and row["cell"] == "rnn"]
    due = {row["phrase"]: row["due"] for row in shown}
    assert tuple(due) == right_context.SHOWN
    for one, other in zip(right_context.SHOWN[::2], right_context.SHOWN[1::2], strict=True):
        assert one[:3] == other[:3] and due[one] != due[other]
        assert re.fullmatch("|".join(reading.OPENINGS), one[:2])
        left = {row["said"] for row in shown if row["reader"] == "left" and row["phrase"] in (one, other)}
        assert len(left) == 1, "the same answer to both"
