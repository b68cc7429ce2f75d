"""Topic `gradients`: its notebook, its hidden checks, its known mistakes."""
