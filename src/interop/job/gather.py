"""Framed records put together to batches as large as a converter takes: framing gives few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import polars as pl

from interop.job.parts import Entry, split_entry
from interop.plan.model import Context
from interop.readers.raw_records import joined


def gather_raw(
    entries: Iterable[tuple[int, Entry]], batch_rows: int, contexts: Mapping[str, Context]
) -> Iterator[tuple[int, Entry]]:
    """The entries with their parts' numbers, raw ones of one part and file put together, or cut, to `batch_rows`.

    No batch ends but where its part does, or when it is full: setting out costs the same for few records as for many.
    """
    held: list[Entry] = []
    part = rows = 0
    for number, entry in entries:
        if held and (entry.batch.raw is None or number != part or entry.file is not held[0].file):
            yield part, _joined(held)
            held, rows = [], 0
        if entry.batch.raw is None:
            yield number, entry
            continue
        part, height = number, len(entry.batch.numbers)
        ends = [*range((batch_rows - rows) or batch_rows, height, batch_rows), height]
        for piece in split_entry(entry, ends, contexts):
            if held and rows + len(piece.batch.numbers) > batch_rows:
                yield part, _joined(held)
                held, rows = [], 0
            held.append(piece)
            rows += len(piece.batch.numbers)
    if held:
        yield part, _joined(held)


def _joined(entries: list[Entry]) -> Entry:
    if len(entries) == 1:
        return entries[0]
    batches = [entry.batch for entry in entries]
    last = batches[-1]  # has the counts of the file, if any has
    return replace(
        entries[-1],
        batch=replace(
            last,
            numbers=pl.concat([batch.numbers for batch in batches]),
            offsets=pl.concat([batch.offsets for batch in batches]),
            lengths=pl.concat([batch.lengths for batch in batches]),
            findings=[finding for batch in batches for finding in batch.findings],
            rejected=[one for batch in batches for one in batch.rejected],
            raw=joined(batch.raw for batch in batches if batch.raw is not None),
        ),
        left_out=sum(entry.left_out for entry in entries),
        left_out_bytes=sum(entry.left_out_bytes for entry in entries),
        cut=any(entry.cut for entry in entries),
    )
