"""Topic `brnn`: its notebook, its hidden checks, its known mistakes."""
