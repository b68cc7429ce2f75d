"""All mutants of one function, as texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from tools.mutants.operators import operators


@dataclass(frozen=True)
class Mutant:
    """One broken function: the line as it was and as it is, and the whole text."""

    function: str
    old: str
    new: str
    text: str


def mutants(function: str, text: str) -> Iterator[Mutant]:
    """Every mutant of a function's text, each different from it and from every other."""
    module = cst.parse_module(text)
    (definition,) = (node for node in module.body if isinstance(node, cst.FunctionDef))
    seen = {module.code}
    for node in _inside(definition):
        for kind, operator in operators(_keys(definition)):
            if not isinstance(node, kind):
                continue
            for other in operator(node):
                code = _replaced(module, node, other)
                if code is not None and code not in seen:
                    seen.add(code)
                    yield Mutant(function, *_changed_lines(module.code, code), code)


def _inside(definition: cst.FunctionDef) -> list[cst.CSTNode]:
    """The nodes of the body, the docstring and annotations left alone."""
    body = definition.body.body
    if m.matches(body[0], m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])):
        body = body[1:]
    found: list[cst.CSTNode] = []

    def walk(node: cst.CSTNode) -> None:
        if not isinstance(node, cst.Annotation):
            found.append(node)
            for child in node.children:
                walk(child)

    for statement in body:
        walk(statement)
    return found


def _keys(definition: cst.FunctionDef) -> list[str]:
    """The short texts used as dictionary keys."""
    found = [node.raw_value for node in _inside(definition) if isinstance(node, cst.SimpleString)]
    return list(dict.fromkeys(text for text in found if text.isidentifier()))


def _replaced(module: cst.Module, node: cst.CSTNode, other: cst.CSTNode) -> str | None:
    """The module's text with one node replaced; None where that is no program."""
    try:
        changed = module.deep_replace(node, other)
        code: str = changed.code
        compile(code, "<mutant>", "exec")
    except Exception:  # noqa: BLE001  # libcst refuses some replacements in its own ways
        return None
    return code


def _changed_lines(old: str, new: str) -> tuple[str, str]:
    """The first line that differs, before and after."""
    pairs = zip(old.splitlines(), [*new.splitlines(), *[""] * 99], strict=False)
    for before, after in pairs:
        if before != after:
            return before.strip(), after.strip()
    return "", ""
