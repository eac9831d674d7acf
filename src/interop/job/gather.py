"""Framed records put together to batches as large as a converter takes: framing gives few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from interop.job.parts import Entry


def gather_raw(entries: Iterable[tuple[int, Entry]], batch_rows: int) -> Iterator[tuple[int, Entry]]:
    """The entries with their parts' numbers, raw ones of one part and file joined to `batch_rows` records at most.

    No batch ends but where its part does, or when it is full: setting out costs the same for few records as for many.
    """
    held: list[Entry] = []
    part = rows = 0
    for number, entry in entries:
        height = len(entry.batch.numbers)
        fits = held and number == part and entry.file is held[0].file and rows + height <= batch_rows
        if held and (entry.batch.raw is None or not fits):
            yield part, _joined(held)
            held, rows = [], 0
        if entry.batch.raw is None:
            yield number, entry
            continue
        held.append(entry)
        part, rows = number, rows + height
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
            raw=tuple(data for batch in batches for data in batch.raw or ()),
        ),
        left_out=sum(entry.left_out for entry in entries),
        left_out_bytes=sum(entry.left_out_bytes for entry in entries),
        cut=any(entry.cut for entry in entries),
    )
