"""Topic `language_model`: its notebook, its hidden checks, its known mistakes."""
