"""One function and what it needs, cut out of a student's cells.

Each top-level statement binds names and uses names. Starting from the wanted function, every statement that binds a
name still needed is taken, until nothing is missing; the rest (training runs, plots, tests) is left out. From cells
that are not answers only definitions and imports are taken. This file runs inside the sandbox: parsing a hostile
text can crash an interpreter, and then it is the student's own that crashes. Standard library only.
"""

from __future__ import annotations
import __future__

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
MAGICS = ("%", "!", "?")


@dataclass(frozen=True)
class Statement:
    """A top-level statement: the cell it stands in, the names it binds and uses, whether it may run."""

    cell: int
    node: ast.stmt
    binds: frozenset[str]
    uses: frozenset[str]
    taken: bool

    def code(self) -> CodeType:
        """Compiled with annotations left alone: they need not name anything that exists here."""
        flags = __future__.annotations.compiler_flag
        code: CodeType = compile(ast.Module([self.node], []), f"<cell {self.cell}>", "exec", flags, dont_inherit=True)
        return code


@dataclass(frozen=True)
class Trouble:
    """A cell that does not parse."""

    cell: int
    line: int


def parse_cell(text: str) -> ast.Module:
    """Parse a cell, without IPython's magics if that is what stands in the way. Raises SyntaxError and its kin."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse(without_magics(text))


def without_magics(text: str) -> str:
    """The same lines with magics, shell lines and help requests as ``pass``; a cell magic of another language is empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.startswith("%%") and first.split()[0] not in ("%%time", "%%timeit", "%%capture", "%%prun"):
        return ""
    return "\n".join(_without_magic(line) for line in text.splitlines())


def _without_magic(line: str) -> str:
    bare = line.strip()
    if bare.startswith(MAGICS) or _is_help(bare):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return line


def _is_help(bare: str) -> bool:
    """``np.tanh?`` asks for help; a line of code whose comment ends in a question mark does not."""
    return bare.endswith("?") and bare.rstrip("?").replace(".", "").isidentifier()


def statements(cells: list[tuple[str, str]]) -> tuple[list[Statement], list[Trouble]]:
    """All top-level statements of (text, role) cells, and the cells that do not parse."""
    found: list[Statement] = []
    troubles: list[Trouble] = []
    for index, (text, role) in enumerate(cells):
        try:
            found += [_statement(index, node, role) for node in parse_cell(text).body]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            troubles.append(Trouble(index, getattr(error, "lineno", None) or 1))
    return found, troubles


def _statement(cell: int, node: ast.stmt, role: str) -> Statement:
    taken = role != "extra" or isinstance(node, DEFINITIONS)
    return Statement(cell, node, frozenset(bound(node)), frozenset(used(node)), taken)


def bound(node: ast.AST) -> Iterator[str]:
    """The module-level names that a statement gives a value to, changes in place or deletes."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
        return
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
        yield node.id
    elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        yield from _root(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        yield from _root(node.value.func)
    for child in ast.iter_child_nodes(node):
        yield from bound(child)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def used(node: ast.AST) -> Iterator[str]:
    """Every name that is read anywhere inside a statement, function bodies included."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Store):
            yield inner.id
        elif isinstance(inner, ast.AugAssign):
            yield from _root(inner.target)


def needed_for(name: str, pool: list[Statement], others: Iterable[str] = ()) -> list[Statement]:
    """The statements that ``name`` needs, in the order of the notebook; empty when nothing binds it.

    What ``others`` need is taken along.
    """
    imports = {bind for one in pool if isinstance(one.node, (ast.Import, ast.ImportFrom)) for bind in one.binds}
    wanted, pending, chosen = {name, *others}, [name, *others], set()
    while pending:
        current = pending.pop()
        for index, one in enumerate(pool):
            if index in chosen or not one.taken or not _serves(one, current, imports):
                continue
            chosen.add(index)
            fresh = (one.uses | {"*"}) - wanted
            wanted |= fresh
            pending.extend(fresh)
    picked = [pool[index] for index in sorted(chosen)]
    return picked if any(name in one.binds for one in picked) else []


def _serves(one: Statement, name: str, imports: set[str]) -> bool:
    if name not in one.binds:
        return False
    only_calls = isinstance(one.node, ast.Expr)  # np.random.seed(0) changes a module, not a name that is needed
    return not (only_calls and name in imports)


def known_elsewhere(name: str, pool: list[Statement]) -> bool:
    """Whether a missing name has a value somewhere in the notebook that does not belong to the answer."""
    return not hasattr(builtins, name) and any(name in one.binds for one in pool if not one.taken)


def run(pieces: list[Statement], namespace: dict[str, Any]) -> list[tuple[Statement, BaseException]]:
    """Execute statements one by one in a namespace; those that fail are told of and passed over."""
    failed: list[tuple[Statement, BaseException]] = []
    for piece in pieces:
        try:
            exec(piece.code(), namespace)
        except BaseException as error:  # noqa: BLE001  # a student's code may raise anything, SystemExit included
            failed.append((piece, error))
    return failed
