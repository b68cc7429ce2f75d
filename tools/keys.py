"""Does a right answer earn every point under every key, and does every known mistake lose one?

    python -m tools.keys                           every topic under 20 keys
    python -m tools.keys --keys 200 --topic rnn    one topic under more
    python -m tools.keys --first 200               under twenty others

Each student has a key, and inputs drawn by it. So each model answer and each known mistake is judged under many keys, in
this process, as the grader would judge it. Exit code 1 when a model answer loses a point or a mistake loses none.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder.cases import cases_of
from autograder.course import Course, load_course, mistaken
from autograder.domain import Exercise, Topic
from tools.mutants.score import first_finding

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Trouble:
    """One function under one key: a model answer that was refused, with what was said, or a mistake that passed."""

    topic: str
    function: str
    key: str
    says: str


def main() -> int:
    arguments = _arguments()
    course = load_course(ROOT)
    topics = [topic for topic in course.topics if arguments.topic in ("", topic.name)]
    if not topics:
        print(f"There is no topic {arguments.topic!r} in this course.", file=sys.stderr)
        return 2
    keys = [f"key {number}" for number in range(arguments.first, arguments.first + arguments.keys)]
    work = [(topic.name, exercise.name, key) for topic in topics for exercise in topic.exercises for key in keys]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        coming = pool.map(_under_one_key, *zip(*work, strict=True), chunksize=max(1, min(len(keys), 10)))
        console = Console(stderr=True)
        found = list(track(coming, "drawing", len(work), console=console, disable=not console.is_terminal))
    return _tell(topics, len(keys), list(itertools.chain.from_iterable(found)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.keys", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--keys", type=int, default=20, help="how many keys")
    parser.add_argument("--first", type=int, default=0, help="the number of the first key")
    parser.add_argument("--topic", default="", help="one topic of the course")
    parser.add_argument("--jobs", type=int, help="how many processes; as many as there are processors, if left out")
    return parser.parse_args()


def _under_one_key(topic: str, function: str, key: str) -> list[Trouble]:
    course = load_course(ROOT)
    here = course.topic(topic)
    return list(troubles(course, here, next(one for one in here.exercises if one.name == function), key))


def troubles(course: Course, topic: Topic, exercise: Exercise, key: str) -> Iterator[Trouble]:
    """All that is not as it should be with one exercise under one key."""
    cases = cases_of(course, exercise, key)
    refused = first_finding(exercise, exercise.reference, cases)
    if refused:
        yield Trouble(topic.name, exercise.name, key, f"the model answer is refused: {refused.check}: {refused.finding}")
    for mistake in topic.mistakes:
        if mistake.function == exercise.name and not first_finding(exercise, mistaken(mistake, exercise.reference), cases):
            yield Trouble(topic.name, exercise.name, key, f"{mistake.id} loses no point")


def _tell(topics: list[Topic], keys: int, found: list[Trouble]) -> int:
    """Print a table and every trouble. Returns the exit code."""
    console = Console(width=150)
    table = Table("topic", "functions", "mistakes", "keys", "troubles")
    for topic in topics:
        count = sum(one.topic == topic.name for one in found)
        table.add_row(topic.name, *map(str, (len(topic.exercises), len(topic.mistakes), keys, count)))
    console.print(table)
    for one in found:
        console.print(f"{one.topic} {one.function} [{one.key}] {one.says}", markup=False, highlight=False)
    console.print(f"{len(found)} troubles under {keys} keys")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
