"""Learning: go forward, go back, take a step downhill, again and again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solutions.reference.losses import sequence_cross_entropy, softmax_cross_entropy_backward
from solutions.reference.rnn import PARAMETERS
from solutions.reference.rnn_types import many_to_one_backward, many_to_one_forward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]


@shapes(x="n_x m T_x", lengths="m", y="n_y m | one-hot", parameters=PARAMETERS)
def train_many_to_one(
    x: Array, lengths: NDArray[np.integer], y: Array, parameters: dict[str, Array], learning_rate: float, iterations: int
) -> tuple[dict[str, Array], Array]:
    """Train a many-to-one network by gradient descent on all examples at once.

    In each iteration: go forward from a state of zeros, note the loss, go back, and move every parameter against its
    gradient: W := W - learning_rate * dW. The parameters that were handed in stay as they are.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    lengths : T_x^(i), how many steps of example i count, shape (m,)
    y : one class for each example, one-hot, shape (n_y, m)
    parameters : where to start, as in one_to_one_forward
    learning_rate : how far to go along the gradient
    iterations : how many steps to take, 1 or more

    Returns
    -------
    trained : the parameters after the last iteration, with the same keys and shapes
    losses : the cross-entropy at the beginning of each iteration, averaged over the examples, shape (iterations,)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 4.3, equation 4.5.
    """
    trained = {key: value.copy() for key, value in parameters.items()}
    a0 = np.zeros((parameters["Waa"].shape[0], x.shape[1]), dtype=x.dtype)
    losses = np.zeros(iterations)
    for i in range(iterations):
        y_pred, caches = many_to_one_forward(x, a0, lengths, trained)
        losses[i] = sequence_cross_entropy(y_pred[:, :, np.newaxis], y[:, :, np.newaxis])
        dz = softmax_cross_entropy_backward(y_pred[:, :, np.newaxis], y[:, :, np.newaxis])[:, :, 0]
        gradients = many_to_one_backward(dz, caches)
        trained = {key: trained[key] - learning_rate * gradients["d" + key] for key in trained}
    return trained, losses
