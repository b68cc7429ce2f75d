"""How a course is learnt, and how its rows are read."""

from __future__ import annotations

from math import inf

from experiments import learning
from experiments.learning import Course, at_best_rate, last_scores, learn_course, steps_until
from experiments.plan import Row


def rows(rate: float, *curves: tuple[float, float]) -> list[Row]:
    """Scores after ten and after twenty steps, a pair for each seed."""
    return [
        {"task": "adding", "rate": rate, "seed": seed, "steps": 20, "step": step, "score": score}
        for seed, curve in enumerate(curves)
        for step, score in zip((10, 20), curve, strict=True)
    ]


SLOW, QUICK = rows(0.001, (0.5, 0.3), (0.4, 0.1), (0.4, 0.2)), rows(0.01, (0.3, 0.2), (0.2, 0.2), (0.1, 0.4))


def test_the_last_median_decides_and_then_the_one_before() -> None:
    assert at_best_rate(SLOW + QUICK, task="adding") == QUICK
    assert at_best_rate(SLOW + rows(0.01, (0, 0.3), (0, 0.3), (0, 0.1)), task="adding") == SLOW
    assert last_scores(QUICK) == [0.2, 0.2, 0.4]


def test_steps_are_counted_seed_by_seed() -> None:
    assert steps_until(QUICK, 0.25) == [20, 10, 10]
    assert steps_until(SLOW, 0.15) == [inf, 20, inf]


def test_a_course_reports_eight_times_and_again_the_same() -> None:
    course = Course(lambda: learning.adding_afresh(8), 16, (0.01,))
    found = learn_course(course, "gru", 300, 0.01, 3, 16, layers=2)
    assert [row["step"] for row in found] == list(range(2, 17, 2))
    assert abs(found[0]["parameters"] - 300) < 60
    assert found == learn_course(course, "gru", 300, 0.01, 3, 16, layers=2)
