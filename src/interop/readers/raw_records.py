"""The bytes of framed records: in one stretch, of which nothing is cut until someone asks for it.

To make them one by one, send them and join them takes a twentieth of the time that converting rows takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from pickle import PickleBuffer
from typing import Protocol, Self, SupportsIndex

import polars as pl

from interop.immutable import immutable
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
        """These, and those that follow them, in no more memory than they take."""
        ...


@immutable()
class Scattered:
    """Records in one stretch, with other bytes between them. Some of them hold on to all of it, until they are joined.

    Shapes: `starts`, `lengths` [n], where each record stands in `data`, ascending.
    """

    data: bytes
    starts: Sequence[int]
    lengths: Sequence[int]

    @classmethod
    def of(cls, records: Sequence[bytes]) -> Scattered:
        """Records that are held one by one."""
        lengths = list(map(len, records))
        return cls(b"".join(records), list(accumulate(lengths, initial=0))[:-1], lengths)

    def __len__(self) -> int:
        return len(self.starts)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        return Scattered, (_on_its_own(self.data, protocol), self.starts, self.lengths)

    def __iter__(self) -> Iterator[bytes]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, row: int) -> bytes:
        return self.data[self.starts[row] : self.starts[row] + self.lengths[row]]

    def slice(self, first: int, end: int) -> Scattered:
        """See `RawRecords`."""
        return Scattered(self.data, self.starts[first:end], self.lengths[first:end])

    def take(self, rows: pl.Series) -> Scattered:
        """See `RawRecords`."""
        return Scattered.of([self[row] for row in rows.to_list()])

    def join(self, others: Sequence[Scattered]) -> Scattered:
        """See `RawRecords`."""
        if not others and self._reach() == (0, len(self.data)):
            return self
        stretches: list[memoryview] = []
        starts: list[int] = []
        end = 0
        for lot in (self, *others):
            first, size = lot._reach()
            stretches.append(memoryview(lot.data)[first : first + size])
            starts += [start - first + end for start in lot.starts]
            end += size
        return Scattered(b"".join(stretches), starts, [length for lot in (self, *others) for length in lot.lengths])

    def _reach(self) -> tuple[int, int]:
        """Where the first record begins, and how many bytes there are from there to the end of the last one."""
        if not self.starts:
            return 0, 0
        return self.starts[0], self.starts[-1] + self.lengths[-1] - self.starts[0]


@immutable()
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

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        return Stretch, (_on_its_own(self.data, protocol), self.lengths)

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
        if not others:
            return self
        lots = (self, *others)
        return Stretch(b"".join(lot.data for lot in lots), pl.concat([lot.lengths for lot in lots], rechunk=True))


def _on_its_own(data: bytes, protocol: SupportsIndex) -> bytes | PickleBuffer:
    """Bytes that may go beside what is pickled, where that is asked for."""
    return PickleBuffer(data) if int(protocol) >= 5 else data


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
