"""Topic `gru`: its notebook, its hidden checks, its known mistakes."""
