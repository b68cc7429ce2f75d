"""Topic `rnn_types`: its notebook, its hidden checks, its known mistakes."""
