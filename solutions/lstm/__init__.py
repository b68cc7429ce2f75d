"""Topic `lstm`: its notebook, its hidden checks, its known mistakes."""
