"""Topic `notation`: its notebook, its hidden checks, its known mistakes."""
