"""Sixteen notebooks, graded by this grader and by nbgrader's own execution, in turn; prints the times and their ratio.

nbgrader runs as it is shipped: a kernel for each notebook, the visible checks of the release as its tests. Ours runs
with isolation on. Both are timed as whole commands. Times of one machine mean little; the ratio is what counts.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder.course import load_course  # noqa: E402  # the course folder is added first
from autograder.release import build_sources, nbgrader_environment  # noqa: E402

# An endless loop; answers that kill the kernel; a file that is cut off; one that is no notebook; a duplicated test cell.
NOT_FOR_NBGRADER = ("kofi", "lena", "mei", "noor", "priya")


def main() -> None:
    """Time both in turn and print every round."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--submissions", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        prepare(course, options.submissions)
        rounds = [(seconds(ours(course)), seconds(theirs(course))) for _ in range(options.rounds)]
    for number, (mine, other) in enumerate(rounds, 1):
        print(f"round {number}: autograder {mine:6.2f} s   nbgrader {other:6.2f} s   ratio {mine / other:.2f}")
    print(f"median ratio over {options.rounds} rounds of {options.submissions} submissions: "
          f"{statistics.median(mine / other for mine, other in rounds):.2f}")  # fmt: skip  # one sentence


def prepare(course: Path, count: int) -> None:
    """A course folder of nbgrader's own making, with copies of the sample notebooks that it can run."""
    build_sources(load_course(ROOT), course / "source")
    run([sys.executable, "-m", "nbgrader", "generate_assignment", "02_rnn", "--create"], course)
    samples = sorted(path for path in (ROOT / "examples" / "submissions").glob("*/02_rnn/rnn.ipynb")
                     if path.parts[-3] not in NOT_FOR_NBGRADER)  # fmt: skip  # one filter
    for number in range(count):
        target = course / "submitted" / f"s{number:02d}" / "02_rnn" / "rnn.ipynb"
        target.parent.mkdir(parents=True)
        shutil.copy(samples[number % len(samples)], target)


def ours(course: Path) -> tuple[list[str], Path]:
    """This grader's command."""
    words = ["grade", "--assignment", "rnn", "--no-gradebook", "--quiet", "--out", str(course / "results.jsonl")]
    return [sys.executable, "-m", "autograder", *words, str(course / "submitted")], ROOT


def theirs(course: Path) -> tuple[list[str], Path]:
    """nbgrader's command."""
    return [sys.executable, "-m", "nbgrader", "autograde", "02_rnn", "--create", "--force"], course


def seconds(command: tuple[list[str], Path]) -> float:
    """The wall-clock time of a whole command."""
    start = time.perf_counter()
    run(command[0], command[1])
    return time.perf_counter() - start


def run(words: list[str], folder: Path) -> None:
    """Run a command; what it says is shown only if it fails."""
    done = subprocess.run(words, cwd=folder, env=nbgrader_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words[1:4])} failed:\n{done.stderr}")


if __name__ == "__main__":
    main()
