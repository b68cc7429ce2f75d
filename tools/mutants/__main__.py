"""Break every reference function in every systematic way, and count what the hidden checks notice.

    python -m tools.mutants                       every function, a table, survivors shown
    python -m tools.mutants --topic bptt          one topic
    python -m tools.mutants --function softmax    one function

A mutant that survives and is truly the same function stands in equivalent.toml with the reason. Exit code 1 when
any other survives.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder.course import load_course
from tools.mutants.score import Score, score

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).parent / "equivalent.toml"


def main() -> int:
    arguments = _arguments()
    course = load_course(ROOT)
    names = [exercise.name for topic in course.topics if arguments.topic in ("", topic.name) for exercise in topic.exercises
             if arguments.function in ("", exercise.name)]  # fmt: skip  # one filter
    if not names:
        print(f"There is no function {arguments.function or arguments.topic!r} in this course.", file=sys.stderr)
        return 2
    excused = {(one["function"], one["old"], one["new"]) for one in tomllib.loads(EQUIVALENT.read_text()).get("equivalent", [])}
    with ProcessPoolExecutor() as pool:
        coming = pool.map(score, [ROOT] * len(names), names)
        console = Console(stderr=True)
        scores = list(track(coming, "breaking", len(names), console=console, disable=not console.is_terminal))
    wrong = _tell(scores, excused)
    if arguments.json:
        arguments.json.write_text(json.dumps([one.summary(excused) for one in scores], indent=1) + "\n")
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--topic", default="", help="one topic of the course")
    parser.add_argument("--function", default="", help="one function")
    parser.add_argument("--json", type=Path, help="write the figures into this file")
    return parser.parse_args()


def _tell(scores: list[Score], excused: set[tuple[str, str, str]]) -> int:
    """Print the table and the survivors. Returns how many are no known equivalents."""
    console = Console(width=150)
    table = Table("function", "mutants", "equivalent", "killed", "share")
    for one in scores:
        figures = one.summary(excused)
        counts = [str(figures[name]) for name in ("mutants", "equivalent", "killed")]
        table.add_row(one.function, *counts, f"{figures['share']:.1%}")
    console.print(table)
    left = [mutant for one in scores for mutant in one.survivors if (mutant.function, mutant.old, mutant.new) not in excused]
    for mutant in left:
        console.print(f"survives in {mutant.function}\n  - {mutant.old}\n  + {mutant.new}", markup=False, highlight=False)
    total = sum(one.total for one in scores)
    same = sum(len(one.survivors) for one in scores) - len(left)
    console.print(f"{total} mutants, {same} of them equivalent; {total - same - len(left)} of {total - same} killed")
    return len(left)


if __name__ == "__main__":
    sys.exit(main())
