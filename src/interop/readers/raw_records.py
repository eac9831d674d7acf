"""The bytes of framed records, in one stretch: nothing is made for a record until someone asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from interop.readers.protocol import Batch

LINE_END = b"\n"


@dataclass(frozen=True, slots=True)
class RawRecords:
    """Records in order.

    Shapes: `data` their bytes, each followed by one line feed that is not its own; `lengths` u32[n] bytes of each,
    without it.
    """

    data: bytes
    lengths: pl.Series

    @classmethod
    def of(cls, records: Sequence[bytes]) -> RawRecords:
        """Records that are held one by one."""
        return cls(LINE_END.join((*records, b"")), pl.Series(map(len, records), dtype=pl.UInt32))

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[bytes]:
        start = 0
        for length in self.lengths.to_list():
            yield self.data[start : start + length]
            start += length + 1

    def __getitem__(self, row: int) -> bytes:
        return self.slice(row, row + 1).data[:-1]

    def slice(self, first: int, end: int) -> RawRecords:
        """The records from `first` up to, not including, `end`."""
        if first == 0 and end == len(self):
            return self
        start = self._bytes_of(first)
        some = self.lengths.slice(first, end - first)
        return RawRecords(self.data[start : start + int(some.sum()) + len(some)], some)

    def take(self, rows: pl.Series) -> RawRecords:
        """Some of the records. Shape: `rows` u32[m], ascending."""
        if not len(rows):
            return self.slice(0, 0)
        first, last = int(rows[0]), int(rows[-1])
        if last - first + 1 == len(rows):
            return self.slice(first, last + 1)
        records = list(self)
        return RawRecords.of([records[row] for row in rows.to_list()])

    def _bytes_of(self, rows: int) -> int:
        """Bytes of the first records, with the line feeds behind them."""
        return int(self.lengths.head(rows).sum()) + rows


def joined(several: Iterable[RawRecords]) -> RawRecords:
    """Records that follow each other. There is at least one lot of them."""
    lots = list(several)
    if len(lots) == 1:
        return lots[0]
    return RawRecords(b"".join(lot.data for lot in lots), pl.concat([lot.lengths for lot in lots], rechunk=True))


def slice_raw(batch: Batch, first: int, end: int) -> Batch:
    """Some records of a raw batch, from `first` up to, not including, `end`; what is said of it and its file stays."""
    assert batch.raw is not None
    return replace(
        batch,
        numbers=batch.numbers.slice(first, end - first),
        offsets=batch.offsets.slice(first, end - first),
        lengths=batch.lengths.slice(first, end - first),
        raw=batch.raw.slice(first, end),
    )
