"""What stands in a condition or a value, and what a node falls back on."""

from __future__ import annotations

from collections.abc import Sequence

from interop.spec.tree import (
    Absent,
    And,
    Choice,
    Compare,
    Condition,
    Exists,
    First,
    In,
    Item,
    Leaf,
    ListNode,
    Matches,
    Not,
    Object,
    Or,
    Path,
    Piped,
    Template,
    Value,
)


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


def only_value(node: ListNode) -> Leaf | None:
    """The value with extensions of a list that has no other item: they are the first item of the list beside it."""
    match node.items:
        case (Item(node=Leaf() as leaf, each=None, distinct=None),) if leaf.extension is not None:
            return leaf
    return None


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
