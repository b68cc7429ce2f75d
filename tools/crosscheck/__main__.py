"""Hold the model answers against other libraries, forward and every gradient: `make crosscheck` makes the environment.

Exit code 0 when all agree: relative error below 1e-9 in float64, 1e-5 in float32 (ONNX Runtime, part of Keras).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

os.environ["KERAS_BACKEND"] = "torch"

import keras  # reads its backend from the environment when it is imported
import numpy as np
import onnxruntime
import torch

from tools.crosscheck import keras_layers, onnx_operators, pytorch
from tools.crosscheck.compared import Compared


def main() -> int:
    """Print a row for each comparison."""
    versions = {"NumPy": np, "PyTorch": torch, "Keras": keras, "ONNX Runtime": onnxruntime}
    print(", ".join(f"{name} {module.__version__}" for name, module in versions.items()))
    wrong = 0
    for one in comparisons():
        print(_row(one), flush=True)
        wrong += not one.agrees
    print(f"{wrong} differ" if wrong else "all agree")
    return 1 if wrong else 0


def _row(one: Compared) -> str:
    verdict = f"{'agrees' if one.agrees else 'DIFFERS'} in {len(one.arrays)}: {', '.join(one.arrays)}"
    return f"{one.network:32} {one.library:36} {one.error:8.1e} {one.dtype}  {verdict}"


def comparisons() -> Iterator[Compared]:
    """Library by library."""
    yield from pytorch.comparisons()
    yield from keras_layers.comparisons()
    yield from onnx_operators.comparisons()


if __name__ == "__main__":
    sys.exit(main())
