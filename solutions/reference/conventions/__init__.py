"""Weights and arrays to and from PyTorch, Keras, ONNX and CS231n.

Most of what differs is order: of axes, of gates, of rows and columns. Four things differ in substance:

- The update gate of the notes, G_u, opens for the candidate. PyTorch's, Keras' and ONNX' z opens for the old memory:
  z = 1 - G_u, so its weights are those of G_u with the other sign.
- The notes reset the memory before the matrix product, as Cho et al. (2014) do. PyTorch resets after it, and so do Keras
  with ``reset_after=True`` (its default) and ONNX with ``linear_before_reset = 1``. Both ways agree where the reset gate is
  always shut or, with b_cc added to b_c, always open; and with b_cc = 0 where W_cc joins no two elements whose gates differ,
  so always when n_c = 1. Otherwise no weights make the one network the other: they are two kinds here, "gru" and
  "reset_after_gru".
- PyTorch and ONNX keep two biases. Only in the candidate of "reset_after_gru" are they more than their sum. Ours become
  (b, 0), theirs become b_1 + b_2: from us and back nothing changes, from them and back the function stays the same.
- Only ONNX has peepholes as ours: of the memory before the step for two gates, of the new one for the output gate.
"""

from solutions.reference.conventions.cs231n import from_cs231n, to_cs231n
from solutions.reference.conventions.keras import from_keras, to_keras
from solutions.reference.conventions.onnx import from_onnx, to_onnx
from solutions.reference.conventions.pytorch import from_pytorch, simplified_as_gru, to_pytorch
from solutions.reference.conventions.sequences import from_batch_major, from_time_major, to_batch_major, to_time_major

__all__ = [
    "from_batch_major",
    "from_cs231n",
    "from_keras",
    "from_onnx",
    "from_pytorch",
    "from_time_major",
    "simplified_as_gru",
    "to_batch_major",
    "to_cs231n",
    "to_keras",
    "to_onnx",
    "to_pytorch",
    "to_time_major",
]
