"""Ways to break a function that people who write networks in NumPy find by themselves: each makes nodes from a node.

What breaks any program (operators, constants, `+=` for `=`, arguments left out) comes from mutmut.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import libcst as cst
import libcst.matchers as m
from mutmut.mutation import mutators

Operator = Callable[[Any], Iterable[cst.CSTNode]]
CALLS = {
    "sum": ("mean", "max"), "mean": ("sum",), "max": ("min",), "min": ("max",), "tanh": ("sin",), "exp": ("expm1",),
    "log": ("log2", "log1p"), "zeros": ("ones",), "zeros_like": ("ones_like",), "ones": ("zeros",), "argmax": ("argmin",),
    "argmin": ("argmax",), "sqrt": ("cbrt",), "abs": ("negative",), "maximum": ("minimum",), "minimum": ("maximum",),
    "cumsum": ("cumprod",), "concatenate": ("stack",), "copy": ("sort",), "append": ("remove",), "norm": ("det",),
    "softmax": ("sigmoid",), "sigmoid": ("tanh",), "isfinite": ("isnan",),
}  # fmt: skip  # one table


def call_swapped(node: cst.Call) -> Iterator[cst.CSTNode]:
    """Another function of the same kind: mean for sum, min for max."""
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    for other in CALLS.get(name.value, ()) if isinstance(name, cst.Name) else ():
        if isinstance(node.func, cst.Attribute):
            yield node.with_changes(func=node.func.with_changes(attr=cst.Name(other)))
        else:
            yield node.with_changes(func=cst.parse_expression(f"np.{other}") if other == "tanh" else cst.Name(other))


def arguments_swapped(node: cst.Call) -> Iterator[cst.CSTNode]:
    """Two neighbouring arguments change places."""
    plain = [argument.keyword is None and not argument.star for argument in node.args]
    for index in range(len(node.args) - 1):
        if plain[index] and plain[index + 1]:
            values = [argument.value for argument in node.args]
            yield node.with_changes(args=_with_values(node.args, _neighbours_swapped(values, index)))


def elements_swapped(node: cst.Tuple) -> Iterator[cst.CSTNode]:
    """Two neighbours of a tuple change places: a result, a cache, an unpacked gate."""
    values = [element.value for element in node.elements]
    if any(isinstance(element, cst.StarredElement) for element in node.elements):
        return
    for index in range(len(values) - 1):
        yield node.with_changes(elements=_with_values(node.elements, _neighbours_swapped(values, index)))


def transposed(node: cst.BinaryOperation) -> Iterator[cst.CSTNode]:
    """A factor of a matrix product transposed, or no longer."""
    if isinstance(node.operator, cst.MatrixMultiply):
        yield node.with_changes(left=_other_way(node.left))
        yield node.with_changes(right=_other_way(node.right))


def _other_way(node: cst.BaseExpression) -> cst.BaseExpression:
    if m.matches(node, m.Attribute(attr=m.Name("T"))):
        return cst.ensure_type(node, cst.Attribute).value
    bare = isinstance(node, (cst.Name, cst.Subscript, cst.Attribute, cst.Call)) or node.lpar
    inner = node if bare else node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.Attribute(inner, cst.Name("T"))


def term_dropped(node: cst.BinaryOperation) -> Iterator[cst.CSTNode]:
    """One side of a sum or of a product is forgotten."""
    if isinstance(node.operator, (cst.Add, cst.Subtract, cst.Multiply, cst.Divide, cst.Power)):
        yield _kept(node, node.left)
        yield _kept(node, node.right)


def _kept(whole: cst.BinaryOperation, part: cst.BaseExpression) -> cst.BaseExpression:
    """A part in the place of the whole, inside the whole's parentheses."""
    return part.with_changes(lpar=[*whole.lpar, *part.lpar], rpar=[*part.rpar, *whole.rpar])


def order_of_product(node: cst.BinaryOperation) -> Iterator[cst.CSTNode]:
    """A matrix product the other way round, or element by element."""
    if isinstance(node.operator, cst.MatrixMultiply):
        yield node.with_changes(left=node.right, right=node.left)
        yield node.with_changes(operator=cst.Multiply())


