"""Fuse what reads one column: a subtree with its steps, conditions and constants then runs once a distinct value.

A coding of system, code and display that all come from one column, or a whole Observation component that hangs on one
answer, is one function from text to JSON. The columnar executor calls it for each distinct value of a batch, and
remembers the results; the row executor runs the same subtree in place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from interop.plan import model as plan
from interop.plan.walk import children, columns_of, own_values, rewrite_inside

Read: TypeAlias = plan.Column | Literal["none", "more"]
"""What a subtree reads: one column; none, so that it is the same for all rows; more than that, or another row."""


def fuse_columns(compiled: plan.Plan) -> plan.Plan:
    """Wraps the largest subtrees that read at most one column in `Fused`."""
    return replace(compiled, rules=tuple([_fuse_rule(rule) for rule in compiled.rules]))


def _fuse_rule(rule: plan.Rule) -> plan.Rule:
    """A rule; the lists that `$position` asks for stay as they are."""
    known: dict[int, Read] = {}
    members = tuple(
        [
            member if member.name in rule.lists else replace(member, node=_fuse(member.node, known))
            for member in rule.body.members
        ]
    )
    return replace(rule, body=replace(rule.body, members=members))


def _fuse(node: plan.Node, known: dict[int, Read]) -> plan.Node:
    if isinstance(node, plan.Json):
        return node
    read = _read(node, known)
    if read == "more":
        return rewrite_inside(node, lambda inner: _fuse(inner, known))
    return plan.Fused(None if read == "none" else read, node)


def _read(node: plan.Node, known: dict[int, Read]) -> Read:
    """What a node reads. `known` has what its inner nodes read, by their `id`."""
    found = known.get(id(node))
    if found is None:
        found = known[id(node)] = _look(node, known)
    return found


def _look(node: plan.Node, known: dict[int, Read]) -> Read:
    if isinstance(node, plan.Reference | plan.Position) or (isinstance(node, plan.Array) and not node.plain):
        return "more"
    found: Read = "none"
    for column in columns_of(own_values(node)):
        if isinstance(column, plan.RecordNumber) or found not in ("none", column):
            return "more"
        found = column
    for inner in children(node):
        read = _read(inner, known)
        if read == "more" or (read != "none" and found not in ("none", read)):
            return "more"
        found = read if found == "none" else found
    return found
