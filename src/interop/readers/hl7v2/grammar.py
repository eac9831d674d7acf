"""A message structure as a walk: from the segment that was read last, where does the next one stand?

The walk is tolerant. Segments and groups may be missing, required ones too, as long as the segment that is there can
begin its group. What a place gives for a name is found once and remembered: a message costs a look-up a segment.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from interop.immutable import immutable
from interop.spec.hl7v2_layout import GroupSlot, Slot, Structure

# What it costs to begin a group in its middle; of two places that a segment can stand in, the cheaper is the better.
_OPTIONAL_SEGMENT, _MISSING = 1, 2


@dataclass(slots=True, eq=False)
class Node:
    """A segment or a group in its structure. `depth` counts the groups around it; the structure itself is a group."""

    name: str
    parent: Node | None
    place: int
    depth: int
    optional: bool
    repeats: bool
    slots: list[Node] = field(default_factory=list)
    is_group: bool = False
    moves: dict[str, Move | None] = field(default_factory=dict)
    restarts: dict[str, Move | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """To a segment's place: `keep` of the open groups stay open (the structure is the first), the `new` ones open."""

    target: Node
    keep: int
    new: tuple[Node, ...]
    headless: bool = False  # something that the new groups require stands before the segment, and is missing


@immutable()
class _Entry:
    cost: int
    path: tuple[Node, ...]  # groups, the outermost first
    target: Node
    headless: bool = False


class Grammar:
    """A structure, ready for walking. `start` is the place before its first segment."""

    def __init__(self, structure: Structure) -> None:
        self.name = structure.name
        self.root = Node(structure.name, None, 0, 0, False, False, is_group=True)
        self.root.slots = [_node(slot, self.root, place) for place, slot in enumerate(structure.slots)]
        self.start = Node("", self.root, -1, 1, False, False)

    def move(self, place: Node, name: str) -> Move | None:
        """Where a segment of this name stands after `place`: further on, or in a new instance of a group around it."""
        if name not in place.moves:
            place.moves[name] = _find_move(place, name)
        return place.moves[name]

    def restart(self, place: Node, name: str) -> Move | None:
        """The same in a new instance of a group whose own beginning is missing: an OBR without its ORC."""
        if name not in place.restarts:
            place.restarts[name] = _find_restart(place, name)
        return place.restarts[name]


def groups_in(node: Node) -> list[Node]:
    """The groups inside a group, at any depth."""
    found = [slot for slot in node.slots if slot.is_group]
    return found + [inner for slot in found for inner in groups_in(slot)]


def _node(slot: Slot, parent: Node, place: int) -> Node:
    node = Node(slot.name, parent, place, parent.depth + 1, slot.optional, slot.repeats)
    if isinstance(slot, GroupSlot):
        node.is_group = True
        node.slots = [_node(inner, node, at) for at, inner in enumerate(slot.slots)]
    return node


def _find_move(place: Node, name: str) -> Move | None:
    if place.name == name and place.repeats:
        return Move(place, place.depth, ())
    best: _Entry | None = None
    keep = 0
    at, group = place.place, place.parent
    while group is not None:
        for slot in group.slots[at + 1 :]:
            entry = _Entry(0, (), slot) if slot.name == name and not slot.is_group else None
            if slot.is_group:
                entry = _entry(slot, name, forward=True)
            if entry is not None and (best is None or entry.cost < best.cost):
                best, keep = entry, group.depth + 1
        if group.repeats:
            entry = _entry(group, name, forward=False)
            if entry is not None and (best is None or entry.cost < best.cost):
                best, keep = entry, group.depth
        at, group = group.place, group.parent
    if best is None:
        return None
    if best.cost and best.path and not _is_inside(place, best.path[0]):  # into another group: rather this one again
        again = _find_restart(place, name)
        if again is not None and _is_inside(place, again.target.parent):
            return again
    return Move(best.target, keep, best.path, best.headless)


def _is_inside(node: Node | None, group: Node | None) -> bool:
    while node is not None and node is not group:
        node = node.parent
    return node is not None


def _entry(group: Node, name: str, *, forward: bool) -> _Entry | None:
    """How a new instance of the group begins with a segment of this name, at the least cost.

    Args:
        group: That is to begin.
        name: Of the segment.
        forward: Whether what the groups around the segment require may be missing, or nothing that is required.
    """
    best: _Entry | None = None
    cost = missing = 0
    for slot in group.slots:
        found: _Entry | None = None
        if slot.is_group:
            if forward or not missing:
                inner = _entry(slot, name, forward=forward)
                if inner is not None:
                    headless = inner.headless or missing > 0
                    found = _Entry(cost + inner.cost, (group, *inner.path), inner.target, headless)
        elif slot.name == name and (not missing or (forward and missing == 1 and not slot.optional)):
            found = _Entry(cost, (group,), slot, missing > 0)
        if found is not None and (best is None or found.cost < best.cost):
            best = found
        cost += _OPTIONAL_SEGMENT if slot.optional and not slot.is_group else _MISSING
        missing += not slot.optional
    return best


def _find_restart(place: Node, name: str) -> Move | None:
    group = place.parent
    while group is not None:
        if group.repeats and (entry := _restart(group, name)) is not None:
            return Move(entry.target, group.depth, entry.path)
        group = group.parent
    return None


def _restart(group: Node, name: str) -> _Entry | None:
    """How a new instance of the group begins with a required segment, when the first that it requires is missing."""
    missing = 0
    for slot in group.slots:
        if missing > 1:
            return None
        if slot.is_group:
            inner = _entry(slot, name, forward=False)
            if inner is not None and not inner.target.optional:
                return _Entry(0, (group, *inner.path), inner.target)
        elif slot.name == name and not slot.optional:
            return _Entry(0, (group,), slot)
        missing += not slot.optional
    return None
