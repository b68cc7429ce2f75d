"""A batch of 200 submissions, half of them hostile, beside 200 honest ones; prints times, and whether every grade is right.

The hostile half is the class of `tests/hostile/`: one of each attack, and again from the first. Its time may be three times
that of the honest batch, plus what was spent waiting for submissions that were stopped by the clock. Exit code 1 when it is
more, or when an honest submission lost a point or a hostile one got one that it had not earned.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import tempfile
import time
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
tests = types.ModuleType("tests")  # other packages bring a folder of this name along; ours is meant
tests.__path__ = [str(ROOT / "tests")]
sys.modules["tests"] = tests

from autograder.course import source_of  # noqa: E402  # the course folder is added first
from autograder.domain import Grade  # noqa: E402
from autograder.pipeline import Batch, grade_all  # noqa: E402
from autograder.sandbox import Limits, find_isolation  # noqa: E402
from tests.hostile.classroom import ATTACKED, COURSE, HONEST, Attack, places_in, points, student, written  # noqa: E402
from tests.hostile.exhausting import EXHAUSTING, SLOW  # noqa: E402
from tests.hostile.fooling import FOOLING  # noqa: E402
from tests.hostile.forging import FORGING  # noqa: E402
from tests.hostile.stealing import STEALING  # noqa: E402

RIGHT = "import numpy as np\n" + "\n\n".join(source_of(COURSE.references[name]) for name in (ATTACKED, HONEST))
LIMITS = Limits(seconds=2.0, memory_bytes=512 * 1024**2)
FULL = points(ATTACKED, HONEST)
MOST = 3.0


def main() -> int:
    """Grade both classes in turn. Exit code 0 when all is as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    right = True
    with tempfile.TemporaryDirectory() as folder:
        honest, mixed, earns = classes(Path(folder), options.submissions)
        for number in range(1, options.rounds + 1):
            quiet, _ = graded(honest, options.jobs)
            loud, grades = graded(mixed, options.jobs)
            right &= told(number, quiet, loud, grades, earns, options.jobs)
    return 0 if right else 1


def classes(folder: Path, count: int) -> tuple[Path, Path, dict[str, float]]:
    """Two folders of submissions, and what each of the second one's earns."""
    honest, mixed = folder / "honest", folder / "mixed"
    for place in (honest, mixed):
        place.mkdir()
    for number in range(count):
        (honest / f"honest-{number:03d}.py").write_text(RIGHT)
    earns = {}
    walls = set(find_isolation().parts)
    tables = (EXHAUSTING, STEALING, FORGING, FOOLING)
    attacks = [(student(number, one), one) for table in tables for number, row in table.items() for one in row.attacks]
    tried: list[tuple[str, Attack]] = [(who, one) for who, one in attacks if set(one.walls) <= walls]
    with places_in(folder) as places:
        for number, (who, one) in enumerate(itertools.islice(itertools.cycle(tried), count // 2)):
            (mixed / f"{number:03d}-{who}{one.suffix}").write_bytes(written(one, places))
            earns[f"{number:03d}-{who}"] = points(HONEST) if one.earns is None else one.earns
            (mixed / f"{number:03d}-honest.py").write_text(RIGHT)
            earns[f"{number:03d}-honest"] = FULL
    return honest, mixed, earns


def graded(folder: Path, jobs: int) -> tuple[float, list[Grade]]:
    """The wall-clock time of a batch, and its grades."""
    batch = Batch(ROOT, "", find_isolation(), (ATTACKED, HONEST), LIMITS)
    start = time.perf_counter()
    grades = list(grade_all(batch, [folder], jobs)[1])
    return time.perf_counter() - start, grades


def told(number: int, quiet: float, loud: float, grades: list[Grade], earns: dict[str, float], jobs: int) -> bool:
    """Print one round. Whether it is as promised."""
    usual = statistics.median(one.seconds for one in grades if one.student.endswith("-honest"))
    stopped = [one.seconds - usual for one in grades if any(SLOW in row.finding for row in one.checks)]
    waited = sum(stopped) / jobs
    wrong = [f"{one.student}: {one.score:g}, not {earns[one.student]:g}" for one in grades if one.score != earns[one.student]]
    ratio = (loud - waited) / quiet
    print(
        f"round {number}: {len(earns)} honest {quiet:.1f} s   half hostile {loud:.1f} s, of which {waited:.1f} s were spent on "
        f"{len(stopped)} that were stopped by the clock ({LIMITS.seconds:g} s a call)   ratio of the rest {ratio:.2f} "
        f"(at most {MOST:g})"
    )
    print(*wrong or ["every honest submission has all its points, every hostile one what it earns"], sep="\n")
    return not wrong and len(grades) == len(earns) and ratio <= MOST


if __name__ == "__main__":
    sys.exit(main())
