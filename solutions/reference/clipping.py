"""Against gradients that explode: find what is no number any more, and clip what is too large.

Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks, section 3.2 and algorithm 1,
for clipping by the norm of all gradients together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def find_nonfinite(gradients: dict[str, Array]) -> list[str]:
    """Name the arrays in which at least one entry is NaN or infinite, before an update carries it into the parameters.

    Parameters
    ----------
    gradients : a dictionary of arrays of any shapes

    Returns
    -------
    names : a list of their names, in the order of the dictionary; empty when every entry is a finite number, however large
    """
    return [name for name, gradient in gradients.items() if not np.all(np.isfinite(gradient))]


def safe_norm(gradients: dict[str, Array]) -> float:
    """Measure all gradients as one long vector: the square root of the sum of all squares, over all arrays together.

    Nothing may overflow or vanish on the way: entries of 1e200 have a norm that is a number, though their squares have none;
    entries of 1e-200 have one that is not zero. It helps to measure in units of the largest entry.

    Parameters
    ----------
    gradients : a dictionary of arrays of any shapes; at least one

    Returns
    -------
    norm : one number. 0 where every entry is 0; NaN where an entry is NaN; infinity where one is infinite and none is NaN

    Source: Pascanu, Mikolov and Bengio (2013), algorithm 1, for the norm; scaling as in Blue (1978), A portable Fortran
    program to find the Euclidean norm of a vector.
    """
    largest = float(np.max([np.max(np.abs(gradient)) for gradient in gradients.values()]))
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(sum(np.sum((gradient / largest) ** 2) for gradient in gradients.values())))


def clip_by_value(gradients: dict[str, Array], limit: float) -> dict[str, Array]:
    """Bring every entry into the interval from -limit to limit; entries inside it stay what they are.

    Parameters
    ----------
    gradients : a dictionary of arrays of any shapes, all finite
    limit : a positive number

    Returns
    -------
    clipped : a dictionary with the same keys, of new arrays of the same shapes

    Source: Graves (2013), Generating sequences with recurrent neural networks, clips the derivatives in this way.
    """
    return {name: np.clip(gradient, -limit, limit) for name, gradient in gradients.items()}


def clip_by_norm(gradients: dict[str, Array], limit: float) -> dict[str, Array]:
    """Shorten all gradients by one common factor, so that the norm of all of them together is at most limit.

    Where the norm is not above the limit, nothing changes. The factor is the same for all arrays: the step that follows
    is shorter and goes in the same direction. Gradients that are all zero stay so, and those whose squares would
    overflow are shortened like any others.

    Parameters
    ----------
    gradients : a dictionary of arrays of any shapes, all finite
    limit : a positive number, the largest norm allowed; the norm is that of safe_norm

    Returns
    -------
    clipped : a dictionary with the same keys, of new arrays of the same shapes

    Source: Pascanu, Mikolov and Bengio (2013), algorithm 1, with the norm over all parameters.
    """
    norm = safe_norm(gradients)
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * gradient for name, gradient in gradients.items()}
