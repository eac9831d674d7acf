"""What can never have a value is taken out of the tree: leaves of missing arguments, conditions that are decided.

A null leaf removes its member; an object whose values are all null is null, though it has constants; so here as when a
record is converted. After this no node but a leaf with an extension holds `Choice(())`. Of what stays as it is the node
stays the same one.
"""

from __future__ import annotations

from dataclasses import replace
from operator import is_

from interop.spec.substitution import is_false, is_null
from interop.spec.tree import (
    Absent,
    Choice,
    Constant,
    First,
    Item,
    Leaf,
    ListNode,
    Node,
    Object,
    Path,
    Piped,
    Ref,
    Template,
    Value,
)


def prune_object(node: Object) -> Object:
    """The object without members that are always null. It stays, even without members."""
    members = _members(node.members)
    return node if members is node.members else replace(node, members=members)


def prune(node: Node) -> Node | None:
    """The node without what is always null; None when it is so itself."""
    if isinstance(node, Leaf) and node.when is None and node.extension is None:  # most of all
        return _leaf(node) if is_null(node.value) else node
    if isinstance(node, ListNode):
        items = tuple([made for item in node.items if (made := _item(item)) is not None])
        if len(items) == len(node.items) and all(map(is_, items, node.items)):
            return node
        return replace(node, items=items) if items else None
    if node.when is not None and is_false(node.when):
        return None
    match node:
        case Leaf():
            return _leaf(node)
        case Object():
            kept = prune_object(node)
            if len(kept.members) == len(node.members) or kept.resource or any(_reads(m) for _, m in kept.members):
                return kept
            return Absent(reason=node.absent, place=node.place, when=node.when) if node.absent else None
        case First(options=options):
            left = tuple([one for option in options if (one := prune(option)) is not None])
            if len(left) == len(options) and all(map(is_, left, options)):
                return node
            return replace(node, options=left) if left else None
        case Ref(members=members) if members:
            beside = _members(members)
            return node if beside is members else replace(node, members=beside)
    return node


def _members(members: tuple[tuple[str, Node], ...]) -> tuple[tuple[str, Node], ...]:
    """The members that can have a value; the same tuple when that is all of them as they are."""
    kept = [prune(member) for _, member in members]
    if all(node is member for node, (_, member) in zip(kept, members, strict=True)):
        return members
    return tuple([(name, node) for (name, _), node in zip(members, kept, strict=True) if node is not None])


def _item(item: Item) -> Item | None:
    kept = prune(item.node)
    if kept is None:
        return None
    distinct = None if is_null(item.distinct) else item.distinct
    return item if kept is item.node and distinct is item.distinct else replace(item, node=kept, distinct=distinct)


def _leaf(node: Leaf) -> Node | None:
    extension = prune(node.extension) if node.extension else None
    if extension is not node.extension:
        node = replace(node, extension=extension if isinstance(extension, ListNode) else None)
    if not is_null(node.value) or node.extension is not None:
        return node
    return Absent(reason=node.absent, place=node.place, when=node.when) if node.absent else None


def _reads(node: Node) -> bool:
    """Whether the node holds a path or a reference, or a constant under a condition."""
    if isinstance(node, ListNode):
        return any(item.each or _reads(item.node) for item in node.items)
    if node.when is not None:
        return True
    match node:
        case Leaf(value=value):
            return _reads_path(value)
        case Object(members=members):
            return any(_reads(member) for _, member in members)
        case First(options=options):
            return any(_reads(option) for option in options)
    return isinstance(node, Ref)


def _reads_path(value: Value) -> bool:
    match value:
        case Path():
            return True
        case Template(parts):
            return any(_reads_path(part) for part in parts if not isinstance(part, str))
        case Piped(source, _):
            return _reads_path(source)
        case Choice(options):
            return any(_reads_path(option) for option in options)
    return not isinstance(value, Constant)
