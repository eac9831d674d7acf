"""Placed values to the tables of contexts that a projection names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain

import polars as pl

from interop.immutable import immutable
from interop.readers.hl7v2.blanks import Blanks
from interop.readers.hl7v2.cells import Cells, Placer, Repeated
from interop.readers.hl7v2.fields import read_fields
from interop.readers.hl7v2.joining import join_tables
from interop.readers.hl7v2.laying import Laid, Rows
from interop.readers.hl7v2.lines import Lines
from interop.readers.hl7v2.look_ups import LookUps
from interop.readers.hl7v2.paths import NUMBER, STRUCTURE
from interop.readers.hl7v2.pool import Pool
from interop.readers.hl7v2.reads import ContextReads
from interop.readers.hl7v2.slots import Slots
from interop.readers.protocol import Table

_U32 = pl.UInt32


@immutable()
class Built:
    """The tables of some messages, by number of those that have rows; and how many rows each context has, by number."""

    tables: dict[int, Table]
    heights: dict[int, int]


class Tables:
    """Makes the tables of a projection, batch after batch."""

    def __init__(self, reads: tuple[ContextReads, ...]) -> None:
        self._reads = reads
        self._slots = Slots(reads)
        self._look_ups = LookUps(self._slots)
        self._blanks = [Blanks(sheet.columns) for sheet in self._slots.sheets]
        self._empty = dict(chain.from_iterable(context.empty() for context in reads))

    def named(self, parts: Sequence[Built]) -> dict[str, Table]:
        """The tables of a batch, of which these are parts: of each context that is read, and of its repetitions."""
        tables = dict(self._empty)
        if len(parts) == 1:
            return tables | {self._slots.sheets[sheet].name: table for sheet, table in parts[0].tables.items()}
        for sheet in sorted({sheet for part in parts for sheet in part.tables}):
            tables[self._slots.sheets[sheet].name] = self._joined(sheet, parts)
        return tables

    def _joined(self, sheet: int, parts: Sequence[Built]) -> Table:
        context = self._reads[self._slots.sheets[sheet].context].context
        around = context.number
        if sheet == self._slots.owns.get(context.number):
            around = context.parent.number if context.parent is not None else around
        firsts = accumulate((part.heights.get(around, 0) for part in parts), initial=0)
        there = [
            (first, part.tables[sheet]) for first, part in zip(firsts, parts, strict=False) if sheet in part.tables
        ]
        return join_tables(there, self._blanks[sheet])

    def build(self, lines: Lines, laid: Laid, structures: pl.Series) -> Built:
        """The tables of some messages."""
        slots, senders = self._slots, lines.senders
        is_mixed = len(senders.known) > 1 and (bool(lines.unsound) or not senders.usual)
        fields = read_fields(lines.texts, laid.lines, self._look_ups, senders.of if is_mixed else None)
        placer = Placer(self._look_ups, fields, Pool(fields, self._look_ups, senders, escapes=lines.escapes))
        made: dict[int, Table] = {}
        for context in self._reads:
            rows = laid.rows.get(context.context.number)
            sheet = slots.owns.get(context.context.number)
            if rows is not None and sheet is not None:
                made[sheet] = self._own(sheet, context, rows, structures)
        for slot, repeated in placer.repeated().items():
            made[slots.sheet_of[slot]] = self._repetitions(slots.sheet_of[slot], repeated)
        for target, values in _columns(placer.cells(laid.lines), slots, made):
            sheet, columns = slots.columns[target]
            self._blanks[sheet].fill(made[sheet], columns, values)
        return Built(made, {number: len(rows.messages) for number, rows in laid.rows.items()})

    def _own(self, sheet: int, context: ContextReads, rows: Rows, structures: pl.Series) -> Table:
        """The table of a context, without the values of fields."""
        blanks = self._blanks[sheet]
        is_root = context.context.parent is None
        table = blanks.table(len(rows.messages), None if is_root else rows.parents)
        if is_root:
            blanks.fill(table, (STRUCTURE,), structures)
        blanks.fill(table, (NUMBER,), rows.numbers)
        return table

    def _repetitions(self, sheet: int, rows: Repeated) -> Table:
        """The table of a field's repetitions, without their values."""
        table = self._blanks[sheet].table(len(rows.parents), rows.parents)
        self._blanks[sheet].fill(table, (NUMBER,), rows.numbers)
        return table


def _columns(cells: Cells, slots: Slots, tables: dict[int, Table]) -> Iterator[tuple[int, pl.Series]]:
    """The columns that have values, by target: pieces of one long column."""
    has = pl.repeat(False, len(slots.columns), dtype=pl.Boolean, eager=True)
    for found in cells.places:
        has = has.scatter(found.get_column("target"), True)
    targets = has.arg_true().to_list()
    heights = [tables[slots.columns[target][0]].frame.height for target in targets]
    ends = list(accumulate(heights, initial=0))
    starts = pl.zeros(len(slots.columns), _U32, eager=True).scatter(targets, ends[:-1])
    at = pl.lit(starts).gather("target") + pl.col("row")
    places = pl.Series([len(cells.texts) - 1], dtype=_U32).new_from_index(0, ends[-1])
    for found in cells.places:
        places = places.scatter(found.select(at).to_series(), found.get_column("text"))
    texts = cells.texts.gather(places)
    for target, start, height in zip(targets, ends, heights, strict=False):
        yield target, texts.slice(start, height)
