"""What a node cannot do without: columns of which one must have a value, or the node is nothing.

A mapping of messages knows hundreds of fields, and a batch has some dozens of them. What its absent fields would give
is not looked at: whole subtrees are left out by one comparison of sets. One record has fewer fields still.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TypeAlias

from interop.plan import model as plan
from interop.plan.walk import condition_values, falls_back, is_plain

Need: TypeAlias = tuple[str, str]
"""A context and a column of it; `ROWS` for any row."""

ROWS = ""

Needs: TypeAlias = frozenset[Need] | None
"""One of these must be there; None where a node may be something, or report something, without any column."""

_NONE: frozenset[Need] = frozenset()
_UNREPORTED = (plan.Constant, plan.Named, plan.FileValue, plan.RecordNumber)


class NodeNeeds:
    """The needs of a plan's nodes, found when they are first asked for."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._rules = {rule.name: rule for rule in compiled.rules}
        self._known: dict[int, tuple[plan.Node, Needs]] = {}
        self._ids: dict[str, Needs] = {}

    def of(self, node: plan.Node) -> Needs:
        """What a node needs to have a fragment, or to report something."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = node, self._look(node)
        return found[1]

    def _look(self, node: plan.Node) -> Needs:
        match node:
            case plan.Primitive(value=value) | plan.Coded(value=value):
                return value_needs(value)
            case plan.Guard(condition, inner):
                return _any((_smallest((condition_needs(condition), self.of(inner))), _stepped_needs(condition)))
            case plan.Fused(_, inner):
                return self.of(inner)
            case plan.Object(members=members, reads=True):
                tested = [_stepped_needs(member.when) for member in members if member.when is not None]
                return _any((*tested, *[self._presence(member.node) for member in members]))
            case plan.Array(items=items):
                return _any(map(self._item, items))
            case plan.First(options):
                return _any(map(self.of, options))
            case plan.PeriodEnd(end=end):
                return self.of(end)
            case plan.Reference(rule=name):
                return self._identity(name)
        return None

    def _item(self, item: plan.Item) -> Needs:
        needs = self.of(item.node) if item.distinct is None or is_plain(item.distinct) else None
        return frozenset({(item.each.context, ROWS)}) if needs is None and item.each is not None else needs

    def _presence(self, node: plan.Node) -> Needs:
        """What a member needs to make its object present: a constant never does."""
        match node:
            case plan.Json() | plan.Position():
                return _NONE
            case plan.Primitive(value=value) if (before := falls_back(value)) is not None:
                return value_needs(before)
            case plan.Fused(_, inner):
                return self._presence(inner)
        return self.of(node)

    def _identity(self, name: str) -> Needs:
        """What the resources of a rule need to be built, and to have an id. A reference reports nothing."""
        if name not in self._ids:
            rule = self._rules[name]
            key = [rule.id] if rule.id is not None else rule.key
            when = condition_needs(rule.when) if rule.when is not None else None
            self._ids[name] = _smallest((when, *map(value_needs, key)))
        return self._ids[name]


def rule_needs(rule: plan.Rule) -> frozenset[Need]:
    """What a rule needs to have rows, or to report something of what it is built for."""
    rows = frozenset({(rule.context, ROWS)})
    if rule.when is None:
        return rows
    needs = when_needs(rule.when)
    return rows if needs is None else needs


def value_needs(value: plan.Value) -> Needs:
    """What a value needs to be something, or to report something."""
    match value:
        case plan.Column(context, name):
            return frozenset({(context, name if name != "#" else ROWS)})
        case plan.Template(parts):
            if is_plain(value):
                return _smallest(map(value_needs, parts))
            return _any(value_needs(part) for part in parts if not isinstance(part, _UNREPORTED))
        case plan.Choice(options):
            return _any(map(value_needs, options))
        case plan.Stepped(source=source):
            return value_needs(source)
    return None


def when_needs(condition: plan.Condition) -> Needs:
    """What a condition needs to be true, or to report something."""
    return _any((condition_needs(condition), _stepped_needs(condition)))


def condition_needs(condition: plan.Condition) -> Needs:
    """What a condition needs to be true."""
    match condition:
        case plan.Test(value):
            return value_needs(value)
        case plan.Compare(left, right):
            return _smallest((value_needs(left), value_needs(right)))
        case plan.All(inner):
            return _smallest(map(condition_needs, inner))
        case plan.Some(inner):
            return _any(map(condition_needs, inner))
    return None


def _stepped_needs(condition: plan.Condition) -> Needs:
    """What a condition needs to report something: steps do."""
    return _any(value_needs(value) for value in condition_values(condition) if not is_plain(value))


def _any(needs: Iterable[Needs]) -> Needs:
    """Of what is something where one of several is."""
    found: list[frozenset[Need]] = []
    for one in needs:
        if one is None:
            return None
        found.append(one)
    return frozenset(chain.from_iterable(found))


def _smallest(needs: Iterable[Needs]) -> Needs:
    """Of what is something only where all of several are: one says as much as all."""
    return min((one for one in needs if one is not None), key=len, default=None)
