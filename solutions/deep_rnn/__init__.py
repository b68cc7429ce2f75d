"""Topic `deep_rnn`: its notebook, its hidden checks, its known mistakes."""
