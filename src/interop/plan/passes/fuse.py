"""Fuse what reads one column: a subtree with its steps, conditions and constants then runs once a distinct value.

A coding of system, code and display that all come from one column, or a whole Observation component that hangs on one
answer, is one function from text to JSON. The columnar executor calls it for each distinct value of a batch, and
remembers the results; the row executor runs the same subtree in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import Enum
from itertools import chain
from typing import TypeAlias

from interop.plan import model as plan
from interop.plan.rewriting import rewrite_bodies, rewrite_inside
from interop.plan.walk import children


class _Many(Enum):
    """More than one column, or another row."""

    MORE = "more"


MORE = _Many.MORE
_LEAVES = (plan.Primitive, plan.Coded)
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
        read = self._read(node)
        return rewrite_inside(node, self.node) if read is MORE else plan.Fused(read, node)

    def _read(self, node: plan.Node) -> Read:
        if isinstance(node, _LEAVES):
            return _of_value(node.value)
        if id(node) in self._reads:
            return self._reads[id(node)]
        own = _OWN.get(type(node))
        read = None if own is None else own(node)
        if read is not MORE:
            read = _all(chain((read,), map(self._read, children(node))))
        self._reads[id(node)] = read
        return read


def _all(reads: Iterable[Read]) -> Read:
    """What several read together."""
    found: Read = None
    for read in reads:
        if found is None:
            found = read
        elif read is not None and read is not found and read != found:
            return MORE
    return found


def _of_value(value: plan.Value) -> Read:
    while isinstance(value, plan.Stepped):
        value = value.source
    if isinstance(value, plan.Column):  # most of all
        return value
    if isinstance(value, plan.Choice):
        return _all(map(_of_value, value.options))
    if isinstance(value, plan.Template):
        return _all(map(_of_value, value.parts))
    return MORE if isinstance(value, plan.RecordNumber) else None


def _of_condition(condition: plan.Condition) -> Read:
    if isinstance(condition, plan.Test):  # most of all
        return _of_value(condition.value)
    if isinstance(condition, plan.Compare):
        return _all((_of_value(condition.left), _of_value(condition.right)))
    if isinstance(condition, plan.Not):
        return _of_condition(condition.condition)
    return _all(map(_of_condition, condition.conditions))


_OWN: dict[type, Callable[..., Read]] = {
    plan.Guard: lambda node: _of_condition(node.condition),
    plan.Object: lambda node: _all(_of_condition(member.when) for member in node.members if member.when is not None),
    plan.Array: lambda node: None if node.plain else MORE,
    plan.Reference: lambda node: MORE,
    plan.Position: lambda node: MORE,
}
"""What a node reads itself, not through the nodes inside it."""
