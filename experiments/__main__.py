"""Run the experiments, all or by name, and write their results."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from experiments import results
from experiments.plan import Row
from experiments.running import NAMES, OPTIONAL, load, run

NAMES_HELP = f"Which experiments. By default all but {', '.join(OPTIONAL)}."
app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)


@app.command()
def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help=NAMES_HELP)] = None,
    folder: Annotated[Path, typer.Option("--results", help="The folder to write into.")] = results.FOLDER,
    reduced: Annotated[bool, typer.Option("--reduced", help="Few and short runs, as the tests make them.")] = False,
    processes: Annotated[int, typer.Option("--processes", "-p", min=1, help="Runs at a time.")] = os.cpu_count() or 1,
) -> None:
    """Run the experiments and write one CSV file for each, and `log.txt`, into the folder of results.

    Each run has its seed, so a second time gives the same rows on the same machine, times excepted. Other processors and
    other builds of NumPy round otherwise, and training amplifies that: medians stay, single rows may not.
    """
    unknown = [name for name in names or () if name not in NAMES + OPTIONAL]
    if unknown:
        raise typer.BadParameter(f"There is no experiment {', '.join(unknown)}. There are: {', '.join(NAMES + OPTIONAL)}.")
    if not reduced and (missing := " ".join(filter(None, (load(name).missing() for name in names or NAMES)))):
        raise typer.BadParameter(missing)
    if reduced and folder.resolve() == results.FOLDER.resolve():
        raise typer.BadParameter("Reduced runs would replace the full results. Name another folder with --results.")
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    lines = [f"{versions}, {os.cpu_count()} cores, {processes} runs at a time", ""]
    began = time.perf_counter()
    for name, rows, line in _with_progress(list(names or NAMES), reduced, processes):
        results.write(folder / f"{name}.csv", rows)
        lines.append(line)
        typer.echo(line)
    lines.append(f"all: {(time.perf_counter() - began) / 60:.1f} minutes")
    typer.echo(lines[-1])
    if not names:
        (folder / "log.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _with_progress(names: list[str], reduced: bool, processes: int) -> Iterator[tuple[str, list[Row], str]]:
    """Run one experiment after the other below a bar: name, rows, and a line for the log."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        for name in names:
            task = progress.add_task(name, total=len(load(name).runs(reduced)))
            began = time.perf_counter()
            rows, seconds = run(name, reduced, processes, lambda task=task: progress.advance(task))  # type: ignore[misc]
            took, runs = time.perf_counter() - began, progress.tasks[task].completed
            yield name, rows, f"{name}: {runs:.0f} runs, {len(rows)} rows, {took:.0f} s ({seconds:.0f} s of work)"


if __name__ == "__main__":
    sys.exit(app())
