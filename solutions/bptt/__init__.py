"""Topic `bptt`: its notebook, its hidden checks, its known mistakes."""
