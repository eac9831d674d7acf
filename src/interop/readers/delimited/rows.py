"""Rows of a file, read or not readable, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the wanted columns stand in a file. A position is None for a column that the file has not."""

    count: int  # of the header
    names: tuple[str, ...]  # those wanted
    positions: tuple[int | None, ...]

    @classmethod
    def of(cls, header: tuple[str, ...], wanted: tuple[str, ...]) -> Columns:
        """The wanted columns in a file with this header."""
        places = {name: position for position, name in reversed(list(enumerate(header)))}
        return cls(len(header), wanted, tuple(places.get(name) for name in wanted))

    @property
    def indexes(self) -> tuple[int, ...]:
        """The positions to read, ascending."""
        return tuple(sorted({position for position in self.positions if position is not None}))


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read. `size` is its length in the input; `data` may be only its beginning."""

    number: int
    offset: int
    size: int
    data: bytes
    code: str


@dataclass(slots=True)
class Rows:
    """Rows of a file, in order.

    Shapes: `frame` utf8[n, wanted]; `numbers` u32[n] from 1 in the file, bad rows counted; `offsets` u64[n] and
    `sizes` u32[n], the byte spans without line ends. `raw` is the input that they came from, as (offset, bytes).
    """

    frame: pl.DataFrame
    numbers: pl.Series
    offsets: pl.Series
    sizes: pl.Series
    bad: list[BadRow] = field(default_factory=list)
    raw: list[tuple[int, bytes]] = field(default_factory=list)


def slice_rows(rows: Rows, start: int, end: int, bad: list[BadRow]) -> Rows:
    """The rows from `start` up to, not including, `end`, with the given bad rows."""
    height = end - start
    first = int(rows.offsets[start]) if height else 0
    last = int(rows.offsets[end - 1]) + int(rows.sizes[end - 1]) if height else 0
    return Rows(
        rows.frame.slice(start, height),
        rows.numbers.slice(start, height),
        rows.offsets.slice(start, height),
        rows.sizes.slice(start, height),
        bad,
        [(at, data) for at, data in rows.raw if at + len(data) > first and at < last],
    )


def join_rows(parts: list[Rows]) -> Rows:
    """Lots of rows that follow each other, as one."""
    if len(parts) == 1:
        return parts[0]
    return Rows(
        pl.concat([rows.frame for rows in parts], rechunk=True),
        pl.concat([rows.numbers for rows in parts], rechunk=True),
        pl.concat([rows.offsets for rows in parts], rechunk=True),
        pl.concat([rows.sizes for rows in parts], rechunk=True),
        [bad for rows in parts for bad in rows.bad],
        [raw for rows in parts for raw in rows.raw],
    )


def bad_rows_alone(wanted: tuple[str, ...], bad: list[BadRow], raw: list[tuple[int, bytes]]) -> Rows:
    """No rows but bad ones."""
    empty = (pl.Series(dtype=pl.UInt32), pl.Series(dtype=pl.UInt64), pl.Series(dtype=pl.UInt32))
    return Rows(pl.DataFrame(schema=dict.fromkeys(wanted, pl.String)), *empty, bad, raw)
