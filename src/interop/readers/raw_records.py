"""The bytes of framed records: one by one, or in one stretch of which nothing is cut until someone asks for it.

Rows are short and many: a million texts of 140 bytes take a twentieth of the time that converting them takes, to make,
send and join. Messages are long: as stretches of megabytes they take 13 MB more of memory in a job.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

import polars as pl

from interop.readers.protocol import Batch

LINE_END = b"\n"


class RawRecords(Protocol):
    """Records in order."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[bytes]: ...

    def __getitem__(self, row: int, /) -> bytes: ...

    def slice(self, first: int, end: int) -> Self:
        """The records from `first` up to, not including, `end`."""
        ...

    def take(self, rows: pl.Series) -> Self:
        """Some of the records. Shape: `rows` u32[m], ascending."""
        ...

    def join(self, others: Sequence[Self]) -> Self:
        """These, and those that follow them."""
        ...


@dataclass(frozen=True, slots=True)
class Single:
    """Records that are held one by one."""

    records: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.records)

    def __getitem__(self, row: int) -> bytes:
        return self.records[row]

    def slice(self, first: int, end: int) -> Single:
        """See `RawRecords`."""
        return Single(self.records[first:end])

    def take(self, rows: pl.Series) -> Single:
        """See `RawRecords`."""
        return Single(tuple(self.records[row] for row in rows.to_list()))

    def join(self, others: Sequence[Single]) -> Single:
        """See `RawRecords`."""
        return Single(sum((other.records for other in others), self.records))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records in one stretch.

    Shapes: `data` their bytes, each followed by one line feed that is not its own; `lengths` u32[n] bytes of each,
    without it.
    """

    data: bytes
    lengths: pl.Series

    @classmethod
    def of(cls, records: Sequence[bytes]) -> Stretch:
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

    def slice(self, first: int, end: int) -> Stretch:
        """See `RawRecords`."""
        if first == 0 and end == len(self):
            return self
        start = int(self.lengths.head(first).sum()) + first
        some = self.lengths.slice(first, end - first)
        return Stretch(self.data[start : start + int(some.sum()) + len(some)], some)

    def take(self, rows: pl.Series) -> Stretch:
        """See `RawRecords`."""
        records = list(self)
        return Stretch.of([records[row] for row in rows.to_list()])

    def join(self, others: Sequence[Stretch]) -> Stretch:
        """See `RawRecords`."""
        lots = (self, *others)
        return Stretch(b"".join(lot.data for lot in lots), pl.concat([lot.lengths for lot in lots], rechunk=True))


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
