"""The contexts of a layout, ready for placing: who takes a segment, whose group is whose."""

from __future__ import annotations

from dataclasses import dataclass, field

from interop.readers.hl7v2.grammar import Grammar, Node, groups_in
from interop.spec.hl7v2_layout import Hl7v2Layout


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """A context by number; those that it is in have lower ones."""

    number: int
    name: str
    parent: Context | None
    groups: frozenset[str]
    opens: frozenset[str]
    holds: frozenset[str]
    header: str  # the segment that begins a row where neither a structure nor `opens` says so
    depth: int
    opened: dict[str, Context] = field(default_factory=dict)  # segment → the child that it opens
    inner: list[int] = field(default_factory=list)  # the numbers of all contexts inside


def link_contexts(layout: Hl7v2Layout) -> tuple[Context, ...]:
    """The contexts of a layout, outermost first, linked to each other."""
    found: dict[str, Context] = {}
    for number, one in enumerate(layout.contexts):
        parent = found[one.parent] if one.parent is not None else None
        header = one.holds[0] if one.groups and one.holds and not one.opens else ""
        sets = (frozenset(one.groups), frozenset(one.opens), frozenset(one.holds))
        context = found[one.name] = Context(number, one.name, parent, *sets, header, parent.depth + 1 if parent else 0)
        if parent is not None:
            for segment in one.opens:
                parent.opened.setdefault(segment, context)
        while parent is not None:
            parent.inner.append(number)
            parent = parent.parent
    return tuple(found.values())


class GroupContexts:
    """Which groups of a structure are rows, and of which context."""

    def __init__(self, contexts: tuple[Context, ...], grammar: Grammar) -> None:
        self._of: dict[Node, Context | None] = {}
        self._inverted: set[Node] = set()
        nodes = groups_in(grammar.root)
        for node in nodes:
            full = f"{grammar.name}.{node.name}"
            named = [one for name in (full, node.name) for one in contexts if name in one.groups]
            self._of[node] = named[0] if named else None
        for node in nodes:
            context = self._of[node]
            if context is not None and context.parent is not None:
                inside = {self._of[inner] for inner in groups_in(node)}
                if context.parent in inside:
                    self._inverted.add(node)

    def of(self, node: Node) -> Context | None:
        """The context whose rows are instances of this group."""
        return self._of[node]

    def is_inverted(self, node: Node) -> bool:
        """Whether the group has the context inside that its own is in."""
        return node in self._inverted
