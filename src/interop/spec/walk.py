"""Every value of a rule, with the contexts around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interop.errors import Place
from interop.spec.contexts import Contexts, chain_of
from interop.spec.tree import (
    And,
    Choice,
    Compare,
    Condition,
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


@dataclass(frozen=True, slots=True)
class Use:
    """A value in use. `contexts` are innermost first, empty where a context is unknown."""

    value: Value
    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
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
        found += (Use(value, chain) for value in operands_of(rule.when))
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
        found += (Use(value, chain) for value in operands_of(node.when))
    match node:
        case Leaf(value=value, extension=extension):
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


def operands_of(condition: Condition) -> Iterator[Value]:
    """The values in a condition, in order."""
    match condition:
        case Compare(left, _, right, _):
            yield left
            yield right
        case Exists(left) | In(left, _) | Matches(left, _):
            yield left
        case Not(inner):
            yield from operands_of(inner)
        case And(conditions) | Or(conditions):
            for inner in conditions:
                yield from operands_of(inner)


def paths_of(value: Value) -> Iterator[Path]:
    """The paths in a value, in order."""
    match value:
        case Path():
            yield value
        case Template(parts):
            for part in parts:
                if not isinstance(part, str):
                    yield from paths_of(part)
        case Piped(source, _):
            yield from paths_of(source)
        case Choice(options):
            for option in options:
                yield from paths_of(option)


def steps_of(value: Value) -> Iterator[StepCall]:
    """The steps in a value, in order."""
    match value:
        case Template(parts):
            for part in parts:
                if not isinstance(part, str):
                    yield from steps_of(part)
        case Piped(source, steps):
            yield from steps_of(source)
            yield from steps
        case Choice(options):
            for option in options:
                yield from steps_of(option)
