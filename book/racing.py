"""What a training step takes: the readable LSTM, two fused ones, and the matrix products of a fused one by themselves.

They run in a process of their own, on one thread, and what counts is time on the processor: two threads on a busy machine wait
for each other, and a clock on the wall would measure that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solutions.reference import fast, initialize_lstm, lstm_backward, lstm_backward_fast, lstm_forward, lstm_forward_fast

Array = NDArray[np.floating]
Shares = dict[str, dict[str, float]]
Run = Callable[[], object]


class Size(NamedTuple):
    """A network, a batch and a length."""

    n_x: int
    n_a: int
    m: int
    T_x: int


SIZES = (Size(8, 8, 8, 50), Size(16, 32, 16, 50), Size(64, 128, 32, 25), Size(128, 256, 64, 10))


ROOT = Path(__file__).resolve().parents[1]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")


def race() -> Shares:
    """Measure all sizes in a process that has one thread for matrix products."""
    command = [sys.executable, "-m", "book.racing"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def measure(sizes: Sequence[Size] = SIZES, seconds: float = 0.6) -> Shares:
    """Each kind's time as a share of the readable network's, by size; about so many seconds for each size.

    The kinds run in turn, five times or more, and of each the shortest run counts: the one that was disturbed least.
    """
    shares = {}
    for size in sizes:
        kinds = runners(size)
        runs: dict[str, list[float]] = {kind: [] for kind in kinds}
        while len(runs["readable"]) < 5 or sum(map(sum, runs.values())) < seconds:
            for kind, run in kinds.items():
                start = time.process_time()
                run()
                runs[kind].append(time.process_time() - start)
        best = {kind: min(some) for kind, some in runs.items()}
        whole = best.pop("readable")
        shares[f"{size.n_a} units, {size.m} examples"] = {kind: shortest / whole for kind, shortest in best.items()}
    return shares


def runners(size: Size) -> dict[str, Run]:
    """One training step of each kind, without the output layer's way back."""
    rng = np.random.default_rng(0)
    x, da = rng.standard_normal((size.n_x, size.m, size.T_x)), rng.standard_normal((size.n_a, size.m, size.T_x))
    parameters, a0 = initialize_lstm(size.n_x, size.n_a, 2, rng), np.zeros((size.n_a, size.m))
    kept = fast.lstm_forward(x, a0, parameters)[-1]
    return {
        "readable": lambda: lstm_backward(da, lstm_forward(x, a0, parameters)[-1]),
        "fused": lambda: lstm_backward_fast(da, lstm_forward_fast(x, a0, parameters)[-1]),
        "memory kept": lambda: fast.lstm_backward(da, fast.lstm_forward(x, a0, parameters, reuse=kept)[-1]),
        "products": products(size),
    }


def products(size: Size) -> Run:
    """The matrix products of a fused step: one for each step on either way, and four over all steps. Nothing else."""
    n_x, n_a, m, steps = size
    W_a, W_x, W_back = np.ones((4 * n_a, n_a)), np.ones((4 * n_a, n_x)), np.ones((n_a, 4 * n_a))
    state, gates, carried = np.ones((n_a, m)), np.ones((4 * n_a, m)), np.ones((n_a, m))
    states, inputs, all_gates = (np.ones((rows, m * steps)) for rows in (n_a, n_x, 4 * n_a))

    def run() -> tuple[Array, ...]:
        for _ in range(steps):
            np.matmul(W_a, state, out=gates)
        for _ in range(steps):
            np.matmul(W_back, gates, out=carried)
        return W_x @ inputs, W_x.T @ all_gates, all_gates @ inputs.T, all_gates @ states.T

    return run


if __name__ == "__main__":
    print(json.dumps(measure()))
