"""Fuse what reads one column: a subtree with its steps, conditions and constants then runs once a distinct value.

A coding of system, code and display that all come from one column, or a whole Observation component that hangs on one
answer, is one function from text to JSON. The columnar executor calls it for each distinct value of a batch, and
remembers the results; the row executor runs the same subtree in place.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TypeAlias

from interop.plan import model as plan
from interop.plan.rewriting import rewrite_bodies, rewrite_inside
from interop.plan.walk import children, columns_of, own_values


class _Many(Enum):
    """More than one column, or another row."""

    MORE = "more"


MORE = _Many.MORE
Read: TypeAlias = plan.Column | _Many | None
"""What subtrees read: one column; None when it is none, so that they are the same for all rows; or `MORE`."""


def fuse_columns(compiled: plan.Plan) -> plan.Plan:
    """Wraps the largest subtrees that read at most one column in `Fused`."""
    return rewrite_bodies(compiled, _fuse_body)


def _fuse_body(body: plan.Body) -> plan.Body:
    """A body; the lists that `$position` asks for stay as they are."""
    fuse = _Fusing().node
    members = [
        member if member.name in body.lists else plan.Member(member.name, fuse(member.node), member.absent, member.when)
        for member in body.node.members
    ]
    return replace(body, node=body.node.having(tuple(members)))


class _Fusing:
    """Fuses the nodes of one body, which keeps them alive: what each reads is known by its `id`."""

    def __init__(self) -> None:
        self._reads: dict[int, Read] = {}

    def node(self, node: plan.Node) -> plan.Node:
        """The node in `Fused`; or what is in it, where it reads too much."""
        if isinstance(node, plan.Json):
            return node
        read = self._reads[id(node)] if id(node) in self._reads else self._read(node)
        return rewrite_inside(node, self.node) if read is MORE else plan.Fused(read, node)

    def _read(self, node: plan.Node) -> Read:
        read = _own(node)
        for inner in children(node):
            read = _together(read, self._read(inner))
        self._reads[id(node)] = read
        return read


def _own(node: plan.Node) -> Read:
    """What a node reads itself, not through the nodes inside it."""
    match node:
        case plan.Primitive(value=plan.Column() as column):
            return column
        case plan.Json():
            return None
        case plan.Reference() | plan.Position() | plan.Array(plain=False):
            return MORE
    found: Read = None
    for read in columns_of(own_values(node)):
        found = _together(found, read if isinstance(read, plan.Column) else MORE)
    return found


def _together(one: Read, other: Read) -> Read:
    if one is other or other is None or one is MORE:
        return one
    return other if one is None or other is MORE or one == other else MORE
