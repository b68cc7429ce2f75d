"""How a language model learns: its loss and gradients on a batch, one step of Adam, and both again and again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from solutions.reference.language_model import PARAMETERS, inputs_from_targets
from solutions.reference.masked_loss import masked_cross_entropy, masked_cross_entropy_backward
from solutions.reference.rnn import output_backward, rnn_backward, rnn_forward
from solutions.reference.shapes import shapes

Array = NDArray[np.floating]
Arrays = dict[str, Array]


@shapes(y="n_y m T_y | one-hot", lengths="m", parameters=PARAMETERS)
def language_model_gradients(y: Array, lengths: NDArray[np.integer], parameters: Arrays) -> tuple[float, Arrays]:
    """Read a batch and say how wrong the language model is, and which way each parameter pulls the loss.

    The network starts from a state of zeros and reads at each step what should have been said the step before.

    Parameters
    ----------
    y : sequences, one-hot, shape (n_y, m, T_y)
    lengths : how many steps of each sequence count, whole numbers from 1 to T_y, shape (m,); the rest is padding
    parameters : "Wax" (n_a, n_y), "Waa" (n_a, n_a), "Wya" (n_y, n_a), "ba" (n_a, 1), "by" (n_y, 1)

    Returns
    -------
    loss : the masked cross-entropy, in nats per sequence
    gradients : "dWax" (n_a, n_y), "dWaa" (n_a, n_a), "dWya" (n_y, n_a), "dba" (n_a, 1), "dby" (n_y, 1)

    Source: Werbos (1990), Backpropagation through time, along the formulas above; held against measured slopes.
    """
    a0 = np.repeat(np.zeros_like(parameters["ba"]), y.shape[1], axis=1)
    a, y_pred, caches = rnn_forward(inputs_from_targets(y), a0, parameters)
    dz = masked_cross_entropy_backward(y_pred, y, lengths)
    upper = output_backward(dz, a, parameters)
    gradients = {**upper, **rnn_backward(upper["da"], caches)}
    return masked_cross_entropy(y_pred, y, lengths), {"d" + key: gradients["d" + key] for key in parameters}


def adam_step(
    parameters: Arrays, gradients: Arrays, v: Arrays, s: Arrays, t: int, learning_rate: float,
    beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8,
) -> tuple[Arrays, Arrays, Arrays]:  # fmt: skip  # what changes in each step, then what stays
    """Move every parameter downhill, by about the same distance wherever its gradients agree with one another.

    With g the gradient of a parameter, element by element:
    v := beta1 * v + (1 - beta1) * g          the mean of the gradients so far, the last ones weigh most
    s := beta2 * s + (1 - beta2) * g^2        the mean of their squares
    parameter := parameter - learning_rate * (v / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)

    Both means begin at zero; what they are divided by makes up for that in the first steps. What was handed in stays as it is.

    Parameters
    ----------
    parameters : a dictionary of arrays
    gradients : for each key of parameters one of the same shape, its key begins with a "d": "dWax" for "Wax"
    v, s : the means of the step before, with the keys and shapes of parameters; all zeros before the first step
    t : which step this is, 1 for the first
    learning_rate : about how far a parameter moves in one step
    beta1, beta2 : how much of the old means is kept
    epsilon : a small number that keeps the division from going wrong

    Returns
    -------
    parameters, v, s : the new ones, each a new dictionary of new arrays with the same keys

    Source: Kingma and Ba (2015), Adam: a method for stochastic optimization, algorithm 1; their m is our v, their v is our s.
    """
    v = {key: beta1 * v[key] + (1 - beta1) * gradients["d" + key] for key in parameters}
    s = {key: beta2 * s[key] + (1 - beta2) * gradients["d" + key] ** 2 for key in parameters}
    moved = {}
    for key in parameters:
        mean, square = v[key] / (1 - beta1**t), s[key] / (1 - beta2**t)
        moved[key] = parameters[key] - learning_rate * mean / (np.sqrt(square) + epsilon)
    return moved, v, s


@shapes(y="n_y m T_y | one-hot", lengths="m", parameters=PARAMETERS)
def train_language_model(
    y: Array, lengths: NDArray[np.integer], parameters: Arrays, learning_rate: float, batch_size: int, iterations: Iterable[int]
) -> tuple[Arrays, Array]:
    """Train a language model with Adam, a few sequences at a time.

    Iteration i = 0, 1, 2, ... takes the batch_size sequences that follow those of the iteration before, and starts over where
    there are no more: sequences (i * batch_size + 0) mod m, (i * batch_size + 1) mod m, and so on. It notes their loss before
    the step, then takes one step of Adam with the betas and the epsilon that adam_step has by itself. The parameters that
    were handed in stay as they are.

    Parameters
    ----------
    y : sequences, one-hot, shape (n_y, m, T_y)
    lengths : how many steps of each sequence count, whole numbers from 1 to T_y, shape (m,); the rest is padding
    parameters : where to start, as in language_model_gradients
    learning_rate : as in adam_step
    batch_size : how many sequences one iteration looks at, from 1 to m
    iterations : gives 0, 1, 2, ... to a for loop, as range(500) does, or progress(range(500)), which also draws a bar; it can
        be gone through once, and need not know its length

    Returns
    -------
    trained : the parameters after the last iteration, with the same keys and shapes
    losses : the masked cross-entropy of each iteration's batch before its step, shape (number of iterations,)

    Source: Kingma and Ba (2015), algorithm 1; Goodfellow, Bengio and Courville (2016), section 8.1.3, for batches.
    """
    trained, losses = parameters, []
    v = {key: np.zeros_like(value) for key, value in parameters.items()}
    s = {key: np.zeros_like(value) for key, value in parameters.items()}
    for i in iterations:
        batch = (i * batch_size + np.arange(batch_size)) % y.shape[1]
        loss, gradients = language_model_gradients(y[:, batch], lengths[batch], trained)
        trained, v, s = adam_step(trained, gradients, v, s, i + 1, learning_rate)
        losses.append(loss)
    return trained, np.array(losses)
