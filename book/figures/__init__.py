"""The book's figures, drawn by code in one visual language.

Blue and solid runs forward, orange and dashed carries gradients back, green is learnt.
"""

from .bptt import error_against_step, gradients_through_time
from .gru import full_gru_cell, gradient_left_gru, simplified_gru_cell, write_or_keep
from .lstm import gradient_left_lstm, lstm_cell, peepholes, remembered_and_shown
from .rnn import folded_and_unrolled, inside_the_cell, stacked_weights, standard_network
from .style import show

__all__ = [
    "error_against_step",
    "folded_and_unrolled",
    "full_gru_cell",
    "gradient_left_gru",
    "gradient_left_lstm",
    "gradients_through_time",
    "inside_the_cell",
    "lstm_cell",
    "peepholes",
    "remembered_and_shown",
    "show",
    "simplified_gru_cell",
    "stacked_weights",
    "standard_network",
    "write_or_keep",
]
