"""Collected messages to the tables of contexts that a projection names."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from interop.readers.hl7v2.collect import Collected, Columns, field_paths
from interop.readers.hl7v2.columns import (
    FieldTexts,
    Named,
    clean,
    decode,
    part_columns,
    repetition_columns,
    split_fields,
)
from interop.readers.hl7v2.escapes import ESCAPE
from interop.readers.hl7v2.paths import NULL, NUMBER, PRESENT, STRUCTURE, FieldPath, Reads
from interop.readers.hl7v2.separators import REPETITION
from interop.readers.hl7v2.values import is_header_path
from interop.readers.protocol import Table

_ROW, _TEXT = "row", "text"


def build_tables(columns: tuple[Columns, ...], found: Collected) -> dict[str, Table]:
    """The tables of a batch: of each context that is read, and of its repetitions."""
    tables: dict[str, Table] = {}
    messages: list[pl.Series] = []
    for one in columns:
        number = one.context.number
        parent = pl.Series(found.parents[number], dtype=pl.UInt32)
        if one.context.parent is None:
            messages.append(pl.int_range(found.heights[number], dtype=pl.UInt32, eager=True))
        else:
            messages.append(messages[one.context.parent.number].gather(parent))
        tables |= _ContextTables(one, found, messages[number]).build(parent if one.context.parent else None)
    return tables


class _ContextTables:
    """The tables of one context."""

    def __init__(self, columns: Columns, found: Collected, messages: pl.Series) -> None:
        self._columns, self._found, self._messages = columns, found, messages
        self._height = found.heights[columns.context.number]
        self._lines = {
            name: pl.Series(lines, dtype=pl.String)
            for name, lines in found.lines[columns.context.number].items()
            if lines
        }
        self._fields: dict[tuple[str, int], FieldTexts] = {}

    def build(self, parent: pl.Series | None) -> dict[str, Table]:
        """The context's own table, and those of repetitions."""
        own = self._columns.own
        tables: dict[str, Table] = {}
        if not self._height:
            found = {} if own is None else {self._columns.context.name: own}
            found |= {name: wanted for name, (_, wanted) in self._columns.repeated.items()}
            nothing = pl.Series(dtype=pl.UInt32)
            root = self._columns.context.name if parent is None else None
            return {name: Table(_empty(names), None if name == root else nothing) for name, names in found.items()}
        named = field_paths(own or ())
        self._split(named)
        if own is not None:
            given = self._texts(named) | self._others(own, parent)
            tables[self._columns.context.name] = Table(_frame(own, given, self._height), parent)
        for name, (field, wanted) in self._columns.repeated.items():
            tables[name] = self._repetitions(self._fields.get(field), field, wanted)
        return tables

    def _split(self, named: list[Named]) -> None:
        """Split the lines of each segment into the fields that are read."""
        wanted: dict[str, set[int]] = {}
        for _, path in named:
            if path.field and not _is_header(path.segment, path.field):
                wanted.setdefault(path.segment, set()).add(path.field)
        for (segment, field), _ in self._columns.repeated.values():
            wanted.setdefault(segment, set()).add(field)
        for segment, fields in wanted.items():
            if segment not in self._lines:
                continue
            for number, column in split_fields(self._lines[segment], segment, sorted(fields)).items():
                self._fields[segment, number] = column

    def _texts(self, named: list[Named]) -> dict[str, pl.Series]:
        """The columns that are paths of fields."""
        by_field: dict[tuple[str, int], list[Named]] = {}
        for name, path in named:
            if path.reads is not Reads.PRESENCE and not _is_header(path.segment, path.field):
                by_field.setdefault((path.segment, path.field), []).append((name, path))
        raw: dict[str, pl.Series] = {}
        for field, here in by_field.items():
            if field in self._fields:
                raw |= repetition_columns(self._fields[field], here)
        return self._clean(raw, [one for here in by_field.values() for one in here], self._messages)

    def _clean(self, raw: dict[str, pl.Series], named: list[Named], messages: pl.Series) -> dict[str, pl.Series]:
        if not raw:
            return {}
        texts = clean(raw, named)
        if self._found.escapes or self._found.unusual:
            may_change = [(name, path) for name, path in named if name in texts and self._may_change(path)]
            texts |= decode(texts, may_change, messages, self._found)
        return texts

    def _may_change(self, path: FieldPath) -> bool:
        """Whether a column may hold an escape, or separators of another message."""
        return ESCAPE in self._fields[path.segment, path.field].marks or (
            self._found.unusual and path.reads is Reads.WHOLE
        )

    def _others(self, own: tuple[str, ...], parent: pl.Series | None) -> dict[str, pl.Series]:
        """The columns that are no field's: presence, separators, the structure, the row's number."""
        found: dict[str, pl.Series] = {}
        for name, path in field_paths(own):
            if path.segment not in self._lines:
                continue
            if path.reads is Reads.PRESENCE:
                found[name] = _where(self._lines[path.segment].is_not_null(), pl.lit(PRESENT))
            elif _is_header(path.segment, path.field) and is_header_path(path):
                marks = [one.field if path.field == 1 else one.encoding for one in self._found.separators]
                texts = pl.Series(marks, dtype=pl.String).gather(self._messages)
                found[name] = _where(self._lines["MSH"].is_not_null(), pl.lit(texts))
        if parent is None:
            found[STRUCTURE] = pl.Series(self._found.structures, dtype=pl.String)
        if NUMBER in own:
            found[NUMBER] = _numbers(parent, self._height)
        return found

    def _repetitions(self, field: FieldTexts | None, key: tuple[str, int], wanted: tuple[str, ...]) -> Table:
        """A row for each repetition of a field that is not empty."""
        if field is None:
            return Table(_frame(wanted, {}, 0), pl.Series(dtype=pl.UInt32))
        rows = pl.DataFrame({_ROW: pl.int_range(self._height, dtype=pl.UInt32, eager=True), _TEXT: field.texts})
        rows = rows.filter(pl.col(_TEXT) != "")
        if REPETITION in field.marks:
            rows = rows.with_columns(pl.col(_TEXT).str.split(REPETITION))
            number = pl.int_ranges(1, pl.col(_TEXT).list.len() + 1)
            rows = rows.with_columns(number.alias(NUMBER)).explode(_TEXT, NUMBER)
        else:
            rows = rows.with_columns(pl.lit(1).alias(NUMBER))
        rows = rows.filter((pl.col(_TEXT) != "") & (pl.col(_TEXT) != NULL))
        parent = rows.get_column(_ROW)
        named = [(name, path) for name, path in field_paths(wanted) if (path.segment, path.field) == key]
        named = [(name, path) for name, path in named if path.repetition == 1]
        texts = FieldTexts(rows.get_column(_TEXT), field.marks)
        given = self._clean(part_columns(texts, named), named, self._messages.gather(parent))
        given[NUMBER] = rows.get_column(NUMBER).cast(pl.String)
        return Table(_frame(wanted, given, rows.height), parent.alias(""))


def _frame(names: tuple[str, ...], given: dict[str, pl.Series], height: int) -> pl.DataFrame:
    """The columns of a table; those that are not given are null."""
    if not height:
        return _empty(names)
    nulls = pl.repeat(None, height, dtype=pl.String, eager=True)
    return pl.DataFrame({name: given.get(name, nulls) for name in names} or None, height=height)


@lru_cache(maxsize=4096)
def _empty(names: tuple[str, ...]) -> pl.DataFrame:
    """A table without rows: most contexts have none in most batches."""
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String))


def _is_header(segment: str, field: int) -> bool:
    """Whether a field is MSH-1 or MSH-2, which are not split."""
    return segment == "MSH" and 1 <= field <= 2


def _where(there: pl.Series, then: pl.Expr) -> pl.Series:
    return pl.select(pl.when(there).then(then)).to_series()


def _numbers(parent: pl.Series | None, height: int) -> pl.Series:
    """`#`: a row's number among those in the row around it."""
    if parent is None:
        return pl.repeat("1", height, dtype=pl.String, eager=True)
    numbers = pl.int_range(1, pl.len() + 1).over("parent").cast(pl.String)
    return pl.DataFrame({"parent": parent}).select(numbers).to_series()
