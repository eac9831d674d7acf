"""Framed records put together to batches as large as a converter takes: framing gives few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import polars as pl

from interop.immutable import immutable
from interop.job.parts import Entry
from interop.job.selection import unsaid
from interop.readers.raw_records import RawRecords

SPARE = 8  # the share of a batch that it may have beyond `batch_rows`


@immutable()
class _Rows:
    """Rows of a raw entry, from `first` up to, not including, `end`."""

    entry: Entry
    raw: RawRecords
    first: int
    end: int

    @property
    def begins(self) -> bool:
        return self.first == 0

    @property
    def ends(self) -> bool:
        return self.end == len(self.raw)

    def cut(self, row: int) -> tuple[_Rows, _Rows]:
        """Those before a row, and those from there on."""
        return _Rows(self.entry, self.raw, self.first, row), _Rows(self.entry, self.raw, row, self.end)

    def of(self, column: pl.Series) -> pl.Series:
        """What a column of the entry's batch has of them."""
        return column.slice(self.first, self.end - self.first)


def gather_raw(entries: Iterable[tuple[int, Entry]], batch_rows: int) -> Iterator[tuple[int, Entry]]:
    """The entries with their parts' numbers, raw ones of one part and file put together, or cut, to `batch_rows`.

    No batch ends but where its part does, or when it is full: setting out costs the same for few records as for many.
    A few that would be left at the end of a part go with those before them.
    """
    most = batch_rows + batch_rows // SPARE
    held: list[_Rows] = []
    part = count = 0
    for number, entry in entries:
        raw = entry.batch.raw
        if held and (raw is None or number != part or entry.file is not held[0].entry.file):
            yield part, _joined(held)
            held, count = [], 0
        if raw is None:
            yield number, entry
            continue
        held.append(_Rows(entry, raw, 0, len(raw)))
        part, count = number, count + len(raw)
        while count > most:
            full, held = _cut(held, batch_rows)
            yield part, _joined(full)
            count -= batch_rows
    if held:
        yield part, _joined(held)


def _cut(held: Sequence[_Rows], rows: int) -> tuple[list[_Rows], list[_Rows]]:
    """The first so many records, and the others. There are more."""
    place = 0
    while (height := held[place].end - held[place].first) <= rows:
        place, rows = place + 1, rows - height
    before, after = list(held[:place]), list(held[place:])
    if rows:
        first, after[0] = after[0].cut(after[0].first + rows)
        before.append(first)
    return before, after


def _joined(held: Sequence[_Rows]) -> Entry:
    """One entry. What is said of one comes with its first rows, the counts of a file with the last ones."""
    begun = [rows.entry for rows in held if rows.begins]
    ended = [rows.entry for rows in held if rows.ends]
    last = held[-1].entry
    batch = last.batch if held[-1].ends else unsaid(last.batch)
    raw, *others = (rows.raw.slice(rows.first, rows.end) for rows in held)
    return Entry(
        last.file,
        replace(
            batch,
            numbers=_column(held, [rows.entry.batch.numbers for rows in held]),
            offsets=_column(held, [rows.entry.batch.offsets for rows in held]),
            lengths=_column(held, [rows.entry.batch.lengths for rows in held]),
            findings=[finding for entry in begun for finding in entry.batch.findings],
            rejected=[one for entry in begun for one in entry.batch.rejected],
            raw=raw.join(others),
        ),
        sum(entry.left_out for entry in begun),
        sum(entry.left_out_bytes for entry in begun),
        any(entry.cut for entry in ended),
    )


def _column(held: Sequence[_Rows], columns: Sequence[pl.Series]) -> pl.Series:
    """What each has of its column, in one piece: to send it in several waits for other threads of Polars."""
    return pl.concat([rows.of(column) for rows, column in zip(held, columns, strict=True)], rechunk=True)
