"""A class for each step that is asked about: the loss over those steps, and learning to lower it in both directions.

Which steps are asked is told by a mask, True where a step counts: never in the padding, and not always everywhere else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.bidirectional import PARAMETERS, brnn_backward, brnn_forward, brnn_output_backward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]


@shapes(y_pred="n_y m T_x | probabilities", y="n_y m T_x | one-hot", mask="m T_x")
def tagging_loss(y_pred: Array, y: Array, mask: Mask) -> float:
    """Measure how far predictions are from the truth: the cross-entropy, averaged over all the steps that count.

    L = -(1/N) * sum over the N steps (i, t) that count, and over k, of y[k, i, t] * log(y_pred[k, i, t])

    Parameters
    ----------
    y_pred : predicted probabilities, shape (n_y, m, T_x), above 0 where a step counts; elsewhere anything may stand, zeros too
    y : the truth, one-hot where a step counts, shape (n_y, m, T_x); elsewhere anything may stand
    mask : True where a step counts, shape (m, T_x); at least one does

    Returns
    -------
    loss : one number, in nats per step

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equations 10.12 to 10.14, over the steps that count.
    """
    return float(-np.sum(y[:, mask] * np.log(y_pred[:, mask])) / int(np.sum(mask)))


@shapes(y_pred="n_y m T_x | probabilities", y="n_y m T_x | one-hot", mask="m T_x")
def tagging_loss_backward(y_pred: Array, y: Array, mask: Mask) -> Array:
    """Give the gradient of tagging_loss with respect to the scores z, where y_pred = softmax(z).

    Parameters
    ----------
    y_pred, y, mask : as in tagging_loss

    Returns
    -------
    dz : shape (n_y, m, T_x), zero where a step does not count

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, equation 10.18, over the steps that count.
    """
    dz: Array = np.where(mask, y_pred - y, 0) / int(np.sum(mask))
    return dz


@shapes(parameters=PARAMETERS, x="n_x m T_x", y="n_y m T_x | one-hot", lengths="m", mask="m T_x")
def train_tagger(
    x: Array,
    y: Array,
    lengths: NDArray[np.integer],
    mask: Mask,
    parameters: dict[str, Any],
    learning_rate: float,
    iterations: int,
) -> tuple[dict[str, Any], Array]:
    """Train a bidirectional network by gradient descent on all examples at once.

    In each iteration: go forward from states of zeros, note the loss, go back, and move every parameter against its
    gradient: W := W - learning_rate * dW. The parameters that were handed in stay as they are.

    Parameters
    ----------
    x : inputs, shape (n_x, m, T_x)
    y, mask : the truth and which steps count, as in tagging_loss
    lengths : T_x^(i), how many steps of example i count for the network, shape (m,)
    parameters : where to start, as in brnn_forward
    learning_rate : how far to go along the gradient
    iterations : how many steps to take, 1 or more

    Returns
    -------
    trained : the parameters after the last iteration, with the same keys, nesting and shapes
    losses : the loss at the beginning of each iteration, shape (iterations,)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 4.3, equation 4.5.
    """
    losses: list[float] = []
    trained = parameters
    a0 = np.zeros_like(x, shape=(parameters["Wy"].shape[1], x.shape[1]))
    while len(losses) < iterations:
        a, y_pred, caches = brnn_forward(x, a0, lengths, trained)
        losses.append(tagging_loss(y_pred, y, mask))
        upper = brnn_output_backward(tagging_loss_backward(y_pred, y, mask), a, lengths, trained)
        gradients = brnn_backward(upper["da"], caches)
        there, back = gradients["forward"], gradients["backward"]
        trained = {
            "forward": {key: value - learning_rate * there["d" + key] for key, value in trained["forward"].items()},
            "backward": {key: value - learning_rate * back["d" + key] for key, value in trained["backward"].items()},
            "Wy": trained["Wy"] - learning_rate * upper["dWy"],
            "by": trained["by"] - learning_rate * upper["dby"],
        }
    return trained, np.array(losses)
