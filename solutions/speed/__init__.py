"""Topic `speed`: its notebook, its hidden checks, its known mistakes."""
