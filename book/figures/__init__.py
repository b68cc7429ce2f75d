"""The book's figures, drawn by code in one visual language.

Blue and solid runs forward, orange and dashed carries gradients back, green is learnt.
"""

from .bptt import error_against_step, gradients_through_time
from .brnn import gradients_both_ways, turned_rows, two_readers
from .deep_rnn import gradient_left_deep, gradients_in_layers, layers_and_steps
from .gradient_checking import chord_over_a_kink, error_in_two_precisions, how_it_is_measured
from .gradients import clipped_two_ways, shrink_and_grow, wall, what_norms_say
from .gru import full_gru_cell, gradient_left_gru, simplified_gru_cell, write_or_keep
from .language_model import (
    chain_of_choices,
    hesitation_of_models,
    padded_batch,
    said_and_read,
    what_may_follow,
)
from .lstm import gradient_left_lstm, lstm_cell, peepholes, remembered_and_shown
from .notation import addresses, one_step_after_another, picks_a_column, unknown_words
from .rnn import folded_and_unrolled, inside_the_cell, stacked_weights, standard_network
from .rnn_types import encoder_decoder, five_wirings, many_to_many, many_to_one, one_to_many, one_to_one
from .sampling import beam_of_two, one_stretch, reshaped, speaking
from .speed import four_gates, one_product_for_weights, time_left, two_orders, what_waits
from .style import show

__all__ = [
    "addresses",
    "beam_of_two",
    "chain_of_choices",
    "chord_over_a_kink",
    "clipped_two_ways",
    "clipped_two_ways",
    "encoder_decoder",
    "error_against_step",
    "error_against_step",
    "error_in_two_precisions",
    "five_wirings",
    "folded_and_unrolled",
    "four_gates",
    "full_gru_cell",
    "gradient_left_deep",
    "gradient_left_gru",
    "gradient_left_lstm",
    "gradients_both_ways",
    "gradients_in_layers",
    "gradients_through_time",
    "hesitation_of_models",
    "how_it_is_measured",
    "inside_the_cell",
    "layers_and_steps",
    "lstm_cell",
    "many_to_many",
    "many_to_one",
    "one_product_for_weights",
    "one_step_after_another",
    "one_stretch",
    "one_to_many",
    "one_to_one",
    "padded_batch",
    "peepholes",
    "picks_a_column",
    "remembered_and_shown",
    "reshaped",
    "said_and_read",
    "show",
    "shrink_and_grow",
    "simplified_gru_cell",
    "speaking",
    "stacked_weights",
    "standard_network",
    "time_left",
    "turned_rows",
    "two_orders",
    "two_readers",
    "unknown_words",
    "wall",
    "what_may_follow",
    "what_norms_say",
    "what_waits",
    "write_or_keep",
]
