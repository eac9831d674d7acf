"""Widen lists over a group by names: one item for each column, instead of one for each row of a long table.

`$each` over the columns DIABETES, EPOC, ASMA … reads the name of a column and its value. With one item a column, the
name is known and the value is that column: no table of rows is made, and each item runs once a distinct value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from operator import is_

from interop.plan import model as plan
from interop.plan.numbering import ADDED, Numbering
from interop.plan.rewriting import rewrite_bodies, rewrite_members, rewriter
from interop.plan.walk import nodes, own_values, value_parts


def widen_groups(compiled: plan.Plan) -> plan.Plan:
    """Rewrites the lists whose items need nothing of a group but names and values."""
    if not has_names(compiled):
        return compiled
    return rewrite_bodies(compiled, partial(_widen_body, contexts=compiled.contexts))


def has_names(compiled: plan.Plan) -> bool:
    """Whether there is anything to widen: a group by names."""
    return any(context.names for context in compiled.contexts.values())


def _widen_body(body: plan.Body, contexts: Mapping[str, plan.Context]) -> plan.Body:
    numbering = Numbering(ADDED, body.located)

    def widen(node: plan.Array) -> plan.Array:
        if node.numbered:
            return node
        items: list[plan.Item] = []
        for item in node.items:
            context = contexts[item.each.context] if item.each is not None else None
            if context is None or not context.names or not _can_widen(item, context):
                items.append(item)
                continue
            items.extend(plan.Item(_item(item.node, context, column, numbering)) for column in context.names)
        if len(items) == len(node.items) and all(map(is_, items, node.items)):
            return node
        plain = not any(item.each is not None or item.distinct is not None for item in items)
        return replace(node, items=tuple(items), plain=plain)

    members = rewrite_members(body.node.members, rewriter({plan.Array: widen}))
    return replace(body, node=replace(body.node, members=members), located=numbering.located)


def _can_widen(item: plan.Item, context: plan.Context) -> bool:
    """Whether an item stands right above the group, and reads neither the row's number nor the id of a resource that
    is built for the row.
    """
    if item.distinct is not None or item.each != plan.Each(0, (context.name,)):
        return False
    for node in nodes(item.node):
        if isinstance(node, plan.Reference) and node.up == 0:
            return False
        for value in own_values(node):
            for part in value_parts(value):
                if isinstance(part, plan.Column) and part.context == context.name and part.name == "#":
                    return False
    return True


def _item(node: plan.Node, context: plan.Context, column: str, numbering: Numbering) -> plan.Node:
    """The item for one column, under the condition that the column has a value."""
    assert context.parent is not None
    value = plan.Column(context.parent, column, 0)
    moved = _Mover(context.name, value, numbering)
    return plan.Guard(plan.Test(value, plan.present, "exists"), moved.node(node))


class _Mover:
    """Moves a subtree from a row of the group to the row that the group's columns stand in, with numbers of its own."""

    def __init__(self, context: str, column: plan.Column, numbering: Numbering) -> None:
        self._context = context
        self._column = column
        self._numbering = numbering

    def node(self, node: plan.Node) -> plan.Node:
        match node:
            case plan.Primitive(value=value) | plan.Coded(value=value):
                return self._renumbered(replace(node, value=self.value(value)))
            case plan.Guard(condition, inner):
                return plan.Guard(self.condition(condition), self.node(inner))
            case plan.Object(members=members):
                required = tuple(replace(one, order=self._order(one.order)) for one in node.required)
                exclusive = tuple(replace(one, order=self._order(one.order)) for one in node.exclusive)
                moved = replace(node, members=self._members(members), required=required, exclusive=exclusive)
                return self._renumbered(moved)
            case plan.Reference(members=members, up=up):
                return self._renumbered(replace(node, members=self._members(members), up=up - 1))
            case plan.Array(items=items):
                made = tuple(
                    replace(
                        item, node=self.node(item.node), distinct=self.value(item.distinct) if item.distinct else None
                    )
                    for item in items
                )
                return self._renumbered(replace(node, items=made))
            case plan.First(options):
                return plan.First(tuple(self.node(option) for option in options))
            case plan.Position(key=key):
                return self._renumbered(replace(node, key=self.value(key) if key is not None else None))
            case plan.PeriodEnd(start=start, end=end):
                return self._renumbered(replace(node, start=self.node(start), end=self.node(end)))
        return node

    def value(self, value: plan.Value) -> plan.Value:
        match value:
            case plan.Column(context, name, up):
                if context == self._context:
                    return self._column if name == "value" else plan.Named(self._column.name)
                return plan.Column(context, name, up - 1)
            case plan.Template(parts):
                return plan.Template(tuple(map(self.value, parts)))
            case plan.Choice(options):
                return plan.Choice(tuple(map(self.value, options)))
            case plan.Stepped(source=source, order=order):
                return replace(value, source=self.value(source), order=self._order(order))
        return value

    def condition(self, condition: plan.Condition) -> plan.Condition:
        match condition:
            case plan.Test(value):
                return replace(condition, value=self.value(value))
            case plan.Compare(left, right):
                return replace(condition, left=self.value(left), right=self.value(right))
            case plan.Not(inner):
                return plan.Not(self.condition(inner))
            case plan.All(inner):
                return plan.All(tuple(map(self.condition, inner)))
            case plan.Some(inner):
                return plan.Some(tuple(map(self.condition, inner)))

    def _members(self, members: tuple[plan.Member, ...]) -> tuple[plan.Member, ...]:
        return tuple(
            replace(
                member,
                node=self.node(member.node),
                when=self.condition(member.when) if member.when is not None else None,
            )
            for member in members
        )

    def _renumbered(
        self,
        node: plan.Primitive | plan.Coded | plan.Object | plan.Reference | plan.Array | plan.Position | plan.PeriodEnd,
    ) -> plan.Node:
        return replace(node, order=self._order(node.order))

    def _order(self, order: int) -> int:
        """A number of its own for a place of the plan, with the same element and line."""
        return self._numbering.add(*self._numbering.located[order])
