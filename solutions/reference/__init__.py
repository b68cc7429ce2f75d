"""Recurrent networks in NumPy: the model answers. This package imports nothing but NumPy."""

from solutions.reference.activations import sigmoid, softmax
from solutions.reference.beam_search import beam_search
from solutions.reference.bidirectional import (
    brnn_backward,
    brnn_forward,
    brnn_output_backward,
    clear_padding,
    one_way_forward,
    reverse_padded,
)
from solutions.reference.clipping import clip_by_norm, clip_by_value, find_nonfinite, safe_norm
from solutions.reference.deep import deep_rnn_backward, deep_rnn_forward
from solutions.reference.deep_layer import layer_backward, layer_forward, layer_step
from solutions.reference.deep_start import count_deep_parameters, initialize_deep
from solutions.reference.distributions import draw_index, top_k, top_p, with_temperature, without_unknown
from solutions.reference.encoder_decoder import (
    encoder_decoder_backward,
    encoder_decoder_forward,
    encoder_decoder_generate,
    encoder_forward,
)
from solutions.reference.gradient_check import gradient_check, numerical_gradient
from solutions.reference.gradient_flow import jacobian_norms, spectral_radius, state_jacobian
from solutions.reference.gru import gru_backward, gru_cell_backward, gru_cell_forward, gru_forward
from solutions.reference.language_model import (
    inputs_from_targets,
    next_word_distribution,
    perplexity,
    sequence_log_probability,
)
from solutions.reference.language_training import adam_step, language_model_gradients, train_language_model
from solutions.reference.losses import sequence_cross_entropy, softmax_cross_entropy_backward
from solutions.reference.lstm import initialize_lstm, lstm_backward, lstm_cell_backward, lstm_cell_forward, lstm_forward
from solutions.reference.masked_loss import masked_cross_entropy, masked_cross_entropy_backward
from solutions.reference.ngrams import bigram_log_probability, bigram_probabilities, unigram_probabilities
from solutions.reference.one_to_many import one_to_many_backward, one_to_many_forward, one_to_many_generate
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
from solutions.reference.rnn_types import (
    many_to_many_backward,
    many_to_many_forward,
    many_to_one_backward,
    many_to_one_forward,
    one_to_one_backward,
    one_to_one_forward,
)
from solutions.reference.sampling import greedy, predict_next, sample
from solutions.reference.shapes import unchecked as unchecked
from solutions.reference.simplified_gru import (
    simplified_gru_backward,
    simplified_gru_cell_backward,
    simplified_gru_cell_forward,
    simplified_gru_forward,
)
from solutions.reference.speed import (
    previous_states,
    project_inputs,
    project_inputs_backward,
    rnn_backward_fast,
    rnn_forward_fast,
    time_first,
)
from solutions.reference.speed_lstm import fuse_gates, lstm_backward_fast, lstm_forward_fast
from solutions.reference.tagging import tagging_loss, tagging_loss_backward, train_tagger
from solutions.reference.training import descend, train
from solutions.reference.truncated import rnn_backward_truncated
from solutions.reference.vocabulary import build_vocabulary, count_parameters, encode, one_hot, pad_batch

__all__ = [
    "adam_step",
    "beam_search",
    "bigram_log_probability",
    "bigram_probabilities",
    "brnn_backward",
    "brnn_forward",
    "brnn_output_backward",
    "build_vocabulary",
    "clear_padding",
    "clip_by_norm",
    "clip_by_value",
    "count_deep_parameters",
    "count_parameters",
    "deep_rnn_backward",
    "deep_rnn_forward",
    "descend",
    "draw_index",
    "encode",
    "encoder_decoder_backward",
    "encoder_decoder_forward",
    "encoder_decoder_generate",
    "encoder_forward",
    "find_nonfinite",
    "fuse_gates",
    "gradient_check",
    "greedy",
    "gru_backward",
    "gru_cell_backward",
    "gru_cell_forward",
    "gru_forward",
    "initialize_deep",
    "initialize_lstm",
    "inputs_from_targets",
    "jacobian_norms",
    "language_model_gradients",
    "layer_backward",
    "layer_forward",
    "layer_step",
    "lstm_backward",
    "lstm_backward_fast",
    "lstm_cell_backward",
    "lstm_cell_forward",
    "lstm_forward",
    "lstm_forward_fast",
    "many_to_many_backward",
    "many_to_many_forward",
    "many_to_one_backward",
    "many_to_one_forward",
    "masked_cross_entropy",
    "masked_cross_entropy_backward",
    "next_word_distribution",
    "numerical_gradient",
    "one_hot",
    "one_to_many_backward",
    "one_to_many_forward",
    "one_to_many_generate",
    "one_to_one_backward",
    "one_to_one_forward",
    "one_way_forward",
    "output_backward",
    "pad_batch",
    "peephole_lstm_backward",
    "peephole_lstm_cell_backward",
    "peephole_lstm_cell_forward",
    "peephole_lstm_forward",
    "perplexity",
    "predict_next",
    "previous_states",
    "project_inputs",
    "project_inputs_backward",
    "reverse_padded",
    "rnn_backward",
    "rnn_backward_fast",
    "rnn_backward_truncated",
    "rnn_cell_backward",
    "rnn_cell_forward",
    "rnn_forward",
    "rnn_forward_fast",
    "safe_norm",
    "sample",
    "sequence_cross_entropy",
    "sequence_log_probability",
    "sigmoid",
    "simplified_gru_backward",
    "simplified_gru_cell_backward",
    "simplified_gru_cell_forward",
    "simplified_gru_forward",
    "softmax",
    "softmax_cross_entropy_backward",
    "spectral_radius",
    "stack_weights",
    "state_jacobian",
    "tagging_loss",
    "tagging_loss_backward",
    "time_first",
    "top_k",
    "top_p",
    "train",
    "train_language_model",
    "train_tagger",
    "unigram_probabilities",
    "with_temperature",
    "without_unknown",
]
