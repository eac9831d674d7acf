"""What stands in a node, a condition, a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interop.spec.tree import (
    Absent,
    And,
    Choice,
    Compare,
    Condition,
    Exists,
    First,
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
    Ref,
    Template,
    Value,
)


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
        case First(options=options):
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


def falls_back_on(node: Leaf | Object | First) -> str | None:
    """The data-absent-reason of a member; of a `$first` the one that it ends in, as a whole alternative or beside the
    last `$value`.
    """
    if not isinstance(node, First):
        return node.absent or None
    match node.options[-1] if node.options else None:
        case Absent(reason=reason, when=None):
            return reason
        case Leaf(absent=reason, when=None) | Object(absent=reason, when=None):
            return reason
    return None
