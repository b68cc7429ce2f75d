"""One training step (forward and backward, float32) of this course's fast networks and of PyTorch's, in turn.

Each library lives in a process of its own, with the same number of threads, and only one of them works at a time: in one
process the threads of either would wait for work on the cores that the other needs. In every round each of them makes a
few steps; the table has medians over the rounds, and medians of the ratios within a round. Times of one machine mean little
and those of a busy one nothing; there, --cpu-time with one thread is what can still be compared. PyTorch's inputs lie in
memory as (T, m, n), ours as (T, n, m): to each what it likes best. PyTorch hands a float32 LSTM as a whole to oneDNN, a library
written in machine code for each processor; both columns are there, its own LSTM and the one of oneDNN (of a GRU it has only its
own). "Products" is the time of the matrix products of a fast step alone: what no arrangement of the rest could go below. The
last line before the table says how fast this machine multiplies large matrices, and so how fast anything can be on it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SIZES = ((100, 32, 64, 128), (100, 64, 128, 256), (200, 16, 32, 64))  # T, m, n_x, n_a
KINDS = ("LSTM", "GRU")
GATES = {"LSTM": "ifco", "GRU": "ruc"}  # in the order in which PyTorch stacks them
LARGE = 3072
LARGE_OPERATIONS = 2 * LARGE**3
PAUSE = 0.05  # seconds in which threads that still wait for work of the last turn go to sleep


def main() -> None:
    """Start the two processes, let them work in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--steps", type=int, default=5, help="training steps of one turn")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--cpu-time", action="store_true", help="count time on the processor, not on the clock; with one thread")
    parser.add_argument("--worker", choices=("numpy", "torch"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cpu_time and options.threads != 1:
        parser.error("--cpu-time goes with --threads 1: threads that wait for each other use the processor too")
    if options.worker:
        work(options.worker, options.threads, time.process_time if options.cpu_time else time.perf_counter)
        return
    workers = {name: Worker(name, options.threads, options.cpu_time) for name in ("torch", "numpy")}
    print("\n".join(worker.says for worker in workers.values()))
    clock = "on the processor" if options.cpu_time else "on the clock"
    print(f"{platform.machine()}, {os.cpu_count()} cores, {options.threads} thread(s) for each library, float32, time {clock}, "
          f"medians of {options.rounds} rounds of {options.steps} steps\n")  # fmt: skip  # one sentence
    rate = LARGE_OPERATIONS / workers["numpy"].ask("large", "", (LARGE,), 2 * options.steps)[0]
    print(f"A product of large matrices ({LARGE} x {LARGE}) runs at {rate / 1e9:.0f} thousand million operations a second.\n")
    print("| layer | T, m, n_x, n_a | PyTorch | with oneDNN | fast | fast / PyTorch | fast / oneDNN | products / oneDNN "
          "| least / oneDNN | readable / fast |")  # fmt: skip  # one line
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for kind in KINDS:
        for sizes in SIZES:
            print(row(workers, kind, sizes, rate, options), flush=True)


def row(workers: dict[str, Worker], kind: str, sizes: tuple[int, ...], rate: float, options: argparse.Namespace) -> str:
    """One line of the table. The LSTMs must agree; the GRUs cannot, since PyTorch's resets after the product."""
    def ask(name: str, what: str, steps: int) -> tuple[float, float]:
        time.sleep(PAUSE)
        return workers[name].ask(what, kind, sizes, steps)

    names = (("torch", "own"), ("torch", "oneDNN"), ("numpy", "fast"), ("numpy", "products"))
    rounds = [[ask(*name, options.steps) for name in names] + [ask("numpy", "readable", 1)] for _ in range(options.rounds)]
    sums = [one[1] for one in rounds[0]]
    if kind == "LSTM" and max(abs(sums[0] - sums[i]) for i in (1, 2, 4)) > 1e-3 * abs(sums[0]):
        sys.exit(f"the gradients of {kind} {sizes} do not agree: {sums}")
    seconds = [[one[0] for one in each] for each in rounds]
    own, one_dnn, fast, *_ = (statistics.median(column) for column in zip(*seconds, strict=True))
    over = lambda i, j: f"{statistics.median(one[i] / one[j] for one in seconds):.2f}"  # noqa: E731  # one word for one thing
    least = f"{operations(kind, sizes) / rate / one_dnn:.2f}"
    against = [f"{one_dnn * 1e3:.1f} ms", over(2, 1), over(3, 1), least] if kind == "LSTM" else ["–"] * 4
    compared = [against[0], f"{fast * 1e3:.1f} ms", over(2, 0)]
    cells = [kind, ", ".join(map(str, sizes)), f"{own * 1e3:.1f} ms", *compared, *against[1:]]
    return f"| {' | '.join(cells)} | {statistics.median(one[4] / one[2] for one in seconds):.1f} |"


def operations(kind: str, sizes: tuple[int, ...]) -> int:
    """Multiplications and additions in the matrix products of a training step: each weight three times for each column."""
    steps, m, n_x, n = sizes
    return 6 * len(GATES[kind]) * n * (n + n_x) * m * steps


class Worker:
    """A process that times what it is asked to."""

    def __init__(self, name: str, threads: int, cpu_time: bool) -> None:
        count = {key: str(threads) for key in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
        command = [sys.executable, __file__, "--worker", name, "--threads", str(threads), *["--cpu-time"] * cpu_time]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | count)
        self.says: str = self._reply()

    def ask(self, *question: Any) -> tuple[float, float]:
        """The median seconds of a step, and a sum over its gradient that tells whether all compute the same."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        seconds, total = self._reply()
        return seconds, total

    def _reply(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        return json.loads(line) if line else sys.exit("a worker ended early; see its message above")


def work(name: str, threads: int, clock: Callable[[], float]) -> None:
    """What a worker does: say who it is, then answer questions until there are no more."""
    make = {"torch": torch_step, "numpy": numpy_step}[name]
    say(describe_torch(threads) if name == "torch" else describe_numpy())
    made: dict[str, Callable[[], float]] = {}
    for line in sys.stdin:
        what, kind, sizes, steps = json.loads(line)
        key = f"{what} {kind} {sizes}"
        if key not in made:
            made = {old: step for old, step in made.items() if str(sizes) in old}
            made[key] = make(what, kind, sizes)
        seconds, total = [], made[key]()  # the first is for the caches
        for _ in range(steps):
            start = clock()
            made[key]()
            seconds.append(clock() - start)
        say((statistics.median(seconds), total))


def say(value: Any) -> None:
    """One line to the process that asks."""
    print(json.dumps(value), flush=True)


def drawn(kind: str, sizes: tuple[int, ...]) -> tuple[Any, Any, dict[str, Any]]:
    """Inputs (T, n_x, m), upstream gradients (T, n_a, m) and parameters, the same in both processes."""
    import numpy as np

    steps, m, n_x, n = sizes
    rng = np.random.default_rng(0)
    normal = lambda *shape: rng.standard_normal(shape).astype("float32")  # noqa: E731  # one word for one thing
    parameters = {"W" + g: normal(n, n + n_x) / np.float32(np.sqrt(n + n_x)) for g in GATES[kind]}
    return normal(steps, n_x, m), normal(steps, n, m), parameters | {"b" + g: normal(n, 1) for g in GATES[kind]}


def torch_step(what: str, kind: str, sizes: tuple[int, ...]) -> Callable[[], float]:
    """A training step of PyTorch, up to the gradients of the inputs and of all weights."""
    import torch

    x, upstream, parameters = drawn(kind, sizes)
    n = sizes[3]
    inputs, gradient = (torch.from_numpy(one.transpose(0, 2, 1).copy()) for one in (x, upstream))
    inputs.requires_grad_()
    layer = getattr(torch.nn, kind)(sizes[2], n)
    with torch.no_grad():
        W = torch.cat([torch.from_numpy(parameters["W" + g]) for g in GATES[kind]])
        layer.weight_hh_l0.copy_(W[:, :n])
        layer.weight_ih_l0.copy_(W[:, n:])
        layer.bias_ih_l0.copy_(torch.cat([torch.from_numpy(parameters["b" + g]) for g in GATES[kind]])[:, 0])
        layer.bias_hh_l0.zero_()

    def step() -> float:
        layer.zero_grad()
        inputs.grad = None
        torch.backends.mkldnn.enabled = what == "oneDNN"  # an LSTM of its own, or the one of oneDNN
        layer(inputs)[0].backward(gradient)
        return float(inputs.grad[0].abs().sum())

    return step


def numpy_step(what: str, kind: str, sizes: tuple[int, ...]) -> Callable[[], float]:
    """A training step of this course's, or the matrix products of one."""
    sys.path.insert(0, str(ROOT))
    import numpy as np

    from solutions import reference
    from solutions.reference import fast

    if what == "large":
        large = np.ones((LARGE, LARGE), "float32")
        return lambda: float((large @ large)[0, 0])
    x, upstream, parameters = drawn(kind, sizes)
    if what == "products":
        return products(kind, sizes)
    n, m = sizes[3], sizes[1]
    x, upstream, first = x.transpose(1, 2, 0), upstream.transpose(1, 2, 0), np.zeros((n, m), "float32")
    if what == "readable":
        parameters |= {"Wy": np.zeros((1, n), "float32"), "by": np.zeros((1, 1), "float32")}
    module = fast if what == "fast" else reference
    forward, backward = (getattr(module, f"{kind.lower()}_{way}") for way in ("forward", "backward"))
    reuse: dict[str, Any] = {}

    def step() -> float:
        *_, caches = forward(x, first, parameters, **reuse)
        if what == "fast":
            reuse["reuse"] = caches  # as in a training loop, the next step may use the memory of this one
        return float(np.abs(backward(upstream, caches)["dx"][:, :, 0]).sum())

    return step


def products(kind: str, sizes: tuple[int, ...]) -> Callable[[], float]:
    """The matrix products of a fast step: those of each step on the way forward and back, and those over all steps."""
    import numpy as np

    steps, m, n_x, n = sizes
    rows, k = len(GATES[kind]) * n, n + n_x + 1
    ones = lambda *shape: np.ones(shape, "float32")  # noqa: E731  # one word for one thing
    W, stacked, z = ones(rows, k), ones(k, steps, m), ones(rows, m)
    WaT, WxT, carried, flat = ones(n, rows), ones(n_x, rows), ones(n, m), ones(rows, steps * m)
    blocks = [slice(0, rows)] if kind == "LSTM" else [slice(0, 2 * n), slice(2 * n, rows)]

    def step() -> float:
        for t in range(steps):
            for part in blocks:
                np.matmul(W[part], stacked[:, t], out=z[part])
        for _ in range(steps):
            for part in blocks:
                np.matmul(WaT[:, part], z[part], out=carried)
        return float((WxT @ flat)[0, 0] + (flat @ stacked.reshape(k, -1).T)[0, 0])

    return step


def describe_torch(threads: int) -> str:
    """Version and threads of PyTorch."""
    import torch

    torch.set_num_threads(threads)
    return f"PyTorch {torch.__version__}, {torch.get_num_threads()} thread(s), {torch.backends.cpu.get_cpu_capability()}"


def describe_numpy() -> str:
    """Version, threads and kernel of NumPy's matrix products."""
    import numpy as np
    from threadpoolctl import threadpool_info

    blas = [f"{one['internal_api']} {one['version']} ({one['architecture']} kernel, {one['num_threads']} thread(s))"
            for one in threadpool_info() if one["user_api"] == "blas"]  # fmt: skip  # one list
    return f"NumPy {np.__version__} with {', '.join(blas)}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
