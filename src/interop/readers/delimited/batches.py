"""An opened file as batches: records, their tables, findings, and in the last one the counts that must agree."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from interop.errors import DataPlace, Finding
from interop.readers.delimited.contexts import build_tables, columns_of, record_columns
from interop.readers.delimited.file import OpenFile, drain, read_rows
from interop.readers.delimited.grouping import Grouper
from interop.readers.delimited.lookup import LookedUp, Parents
from interop.readers.delimited.pool import pooled
from interop.readers.delimited.records import Records, cut_records, rows_as_records, split_records
from interop.readers.protocol import Batch, Projection, Rejected
from interop.spec.layout import TableLayout

NO_PARENT = "R520"
NO_PARENT_TABLE = "R523"


def refused_batch(file: OpenFile) -> Batch:
    """The only batch of a file that fits no table, or has nothing in it."""
    drain(file)
    batch = _empty(file, "")
    batch.findings = file.take_findings()
    batch.last, batch.size, batch.skipped = True, file.tally.size, file.tally.skipped
    if file.refusal is not None:
        place = DataPlace(file.name, offset=0, length=file.tally.size)
        batch.rejected = [Rejected(0, 0, b"", (file.refusal.at(place),), length=file.tally.size)]
        batch.skipped = 0
    _reject_rest(batch, file)
    return batch


def read_batches(
    file: OpenFile, table: TableLayout, projection: Projection | None, parents: Parents, *, batch_rows: int
) -> Iterator[Batch]:
    """The batches of a file of this table, in order; raw without a projection, where records are rows."""
    rows = (
        read_rows(file, (), keep_raw=True)
        if projection is None
        else read_rows(file, columns_of(table, projection), keep_raw=bool(table.record))
    )
    lots = pooled(rows, batch_rows, file.limits.batch_bytes)
    grouper = Grouper(file.name, table.record, record_columns(table, projection) if projection else (), file.limits)
    grouped = grouper.group(lots) if table.record else rows_as_records(file.name, lots)
    held: Batch | None = None
    for some in grouped:
        for records in split_records(some, batch_rows):
            if held is not None:
                yield held
            held = (
                _raw(file, table, records) if projection is None else _batch(file, table, projection, records, parents)
            )
    last = held or _empty(file, table.name)
    last.findings += file.take_findings()
    if (repeated := grouper.repeated()) is not None:
        last.findings.append(repeated)
    _reject_rest(last, file)
    last.last = True
    tally = file.tally
    last.framed, last.counted = tally.rows - grouper.merged, tally.counted - grouper.merged
    last.size, last.skipped = tally.size, tally.skipped - grouper.inside
    yield last


def _batch(file: OpenFile, table: TableLayout, projection: Projection, records: Records, parents: Parents) -> Batch:
    looked_up = parents.look_up(table, projection.columns.get(table.name, ()), records.heads)
    tables = build_tables(table, projection, records, looked_up.columns)
    if file.first:
        file.first = False
        for parent in looked_up.absent:
            file.note(Finding(NO_PARENT_TABLE, detail=parent))
    of_records = sorted([*records.findings, *_missing(file.name, records, looked_up)], key=_record)
    findings = [*file.take_findings(), *of_records]
    spans = (records.numbers, records.offsets, records.lengths)
    return Batch(file.name, table.name, tables, *spans, dict(file.values), findings, records.rejected)


def _raw(file: OpenFile, table: TableLayout, records: Records) -> Batch:
    spans = (records.numbers, records.offsets, records.lengths)
    batch = Batch(
        file.name, table.name, {}, *spans, dict(file.values), file.take_findings(), records.rejected, header=file.header
    )
    batch.raw = cut_records(records)
    return batch


def _missing(file: str, records: Records, looked_up: LookedUp) -> Iterator[Finding]:
    for row, parent in looked_up.missing:
        number, offset, length = (int(part[row]) for part in (records.numbers, records.offsets, records.lengths))
        yield Finding(NO_PARENT, DataPlace(file, number, offset=offset, length=length), detail=parent)


def _record(finding: Finding) -> int:
    return finding.data.record if finding.data is not None else 0


def _reject_rest(batch: Batch, file: OpenFile) -> None:
    """What a damaged stream would have held, as a rejected file."""
    if (damage := file.damage()) is not None:
        batch.rejected.append(Rejected(0, file.tally.size, b"", (damage,), length=0))


def _empty(file: OpenFile, root: str) -> Batch:
    spans = (pl.Series(dtype=pl.UInt32), pl.Series(dtype=pl.UInt64), pl.Series(dtype=pl.UInt32))
    return Batch(file.name, root, {}, *spans, dict(file.values))
