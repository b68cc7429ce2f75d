"""What the tests of the experiments share."""

from __future__ import annotations

from typing import Any

from experiments.running import run


def reduced_rows(name: str) -> list[dict[str, Any]]:
    """The rows of an experiment's few and short runs, made now."""
    rows, _ = run(name, reduced=True, processes=1, advance=lambda: None)
    return rows
