"""A message's segments to rows of contexts: by its structure where it fits, by the nearest context where it does not.

Source: docs/hl7v2.md, The card. The work is linear in the number of segments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from interop.immutable import immutable
from interop.readers.hl7v2.contexts import Context, GroupContexts
from interop.readers.hl7v2.grammar import Grammar, Move, Node

NOT_TAKEN = "R610"
OUT_OF_PLACE = "R611"
SECOND = "R612"
NO_SEGMENT = "R613"

HEAD = re.compile(r"[A-Z][A-Z0-9]{2}\|?")
"""The first four characters of a segment; any other line is none."""


@dataclass(slots=True, eq=False)
class PlacedRow:
    """A row of a context: its segments' lines by name, and the rows inside it by the number of their context."""

    context: Context
    above: PlacedRow | None  # the row around it; of a row that waits for one, where to look further
    by_group: bool = False  # or by nothing of its own: its opener may still come
    implied: bool = False
    joined: bool = False  # a group inside its own, of the same context, is this row too
    lines: dict[str, int] = field(default_factory=dict)
    children: dict[int, list[PlacedRow]] = field(default_factory=dict)
    shared: list[tuple[int, list[PlacedRow]]] = field(default_factory=list)  # the same, with other rows

    def inside(self) -> Iterable[tuple[int, list[PlacedRow]]]:
        """The rows that stand in this one, by the number of their context."""
        return chain(self.shared, self.children.items()) if self.shared else self.children.items()


@dataclass(slots=True, eq=False)
class _Instance:
    """An open group: the row that segments in it stand in, and its own row.

    Rows of `waits` stand above those that they belong in: they wait for these, and are taken by each.
    """

    pointer: PlacedRow
    row: PlacedRow | None = None
    waits: Context | None = None
    waiting: list[PlacedRow] = field(default_factory=list)
    taken: bool = False


@immutable()
class Notice:
    """Something to say of a segment: a code and the segment's name. Empty for a line without one."""

    code: str
    segment: str


