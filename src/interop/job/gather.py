"""Framed records put together to batches as large as a converter takes: framing gives few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from interop.job.parts import Entry, split_entry
from interop.plan.model import Context

SPARE = 8  # the share of a batch that it may have beyond `batch_rows`


def gather_raw(
    entries: Iterable[tuple[int, Entry]], batch_rows: int, contexts: Mapping[str, Context]
) -> Iterator[tuple[int, Entry]]:
    """The entries with their parts' numbers, raw ones of one part and file put together, or cut, to `batch_rows`.

    No batch ends but where its part does, or when it is full: setting out costs the same for few records as for many.
    A few that would be left at the end of a part go with those before them.
    """
    most = batch_rows + batch_rows // SPARE
    held: list[Entry] = []
    part = rows = 0
    for number, entry in entries:
        if held and (entry.batch.raw is None or number != part or entry.file is not held[0].file):
            yield part, _joined(held)
            held, rows = [], 0
        if entry.batch.raw is None:
            yield number, entry
            continue
        held.append(entry)
        part, rows = number, rows + len(entry.batch.numbers)
        while rows > most:
            full, held = _cut(held, batch_rows, contexts)
            yield part, _joined(full)
            rows -= batch_rows
    if held:
        yield part, _joined(held)


def _cut(entries: Sequence[Entry], rows: int, contexts: Mapping[str, Context]) -> tuple[list[Entry], list[Entry]]:
    """The first so many records, and the others. There are more."""
    place = 0
    while (height := len(entries[place].batch.numbers)) <= rows:
        place, rows = place + 1, rows - height
    before, after = list(entries[:place]), list(entries[place:])
    if rows:
        first, after[0] = split_entry(after[0], [rows, height], contexts)
        before.append(first)
    return before, after


def _joined(entries: list[Entry]) -> Entry:
    """One entry. Its numbers are in one piece each: to send those in several waits for other threads of Polars."""
    batches = [entry.batch for entry in entries]
    first, *others = (batch.raw for batch in batches if batch.raw is not None)
    raw = first.join(others)
    last = batches[-1]  # has the counts of the file, if any has
    if not others:
        return entries[0] if raw is first else replace(entries[0], batch=replace(last, raw=raw))
    return replace(
        entries[-1],
        batch=replace(
            last,
            numbers=pl.concat([batch.numbers for batch in batches], rechunk=True),
            offsets=pl.concat([batch.offsets for batch in batches], rechunk=True),
            lengths=pl.concat([batch.lengths for batch in batches], rechunk=True),
            findings=[finding for batch in batches for finding in batch.findings],
            rejected=[one for batch in batches for one in batch.rejected],
            raw=raw,
        ),
        left_out=sum(entry.left_out for entry in entries),
        left_out_bytes=sum(entry.left_out_bytes for entry in entries),
        cut=any(entry.cut for entry in entries),
    )
