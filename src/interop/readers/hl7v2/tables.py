"""Collected messages to the tables of contexts that a projection names."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from interop.readers.hl7v2.collect import Collected
from interop.readers.hl7v2.columns import Texts, read_parts, split_fields, split_repetitions
from interop.readers.hl7v2.decoding import read_values
from interop.readers.hl7v2.laying import Rows
from interop.readers.hl7v2.paths import NULL, NUMBER, PRESENT, STRUCTURE
from interop.readers.hl7v2.reads import ContextReads, FieldReads, RepetitionReads, RepetitionTable, SegmentReads
from interop.readers.hl7v2.separators import REPETITION
from interop.readers.protocol import Table

_ROW, _TEXT = "row", "text"


def build_tables(reads: tuple[ContextReads, ...], found: Collected) -> dict[str, Table]:
    """The tables of a batch: of each context that is read, and of its repetitions."""
    tables: dict[str, Table] = {}
    for context in reads:
        tables |= context.empty
        rows = found.rows.get(context.context.number)
        if rows is not None and context.empty:
            tables |= _ContextTables(context, rows, found).build()
    return tables


class _ContextTables:
    """The tables of one context that has rows."""

    def __init__(self, reads: ContextReads, rows: Rows, found: Collected) -> None:
        self._reads, self._rows, self._found = reads, rows, found
        self._height = len(rows.messages)
        self._own: dict[str, pl.Series] = {}
        self._tables: dict[str, Table] = {}

    def build(self) -> dict[str, Table]:
        """The context's own table, and those of repetitions that there are."""
        for segment in self._reads.segments.values():
            lines = self._found.lines.get(segment.store)
            if lines is not None:
                self._read(segment, lines)
        own = self._reads.own
        if own is not None:
            parents = self._rows.parents if self._reads.context.parent is not None else None
            if parents is None:
                self._own[STRUCTURE] = self._found.structures
            if NUMBER in own:
                self._own[NUMBER] = _numbers(parents, self._height)
            self._tables[self._reads.context.name] = Table(_frame(own, self._own, self._height), parents)
        return self._tables

    def _read(self, segment: SegmentReads, lines: pl.Series) -> None:
        """Read the lines of a segment."""
        if segment.present:
            self._own[segment.name] = _where(lines.is_not_null(), pl.lit(PRESENT))
        for name, path in segment.header:
            separators = self._found.senders.separators
            marks = pl.Series([one.field if path.field == 1 else one.encoding for one in separators], dtype=pl.String)
            self._own[name] = _where(lines.is_not_null(), pl.lit(marks.gather(self._rows.messages)))
        columns: list[Texts[RepetitionReads]] = []
        single: list[Texts[FieldReads]] = []
        for field in split_fields(lines, segment.fields):
            if REPETITION not in field.marks:
                single.append(field)
                columns.append(field.of(field.texts, field.reads.once))
                continue
            repetitions = split_repetitions(field)
            for number, reads in field.reads.repetitions.items():
                columns.append(field.of(repetitions.list.get(number - 1, null_on_oob=True), reads))
            if field.reads.table is not None:
                self._tables[field.reads.table.name] = self._repeated(field, field.reads.table, repetitions)
        values = read_values(read_parts(columns), self._rows.messages, self._found.senders)
        self._own |= values
        for field in single:
            if field.reads.table is not None:
                self._tables[field.reads.table.name] = self._once(field, field.reads.table, values)

    def _once(self, field: Texts[FieldReads], table: RepetitionTable, values: Mapping[str, pl.Series]) -> Table:
        """A row for each field that is not empty: none repeats."""
        texts = field.texts
        there = texts.is_not_null() & (texts != NULL) if NULL in field.marks else texts.is_not_null()
        parents = there.arg_true()
        given = {name: values[name] for name in table.paths if name in values}
        if len(parents) < self._height and given:
            given = pl.DataFrame(given).filter(there).to_dict()
        given[NUMBER] = _constant("1", len(parents))
        return Table(_frame(table.columns, given, len(parents)), parents)

    def _repeated(self, field: Texts[FieldReads], table: RepetitionTable, repetitions: pl.Series) -> Table:
        """A row for each repetition of a field that is not empty."""
        rows = pl.DataFrame({_TEXT: repetitions}).select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias(_ROW),
            pl.int_ranges(1, pl.col(_TEXT).list.len() + 1).alias(NUMBER),
            _TEXT,
        )
        rows = rows.explode(NUMBER, _TEXT).filter(pl.col(_TEXT).is_not_null() & (pl.col(_TEXT) != NULL))
        parents = rows.get_column(_ROW)
        columns = read_parts([field.of(rows.get_column(_TEXT), table.reads)])
        given = read_values(columns, self._rows.messages.gather(parents), self._found.senders)
        given[NUMBER] = rows.get_column(NUMBER).cast(pl.String)
        return Table(_frame(table.columns, given, rows.height), parents.alias(""))


def _frame(names: tuple[str, ...], given: Mapping[str, pl.Series], height: int) -> pl.DataFrame:
    """The columns of a table; those that are not given are null, all the same one."""
    if not names:
        return pl.DataFrame(height=height)
    nulls = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    return pl.DataFrame([given.get(name, nulls).alias(name) for name in names])


def _where(there: pl.Series, then: pl.Expr) -> pl.Series:
    return pl.select(pl.when(there).then(then)).to_series()


def _constant(text: str, height: int) -> pl.Series:
    return pl.Series([text], dtype=pl.String).new_from_index(0, height)


def _numbers(parents: pl.Series | None, height: int) -> pl.Series:
    """`#`: a row's number among those in the row around it."""
    if parents is None:
        return _constant("1", height)
    numbers = pl.int_range(1, pl.len() + 1).over("parent").cast(pl.String)
    return pl.DataFrame({"parent": parents}).select(numbers).to_series()
