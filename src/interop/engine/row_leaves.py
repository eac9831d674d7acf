"""Leaves of the plan as closures over one row: literals, codes from concept maps, positions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from interop.engine.row_values import Run, compile_value
from interop.plan import model as plan
from interop.plan.json_text import quote
from interop.plan.walk import falls_back
from interop.readers.protocol import Row
from interop.values.failure import Failure

Result: TypeAlias = tuple[str | None, bool]
NodeFunction: TypeAlias = Callable[[Row, Run], Result]

NOTHING: Result = (None, False)


def literal(node: plan.Primitive) -> NodeFunction:
    """A literal: checked for its type, and quoted where JSON asks for it."""
    value, check, order = compile_value(node.value), node.check, node.order
    string = node.json == "string"

    def checked_literal(row: Row, run: Run) -> Result:
        text = value(row, run)
        if text is None:
            return NOTHING
        checked = check(text)
        if checked is None:
            return NOTHING
        if isinstance(checked, str):
            return quote(checked) if string else checked, True
        run.report(checked.code, order, row)
        return NOTHING

    before = falls_back(node.value)
    if before is None:
        return checked_literal
    reading = compile_value(before)

    def literal_or_constant(row: Row, run: Run) -> Result:
        fragment, _ = checked_literal(row, run)
        return fragment, fragment is not None and reading(row, run.quiet()) is not None

    return literal_or_constant


def coded(node: plan.Coded) -> NodeFunction:
    """What a concept map makes of a code, in the shape of the element."""
    value, translate, order, shape = compile_value(node.value), node.translate, node.order, node.shape

    def translated(row: Row, run: Run) -> Result:
        text = value(row, run)
        if text is None:
            return NOTHING
        found = translate(text)
        if isinstance(found, Failure):
            run.report(found.code, order, row)
            return NOTHING
        if isinstance(found, tuple):
            targets = found
        else:
            run.report(found.code, order, row)
            targets = found.targets
        if not targets:
            return NOTHING
        codings = [coding_json(target.system, target.code, target.display) for target in targets]
        match shape:
            case "coding":
                return codings[0], True
            case "codings":
                return ",".join(codings), True
            case "concept":
                return '{"coding":[' + ",".join(codings) + "]}", True
            case "concepts":
                return ",".join('{"coding":[' + coding + "]}" for coding in codings), True

    return translated


def coding_json(system: str, code: str, display: str) -> str:
    """A Coding; empty parts are left out."""
    parts = (("system", system), ("code", code), ("display", display))
    return "{" + ",".join(f'"{name}":{quote(text)}' for name, text in parts if text) + "}"


def position(node: plan.Position) -> NodeFunction:
    """The number of an item in its list, or in another by key."""
    if not node.list:
        return lambda row, run: (str(run.position), False)
    name, key = node.list, compile_value(node.key if node.key is not None else plan.Choice(()))

    def keyed_position(row: Row, run: Run) -> Result:
        text = key(row, run)
        number = run.keyed.get(name, {}).get(text) if text is not None else None
        return (None, False) if number is None else (str(number), False)

    return keyed_position
