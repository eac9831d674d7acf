"""Walks over the plan: what a node reads, and whether it reads the record at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from operator import is_

from interop.plan import model as plan

_READ = (plan.Column, plan.RecordNumber)


def value_parts(value: plan.Value) -> Iterator[plan.Value]:
    """The value and all values inside it, outermost first."""
    yield value
    match value:
        case plan.Template(parts) | plan.Choice(parts):
            for part in parts:
                yield from value_parts(part)
        case plan.Stepped(source=source):
            yield from value_parts(source)


def condition_values(condition: plan.Condition) -> Iterator[plan.Value]:
    """The values that a condition tests."""
    match condition:
        case plan.Test(value):
            yield value
        case plan.Compare(left, right):
            yield left
            yield right
        case plan.Not(inner):
            yield from condition_values(inner)
        case plan.All(inner) | plan.Some(inner):
            for part in inner:
                yield from condition_values(part)


def children(node: plan.Node) -> Iterator[plan.Node]:
    """The nodes directly inside a node."""
    match node:
        case plan.Guard(_, inner) | plan.Fused(_, inner):
            yield inner
        case plan.Object(members=members) | plan.Reference(members=members):
            yield from (member.node for member in members)
        case plan.Array(items=items):
            yield from (item.node for item in items)
        case plan.First(options):
            yield from options
        case plan.PeriodEnd(start=start, end=end):
            yield start
            yield end


def nodes(node: plan.Node) -> Iterator[plan.Node]:
    """The node and all nodes inside it, outermost first."""
    left = [node]
    while left:
        node = left.pop()
        yield node
        left += reversed([*children(node)])


def own_values(node: plan.Node) -> Iterator[plan.Value]:
    """The values that a node reads itself, not through the nodes inside it."""
    match node:
        case plan.Primitive(value=value) | plan.Coded(value=value):
            yield value
        case plan.Guard(condition, _):
            yield from condition_values(condition)
        case plan.Position(key=key) if key is not None:
            yield key
        case plan.Object(members=members) | plan.Reference(members=members):
            for member in members:
                if member.when is not None:
                    yield from condition_values(member.when)
        case plan.Array(items=items):
            yield from (item.distinct for item in items if item.distinct is not None)


def columns_of(values: Iterable[plan.Value]) -> Iterator[plan.Column | plan.RecordNumber]:
    """What values read of the record."""
    left = [*values][::-1]
    while left:
        value = left.pop()
        if isinstance(value, _READ):
            yield value
        elif isinstance(value, plan.Stepped):
            left.append(value.source)
        elif isinstance(value, plan.Choice):
            left += reversed(value.options)
        elif isinstance(value, plan.Template):
            left += reversed(value.parts)


def reads_record(node: plan.Node) -> bool:
    """Whether a node can be present: it holds a path, a reference, or a constant under a condition."""
    match node:
        case plan.Json() | plan.Position():
            return False
        case plan.Primitive(value=value) | plan.Coded(value=value):
            return any(
                isinstance(part, plan.Column | plan.Named | plan.FileValue | plan.RecordNumber)
                for part in value_parts(value)
            )
        case plan.Guard() | plan.Reference():
            return True
        case plan.Object(members=members):
            return any(member.when is not None or reads_record(member.node) for member in members)
        case plan.Fused(_, inner):
            return reads_record(inner)
    return any(reads_record(child) for child in children(node))


def falls_back(value: plan.Value) -> plan.Choice | None:
    """The options before a constant one, when a value ends in a constant: only they make it present."""
    if isinstance(value, plan.Choice) and any(isinstance(option, plan.Constant) for option in value.options):
        return plan.Choice(tuple(option for option in value.options if not isinstance(option, plan.Constant)))
    return None


def is_loose(node: plan.Node) -> bool:
    """Whether a node can have a fragment and yet not be present: only by a constant that it falls back on."""
    match node:
        case plan.Json() | plan.Position():
            return True
        case plan.Primitive(value=value):
            return falls_back(value) is not None
        case plan.Guard(_, inner):
            return reads_record(inner) and is_loose(inner)
        case plan.Object(reads=reads):
            return not reads
        case plan.Array(items=items):
            return any(is_loose(item.node) for item in items)
        case plan.First(options):
            return any(is_loose(option) for option in options)
        case plan.PeriodEnd(end=end):
            return is_loose(end)
        case plan.Fused(_, inner):
            return is_loose(inner)
    return False


def rewrite(node: plan.Node, change: Callable[[plan.Node], plan.Node]) -> plan.Node:
    """The node with `change` applied to every node in it, innermost first. What does not change stays the same."""
    return change(rewrite_inside(node, partial(rewrite, change=change)))


def rewrite_inside(node: plan.Node, change: Callable[[plan.Node], plan.Node]) -> plan.Node:
    """The node with `change` applied to the nodes directly inside it; itself when none of them changes."""
    match node:
        case plan.Guard(condition, inner):
            made = change(inner)
            return node if made is inner else plan.Guard(condition, made)
        case plan.Object(members=members) | plan.Reference(members=members):
            changed = rewrite_members(members, change)
            return node if changed is members else replace(node, members=changed)
        case plan.Array(items=items):
            inside = [change(item.node) for item in items]
            if all(made is item.node for made, item in zip(inside, items, strict=True)):
                return node
            pairs = zip(items, inside, strict=True)
            return replace(node, items=tuple([plan.Item(made, item.each, item.distinct) for item, made in pairs]))
        case plan.First(options):
            tried = tuple([change(option) for option in options])
            return node if all(map(is_, tried, options)) else plan.First(tried)
        case plan.PeriodEnd(start=start, end=end):
            begun, ended = change(start), change(end)
            return node if begun is start and ended is end else replace(node, start=begun, end=ended)
    return node


def rewrite_members(
    members: tuple[plan.Member, ...], change: Callable[[plan.Node], plan.Node]
) -> tuple[plan.Member, ...]:
    """The members with `change` applied to their nodes; themselves when none of them changes."""
    inside = [change(member.node) for member in members]
    if all(made is member.node for made, member in zip(inside, members, strict=True)):
        return members
    pairs = zip(members, inside, strict=True)
    return tuple([plan.Member(member.name, made, member.absent, member.when) for member, made in pairs])
