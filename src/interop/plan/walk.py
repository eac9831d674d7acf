"""Walks over the plan: what a node reads, and whether it reads the record at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from interop.plan import model as plan

_READ = (plan.Column, plan.RecordNumber)
_SENT = (*_READ, plan.Named, plan.FileValue)
_LEAVES = (plan.Primitive, plan.Coded)
_ALWAYS_READING = (plan.Guard, plan.Reference)


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


_CHILDREN: dict[type, Callable[..., Sequence[plan.Node]]] = {
    plan.Object: lambda node: [member.node for member in node.members],
    plan.Reference: lambda node: [member.node for member in node.members],
    plan.Guard: lambda node: (node.node,),
    plan.Fused: lambda node: (node.node,),
    plan.Array: lambda node: [item.node for item in node.items],
    plan.First: lambda node: node.options,
    plan.PeriodEnd: lambda node: (node.start, node.end),
}


def children(node: plan.Node) -> Sequence[plan.Node]:
    """The nodes directly inside a node."""
    within = _CHILDREN.get(type(node))
    return () if within is None else within(node)


def nodes(node: plan.Node) -> Iterator[plan.Node]:
    """The node and all nodes inside it, outermost first."""
    left = [node]
    while left:
        node = left.pop()
        yield node
        left += children(node)[::-1]


def _tested(node: plan.Object | plan.Reference) -> Sequence[plan.Value]:
    tested = [member.when for member in node.members if member.when is not None]
    return [value for when in tested for value in condition_values(when)]


_OWN_VALUES: dict[type, Callable[..., Sequence[plan.Value]]] = {
    plan.Primitive: lambda node: (node.value,),
    plan.Coded: lambda node: (node.value,),
    plan.Object: _tested,
    plan.Reference: _tested,
    plan.Guard: lambda node: condition_values(node.condition),
    plan.Position: lambda node: () if node.key is None else (node.key,),
    plan.Array: lambda node: [item.distinct for item in node.items if item.distinct is not None],
}


def own_values(node: plan.Node) -> Sequence[plan.Value]:
    """The values that a node reads itself, not through the nodes inside it."""
    own = _OWN_VALUES.get(type(node))
    return () if own is None else own(node)


def columns_of(values: Iterable[plan.Value]) -> list[plan.Column | plan.RecordNumber]:
    """What values read of the record."""
    found: list[plan.Column | plan.RecordNumber] = []
    for value in values:
        source = value
        while isinstance(source, plan.Stepped):
            source = source.source
        if isinstance(source, _READ):
            found.append(source)
        elif isinstance(source, plan.Choice):
            found += columns_of(source.options)
        elif isinstance(source, plan.Template):
            found += columns_of(source.parts)
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
    if isinstance(node, _LEAVES):
        value = node.value
        return isinstance(value, _SENT) or any(isinstance(part, _SENT) for part in value_parts(value))
    if isinstance(node, _ALWAYS_READING):
        return True
    if isinstance(node, plan.Object):
        return any(member.when is not None or reads_record(member.node) for member in node.members)
    return any(map(reads_record, children(node)))


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
