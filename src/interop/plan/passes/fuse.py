"""Fuse what reads one column: a subtree with its steps, conditions and constants then runs once a distinct value.

A coding of system, code and display that all come from one column, or a whole Observation component that hangs on one
answer, is one function from text to JSON. The columnar executor calls it for each distinct value of a batch, and
remembers the results; the row executor runs the same subtree in place.
"""

from __future__ import annotations

from dataclasses import replace

from interop.plan import model as plan
from interop.plan.walk import columns_of, nodes, own_values


def fuse_columns(compiled: plan.Plan) -> plan.Plan:
    """Wraps the largest subtrees that read at most one column in `Fused`."""
    rules = []
    for rule in compiled.rules:
        members = tuple(_fuse_member(member, rule) for member in rule.body.members)
        rules.append(replace(rule, body=replace(rule.body, members=members)))
    return replace(compiled, rules=tuple(rules))


def _fuse_member(member: plan.Member, rule: plan.Rule) -> plan.Member:
    """A member; the lists that `$position` asks for stay as they are."""
    return member if member.name in rule.lists else replace(member, node=_fuse(member.node))


def _fuse(node: plan.Node) -> plan.Node:
    if isinstance(node, plan.Json):
        return node
    single, column = _reads_one(node)
    if single:
        return plan.Fused(column, node)
    match node:
        case plan.Guard(condition, inner):
            return plan.Guard(condition, _fuse(inner))
        case plan.Object(members=members) | plan.Reference(members=members):
            return replace(node, members=tuple(replace(m, node=_fuse(m.node)) for m in members))
        case plan.Array(items=items):
            return replace(node, items=tuple(replace(item, node=_fuse(item.node)) for item in items))
        case plan.First(options):
            return plan.First(tuple(_fuse(option) for option in options))
        case plan.PeriodEnd(start=start, end=end):
            return replace(node, start=_fuse(start), end=_fuse(end))
    return node


def _reads_one(node: plan.Node) -> tuple[bool, plan.Column | None]:
    """Whether a node reads one column or none, is the same for all rows that share it, and needs no other row."""
    columns: set[plan.Column] = set()
    for inner in nodes(node):
        if isinstance(inner, plan.Reference | plan.Position) or (isinstance(inner, plan.Array) and not inner.plain):
            return False, None
        for column in columns_of(own_values(inner)):
            if isinstance(column, plan.RecordNumber):
                return False, None
            columns.add(column)
    return len(columns) <= 1, next(iter(columns), None)
