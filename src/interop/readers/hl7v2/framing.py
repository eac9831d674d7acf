"""A file as batches of framed messages: their bytes, what stands around them, and in the last one the counts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

import polars as pl

from interop.errors import DataPlace, Finding
from interop.limits import Limits
from interop.readers.file_name import file_values
from interop.readers.hl7v2.count import MessageCounter
from interop.readers.hl7v2.envelope import Envelope
from interop.readers.hl7v2.frames import Framer, frame
from interop.readers.hl7v2.spans import Messages, Sizes, Span
from interop.readers.protocol import Batch, Input, Rejected
from interop.readers.raw_records import Scattered
from interop.readers.streams import open_blocks
from interop.spec.hl7v2_layout import Hl7v2Layout

NO_RECORDS = "R206"
OTHER_NAME = "R207"
DAMAGED = "R210"
NO_MESSAGE = "R601"
TOO_LONG = "R606"
CUT_OFF = "R607"

BLOCK = 1 << 20  # bytes of a file that are read at a time
ENOUGH = 250  # messages of a batch: one that ends with a block of the file has its bytes as they are


class FileFramer:
    """Frames one file."""

    def __init__(self, source: Input, layout: Hl7v2Layout, limits: Limits) -> None:
        self._source, self._layout, self._limits = source, layout, limits
        self._envelope = Envelope(source.name)
        self._counter = MessageCounter()
        self._sizes = Sizes()
        self._values = file_values(source.name, layout.file)
        self._number = 0
        self._begin()

    def _begin(self) -> None:
        """A new batch."""
        self._raw: list[Scattered] = []
        self._numbers: list[int] = []
        self._offsets: list[int] = []
        self._lengths: list[int] = []
        self._findings: list[Finding] = []
        self._rejected: list[Rejected] = []
        self._bytes = 0

    def read(self, batch_rows: int) -> Iterator[Batch]:
        """The batches, raw, in order, each of `batch_rows` messages at most; few have so many."""
        if self._values is None:
            self._findings.append(Finding(OTHER_NAME, DataPlace(self._source.name), detail=f"`{self._layout.file}`"))
        framer = Framer(self._limits, self._sizes)
        for found in frame(self._blocks(), framer, self._sizes):
            if isinstance(found, Messages):
                yield from self._messages(found, batch_rows)
                continue
            if found.kind in ("MSH", "") and self._is_enough(batch_rows):
                yield self._batch()
            self._span(found)
        self._counter.finish()
        yield self._last()

    def _blocks(self) -> Iterator[bytes]:
        for block in open_blocks(self._source, BLOCK):
            self._counter.feed(block)
            yield block

    def _is_enough(self, batch_rows: int) -> bool:
        return len(self._numbers) >= min(batch_rows, ENOUGH) or self._bytes >= self._limits.message_bytes

    def _messages(self, found: Messages, batch_rows: int) -> Iterator[Batch]:
        """Takes messages of a block. Gives the batches that are large enough."""
        self._envelope.messages(len(found.raw))
        first = 0
        while first < len(found.raw):
            if self._is_enough(batch_rows):
                yield self._batch()
            some = found.raw.slice(first, first + batch_rows - len(self._numbers))
            sums = list(accumulate(some.lengths, initial=self._bytes))
            if (room := bisect_left(sums, self._limits.message_bytes)) < len(some):
                some = some.slice(0, room)
            self._raw.append(some)
            self._offsets += [found.offset + start for start in some.starts]
            self._lengths += some.lengths
            self._numbers += range(self._number + 1, self._number + len(some) + 1)
            self._number += len(some)
            self._bytes = sums[len(some)]
            first += len(some)
        if self._is_enough(batch_rows):
            yield self._batch()

    def _span(self, span: Span) -> None:
        if span.kind not in ("MSH", ""):
            self._findings += self._envelope.line(span)
            return
        self._number += 1
        self._bytes += len(span.data)
        if not span.kind:
            self._reject(span, NO_MESSAGE)
            return
        self._envelope.messages(1)
        if span.over or span.cut:
            self._reject(span, TOO_LONG if span.over else CUT_OFF)
            return
        self._raw.append(Scattered.of([span.data]))
        self._numbers.append(self._number)
        self._offsets.append(span.offset)
        self._lengths.append(span.length)

    def _reject(self, span: Span, code: str) -> None:
        place = DataPlace(self._source.name, self._number, offset=span.offset, length=span.length)
        self._rejected.append(Rejected(self._number, span.offset, span.data, (Finding(code, place),), span.length))

    def _batch(self) -> Batch:
        batch = Batch(
            self._source.name,
            self._layout.root,
            {},
            pl.Series(self._numbers, dtype=pl.UInt32),
            pl.Series(self._offsets, dtype=pl.UInt64),
            pl.Series(self._lengths, dtype=pl.UInt32),
            dict(self._values or file_values(self._source.name, None) or {}),
            self._findings,
            self._rejected,
            raw=self._joined(),
        )
        self._begin()
        return batch

    def _joined(self) -> Scattered:
        if not self._raw:
            return Scattered.of(())
        first, *others = self._raw
        return first.join(others) if others else first

    def _last(self) -> Batch:
        """The last batch, with what is to be said of the whole file."""
        name, sizes = self._source.name, self._sizes
        self._findings += self._envelope.finish()
        if sizes.damaged:
            place = DataPlace(name, offset=sizes.size)
            self._rejected.append(Rejected(0, sizes.size, b"", (Finding(DAMAGED, place),), length=0))
        elif not self._number:
            self._findings.append(Finding(NO_RECORDS, DataPlace(name)))
        batch = self._batch()
        batch.last = True
        batch.framed, batch.counted = self._number, self._counter.count
        batch.size, batch.skipped = sizes.size, sizes.skipped
        return batch
