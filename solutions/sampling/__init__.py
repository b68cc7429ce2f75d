"""Topic `sampling`: its notebook, its hidden checks, its known mistakes."""