def index_shifted(node: cst.Index) -> Iterator[cst.CSTNode]:
    """One step too early, or too late."""
    if isinstance(node.value, (cst.Name, cst.BinaryOperation)):
        for operator in (cst.Add(), cst.Subtract()):
            value = cst.BinaryOperation(node.value, operator, cst.Integer("1"))
            yield node.with_changes(value=value)


def slice_turned(node: cst.Slice) -> Iterator[cst.CSTNode]:
    """The other part of an array: ``[n_a:]`` for ``[:n_a]``."""
    if (node.lower is None) != (node.upper is None):
        yield node.with_changes(lower=node.upper, upper=node.lower)


def range_cut(node: cst.Call) -> Iterator[cst.CSTNode]:
    """A walk that starts late, ends early, or goes the other way."""
    if m.matches(node.func, m.Name("range")):
        last = node.args[-1 if len(node.args) < 3 else 1]
        early = last.with_changes(value=cst.BinaryOperation(last.value, cst.Subtract(), cst.Integer("1"),
                                  lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))  # fmt: skip  # one expression
        yield node.with_deep_changes(last, value=early.value)
        if len(node.args) == 1:
            yield node.with_changes(args=[cst.Arg(cst.Integer("1"), comma=cst.Comma()), *node.args])
        yield cst.Call(cst.Name("reversed"), [cst.Arg(node)])
    if m.matches(node.func, m.Name("reversed")):
        yield node.args[0].value


def statement_left_out(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    """A line forgotten."""
    if not m.matches(node, m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])):
        yield node.with_changes(body=[cst.Pass()])


def constant_changed(node: cst.BaseNumber) -> Iterator[cst.CSTNode]:
    """A number one lower; mutmut makes it one higher."""
    if isinstance(node, cst.Integer):
        value = node.evaluated_value - 1
        yield cst.Integer(str(value)) if value >= 0 else cst.UnaryOperation(cst.Minus(), cst.Integer("1"))
    elif isinstance(node, cst.Float):
        yield cst.Float(repr(node.evaluated_value / 2)) if node.evaluated_value else cst.Float("1.0")


def key_swapped(keys: list[str]) -> Operator:
    """Another key of the same function: the bias of another gate, the gradient of another weight."""

    def operator(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
        if node.raw_value in keys:
            other = keys[(keys.index(node.raw_value) + 1) % len(keys)]
            yield cst.SimpleString(repr(other))

    return operator


def string_changed(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    """Another text. The upper and lower case that mutmut adds is no other text to einsum."""
    if not node.value.startswith(('"""', "'''")):
        yield cst.SimpleString(repr(f"XX{node.raw_value}"))


def _neighbours_swapped(values: list[Any], index: int) -> list[Any]:
    return [*values[:index], values[index + 1], values[index], *values[index + 2 :]]


def _with_values(items: Any, values: list[Any]) -> list[Any]:
    return [item.with_changes(value=value) for item, value in zip(items, values, strict=True)]


OURS: tuple[tuple[type, Operator], ...] = (
    (cst.Call, call_swapped), (cst.Call, arguments_swapped), (cst.Tuple, elements_swapped),
    (cst.BinaryOperation, transposed), (cst.BinaryOperation, term_dropped), (cst.BinaryOperation, order_of_product),
    (cst.Index, index_shifted), (cst.Slice, slice_turned), (cst.Call, range_cut),
    (cst.SimpleStatementLine, statement_left_out), (cst.BaseNumber, constant_changed), (cst.SimpleString, string_changed),
)  # fmt: skip  # one table
THEIRS = tuple((kind, one) for kind, one in mutators.mutation_operators if one is not mutators.operator_string)


def operators(keys: list[str]) -> Iterator[tuple[type, Operator]]:
    """All operators for a function that uses these dictionary keys."""
    return itertools.chain(OURS, THEIRS, ((cst.SimpleString, key_swapped(keys)),) if len(keys) > 1 else ())
