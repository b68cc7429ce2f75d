"""The files of results: one row for each thing measured in one run, and medians with intervals over the seeds."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from math import comb
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "results"
DIGITS = 5
COVERAGE = 0.9


class Summary(NamedTuple):
    """A median, and two of the values between which the median of all possible runs lies nine times in ten."""

    median: float
    low: float
    high: float


def summarize(values: Iterable[float]) -> Summary:
    """Median and interval of the values of independent runs.

    The interval goes from the k-th smallest value to the k-th largest, with the largest k for which it covers the median of
    the distribution with a probability of at least 0.9, whatever the distribution is: of five or six values from the smallest
    to the largest (0.94, 0.97). Of fewer than five, no interval reaches 0.9; it then goes from the smallest to the largest too.

    Source: David and Nagaraja (2003), Order statistics, section 7.1: the number of values below the median is binomial.
    """
    ordered = sorted(values)
    n = len(ordered)
    if not n:
        raise ValueError("There is no value to summarize; the run that should have given it is missing.")
    k = 1
    while 2 * (k + 1) <= n and 1 - 2 * sum(comb(n, i) for i in range(k + 1)) / 2**n >= COVERAGE:
        k += 1
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return Summary(middle, ordered[k - 1], ordered[n - k])


def write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows, numbers rounded to five digits, over what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    half = path.with_suffix(".part")
    with half.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({column: rounded(value) for column, value in row.items()} for row in rows)
    half.replace(path)


def read(name: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The rows of an experiment by its name, numbers as numbers."""
    path = folder / f"{name}.csv"
    if not path.exists():
        raise FileNotFoundError(f"{path.name} is missing. `python -m experiments {name}` makes it.")
    with path.open(encoding="utf-8", newline="") as file:
        return [{column: number(text) for column, text in row.items()} for row in csv.DictReader(file)]


def chosen(rows: Iterable[dict[str, Any]], column: str, **where: Any) -> list[float]:
    """One column of the rows that have these values in other columns."""
    return [row[column] for row in rows if all(row[key] == value for key, value in where.items())]


def rounded(value: Any) -> Any:
    """A number with five digits; anything else as it is."""
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else value


def number(text: str) -> Any:
    """A whole number, a number, or the text itself."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
