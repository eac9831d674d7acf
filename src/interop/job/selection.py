"""Some records of a batch, as a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from interop.plan.model import Context
from interop.readers.protocol import Batch, Table
from interop.readers.raw_records import slice_raw

U32 = pl.UInt32


def select_records(batch: Batch, rows: pl.Series, contexts: Mapping[str, Context]) -> Batch:
    """The batch with these records only. What its reader says, of the others too and of the file, stays.

    Shapes: `rows` u32[n], ascending row numbers of the record context's table.
    """
    kept = {batch.root: rows}
    tables: dict[str, Table] = {}
    for name in sorted(batch.tables, key=lambda name: contexts[name].depth):
        table = batch.tables[name]
        parent = contexts[name].parent
        if table.parent is None or parent is None:
            tables[name] = Table(table.frame[kept[name]])
            continue
        place = pl.Series([None], dtype=U32).new_from_index(0, batch_height(batch, parent))
        above = kept[parent]
        if len(above):
            place = place.scatter(above, pl.Series(range(len(above)), dtype=U32))
        owner = place.gather(table.parent)
        inside = owner.is_not_null()
        kept[name] = inside.arg_true().cast(U32)
        tables[name] = Table(table.frame.filter(inside), owner.filter(inside))
    return replace(
        batch,
        tables=tables,
        numbers=batch.numbers.gather(rows),
        offsets=batch.offsets.gather(rows),
        lengths=batch.lengths.gather(rows),
        raw=None if batch.raw is None else batch.raw.take(rows),
    )


def split_batch(batch: Batch, ends: Sequence[int], contexts: Mapping[str, Context]) -> Iterator[Batch]:
    """The batch in pieces. What its reader says comes with the first of them, the counts of its file with the last.

    Args:
        batch: One with records.
        ends: The row after the last one of each piece, ascending; the last is that of the batch.
        contexts: Of the plan.
    """
    start = 0
    for end in ends:
        if batch.raw is not None:
            piece = slice_raw(batch, start, end)
        else:
            piece = select_records(batch, pl.Series(range(start, end), dtype=U32), contexts)
        if end != ends[-1]:
            piece.last, piece.framed, piece.counted, piece.size, piece.skipped = False, 0, 0, 0, 0
        if start:
            piece.findings, piece.rejected = [], []
        yield piece
        start = end


def unsaid(batch: Batch) -> Batch:
    """The batch without what its reader says, of records and of the file."""
    return replace(batch, findings=[], rejected=[], last=False, framed=0, counted=0, size=0, skipped=0)


def batch_height(batch: Batch, context: str) -> int:
    """How many rows a context's table has; the record context is there even when no column of it is read."""
    if context in batch.tables:
        return batch.tables[context].frame.height
    return len(batch.numbers) if context == batch.root else 0
