"""Rows to records: each row by itself, or the adjacent rows that share a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from interop.errors import DataPlace, Finding
from interop.readers.delimited.frames import counting, none
from interop.readers.delimited.rows import BadRow, Rows
from interop.readers.protocol import Rejected
from interop.readers.raw_records import Stretch


@dataclass(slots=True)
class Records:
    """Records in order.

    Shapes: `rows` utf8[m, wanted], all rows; `first` u32[n], each record's first row, and `owner` u32[m], each row's
    record: both None when a record is a row (n = m). `numbers`, `offsets`, `lengths` [n] as in `Batch`.
    """

    rows: pl.DataFrame
    numbers: pl.Series
    offsets: pl.Series
    lengths: pl.Series
    first: pl.Series | None = None
    owner: pl.Series | None = None
    rejected: list[Rejected] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    raw: list[tuple[int, bytes]] = field(default_factory=list)  # of records that are rows: see `Rows`

    @property
    def heads(self) -> pl.DataFrame:
        """The first row of each record. Shape: utf8[n, wanted]."""
        return self.rows if self.first is None else self.rows[self.first]


def reject(file: str, number: int, row: BadRow, detail: str = "") -> Rejected:
    """A row that could not be read, as a record."""
    place = DataPlace(file, number, offset=row.offset, length=row.size)
    return Rejected(number, row.offset, row.data, (Finding(row.code, place, detail=detail),), length=row.size)


def rows_as_records(file: str, rows: Iterator[Rows]) -> Iterator[Records]:
    """A record for each row."""
    for some in rows:
        rejected = [reject(file, row.number, row) for row in some.bad]
        yield Records(some.frame, some.numbers, some.offsets, some.sizes, rejected=rejected, raw=some.raw)


def cut_records(records: Records) -> Stretch:
    """The bytes of each record. No row lies in two stretches of `raw`: reading cuts between records."""
    offsets, lengths = records.offsets, records.lengths
    done = 0
    cut: list[bytes] = []
    for start, data in records.raw:
        end = int(offsets.search_sorted(start + len(data)))
        if end > done:
            cut.append(_cut(data, offsets.slice(done, end - done) - start, lengths.slice(done, end - done)))
        done = end
    return Stretch(b"".join(cut), lengths)


def _cut(data: bytes, starts: pl.Series, lengths: pl.Series) -> bytes:
    """Records of a stretch, each followed by a line feed.

    Where lines of one kind of end follow each other, as they do in most files, none is looked at by itself. Between two
    rows stands a line end at least: where it is a byte for each of them, or two, nothing else does.
    """
    whole = data[starts[0] : starts[-1] + lengths[-1]]
    ends = len(lengths) - 1
    between = len(whole) - int(lengths.sum())
    carriages = whole.count(b"\r")
    if between == ends and not carriages:
        return whole + b"\n"
    if between == 2 * ends and whole.count(b"\n") == whole.count(b"\r\n") == carriages == ends:
        return whole.replace(b"\r\n", b"\n") + b"\n"
    spans = zip(starts.to_list(), lengths.to_list(), strict=True)
    return b"\n".join((*(data[start : start + length] for start, length in spans), b""))


def split_records(records: Records, most_rows: int) -> Iterator[Records]:
    """Slices of whole records with at most `most_rows` rows each, or one record that has more."""
    if records.first is None or records.owner is None or records.rows.height <= most_rows:
        yield records
        return
    firsts = [*records.first.to_list(), records.rows.height]
    start, findings, rejected = 0, records.findings, records.rejected
    while start < len(firsts) - 1:
        end = start + 1
        while end < len(firsts) - 1 and firsts[end + 1] - firsts[start] <= most_rows:
            end += 1
        low, height = firsts[start], firsts[end] - firsts[start]
        yield Records(
            records.rows.slice(low, height),
            records.numbers.slice(start, end - start),
            records.offsets.slice(start, end - start),
            records.lengths.slice(start, end - start),
            records.first.slice(start, end - start) - low,
            records.owner.slice(low, height) - start,
            rejected,
            findings,
        )
        start, findings, rejected = end, [], []


def drop_records(records: Records, dropped: list[int]) -> Records:
    """The same without some records and their rows."""
    if not dropped or records.first is None or records.owner is None:
        return records
    lost = none(len(records.first)).scatter(dropped, True)
    keep = ~lost.gather(records.owner)
    groups = ~lost
    place = groups.cast(pl.UInt32).cum_sum() - 1
    owner = place.gather(records.owner.filter(keep))
    rows = keep.cast(pl.UInt32).cum_sum() - 1
    return Records(
        records.rows.filter(keep),
        records.numbers.filter(groups),
        records.offsets.filter(groups),
        records.lengths.filter(groups),
        rows.gather(records.first.filter(groups)),
        owner,
        records.rejected,
        records.findings,
    )


def no_records(rejected: list[Rejected], rows: pl.DataFrame) -> Records:
    """Rejected records alone. `rows` has the columns."""
    empty = (pl.Series(dtype=pl.UInt32), pl.Series(dtype=pl.UInt64), pl.Series(dtype=pl.UInt32))
    return Records(rows.clear(), *empty, counting(0, 0), counting(0, 0), rejected)
