"""Fuse what reads one column: a subtree with its steps, conditions and constants then runs once a distinct value.

A coding of system, code and display that all come from one column, or a whole Observation component that hangs on one
answer, is one function from text to JSON. The columnar executor calls it for each distinct value of a batch, and
remembers the results; the row executor runs the same subtree in place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from interop.plan import model as plan
from interop.plan.walk import children, columns_of, own_values, rewrite_bodies, rewrite_inside

Read: TypeAlias = plan.Column | Literal["none", "more"]
"""What a subtree reads: one column; none, so that it is the same for all rows; more than that, or another row."""


def fuse_columns(compiled: plan.Plan) -> plan.Plan:
    """Wraps the largest subtrees that read at most one column in `Fused`."""
    return rewrite_bodies(compiled, _fuse_body)


def _fuse_body(body: plan.Body) -> plan.Body:
    """A body; the lists that `$position` asks for stay as they are."""
    members = [
        member
        if member.name in body.lists
        else plan.Member(member.name, _wrap(*_fuse(member.node)), member.absent, member.when)
        for member in body.node.members
    ]
    return replace(body, node=replace(body.node, members=tuple(members)))


def _fuse(node: plan.Node) -> tuple[Read, plan.Node]:
    """What a node reads; and the node, what is in it wrapped where that is more than one column."""
    within = children(node)
    if not within:
        return _own(node), node
    inside = [_fuse(inner) for inner in within]
    read: Read = "none"
    for found, _ in inside:
        read = _together(read, found)
    if read != "more":
        read = _together(read, _own(node))
    if read != "more":
        return read, node
    wrapped = iter(inside)  # both walks take the inner nodes in their order
    return read, rewrite_inside(node, lambda inner: _wrap(*next(wrapped)))


def _wrap(read: Read, node: plan.Node) -> plan.Node:
    if read == "more" or isinstance(node, plan.Json):
        return node
    return plan.Fused(None if read == "none" else read, node)


def _own(node: plan.Node) -> Read:
    """What a node reads itself, not through the nodes inside it."""
    match node:
        case plan.Json():
            return "none"
        case plan.Primitive(value=plan.Column() as read):
            return read
        case plan.Reference() | plan.Position() | plan.Array(plain=False):
            return "more"
    found: Read = "none"
    for column in columns_of(own_values(node)):
        found = _together(found, "more" if isinstance(column, plan.RecordNumber) else column)
    return found


def _together(one: Read, other: Read) -> Read:
    if one is other or other == "none":
        return one
    return other if one in ("none", other) else "more"
