"""The figures can be read: their words are large enough, inside the sheet, and nothing crosses them."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import math
import pkgutil
import re
from collections.abc import Callable, Iterator

import matplotlib
import pytest
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.mathtext import MathTextParser
from matplotlib.patches import FancyBboxPatch, Patch, Polygon
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from book import figures
from book.figures import cells, measured_brnn, measured_cells, measured_gradients, measured_lstm, measured_sampling, style

MODULES = [importlib.import_module(f"book.figures.{found.name}") for found in pkgutil.iter_modules(figures.__path__)]
PHONE_COLUMN = 328.0  # measured: pixels left for a figure in a window 375 px wide with a scroll bar
SMALLEST_PIXELS = 9.0
GROUNDS = {"light": "#ffffff", "dark": "#121212"}  # the theme's page colours


def curve(value: float) -> float:
    return math.log(1.0 + math.exp(-2.0 * math.tanh(value)))


def slope(value: float) -> float:
    return -2.0 * (1.0 - math.tanh(value) ** 2) / (1.0 + math.exp(2.0 * math.tanh(value)))


FIGURES: dict[str, Callable[[], Figure]] = {
    "addresses": figures.addresses,
    "picks_a_column": figures.picks_a_column,
    "one_step_after_another": figures.one_step_after_another,
    "unknown_words": lambda: figures.unknown_words(
        {"counted": ([1, 50, 150, 286], [1.0, 0.46, 0.16, 0.0]), "not counted": ([1, 50, 150, 286], [1.0, 0.51, 0.26, 0.03])}
    ),
    "standard_network": figures.standard_network,
    "folded_and_unrolled": figures.folded_and_unrolled,
    "inside_the_cell": figures.inside_the_cell,
    "stacked_weights": figures.stacked_weights,
    "gradients_through_time": figures.gradients_through_time,
    "error_against_step": lambda: figures.error_against_step(curve, 0.5, slope(0.5)),
    "five_wirings": figures.five_wirings,
    "one_to_one": figures.one_to_one,
    "one_to_many": figures.one_to_many,
    "many_to_one": figures.many_to_one,
    "many_to_many": figures.many_to_many,
    "encoder_decoder": figures.encoder_decoder,
    "shrink_and_grow": figures.shrink_and_grow,
    "wall": figures.wall,
    "what_norms_say": figures.what_norms_say,
    "clipped_two_ways": figures.clipped_two_ways,
    "turned_by_clipping": measured_gradients.turned_by_clipping,
    "write_or_keep": figures.write_or_keep,
    "simplified_gru_cell": figures.simplified_gru_cell,
    "full_gru_cell": figures.full_gru_cell,
    "gradient_left_gru": figures.gradient_left_gru,
    "gates_that_learnt_to_keep": measured_gradients.gates_that_learnt_to_keep,
    "second_gate": measured_cells.second_gate,
    "remembered_and_shown": figures.remembered_and_shown,
    "lstm_cell": figures.lstm_cell,
    "peepholes": figures.peepholes,
    "gradient_left_lstm": figures.gradient_left_lstm,
    "memory_and_all_roads": measured_gradients.memory_and_all_roads,
    "adding_by_bias": measured_lstm.adding_by_bias,
    "copying_by_bias": measured_lstm.copying_by_bias,
    "adding_by_cell": measured_cells.adding_by_cell,
    "two_readers": figures.two_readers,
    "gradients_both_ways": figures.gradients_both_ways,
    "turned_rows": figures.turned_rows,
    "readings_right": measured_brnn.readings_right,
    "layers_and_steps": figures.layers_and_steps,
    "gradients_in_layers": figures.gradients_in_layers,
    "gradient_left_deep": figures.gradient_left_deep,
    "names_by_layers": measured_cells.names_by_layers,
    "what_waits": figures.what_waits,
    "four_gates": figures.four_gates,
    "one_product_for_weights": figures.one_product_for_weights,
    "two_orders": figures.two_orders,
    "time_left": lambda: figures.time_left(
        {"8 units, 8 examples": {"fused": 0.2, "memory kept": 0.1, "products": 0.03},
         "256 units, 64 examples": {"fused": 1.4, "memory kept": 0.9, "products": 0.6}}  # fmt: skip  # one size, one line
    ),
    "chain_of_choices": figures.chain_of_choices,
    "said_and_read": figures.said_and_read,
    "padded_batch": figures.padded_batch,
    "hesitation_of_models": lambda: figures.hesitation_of_models({"no idea": 28.0, "single letters": 16.4, "the network": 7.9}),
    "speaking": figures.speaking,
    "one_stretch": figures.one_stretch,
    "reshaped": lambda: figures.reshaped({"as it is": [0.4, 0.6], "k = 1": [0.0, 1.0], "T = 2": [0.001, 0.999]}),
    "beam_of_two": figures.beam_of_two,
    "bold_or_careful": measured_sampling.bold_or_careful,
    "new_against_known": measured_sampling.new_against_known,
    "beam_against_width": measured_sampling.beam_against_width,
    "what_may_follow": lambda: figures.what_may_follow({"pairs: r": {"m": 0.3, "end": 0.2}, "ther": {"w": 0.6, "e": 0.001}}),
    "error_in_two_precisions": figures.error_in_two_precisions,
    "chord_over_a_kink": figures.chord_over_a_kink,
    "how_it_is_measured": figures.how_it_is_measured,
}


@pytest.fixture(params=sorted(FIGURES))
def figure(request: pytest.FixtureRequest) -> Iterator[Figure]:
    with matplotlib.rc_context(style.SETTINGS):
        drawn = FIGURES[request.param]()
        FigureCanvasAgg(drawn).draw()
        yield drawn


def words_of(figure: Figure) -> list[Text]:
    """All words that are drawn, tick labels included."""
    beyond = {id(label) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for label in labels_beyond(axis)}
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip() and id(text) not in beyond]


def labels_beyond(axis: Axis) -> Iterator[Text]:
    """Labels of ticks that matplotlib keeps but does not draw, since they lie beyond the axis."""
    low, high = sorted(axis.get_view_interval())
    for tick in axis.get_major_ticks():
        if not low <= tick.get_loc() <= high:
            yield from (tick.label1, tick.label2)


def place(text: Text) -> Bbox:
    return text.get_window_extent()


def smallest_size(text: Text) -> float:
    """The size in points of the smallest glyph: an index is smaller than the word it belongs to."""
    if "$" not in text.get_text():
        return float(text.get_fontsize())
    family = FontProperties(size=text.get_fontsize(), math_fontfamily="stix")
    glyphs = MathTextParser("path").parse(text.get_text(), dpi=72, prop=family).glyphs
    return min(glyph[1] for glyph in glyphs)


def test_every_figure_is_looked_at() -> None:
    rooms = [module for module in MODULES if ".measured_" in module.__name__]
    measured = {name for module in rooms for name, one in vars(module).items() if draws(one, module)}
    assert {name for name in figures.__all__ if name != "show"} | measured == set(FIGURES)


def draws(one: object, module: object) -> bool:
    """Whether something in a module is a function of its own that makes a figure."""
    own = inspect.isfunction(one) and one.__module__ == getattr(module, "__name__", "")
    return own and not one.__name__.startswith("_") and inspect.signature(one).return_annotation == "Figure"


def test_words_are_large_enough_on_a_phone(figure: Figure) -> None:
    pixels_per_point = PHONE_COLUMN / (figure.get_figwidth() * style.POINTS_PER_INCH)
    limit = SMALLEST_PIXELS / pixels_per_point
    assert words_of(figure)
    assert not [text.get_text() for text in words_of(figure) if smallest_size(text) < limit]


def test_words_lie_inside_the_sheet(figure: Figure) -> None:
    for text in words_of(figure):
        corners = place(text).get_points()
        assert (corners >= 0.0).all() and (corners <= figure.bbox.max).all(), text.get_text()


def test_words_do_not_overlap(figure: Figure) -> None:
    pairs = itertools.combinations(words_of(figure), 2)
    assert not [(one.get_text(), two.get_text()) for one, two in pairs if place(one).overlaps(place(two))]


def strokes_of(figure: Figure) -> Iterator[Patch | Line2D]:
    """Everything drawn with a pen: outlines, arrows and curves, without the invisible ground of a sheet."""
    grounds = {id(figure.patch)} | {id(axes.patch) for axes in figure.axes}
    for artist in figure.findobj(lambda found: isinstance(found, Patch | Line2D)):
        assert isinstance(artist, Patch | Line2D)
        if id(artist) not in grounds and artist.get_visible() and len(artist.get_path().vertices) > 1:
            yield artist


def test_no_line_crosses_a_word(figure: Figure) -> None:
    crossed = [
        (text.get_text(), type(stroke).__name__)
        for stroke in strokes_of(figure)
        for text in words_of(figure)
        if stroke.get_path().transformed(stroke.get_transform()).intersects_bbox(place(text), filled=False)
    ]
    assert not crossed


def test_a_crossed_word_is_noticed() -> None:
    """The checks above can fail: draw what they forbid."""
    sheet, axes = style.new_sheet(60.0)
    cells.write(axes, (100.0, 30.0), "crossed")
    cells.write(axes, (110.0, 32.0), "covered")
    cells.write(axes, (325.0, 30.0), "outside")
    cells.draw_arrow(axes, [(20.0, 30.0), (200.0, 30.0)], style.FORWARD)
    FigureCanvasAgg(sheet).draw()
    for check in (test_no_line_crosses_a_word, test_words_do_not_overlap, test_words_lie_inside_the_sheet):
        with pytest.raises(AssertionError):
            check(sheet)


def test_arrow_tips_touch_no_box_from_inside(figure: Figure) -> None:
    """A head that lies inside a box would be hidden by it or would hide its words."""
    heads = [patch for patch in figure.findobj(Polygon) if isinstance(patch, Polygon)]
    boxes = [box for box in figure.findobj(FancyBboxPatch) if box.get_facecolor()[3] > 0.0]
    for head, box in itertools.product(heads, boxes):
        neck = head.get_xy()[1:3].mean(axis=0)
        assert not box.get_path().contains_point(neck), f"an arrow ends inside a box, at {neck}"


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255.0 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", style.PALETTE, ids=lambda colour: colour.name)
def test_colours_can_be_read_on_both_grounds(colour: style.Colour) -> None:
    assert contrast(colour.light, GROUNDS["light"]) >= 4.5
    assert contrast(colour.dark, GROUNDS["dark"]) >= 4.5
    assert contrast(colour.light, GROUNDS["dark"]) >= 2.3
    assert contrast(colour.dark, GROUNDS["light"]) >= 2.2


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_svg_is_the_same_at_every_run_and_follows_the_page(name: str) -> None:
    svg = style.show(FIGURES[name]())._repr_svg_()
    assert svg == style.show(FIGURES[name]())._repr_svg_()
    assert "prefers-color-scheme: dark" in svg
    assert "var(--ink, " in svg
    assert not re.findall(r"(?:fill|stroke): #\w{6}", svg), "a colour that does not follow the page"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_rooms_are_small(module: object) -> None:
    source = inspect.getsource(module)  # type: ignore[arg-type]
    assert source.count("\n") < 200
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name


def test_measured_errors_show_why_central_differences_are_used() -> None:
    drawn = figures.error_against_step(curve, 0.5, slope(0.5))
    one_sided, central = [line.get_ydata() for line in drawn.axes[1].get_lines()]
    assert min(central) < 1e-9 < min(one_sided) < 1e-6
    assert central[0] > 1e-5
