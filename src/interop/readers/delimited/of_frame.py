"""Rows that are in memory already, as a frame of text: the same batches as from a file."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from interop.errors import Finding, UsageError
from interop.limits import Limits
from interop.readers.delimited.contexts import build_tables, columns_of, record_columns
from interop.readers.delimited.frames import counting
from interop.readers.delimited.grouping import Grouper
from interop.readers.delimited.lookup import Parents
from interop.readers.delimited.recognise import recognise
from interop.readers.delimited.records import rows_as_records
from interop.readers.delimited.rows import Rows
from interop.readers.delimited.syntax import Syntax
from interop.readers.file_name import file_values
from interop.readers.protocol import Batch, Projection
from interop.spec.layout import DelimitedLayout


def frame_batches(
    frame: pl.DataFrame,
    name: str,
    projection: Projection,
    *,
    layout: DelimitedLayout,
    limits: Limits,
    parents: Parents,
) -> Iterator[Batch]:
    """The records of a frame, in order. There are no bytes, so spans are empty.

    Args:
        frame: utf8[n, columns], named as in the source.
        name: Of the file that the rows came from; may be empty where the layout does not ask for it.
        projection: What is read.
        layout: Of the source.
        limits: As for a file.
        parents: Parent tables that paths look up.

    Raises:
        UsageError: The columns fit none of the layout's tables.
    """
    known = recognise(layout, name, tuple(frame.columns), limits)
    if isinstance(known, Finding):
        raise UsageError(f"{known.title}: {known.detail}" if known.detail else known.title)
    table = known.table
    wanted = columns_of(table, projection)
    numbers = counting(1, frame.height)
    nothing = pl.Series([0], dtype=pl.UInt64).new_from_index(0, frame.height)
    rows = Rows(_texts(frame, wanted, Syntax.of(layout)), numbers, nothing, nothing.cast(pl.UInt32))
    grouper = Grouper(name, table.record, record_columns(table, projection), limits)
    grouped = grouper.group(iter([rows])) if table.record else rows_as_records(name, iter([rows]))
    values = file_values(name, layout.file) or {"name": name}
    for records in grouped:
        looked_up = parents.look_up(table, projection.columns.get(table.name, ()), records.heads)
        tables = build_tables(table, projection, records, looked_up.columns)
        spans = (records.numbers, records.offsets, records.lengths)
        yield Batch(name, table.name, tables, *spans, dict(values), list(records.findings), records.rejected)


def _texts(frame: pl.DataFrame, wanted: tuple[str, ...], syntax: Syntax) -> pl.DataFrame:
    """The wanted columns, trimmed, empty ones null; those that the frame lacks all null."""
    here = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in wanted if name not in frame.columns)
    text = pl.col(wanted)
    trimmed = text.str.strip_chars(syntax.spaces.decode()) if syntax.spaces else text
    return here.select(pl.when(trimmed != "").then(trimmed))
