"""Rows in lots of the size that the caller asked for, whatever the size of the chunks that they were read in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from interop.readers.delimited.rows import Rows, join_rows, slice_rows


def pooled(rows: Iterator[Rows], most_rows: int, most_bytes: int) -> Iterator[Rows]:
    """The same rows in larger or smaller lots: at most `most_rows` each, and few more bytes than `most_bytes`."""
    pool: list[Rows] = []
    held = size = 0
    for some in rows:
        if pool and (held + _height(some) > most_rows or size + _size(some) > most_bytes):
            lots = list(_split(join_rows(pool), most_rows))
            pool = [lots.pop()] if len(lots) > 1 else []
            yield from lots
            held, size = sum(map(_height, pool)), sum(map(_size, pool))
        pool.append(some)
        held += _height(some)
        size += _size(some)
    if pool:
        yield from _split(join_rows(pool), most_rows)


def _height(rows: Rows) -> int:
    return rows.frame.height + len(rows.bad)


def _size(rows: Rows) -> int:
    return int(rows.sizes.sum()) + sum(len(bad.data) for bad in rows.bad)


def _split(rows: Rows, most_rows: int) -> Iterator[Rows]:
    """Slices of rows, in the order of their numbers, which have no gap: bad rows count too."""
    if _height(rows) <= most_rows:
        yield rows
        return
    bad = [row.number for row in rows.bad]
    low = min([*bad[:1], *rows.numbers.head(1).to_list()])
    start = bad_start = 0
    while start < rows.frame.height or bad_start < len(bad):
        low += most_rows
        end, bad_end = int(rows.numbers.search_sorted(low)), bisect_left(bad, low)
        yield slice_rows(rows, start, end, rows.bad[bad_start:bad_end])
        start, bad_start = end, bad_end
