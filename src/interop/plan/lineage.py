"""Where each target element comes from, and where each source column goes: the edges of a plan.

An edge is read off the plan alone, so that what it says holds for every record: what no edge reaches cannot come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from interop.errors import Place
from interop.plan import model as plan
from interop.plan.explain import condition_text, value_text
from interop.plan.walk import columns_of, condition_values
from interop.spec.collection import lasting


class Role(StrEnum):
    """What a column does to an element."""

    VALUE = "value"  # its text, after the steps
    CONDITION = "condition"  # whether it is there
    KEY = "key"  # the id of its resource


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One column that reaches one element.

    `text` is the value, condition or key as the mapping writes it; `context` and `column` are the plan's names.
    """

    rule: str
    target: str
    role: Role
    context: str
    column: str
    text: str
    place: Place


@lasting()
def lineage(compiled: plan.Plan) -> list[Edge]:
    """All edges of a plan, by rule in its order, each once."""
    edges: dict[Edge, None] = {}
    for rule in compiled.rules:
        edges.update(dict.fromkeys(_rule(compiled, rule)))
    return list(edges)


def _rule(compiled: plan.Plan, rule: plan.Rule) -> Iterator[Edge]:
    for part in rule.key or ((rule.id,) if rule.id is not None else ()):
        yield from _edges(rule, f"{rule.resource}.id", Role.KEY, [part], value_text(part), rule.place)
    if rule.when is not None:
        yield from _condition(rule, rule.resource, rule.when, rule.place)
    yield from _node(compiled, rule, rule.resource, rule.body, rule.place)


def _node(compiled: plan.Plan, rule: plan.Rule, target: str, node: plan.Node, place: Place) -> Iterator[Edge]:
    match node:
        case plan.Primitive(value=value):
            yield from _edges(rule, target, Role.VALUE, [value], value_text(value), node.place)
        case plan.Coded(value=value, map=name):
            yield from _edges(rule, target, Role.VALUE, [value], f"{value_text(value)} | code {name}", node.place)
        case plan.Guard(condition, inner):
            yield from _condition(rule, target, condition, place)
            yield from _node(compiled, rule, target, inner, place)
        case plan.Fused(_, inner):
            yield from _node(compiled, rule, target, inner, place)
        case plan.Object(members=members):
            for member in members:
                name = f"{target}.{member.name}"
                if member.when is not None:
                    yield from _condition(rule, name, member.when, node.place)
                yield from _node(compiled, rule, name, member.node, node.place)
        case plan.Array(items=items):
            for item in items:
                if item.distinct is not None:
                    text = f"distinct {value_text(item.distinct)}"
                    yield from _edges(rule, target, Role.CONDITION, [item.distinct], text, place)
                yield from _node(compiled, rule, target, item.node, place)
        case plan.First(options):
            for option in options:
                yield from _node(compiled, rule, target, option, place)
        case plan.Reference(rule=name, members=members):
            yield from _reference(compiled, rule, f"{target}.reference", name, node.place)
            for member in members:
                yield from _node(compiled, rule, f"{target}.{member.name}", member.node, node.place)
        case plan.Position(key=key) if key is not None:
            yield from _edges(rule, target, Role.VALUE, [key], f"$position of {value_text(key)}", node.place)
        case plan.PeriodEnd(start=start, end=end):
            yield from _node(compiled, rule, target, start, place)
            yield from _node(compiled, rule, target, end, place)


def _reference(compiled: plan.Plan, rule: plan.Rule, target: str, name: str, place: Place) -> Iterator[Edge]:
    """A reference holds the id of another rule's resource: what that was made from reaches here too."""
    for other in compiled.rules:
        if other.name == name:
            for part in other.key or ((other.id,) if other.id is not None else ()):
                yield from _edges(rule, target, Role.KEY, [part], f"$ref {name}: {value_text(part)}", place)


def _condition(rule: plan.Rule, target: str, condition: plan.Condition, place: Place) -> Iterator[Edge]:
    values = condition_values(condition)
    yield from _edges(rule, target, Role.CONDITION, values, condition_text(condition), place)


def _edges(  # noqa: PLR0917 - the fields of an edge, in their order
    rule: plan.Rule, target: str, role: Role, values: Iterable[plan.Value], text: str, place: Place
) -> Iterator[Edge]:
    for column in columns_of(iter(values)):
        if isinstance(column, plan.Column):
            yield Edge(rule.name, target, role, column.context, column.name, text, place)
