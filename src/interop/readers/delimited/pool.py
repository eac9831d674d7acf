"""Rows in lots of the size that the caller asked for, whatever the size of the chunks that they were read in."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from interop.readers.delimited.shred import Rows


def pooled(rows: Iterator[Rows], most_rows: int, most_bytes: int) -> Iterator[Rows]:
    """The same rows in larger or smaller lots: at most `most_rows` each, and few more bytes than `most_bytes`."""
    pool: list[Rows] = []
    held = size = 0
    for some in rows:
        pool.append(some)
        held += _height(some)
        size += _size(some)
        if held >= most_rows or size >= most_bytes:
            lots = list(_split(joined(pool), most_rows))
            pool = [lots.pop()] if size < most_bytes and _height(lots[-1]) < most_rows else []
            yield from lots
            held, size = sum(map(_height, pool)), sum(map(_size, pool))
    if pool:
        yield from _split(joined(pool), most_rows)


def _height(rows: Rows) -> int:
    return rows.frame.height + len(rows.bad)


def _size(rows: Rows) -> int:
    return int(rows.sizes.sum()) + sum(len(bad.data) for bad in rows.bad)


def joined(pool: list[Rows]) -> Rows:
    """Lots that follow each other, as one."""
    if len(pool) == 1:
        return pool[0]
    return Rows(
        pl.concat([rows.frame for rows in pool], rechunk=True),
        pl.concat([rows.numbers for rows in pool], rechunk=True),
        pl.concat([rows.offsets for rows in pool], rechunk=True),
        pl.concat([rows.sizes for rows in pool], rechunk=True),
        [bad for rows in pool for bad in rows.bad],
        [raw for rows in pool for raw in rows.raw],
    )


def _split(rows: Rows, most_rows: int) -> Iterator[Rows]:
    """Slices of rows; a bad row goes with the slice of the row before it."""
    height = rows.frame.height
    for start in range(0, height, most_rows) or (0,):
        end = min(start + most_rows, height)
        low = int(rows.numbers[start]) if start else 0
        high = int(rows.numbers[end]) if end < height else None
        bad = [row for row in rows.bad if row.number >= low and (high is None or row.number < high)]
        first = int(rows.offsets[start]) if start else 0
        last = int(rows.offsets[end]) if end < height else None
        raw = [(at, data) for at, data in rows.raw if at + len(data) > first and (last is None or at < last)]
        parts = (part.slice(start, end - start) for part in (rows.numbers, rows.offsets, rows.sizes))
        yield Rows(rows.frame.slice(start, end - start), *parts, bad, raw)
