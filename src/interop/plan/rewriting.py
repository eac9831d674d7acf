"""Rewrites the nodes of a plan. What does not change stays the same object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from operator import is_
from typing import TypeAlias

from interop.plan import model as plan

Change: TypeAlias = Callable[[plan.Node], plan.Node]


def rewriter(changes: Mapping[type, Callable[..., plan.Node]]) -> Change:
    """Applies to every node in a node and to itself the change of its class, innermost first."""
    inside, change = _INSIDE.get, changes.get

    def rewrite(node: plan.Node) -> plan.Node:
        within = inside(type(node))
        if within is not None:
            node = within(node, rewrite)
        changed = change(type(node))
        return node if changed is None else changed(node)

    return rewrite


def rewrite_inside(node: plan.Node, change: Change) -> plan.Node:
    """The node with `change` applied to the nodes directly inside it; itself when none of them changes."""
    within = _INSIDE.get(type(node))
    return node if within is None else within(node, change)


def rewrite_members(members: tuple[plan.Member, ...], change: Change) -> tuple[plan.Member, ...]:
    """The members with `change` applied to their nodes; themselves when none of them changes."""
    inside = [change(member.node) for member in members]
    if all(map(is_, inside, [member.node for member in members])):
        return members
    pairs = zip(members, inside, strict=True)
    return tuple(
        [
            member if made is member.node else plan.Member(member.name, made, member.absent, member.when)
            for member, made in pairs
        ]
    )


def _in_member(member: plan.Member, change: Change) -> plan.Member:
    made = change(member.node)
    return member if made is member.node else plan.Member(member.name, made, member.absent, member.when)


def rewrite_bodies(compiled: plan.Plan, change: Callable[[plan.Body], plan.Body]) -> plan.Plan:
    """The plan with what `change` makes of each body, when that is asked for."""
    return replace(compiled, rules=tuple([replace(rule, built=rule.built.then(change)) for rule in compiled.rules]))


def _in_object(node: plan.Object, change: Change) -> plan.Node:
    members = rewrite_members(node.members, change)
    return node if members is node.members else node.having(members)


def _in_reference(node: plan.Reference, change: Change) -> plan.Node:
    members = rewrite_members(node.members, change)
    return node if members is node.members else replace(node, members=members)


def _in_guard(node: plan.Guard, change: Change) -> plan.Node:
    inner = change(node.node)
    return node if inner is node.node else plan.Guard(node.condition, inner)


def _in_array(node: plan.Array, change: Change) -> plan.Node:
    inside = [change(item.node) for item in node.items]
    if all(map(is_, inside, [item.node for item in node.items])):
        return node
    pairs = zip(node.items, inside, strict=True)
    return replace(node, items=tuple([plan.Item(made, item.each, item.distinct) for item, made in pairs]))


def _in_first(node: plan.First, change: Change) -> plan.Node:
    options = tuple([change(option) for option in node.options])
    return node if all(map(is_, options, node.options)) else plan.First(options)


def _in_period(node: plan.PeriodEnd, change: Change) -> plan.Node:
    start, end = change(node.start), change(node.end)
    return node if start is node.start and end is node.end else replace(node, start=start, end=end)


_INSIDE: dict[type, Callable[..., plan.Node]] = {
    plan.Object: _in_object,
    plan.Reference: _in_reference,
    plan.Guard: _in_guard,
    plan.Array: _in_array,
    plan.First: _in_first,
    plan.PeriodEnd: _in_period,
}
"""How a node of each class is rewritten that has nodes inside it. What is fused is left as it is."""
