"""A plan as indented text, for tests: with what `explain` leaves out, presence and what runs once a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interop.plan import model as plan
from interop.plan.explain import condition_text, value_text

INDENT = "  "


def show_plan(compiled: plan.Plan) -> str:
    """All rules, then what they read."""
    lines: list[str] = []
    for rule in compiled.rules:
        when = f" when {condition_text(rule.when)}" if rule.when is not None else ""
        lines += [f"{rule.name} of {rule.context}{when}", *_indented(_members(rule.body.members))]
    lines += [f"reads {context}: {' '.join(names)}".rstrip() for context, names in compiled.reads.items()]
    return "\n".join(lines) + "\n"


def _node(node: plan.Node) -> Iterator[str]:
    """A node; what stands inside it is indented below its first line."""
    match node:
        case plan.Json(text):
            yield f"= {text}"
        case plan.Primitive(value=value):
            yield value_text(value)
        case plan.Coded(value=value, map=name, shape=shape):
            yield f"{value_text(value)} | code {name} as {shape}"
        case plan.Guard(condition, inner):
            yield f"when {condition_text(condition)}"
            yield from _indented(_node(inner))
        case plan.Object(members=members, reads=reads, required=required):
            needs = f" needs {' '.join(item.element for item in required)}" if required else ""
            yield ("object" if reads else "object of constants") + needs
            yield from _indented(_members(members))
        case plan.Array(items=items, plain=plain, single=single):
            yield "the first" if single else "list" if plain else "list, built long"
            yield from _indented(line for item in items for line in _item(item))
        case plan.First(options):
            yield "first of" if options else "nothing"
            yield from _indented(line for option in options for line in _dashed("", _node(option)))
        case plan.Reference(rule=name, up=up, members=members):
            yield f"$ref {name}, {up} up"
            yield from _indented(_members(members))
        case plan.Position(list=name, key=key):
            yield "position" if key is None else f"position in {name} of {value_text(key)}"
        case plan.PeriodEnd(start=start, end=end):
            yield "not before its start"
            yield from _indented([*_dashed("", _node(start)), *_dashed("", _node(end))])
        case plan.Fused(column, inner):
            first, *rest = _node(inner)
            yield f"once a {value_text(column) if column is not None else 'file'}: {first}"
            yield from rest


def _members(members: tuple[plan.Member, ...]) -> Iterator[str]:
    for member in members:
        when = f" when {condition_text(member.when)}" if member.when is not None else ""
        first, *rest = _node(member.node)
        yield f"{member.name}{when}: {first}"
        yield from rest
        if member.absent is not None:
            yield f"{INDENT}else {member.absent}"


def _item(item: plan.Item) -> Iterator[str]:
    above = f", {item.each.up} up" if item.each is not None and item.each.up else ""
    each = f"each {' of '.join(reversed(item.each.down))}{above}: " if item.each is not None else ""
    distinct = f"distinct {value_text(item.distinct)}: " if item.distinct is not None else ""
    yield from _dashed(each + distinct, _node(item.node))


def _dashed(before: str, lines: Iterator[str]) -> Iterator[str]:
    yield f"- {before}{next(lines)}"
    yield from _indented(lines)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield INDENT + line
