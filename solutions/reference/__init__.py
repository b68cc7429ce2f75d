"""Recurrent networks in NumPy: the model answers. This package imports nothing but NumPy."""

from solutions.reference.activations import sigmoid, softmax
from solutions.reference.gradient_check import gradient_check, numerical_gradient
from solutions.reference.losses import sequence_cross_entropy, softmax_cross_entropy_backward
from solutions.reference.lstm import initialize_lstm, lstm_backward, lstm_cell_backward, lstm_cell_forward, lstm_forward
from solutions.reference.peephole_lstm import (
    peephole_lstm_backward,
    peephole_lstm_cell_backward,
    peephole_lstm_cell_forward,
    peephole_lstm_forward,
)
from solutions.reference.rnn import (
    output_backward,
    rnn_backward,
    rnn_cell_backward,
    rnn_cell_forward,
    rnn_forward,
    stack_weights,
)
from solutions.reference.truncated import rnn_backward_truncated

__all__ = [
    "gradient_check",
    "initialize_lstm",
    "lstm_backward",
    "lstm_cell_backward",
    "lstm_cell_forward",
    "lstm_forward",
    "numerical_gradient",
    "output_backward",
    "peephole_lstm_backward",
    "peephole_lstm_cell_backward",
    "peephole_lstm_cell_forward",
    "peephole_lstm_forward",
    "rnn_backward",
    "rnn_backward_truncated",
    "rnn_cell_backward",
    "rnn_cell_forward",
    "rnn_forward",
    "sequence_cross_entropy",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy_backward",
    "stack_weights",
]
