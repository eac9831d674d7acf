"""Every value of a rule, with the contexts around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from interop.errors import Place
from interop.spec.contexts import Contexts, chain_of
from interop.spec.tree import (
    And,
    Choice,
    Compare,
    Condition,
    Constant,
    Exists,
    In,
    Leaf,
    ListNode,
    Matches,
    Node,
    Not,
    Object,
    Or,
    Path,
    Piped,
    Position,
    Ref,
    Rule,
    StepCall,
    Template,
    Value,
)
from interop.spec.tree import First as FirstNode


class Use(NamedTuple):
    """A value in use; constants of leaves are left out. `contexts` are innermost first, empty where one is unknown."""

    value: Value
    contexts: tuple[str, ...]


class Opened(NamedTuple):
    """A `$each`, by its full name, and the contexts around it."""

    name: str
    contexts: tuple[str, ...]
    place: Place


Visit = Use | Opened


def visit_rule(rule: Rule, contexts: Contexts) -> list[Visit]:
    """All values and `$each` of a rule, whose names are resolved."""
    chain = chain_of(contexts, rule.context)
    found: list[Visit] = [Use(value, chain) for value in rule.key]
    if rule.id is not None:
        _visit(rule.id, chain, contexts, found)
    if rule.when is not None:
        found += [Use(value, chain) for value in operands_of(rule.when)]
    _visit(rule.body, chain, contexts, found)
    return found


def _visit(node: Node, chain: tuple[str, ...], contexts: Contexts, found: list[Visit]) -> None:
    if isinstance(node, ListNode):
        for item in node.items:
            inner = chain
            if item.each is not None:
                found.append(Opened(item.each, chain, item.place))
                inner = chain_of(contexts, item.each)
            if item.distinct is not None:
                found.append(Use(item.distinct, inner))
            _visit(item.node, inner, contexts, found)
        return
    if isinstance(node, Ref) and node.each is not None:
        found.append(Opened(node.each, chain, node.place))
        chain = chain_of(contexts, node.each)
    if node.when is not None:
        found += [Use(value, chain) for value in operands_of(node.when)]
    match node:
        case Leaf(value=value, extension=extension):
            if not isinstance(value, Constant):
                found.append(Use(value, chain))
            if extension is not None:
                _visit(extension, chain, contexts, found)
        case Object(members=members) | Ref(members=members):
            for _, member in members:
                _visit(member, chain, contexts, found)
        case Position(key=key) if key is not None:
            found.append(Use(key, chain))
        case FirstNode(options=options):
            for option in options:
                _visit(option, chain, contexts, found)


def opened_in(node: Node) -> Iterator[str]:
    """The contexts that `$each` opens in a node, by their full names."""
    match node:
        case Leaf(extension=None):
            return
        case Leaf(extension=ListNode() as extension):
            yield from opened_in(extension)
        case ListNode(items=items):
            for item in items:
                if item.each is not None:
                    yield item.each
                yield from opened_in(item.node)
        case Object(members=members) | Ref(members=members):
            if isinstance(node, Ref) and node.each is not None:
                yield node.each
            for _, member in members:
                yield from opened_in(member)
        case FirstNode(options=options):
            for option in options:
                yield from opened_in(option)


def operands_of(condition: Condition) -> list[Value]:
    """The values in a condition, in order."""
    match condition:
        case Compare(left, _, right, _):
            return [left, right]
        case Exists(left) | In(left, _) | Matches(left, _):
            return [left]
        case Not(inner):
            return operands_of(inner)
        case And(conditions) | Or(conditions):
            return [value for inner in conditions for value in operands_of(inner)]


def paths_of(value: Value) -> Sequence[Path]:
    """The paths in a value, in order."""
    match value:
        case Path():
            return (value,)
        case Template(parts):
            return [path for part in parts if not isinstance(part, str) for path in paths_of(part)]
        case Piped(source, _):
            return paths_of(source)
        case Choice(options):
            return [path for option in options for path in paths_of(option)]
    return ()


def steps_of(value: Value) -> Sequence[StepCall]:
    """The steps in a value, in order."""
    match value:
        case Piped(source, steps):
            return (*steps_of(source), *steps)
        case Template(parts):
            return [call for part in parts if not isinstance(part, str) for call in steps_of(part)]
        case Choice(options):
            return [call for option in options for call in steps_of(option)]
    return ()
