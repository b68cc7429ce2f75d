"""What an experiment is: a question, the runs that answer it, and what one run measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Settings = dict[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Experiment:
    """One question of the notes.

    Attributes
    ----------
    name : of its module in this package and of its file in results/
    question : one sentence
    runs : runs(reduced) gives the settings of every run, the seed among them. Reduced runs are few and short, for tests: they
        show the direction of the result and no more
    measure : measure(**settings) makes one run and gives its rows; it depends on nothing but its settings
    alone : True where a run measures time, so that no other run may share the processor with it
    missing : missing() is a sentence that says what full runs still need and how to get it; empty where nothing is missing
    """

    name: str
    question: str
    runs: Callable[[bool], Sequence[Settings]]
    measure: Callable[..., list[Row]]
    alone: bool = False
    missing: Callable[[], str] = lambda: ""
