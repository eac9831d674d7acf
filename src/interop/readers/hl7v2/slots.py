"""What is read of fields, as numbers: look-ups that place all values of a batch at once.

A *slot* is a field of a context that a table reads: one of its repetitions, or each of them. A *target* is a column of
a table, or several that read the same. A *kind* of part is a component and subcomponent that anything reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from interop.readers.hl7v2.paths import NUMBER, STRUCTURE, Reads
from interop.readers.hl7v2.reads import Columns, ContextReads, FieldReads, RepetitionReads

NONE = (1 << 32) - 1
"""No number: what it stands for is not read."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the own one of a context, or that of a field's repetitions."""

    name: str
    columns: tuple[str, ...]
    context: int


@dataclass(frozen=True, slots=True)
class Target:
    """Columns of a table."""

    sheet: int
    columns: tuple[str, ...]


class Ranks:
    """Numbers that are read, from 0 on: those of any size fit a small look-up. All others are the last rank."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self.known = sorted(set(numbers))
        self._ranks = pl.Series(self.known, dtype=pl.UInt32)
        self._padded = pl.Series([*self.known, 0], dtype=pl.UInt32)
        self.last = self.known[-1] if self.known else 0
        self.size = len(self.known) + 1

    def place(self, number: int) -> int:
        """The rank of a number that is read."""
        return self.known.index(number)

    def of(self, numbers: pl.Series) -> pl.Series:
        """Ranks of u32[n], u32[n]."""
        found = self._ranks.search_sorted(numbers)
        return found.set(self._padded.gather(found) != numbers, len(self.known))


class Slots:
    """The numbers of a projection.

    Shapes: look-ups are u32, `NONE` where nothing is read. `fields` by store and place, `stride` places a store;
    `slots` by field and rank of the repetition; `tables` by field, the slot of each of its repetitions; `parts`, which
    are kinds, by the ranks of component and subcomponent; `targets` by slot and kind, and after all `kinds` these again
    for what is `""`; `wholes` by slot; `segments` by store.
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
        self._reads: list[tuple[int, int, RepetitionReads]] = []  # slot, table, what the table reads
        self._places: list[tuple[int, int]] = []  # by field
        self._slots: list[tuple[int, int, int]] = []  # field, repetition, slot
        self._tables: list[tuple[int, int]] = []  # field, slot
        for context in reads:
            self._context(context)
        self._number()

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
        number = len(self._places)
        self._places.append((store, field.place))
        for repetition, reads in field.repetitions.items():
            self._slots.append((number, repetition, len(self._reads)))
            self._reads.append((len(self._reads), own, reads))
        table = field.table
        self.bounds.append(max(field.repetitions) if table is None else 0)
        if table is not None:
            slot = len(self._reads)
            self.sheet_of[slot] = self._sheet(table.name, table.columns, context)
            self._tables.append((number, slot))
            self._reads.append((slot, self.sheet_of[slot], table.reads))

    def _number(self) -> None:
        """Make the look-ups."""
        read = sorted({(one, two) for *_, reads in self._reads for one, inner in reads.parts.items() for two in inner})
        numbers = {part: number for number, part in enumerate(read)}
        self.kinds = len(read)
        self.components = Ranks(component for component, _ in read)
        self.subcomponents = Ranks(subcomponent for _, subcomponent in read)
        self.parts = _look_up(
            self.components.size * self.subcomponents.size,
            (
                (self.components.place(one) * self.subcomponents.size + self.subcomponents.place(two), number)
                for (one, two), number in numbers.items()
            ),
        )
        self.stride = max(self.widths, default=0)
        self.fields = _look_up(
            len(self.widths) * self.stride,
            ((store * self.stride + place, number) for number, (store, place) in enumerate(self._places)),
        )
        self.repetitions = Ranks(repetition for _, repetition, _ in self._slots)
        self.slots = _look_up(
            len(self._places) * self.repetitions.size,
            (
                (field * self.repetitions.size + self.repetitions.place(repetition), slot)
                for field, repetition, slot in self._slots
            ),
        )
        self.tables = _look_up(len(self._places), self._tables)
        targets: list[tuple[int, int]] = []
        wholes: list[tuple[int, int]] = []
        for slot, sheet, reads in self._reads:
            if reads.whole:
                wholes.append((slot, self._target(sheet, _names(reads.whole, Reads.WHOLE))))
            for component, inner in reads.parts.items():
                for subcomponent, columns in inner.items():
                    at = slot * 2 * self.kinds + numbers[component, subcomponent]
                    for shift, kind in ((0, Reads.TEXT), (self.kinds, Reads.DELETED)):
                        if names := _names(columns, kind):
                            targets.append((at + shift, self._target(sheet, names)))
        self.targets = _look_up(len(self._reads) * 2 * self.kinds, targets)
        self.wholes = _look_up(len(self._reads), wholes)
        self.reads_wholes = bool(wholes)
        self.segments = _look_up(len(self.widths), self.presence.items())

    def _sheet(self, name: str, columns: tuple[str, ...], context: ContextReads) -> int:
        self.sheets.append(Sheet(name, columns, context.context.number))
        return len(self.sheets) - 1

    def _target(self, sheet: int, columns: tuple[str, ...]) -> int:
        self.columns.append(Target(sheet, columns))
        return len(self.columns) - 1


def _names(columns: Columns, kind: Reads) -> tuple[str, ...]:
    return tuple(name for name, reads in columns if reads is kind)


def _look_up(size: int, numbers: Iterable[tuple[int, int]]) -> pl.Series:
    found = [NONE] * size
    for place, number in numbers:
        found[place] = number
    return pl.Series(found, dtype=pl.UInt32)
