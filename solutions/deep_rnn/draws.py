"""Inputs of topic `deep_rnn`: what is drawn hangs on the cells, so the drawing travels as text.

In the sizes of a case, the figures of `cells` name the cells from below: 0 is "rnn", 1 is "gru", 2 is "lstm". A 1 stands
before them. `cell` is one such figure.
"""

from solutions.reference.deep_shapes import LAYERS

KINDS = tuple(LAYERS)
NORMAL = "0.6 * rng.standard_normal"
NAMES = f"[{KINDS}[int(figure)] for figure in str(sizes['cells'])[1:]]"
LAYER = (  # of a cell, with n units above b inputs
    f"lambda cell, n, b: {{key: {NORMAL}((n, {{'1': 1, 'n_a': n, 'n_x': b}}.get(axes.split()[1], n + b)))"
    f" for key, axes in {LAYERS}[cell].items()}}"
)
WIDTHS = "[sizes[f'n_{number}'] for number in range(1, len(str(sizes['cells'])))]"


def made(expression: str) -> str:
    """A description of an input that an expression over the sizes and a generator makes."""
    return f"lambda sizes, rng: {expression} | made"


CELL = made(f"{KINDS}[sizes['cell']]")
CELLS = made(NAMES)
ONE_LAYER = made(f"({LAYER})({KINDS}[sizes['cell']], sizes['n_a'], sizes['n_x'])")
STATES = made(f"[{NORMAL}((n, sizes['m'])) for n in {WIDTHS}]")
NETWORK = made(
    f"{{'layers': [({LAYER})(cell, n, b) for cell, n, b in zip({NAMES}, {WIDTHS}, [sizes['n_x'], *{WIDTHS}])],"
    f" 'Wya': {NORMAL}((sizes['n_y'], {WIDTHS}[-1])), 'by': {NORMAL}((sizes['n_y'], 1))}}"
)
TOP = made(f"{NORMAL}(({WIDTHS}[-1], sizes['m'], sizes['T_x']))")
SIZES = made(WIDTHS)
ANY_SIZES = made(f"[int(n) for n in rng.integers(2, 90, size=len({WIDTHS}))]")
