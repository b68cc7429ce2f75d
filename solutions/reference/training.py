"""Learning: go forward, go back, take a step downhill, again and again; one loop for every wiring."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solutions.reference.encoder_decoder import encoder_decoder_backward, encoder_decoder_forward
from solutions.reference.losses import sequence_cross_entropy, softmax_cross_entropy_backward
from solutions.reference.one_to_many import one_to_many_backward, one_to_many_forward
from solutions.reference.rnn_types import (
    many_to_many_backward,
    many_to_many_forward,
    many_to_one_backward,
    many_to_one_forward,
)

Array = NDArray[np.floating]
Named = dict[str, Any]
Batch = tuple[tuple[Array, ...], Array]


def descend(parameters: Named, gradients: Named, learning_rate: float) -> Named:
    """Move every parameter a little against its gradient: W := W - learning_rate * dW.

    Parameters
    ----------
    parameters : arrays by name; where a name stands for a whole network ("encoder", "decoder"), a dictionary of the same kind
    gradients : for each array W its gradient dW, of its shape: "dWaa" for "Waa"; for a network its gradients, by the network's
        own name. It may hold more than that, such as "dx"
    learning_rate : how far to go along the gradient

    Returns
    -------
    moved : new arrays with the same names; what was handed in stays as it is

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 4.3, equation 4.5.
    """
    moved = {}
    for name, value in parameters.items():
        if isinstance(value, dict):
            moved[name] = descend(value, gradients[name], learning_rate)
        else:
            moved[name] = value - learning_rate * gradients["d" + name]
    return moved


def train(
    wiring: str, batches: Iterable[Batch], parameters: Named, update: Callable[[Named, Named], Named]
) -> tuple[Named, NDArray[np.float64]]:
    """Train a network of any of the four wirings: one step downhill for each batch.

    For each batch: go forward, note the loss, go back, and let `update` move the parameters.

    Parameters
    ----------
    wiring : "one_to_many", "many_to_one", "many_to_many" or "encoder_decoder"
    batches : pairs (inputs, y), to be walked through once. inputs: what the wiring's forward function takes before the
        parameters, as a tuple. y: what should be said, one-hot, of the shape of that function's y_pred
    parameters : where to start, as the wiring's forward function wants them
    update : update(parameters, gradients) gives the moved parameters, as descend does

    Returns
    -------
    trained : the parameters after the last batch
    losses : the cross-entropy of each batch, before the step that it leads to; shape (number of batches,)

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, algorithm 8.1.
    """
    ways: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
        "one_to_many": (one_to_many_forward, one_to_many_backward),
        "many_to_one": (many_to_one_forward, many_to_one_backward),
        "many_to_many": (many_to_many_forward, many_to_many_backward),
        "encoder_decoder": (encoder_decoder_forward, encoder_decoder_backward),
    }
    forward, backward = ways[wiring]
    losses = []
    for inputs, y in batches:
        y_pred, caches = forward(*inputs, parameters)
        said, due = np.atleast_3d(y_pred), np.atleast_3d(y)  # one prediction for each example is a sequence of length one
        losses.append(sequence_cross_entropy(said, due))
        dz = softmax_cross_entropy_backward(said, due).reshape(y.shape)
        parameters = update(parameters, backward(dz, caches))
    return parameters, np.array(losses)
