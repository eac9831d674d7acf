"""Walks over the plan: what a node reads, and whether it reads the record at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from operator import is_
from typing import TypeAlias

from interop.plan import model as plan

Change: TypeAlias = Callable[[plan.Node], plan.Node]

_READ = (plan.Column, plan.RecordNumber)
_LEAVES = (plan.Primitive, plan.Json, plan.Coded, plan.Position)  # most of all nodes


def value_parts(value: plan.Value) -> Iterator[plan.Value]:
    """The value and all values inside it, outermost first."""
    yield value
    match value:
        case plan.Template(parts) | plan.Choice(parts):
            for part in parts:
                yield from value_parts(part)
        case plan.Stepped(source=source):
            yield from value_parts(source)


def is_plain(value: plan.Value) -> bool:
    """Whether native expressions serve as well as a call for each distinct value: texts and columns put together."""
    match value:
        case plan.Template(parts) | plan.Choice(parts):
            return all(is_plain(part) for part in parts)
        case plan.Stepped():
            return False
    return True


def condition_values(condition: plan.Condition) -> list[plan.Value]:
    """The values that a condition tests."""
    match condition:
        case plan.Test(value):
            return [value]
        case plan.Compare(left, right):
            return [left, right]
        case plan.Not(inner):
            return condition_values(inner)
        case plan.All(inner) | plan.Some(inner):
            return [value for part in inner for value in condition_values(part)]


def children(node: plan.Node) -> Sequence[plan.Node]:
    """The nodes directly inside a node."""
    if isinstance(node, _LEAVES):
        return ()
    match node:
        case plan.Object(members=members) | plan.Reference(members=members):
            return [member.node for member in members]
        case plan.Guard(_, inner) | plan.Fused(_, inner):
            return (inner,)
        case plan.Array(items=items):
            return [item.node for item in items]
        case plan.First(options):
            return options
        case plan.PeriodEnd(start=start, end=end):
            return (start, end)
    return ()


def nodes(node: plan.Node) -> Iterator[plan.Node]:
    """The node and all nodes inside it, outermost first."""
    left = [node]
    while left:
        node = left.pop()
        yield node
        left += children(node)[::-1]


def own_values(node: plan.Node) -> Sequence[plan.Value]:
    """The values that a node reads itself, not through the nodes inside it."""
    match node:
        case plan.Primitive(value=value) | plan.Coded(value=value):
            return (value,)
        case plan.Object(members=members) | plan.Reference(members=members):
            tested = [member.when for member in members if member.when is not None]
            return [value for when in tested for value in condition_values(when)]
        case plan.Guard(condition, _):
            return condition_values(condition)
        case plan.Position(key=key) if key is not None:
            return (key,)
        case plan.Array(items=items):
            return [item.distinct for item in items if item.distinct is not None]
    return ()


def columns_of(values: Iterable[plan.Value]) -> list[plan.Column | plan.RecordNumber]:
    """What values read of the record."""
    found: list[plan.Column | plan.RecordNumber] = []
    left = [*values][::-1]
    while left:
        value = left.pop()
        if isinstance(value, _READ):
            found.append(value)
        elif isinstance(value, plan.Stepped):
            left.append(value.source)
        elif isinstance(value, plan.Choice):
            left += value.options[::-1]
        elif isinstance(value, plan.Template):
            left += value.parts[::-1]
    return found


def rule_values(rule: plan.Rule) -> Iterator[plan.Value]:
    """Every value that a rule reads: its condition, its key, its body."""
    if rule.when is not None:
        yield from condition_values(rule.when)
    yield from rule.key
    if rule.id is not None:
        yield rule.id
    for node in nodes(rule.body):
        yield from own_values(node)


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


def rewriter(change: Change) -> Change:
    """Applies `change` to every node in a node and to itself, innermost first. What does not change stays the same."""

    def rewrite(node: plan.Node) -> plan.Node:
        return change(node if isinstance(node, _LEAVES) else rewrite_inside(node, rewrite))

    return rewrite


def rewrite_inside(node: plan.Node, change: Change) -> plan.Node:
    """The node with `change` applied to the nodes directly inside it; itself when none of them changes."""
    match node:
        case plan.Object(members=members) | plan.Reference(members=members):
            changed = rewrite_members(members, change)
            return node if changed is members else replace(node, members=changed)
        case plan.Guard(condition, inner):
            made = change(inner)
            return node if made is inner else plan.Guard(condition, made)
        case plan.Array(items=items):
            inside = [change(item.node) for item in items]
            if all(map(is_, inside, [item.node for item in items])):
                return node
            pairs = zip(items, inside, strict=True)
            return replace(node, items=tuple([plan.Item(made, item.each, item.distinct) for item, made in pairs]))
        case plan.First(options):
            tried = tuple(map(change, options))
            return node if all(map(is_, tried, options)) else plan.First(tried)
        case plan.PeriodEnd(start=start, end=end):
            begun, ended = change(start), change(end)
            return node if begun is start and ended is end else replace(node, start=begun, end=ended)
    return node


def rewrite_bodies(compiled: plan.Plan, change: Callable[[plan.Body], plan.Body]) -> plan.Plan:
    """The plan with what `change` makes of each body, when that is asked for."""
    return replace(compiled, rules=tuple([replace(rule, built=rule.built.then(change)) for rule in compiled.rules]))


def rewrite_members(members: tuple[plan.Member, ...], change: Change) -> tuple[plan.Member, ...]:
    """The members with `change` applied to their nodes; themselves when none of them changes."""
    before = [member.node for member in members]
    inside = [*map(change, before)]
    if all(map(is_, inside, before)):
        return members
    return tuple(
        [
            member if made is member.node else plan.Member(member.name, made, member.absent, member.when)
            for member, made in zip(members, inside, strict=True)
        ]
    )
