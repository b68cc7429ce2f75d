"""Words in, exit code out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder import record, report
from autograder.course import load_course
from autograder.domain import Grade
from autograder.errors import GraderError, UsageError
from autograder.keys import VARIABLE, course_secret, read_secret
from autograder.pipeline import Batch, Run, recorded
from autograder.report.words import clean
from autograder.sandbox import Limits, find_isolation
from autograder.sandbox.levels import require_isolation

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Grade NumPy exercises from outside the student's process, and say which mistake was made.",
)
SECRET_HELP = "The file of the secret that students' inputs are drawn by, if not gradebook/draws.key."
CourseOption = Annotated[Path, typer.Option("--course", help="The course folder.", envvar="UNROLLED_COURSE")]


@app.command()
def grade(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Notebooks, .py files, folders, .zip and .tar.gz.")],
    assignment: Annotated[str, typer.Option("--assignment", "-a", help="A topic of the course: bptt, or 03_bptt.")] = "",
    by_name: Annotated[str, typer.Option("--by-name", help="Functions to judge in notebooks that were never ours: f,g,h.")] = "",
    out: Annotated[Path, typer.Option("--out", "-o", help="Write one JSON line a submission.")] = Path("results.jsonl"),
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many at once.")] = os.cpu_count() or 1,
    student: Annotated[str, typer.Option("--student", help="The student's id, for a single file.")] = "",
    gradebook: Annotated[bool, typer.Option(help="Enter the grades into nbgrader's gradebook (never with --by-name).")] = True,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="Time limit of one call, by the clock.")] = 5.0,
    unsafe: Annotated[bool, typer.Option("--unsafe-no-sandbox", help="Without isolation, run students' code as you.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table and no progress.")] = False,
    secret: Annotated[Path | None, typer.Option("--secret", help=SECRET_HELP, envvar=VARIABLE)] = None,
    course: CourseOption = Path(),
) -> None:
    """Grade submissions. Exit code 0: all were graded, whatever the grades; 1: some could not be; 2: wrong arguments.

    Whatever ends it before its end, the same command goes on where it stopped.

    Examples:

      python -m autograder grade --assignment bptt submitted/

      python -m autograder grade --assignment bptt submissions.zip

      python -m autograder grade --by-name rnn_cell_forward,rnn_backward homework.ipynb
    """
    if bool(assignment) == bool(by_name):
        raise UsageError("Say either --assignment TOPIC or --by-name FUNCTION,FUNCTION.")
    functions = tuple(name.strip() for name in by_name.split(",") if name.strip())
    isolation = require_isolation(unsafe=unsafe)
    chosen = read_secret(secret) if secret else None
    batch = Batch(course.resolve(), assignment, isolation, functions, Limits(seconds=seconds), chosen)
    with recorded(batch, paths, out, jobs, student or None) as run:
        _tell_of_earlier_runs(run, quiet)
        grades = sorted(_with_progress(run, quiet), key=lambda one: one.student)
        record.write_results(grades, out)
        if gradebook and not functions:
            record.write_gradebook(load_course(batch.root).db_url, batch.topic, grades)
    if not quiet:
        Console().print(report.grade_table(grades))
    ungraded = [one for one in grades if not one.graded]
    if ungraded:
        raise GraderError(f"{len(ungraded)} of {len(grades)} submissions could not be graded; {out} says why for each.")


def _tell_of_earlier_runs(run: Run, quiet: bool) -> None:
    if run.notice:
        typer.echo(clean(run.notice), err=True)
    if run.before and not quiet:
        typer.echo(f"{run.before} of {run.count} were graded before; going on.", err=True)


def _with_progress(run: Run, quiet: bool) -> Iterator[Grade]:
    """Show a bar on a terminal while grades come."""
    flagged_column = TextColumn("{task.fields[flagged]} flagged")
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), flagged_column, TimeRemainingColumn())
    console = Console(stderr=True)
    flagged = 0
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("grading", total=run.count, flagged=0)
        for one in run.grades:
            flagged += bool(one.flags)
            progress.update(task, advance=1, flagged=flagged)
            yield one


@app.command("report")
def report_command(
    results: Annotated[list[Path], typer.Argument(metavar="RESULTS...", help="Results files written by `grade --out`.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write the pages into.")] = Path("_build/report"),
) -> None:
    """Write a feedback page for each submission and a report on the class."""
    grades = [one for path in results for one in record.read_results(path)]
    report.write_feedback(grades, out)
    typer.echo(report.write_class_report(grades, out))


@app.command()
def doctor() -> None:
    """Say which isolation level this machine gives, and why. Exit code 1 when it gives none."""
    found = find_isolation()
    typer.echo(f"isolation: {found.level}")
    for reason in found.reasons:
        typer.echo(f"  - {reason}")
    if not found.isolates:
        raise typer.Exit(1)


@app.command()
def release(
    course: CourseOption = Path(),
    sources: Annotated[Path, typer.Option(help="Where the notebooks with answers go; keep it private.")] = Path("_build/source"),
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the release goes.")] = Path("exercises"),
) -> None:
    """Make the exercises: notebooks with answers from the topics, then nbgrader's generate_assignment."""
    from autograder.release import build_sources, generate

    found = load_course(course.resolve())
    course_secret(found.root)  # it is there to be copied before anyone is graded by it
    build_sources(found, sources.resolve())
    generate(found, sources.resolve(), out.resolve(), found.db_url)
    for topic in found.topics:
        typer.echo(found.release(topic).relative_to(found.root))


def main() -> None:
    """Run the command line; every error of ours is one line."""
    try:
        app()
    except GraderError as error:
        typer.echo(f"Error: {clean(str(error))}", err=True)
        sys.exit(error.exit_code)
