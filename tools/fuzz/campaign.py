"""One fuzzer, started, watched and read: libFuzzer says how far it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "tests" / "fuzzing" / "findings"
LONGEST = 20  # seconds of the wall clock for one input; the targets themselves hold less of computing
STATUS = re.compile(r"^#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)/")
WHY = re.compile(r"^(?:[\w.]*(?:Broken|Error|Exception|Excess)\b.*|==\d+== ?ERROR: .*)$")


@dataclass
class Campaign:
    """What became of one fuzzer. ``findings`` are files with inputs that break a property; ``why`` is what was said."""

    target: str
    seconds: float = 0
    executions: int = 0
    edges: int = 0
    features: int = 0
    corpus: int = 0
    findings: tuple[Path, ...] = ()
    why: str = ""
    exit_code: int = 0

    @property
    def is_clean(self) -> bool:
        return self.exit_code == 0 and not self.findings

    def row(self) -> str:
        """One row of the table."""
        return (f"{self.target:<12}{self.seconds:>8.0f}{self.executions:>12}{self.edges:>8}{self.features:>10}{self.corpus:>8}"
                f"{len(self.findings):>10}")  # fmt: skip  # a row


HEAD = f"{'target':<12}{'seconds':>8}{'executions':>12}{'edges':>8}{'features':>10}{'corpus':>8}{'findings':>10}"


def run(name: str, module: ModuleType, seconds: int, folder: Path, tell: Callable[[Campaign], None]) -> Campaign:
    """Fuzz one target for some seconds. The corpus stays in the folder, and the next run begins with it."""
    campaign, start, told = Campaign(name), time.monotonic(), 0.0
    seeds, corpus, findings = (folder / name / part for part in ("seeds", "corpus", "findings"))
    for part in (seeds, corpus, findings):
        part.mkdir(parents=True, exist_ok=True)
    for seed, content in module.seeds().items():
        (seeds / seed).write_bytes(content)
    words = folder / name / "words"
    words.write_text("".join(f'"{_quoted(word)}"\n' for word in module.WORDS))
    before = set(findings.iterdir())
    options = [f"-max_total_time={seconds}", f"-timeout={LONGEST}", "-rss_limit_mb=1500", f"-max_len={module.MOST_BYTES}",
               f"-artifact_prefix={findings}/", f"-dict={words}", "-report_slow_units=1000"]  # fmt: skip  # a list
    folders = [str(one) for one in (corpus, seeds, KEPT / name) if one.is_dir()]
    in_memory = ["/dev/shm"] if os.access("/dev/shm", os.W_OK) else []  # many small files, none to keep
    command = [sys.executable, "-m", "tools.fuzz.inside", name, *options, *folders]
    with (
        tempfile.TemporaryDirectory(dir=next(iter(in_memory), None)) as scratch,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", cwd=ROOT,
                         env={**os.environ, "TMPDIR": scratch}) as process,
    ):  # fmt: skip  # one process
        assert process.stdout is not None
        for line in process.stdout:
            campaign.seconds = time.monotonic() - start
            if read_line(campaign, line) and campaign.seconds - told > max(5, seconds / 20):
                told = campaign.seconds
                tell(campaign)
    campaign.seconds = time.monotonic() - start
    campaign.exit_code = process.returncode
    campaign.findings = tuple(sorted(set(findings.iterdir()) - before))
    return campaign


def read_line(campaign: Campaign, line: str) -> bool:
    """Take the figures, or the reason of a crash, from a line. Whether it told figures."""
    if found := STATUS.match(line):
        campaign.executions, campaign.edges, campaign.features, campaign.corpus = map(int, found.groups())
        return True
    if not campaign.why and WHY.match(line.strip()):
        campaign.why = line.strip()
    return False


def _quoted(word: str) -> str:
    """A word in libFuzzer's form of a dictionary."""
    return "".join(chr(one) if 32 <= one < 127 and one not in b'"\\' else f"\\x{one:02x}" for one in word.encode())