class Placing:
    """The placing of one message. `root` and `notices` are its result."""

    def __init__(self, contexts: tuple[Context, ...], grammar: Grammar | None, groups: GroupContexts | None) -> None:
        self._contexts = contexts
        self._grammar, self._groups = grammar, groups
        self.root = PlacedRow(contexts[0], None)
        self.notices: dict[Notice, None] = {}
        self._open: list[PlacedRow | None] = [None] * len(contexts)
        self._open[0] = self.root
        self._place = grammar.start if grammar is not None else Node("", None, 0, 0, False, False)
        self._stack = [_Instance(self.root)]

    def place(self, heads: list[str]) -> None:
        """Place all segments of a message. `heads` are the first four characters of its lines."""
        for line, head in enumerate(heads):
            if HEAD.fullmatch(head):
                self._segment(head[:3], line)
            elif head.strip():
                self._note(NO_SEGMENT, "")
        while self._stack:
            self._leave()

    # -- a segment ---------------------------------------------------------------------------------------------------

    def _segment(self, name: str, line: int) -> None:
        move = self._grammar.move(self._place, name) if self._grammar is not None else None
        if move is not None and move.headless and self._is_welcome(name):
            move = None
        if move is not None:
            self._go(move)
        fits = move is not None or self._grammar is None
        if self._take(name, line, fits=fits):
            return
        self._note(NOT_TAKEN, name)

    def _take(self, name: str, line: int, *, fits: bool) -> bool:
        """Give a segment to the nearest row that takes it. False when no context does."""
        row = self._nearest(name)
        implied = row is None
        if row is None and (row := self._imply(name)) is None:
            return False
        context = row.context
        if name in context.opens and name not in row.lines and (row.by_group or row.implied):
            row.lines[name] = line
        elif name in context.opens and row.above is not None:
            row = self._open_row(context, row.above)
            row.lines[name] = line
        elif (inner := context.opened.get(name)) is not None and name not in context.holds:
            row = self._open_row(inner, row)
            row.lines[name] = line
        elif name in row.lines or self._begins_anew(name, row):
            return self._hold_again(name, line, row, fits=fits)
        else:
            row.lines[name] = line
            if not fits and not implied:
                self._note(OUT_OF_PLACE, name)
                return True
        if not fits:
            self._note(OUT_OF_PLACE, name)
        self._stack[-1].pointer = row
        return True

    def _hold_again(self, name: str, line: int, row: PlacedRow, *, fits: bool) -> bool:
        """A segment that its row holds already: of a new group without its beginning, of a new row, or too many."""
        if self._grammar is not None and not fits and (move := self._grammar.restart(self._place, name)) is not None:
            self._go(move)
            return self._take(name, line, fits=True)
        if row.above is not None and row.context.groups and (row.implied or self._grammar is None):
            row = self._open_row(row.context, row.above)
            row.implied = True
            row.lines[name] = line
            self._stack[-1].pointer = row
        else:
            self._note(SECOND, name)
        return True

    def _begins_anew(self, name: str, row: PlacedRow) -> bool:
        """Whether the header of a context comes where its row has begun, and no structure tells rows apart."""
        return self._grammar is None and name == row.context.header and bool(row.lines or row.children)

    def _nearest(self, name: str) -> PlacedRow | None:
        """The row that the last segment stands in, or one around it, that takes the segment."""
        row: PlacedRow | None = self._stack[-1].pointer
        while row is not None:
            context = row.context
            if name in context.holds or name in context.opens or name in context.opened:
                return row
            row = row.above
        return None

    def _is_welcome(self, name: str) -> bool:
        """Whether the nearest row takes the segment and does not hold one already."""
        row = self._nearest(name)
        return row is not None and (name not in row.context.holds or name not in row.lines)

    def _imply(self, name: str) -> PlacedRow | None:
        """The open row that takes the segment elsewhere, or one that is made for it, with those around it."""
        best: Context | None = None
        least = (len(self._contexts) + 1, 0)
        for context in self._contexts:
            if name in context.holds or name in context.opened:
                missing = self._missing(context)
                if (rank := (missing, -context.depth if not missing else 0)) < least:
                    best, least = context, rank
        return self._ensure(best) if best is not None else None

    # -- groups ------------------------------------------------------------------------------------------------------

    def _go(self, move: Move) -> None:
        """Leave the groups that end here, and open those that begin."""
        while len(self._stack) > move.keep:
            self._leave()
        for node in move.new:
            self._enter(node)
        self._place = move.target

    def _enter(self, node: Node) -> None:
        assert self._groups is not None
        outer = self._stack[-1]
        context = self._groups.of(node)
        if context is None or context.parent is None:
            self._stack.append(_Instance(outer.pointer))
            return
        row = self._own_row(context)
        if row is not None:
            row.joined = True
            self._stack.append(_Instance(row, row))
            return
        instance = _Instance(outer.pointer)
        if self._groups.is_inverted(node):
            instance.waits = context
            self._stack.append(instance)
            row = self._open_row(context, outer.pointer, waiting=instance.waiting)
        else:
            row = self._open_row(context, self._ensure(context.parent))
            self._stack.append(instance)
        row.by_group = True
        instance.pointer = instance.row = row

    def _own_row(self, context: Context) -> PlacedRow | None:
        """The row that a group around has opened for the same context, while no other group is it too."""
        row = next((one.row for one in reversed(self._stack) if one.row is not None), None)
        return row if row is not None and row.context is context and not row.joined else None

    def _leave(self) -> None:
        instance = self._stack.pop()
        if instance.waits is not None and not instance.taken:
            around = instance.waits.parent
            assert around is not None
            row = self._open[around.number]
            if row is None or not row.implied:
                assert around.parent is not None
                row = self._open_row(around, self._ensure(around.parent))
                row.implied = True
            row.shared.append((instance.waits.number, instance.waiting))

    # -- rows --------------------------------------------------------------------------------------------------------

    def _missing(self, context: Context | None) -> int:
        """How many rows of a context and those that it is in would have to be made."""
        count = 0
        while context is not None and self._open[context.number] is None:
            count += 1
            context = context.parent
        return count

    def _ensure(self, context: Context) -> PlacedRow:
        """The open row of a context, made where there is none."""
        row = self._open[context.number]
        if row is None:
            assert context.parent is not None
            row = self._open_row(context, self._ensure(context.parent))
            row.implied = True
        return row

    def _open_row(self, context: Context, above: PlacedRow, waiting: list[PlacedRow] | None = None) -> PlacedRow:
        """A new row of a context, in the row `above` or among those that wait."""
        row = PlacedRow(context, above)
        if waiting is None and above.context is not context.parent:
            waiting = next((one.waiting for one in reversed(self._stack) if one.waits is context), None)
            if waiting is None:
                assert context.parent is not None
                above = row.above = self._ensure(context.parent)
        if waiting is None:
            above.children.setdefault(context.number, []).append(row)
        else:
            waiting.append(row)
        self._open[context.number] = row
        for inner in context.inner:
            self._open[inner] = None
        for instance in self._stack:
            if instance.waits is not None and instance.waits.parent is context:
                row.shared.append((instance.waits.number, instance.waiting))
                instance.taken = True
        return row

    def _note(self, code: str, segment: str) -> None:
        self.notices[Notice(code, segment)] = None
