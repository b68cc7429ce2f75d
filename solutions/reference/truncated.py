"""Back-propagation through time that looks back only so far."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.rnn import rnn_backward
from solutions.reference.shapes import at_least_one, shapes


@shapes(da="n_a m T_x")
@at_least_one("steps")
def rnn_backward_truncated(
    da: NDArray[np.floating], caches: Any, steps: int, activation: str = "tanh"
) -> dict[str, NDArray[np.floating]]:
    """Carry gradients back through time inside segments of a few steps, and never from one segment into another.

    Counted from the first step, the sequence is cut into segments of the given length; the last one may be shorter.
    Forward, the state walked on across every border. Backward, the state that enters a segment counts as a constant.
    What comes back is the gradient of the sum of the segments' losses so cut: exact within a segment, silent beyond it.

    Parameters
    ----------
    da : gradient of the loss with respect to each a<t> through the output of step t, shape (n_a, m, T_x)
    caches : the tuple (list of caches, x) of rnn_forward
    steps : the length of a segment, 1 or more; from T_x on, nothing is cut
    activation : the one of the way forward

    Returns
    -------
    gradients : "dx" (n_x, m, T_x), "da0" (n_a, m), "dWax" (n_a, n_x), "dWaa" (n_a, n_a), "dba" (n_a, 1)

    Source: Williams and Peng (1990), truncated back-propagation through time; here both of their lengths are equal.
    """
    cell_caches, x = caches
    dx = np.zeros_like(x)
    total: dict[str, Any] = {"dWax": 0, "dWaa": 0, "dba": 0}
    for start in reversed(range(0, x.shape[2], steps)):
        segment = slice(start, start + steps)
        part = rnn_backward(da[:, :, segment], (cell_caches[segment], x[:, :, segment]), activation)
        dx[:, :, segment] = part["dx"]
        total = {key: total[key] + part[key] for key in total}
    return {"dx": dx, "da0": part["da0"], **total}
