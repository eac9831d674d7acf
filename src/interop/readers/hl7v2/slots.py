"""What is read of fields, as numbers.

A *slot* is a field of a context that a table reads: one of its repetitions, or each of them. A *target* is a column of
a table, or several that read the same.
"""

from __future__ import annotations

from typing import TypeAlias

from interop.immutable import immutable
from interop.readers.hl7v2.paths import NUMBER, STRUCTURE, Reads
from interop.readers.hl7v2.reads import ContextReads, FieldReads, RepetitionReads

NONE = (1 << 32) - 1
"""No number: what it stands for is not read."""

_TEXT, _DELETED = Reads.TEXT, Reads.DELETED  # a member of an enumeration is looked up by a call


@immutable()
class Sheet:
    """A table: the own one of a context, or that of a field's repetitions."""

    name: str
    columns: tuple[str, ...]
    context: int


Target: TypeAlias = tuple[int, tuple[str, ...]]
"""Columns of a table: its number, and their names."""


class Slots:
    """The numbers of a projection.

    Shapes: `places` are store and place in the line, by field; `own` field, repetition and slot; `repeated` field and
    the slot of each of its repetitions; `wholes` slot and target; `parts` slot, component and subcomponent, and the
    targets of its text and of its being `""`, or `NONE`.
    """

    number, structure = NUMBER, STRUCTURE  # the names of columns that no field has

    def __init__(self, reads: tuple[ContextReads, ...]) -> None:
        self.sheets: list[Sheet] = []
        self.columns: list[Target] = []
        self.sheet_of: dict[int, int] = {}  # the slot of a table of repetitions → the table
        self.owns: dict[int, int] = {}  # context → its own table
        self.presence: dict[int, int] = {}  # store → target
        self.headers: list[tuple[int, int, int]] = []  # store, 1 or 2 of MSH-1 and MSH-2, target
        self.widths: list[int] = []  # by store, of how many fields the last one is read
        self.bounds: list[int] = []  # by field, how many repetitions are read; 0 where all are
        self.places: list[tuple[int, int]] = []
        self.own: list[tuple[int, int, int]] = []
        self.repeated: list[tuple[int, int]] = []
        self.wholes: list[tuple[int, int]] = []
        self.parts: list[tuple[int, int, int, int, int]] = []
        self.count = 0  # of slots
        for context in reads:
            self._context(context)

    def _context(self, context: ContextReads) -> None:
        own = NONE
        if context.own is not None:
            own = self.owns[context.context.number] = self._sheet(context.context.name, context.own, context)
        for segment in context.segments.values():
            if segment.present:
                self.presence[segment.store] = self._target(own, (segment.name,))
            for name, path in segment.header:
                self.headers.append((segment.store, path.field, self._target(own, (name,))))
            self.widths.append(segment.fields[-1].place + 1 if segment.fields else 0)
            for field in segment.fields:
                self._field(segment.store, field, own, context)

    def _field(self, store: int, field: FieldReads, own: int, context: ContextReads) -> None:
        number = len(self.places)
        self.places.append((store, field.place))
        for repetition, reads in field.repetitions.items():
            self.own.append((number, repetition, self._slot(own, reads)))
        table = field.table
        self.bounds.append(max(field.repetitions) if table is None else 0)
        if table is not None:
            sheet = self._sheet(table.name, table.columns, context)
            slot = self._slot(sheet, table.reads)
            self.sheet_of[slot] = sheet
            self.repeated.append((number, slot))

    def _slot(self, sheet: int, reads: RepetitionReads) -> int:
        slot = self.count
        self.count += 1
        if reads.whole:
            self.wholes.append((slot, self._target(sheet, tuple([name for name, _ in reads.whole]))))
        targets, parts = self.columns, self.parts
        for component, inner in reads.parts.items():
            for subcomponent, columns in inner.items():
                if len(columns) == 1 and columns[0][1] is _TEXT:  # nearly all of ten thousand
                    parts.append((slot, component, subcomponent, len(targets), NONE))
                    targets.append((sheet, (columns[0][0],)))
                    continue
                text = self._target(sheet, tuple([name for name, kind in columns if kind is _TEXT]))
                deleted = self._target(sheet, tuple([name for name, kind in columns if kind is _DELETED]))
                parts.append((slot, component, subcomponent, text, deleted))
        return slot

    def _sheet(self, name: str, columns: tuple[str, ...], context: ContextReads) -> int:
        self.sheets.append(Sheet(name, columns, context.context.number))
        return len(self.sheets) - 1

    def _target(self, sheet: int, columns: tuple[str, ...]) -> int:
        if not columns:
            return NONE
        self.columns.append((sheet, columns))
        return len(self.columns) - 1
