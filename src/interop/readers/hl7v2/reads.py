"""What a projection reads of messages, by context, segment, field and part: worked out once, for every batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count

import polars as pl

from interop.immutable import immutable
from interop.readers.hl7v2.contexts import Context
from interop.readers.hl7v2.paths import FieldPath, Reads, parse_path, repetition_context
from interop.readers.hl7v2.values import is_header_path
from interop.readers.protocol import Projection, Table

_WHOLE = Reads.WHOLE  # a member of an enumeration is looked up by a call

Columns = tuple[tuple[str, Reads], ...]
"""Columns of one place by name, with what they have of it."""


@immutable()
class RepetitionReads:
    """What is read of a repetition: as a whole, and of its parts by component and subcomponent."""

    whole: Columns
    parts: dict[int, dict[int, Columns]]


@immutable()
class RepetitionTable:
    """The table of a field's repetitions, and what it reads of each."""

    name: str
    columns: tuple[str, ...]
    reads: RepetitionReads


@immutable()
class FieldReads:
    """What is read of a field.

    Shapes: `place` counts the parts of a line, from 0; `repetitions` are those that the context's own table reads, by
    number.
    """

    place: int
    repetitions: dict[int, RepetitionReads]
    table: RepetitionTable | None


@immutable()
class SegmentReads:
    """What is read of a segment. `store` numbers the segments of all contexts; `header` reads MSH-1 and MSH-2."""

    store: int
    name: str
    present: bool
    header: tuple[tuple[str, FieldPath], ...]
    fields: tuple[FieldReads, ...]


@immutable()
class ContextReads:
    """What is read of a context. `own` is None where only others that stand in it are."""

    context: Context
    own: tuple[str, ...] | None
    segments: dict[str, SegmentReads]
    repeated: tuple[RepetitionTable, ...]

    def names(self) -> Iterator[str]:
        """The names of its tables."""
        if self.own is not None:
            yield self.context.name
        yield from (table.name for table in self.repeated)

    def empty(self) -> Iterator[tuple[str, Table]]:
        """Its tables without rows, by name: most contexts have none in most batches."""
        nothing = pl.Series(dtype=pl.UInt32)
        if self.own is not None:
            yield self.context.name, Table(_empty(self.own), nothing if self.context.parent is not None else None)
        yield from ((table.name, Table(_empty(table.columns), nothing)) for table in self.repeated)


def read_projection(contexts: tuple[Context, ...], projection: Projection) -> tuple[ContextReads, ...]:
    """What a projection reads, by context number."""
    repeated: dict[str, dict[tuple[str, int], RepetitionTable]] = {one.name: {} for one in contexts}
    for name, columns in projection.columns.items():
        found = repetition_context(name)
        if found is not None and found[0] in repeated:
            owner, segment, field = found
            named = [
                (column, path)
                for column, path in _paths(columns)
                if path.field == field and path.repetition == 1 and path.segment == segment
            ]
            repeated[owner][segment, field] = RepetitionTable(name, columns, _repetition(named))
    stores = count()
    return tuple(_context(one, projection.columns.get(one.name), repeated[one.name], stores) for one in contexts)


def _context(
    context: Context,
    own: tuple[str, ...] | None,
    tables: Mapping[tuple[str, int], RepetitionTable],
    stores: Iterable[int],
) -> ContextReads:
    named: dict[str, list[tuple[str, FieldPath]]] = {}
    for column, path in _paths(own or ()):
        named.setdefault(path.segment, []).append((column, path))
    for segment, _ in tables:
        named.setdefault(segment, [])
    segments: dict[str, SegmentReads] = {}
    for (name, mine), store in zip(named.items(), stores, strict=False):
        here = {number: table for (segment, number), table in tables.items() if segment == name}
        segments[name] = _segment(store, name, mine, here)
    return ContextReads(context, own, segments, tuple(tables.values()))


def _segment(
    store: int, name: str, named: list[tuple[str, FieldPath]], tables: dict[int, RepetitionTable]
) -> SegmentReads:
    shift = 1 if name == "MSH" else 0  # its fields are numbered from the separator on
    present = False
    header: list[tuple[str, FieldPath]] = []
    by_field: dict[int, dict[int, list[tuple[str, FieldPath]]]] = {number: {} for number in tables}
    for column, path in named:
        if shift and 1 <= path.field <= 2:
            header.append((column, path))
        elif path.field:
            repetitions = by_field.get(path.field)
            if repetitions is None:
                repetitions = by_field[path.field] = {}
            if path.repetition in repetitions:
                repetitions[path.repetition].append((column, path))
            else:
                repetitions[path.repetition] = [(column, path)]
        else:
            present = present or path.reads is Reads.PRESENCE
    fields = tuple(
        FieldReads(
            number - shift,
            {repetition: _repetition(mine) for repetition, mine in sorted(repetitions.items())},
            tables.get(number),
        )
        for number, repetitions in sorted(by_field.items())
    )
    whole = tuple((column, path) for column, path in header if is_header_path(path))
    return SegmentReads(store, name, present, whole, fields)


def _repetition(named: list[tuple[str, FieldPath]]) -> RepetitionReads:
    whole: list[tuple[str, Reads]] = []
    parts: dict[int, dict[int, Columns]] = {}
    for name, path in named:
        read = (name, path.reads)
        if path.reads is _WHOLE:
            whole.append(read)
            continue
        inner = parts.get(path.component)
        if inner is None:
            parts[path.component] = {path.subcomponent: (read,)}
        else:
            inner[path.subcomponent] = (*inner.get(path.subcomponent, ()), read)
    return RepetitionReads(tuple(whole), parts)


def _paths(names: Iterable[str]) -> list[tuple[str, FieldPath]]:
    """The columns among the names that are paths, with these."""
    return [(name, path) for name in names if (path := parse_path(name)) is not None]


def _empty(names: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
