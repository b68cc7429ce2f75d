"""How sharp are the hidden checks? Every reference function is broken in every systematic way, and judged."""
