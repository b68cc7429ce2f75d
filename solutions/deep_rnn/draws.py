"""Inputs of topic `deep_rnn`: what is drawn hangs on the cells, so the drawing travels as text.

In the sizes of a case, the figures of `cells` name the cells from below, by their places in KINDS. A 1 stands before them.
`cell` is one such figure. The kinds that a course may leave out come last, so that checks come to the others first.
"""

from solutions.reference.deep_shapes import LAYERS

EXTRA = ("simplified_gru", "peephole_lstm")
KINDS = (*(cell for cell in LAYERS if cell not in EXTRA), *EXTRA)
NORMAL = "0.6 * rng.standard_normal"
NAMES = f"[{KINDS}[int(figure)] for figure in str(sizes['cells'])[1:]]"
SHAPES = (  # of a cell, with n units above b inputs
    f"lambda cell, n, b: {{key: (n, {{'1': 1, 'n_a': n, 'n_x': b}}.get(axes.split()[1], n + b))"
    f" for key, axes in {LAYERS}[cell].items()}}"
)
LAYER = f"lambda cell, n, b: {{key: {NORMAL}(shape) for key, shape in ({SHAPES})(cell, n, b).items()}}"
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
