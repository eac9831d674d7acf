"""A file as batches: messages, their tables, findings, and in the last one the counts that must agree."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from interop.errors import DataPlace, Finding
from interop.limits import Limits
from interop.readers.file_name import file_values
from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.collect import Collector, read_columns
from interop.readers.hl7v2.count import MessageCounter
from interop.readers.hl7v2.envelope import Envelope
from interop.readers.hl7v2.findings import message_findings
from interop.readers.hl7v2.frames import Framer, Sizes, Span, frame
from interop.readers.hl7v2.message import read_message
from interop.readers.hl7v2.tables import build_tables
from interop.readers.hl7v2.template import Templates
from interop.readers.protocol import Batch, Input, Projection, Rejected
from interop.readers.streams import open_blocks

NO_RECORDS = "R206"
OTHER_NAME = "R207"
DAMAGED = "R210"
NO_MESSAGE = "R601"
TOO_LONG = "R606"
CUT_OFF = "R607"


class FileReader:
    """Reads one file."""

    def __init__(
        self, source: Input, templates: Templates, charset: Charset, projection: Projection, limits: Limits
    ) -> None:
        self._source, self._templates, self._charset, self._limits = source, templates, charset, limits
        self._layout = layout = templates.layout
        self._columns = read_columns(templates.contexts, projection)
        self._reads = bool(projection.columns)
        self._collector = Collector(self._columns)
        self._envelope = Envelope(source.name)
        self._counter = MessageCounter()
        self._sizes = Sizes()
        self._values = file_values(source.name, layout.file)
        self._number = 0
        self._begin()

    def _begin(self) -> None:
        """A new batch."""
        self._numbers: list[int] = []
        self._offsets: list[int] = []
        self._lengths: list[int] = []
        self._findings: list[Finding] = []
        self._rejected: list[Rejected] = []
        self._bytes = 0

    def read(self, batch_rows: int) -> Iterator[Batch]:
        """The batches, in order, each of `batch_rows` messages at most."""
        if self._values is None:
            self._findings.append(Finding(OTHER_NAME, DataPlace(self._source.name), detail=f"`{self._layout.file}`"))
        framer = Framer(self._limits, self._sizes)
        for span in frame(self._blocks(), framer, self._sizes):
            full = len(self._numbers) >= batch_rows or self._bytes >= self._limits.message_bytes
            if full and span.kind in ("MSH", ""):
                yield self._batch()
            self._span(span)
        self._counter.finish()
        yield self._last()

    def _blocks(self) -> Iterator[bytes]:
        for block in open_blocks(self._source):
            self._counter.feed(block)
            yield block

    def _span(self, span: Span) -> None:
        if span.kind not in ("MSH", ""):
            self._findings += self._envelope.line(span)
            return
        self._number += 1
        self._bytes += len(span.data)
        if not span.kind:
            self._reject(span, NO_MESSAGE)
            return
        self._envelope.message()
        if span.over or span.cut:
            self._reject(span, TOO_LONG if span.over else CUT_OFF)
            return
        message = read_message(span.data, self._charset)
        if isinstance(message, str):
            self._reject(span, message)
            return
        template = self._templates.of(message)
        if template.notices or not message.sound:
            self._findings += message_findings(message, template, self._place(span))
        if self._reads:
            self._collector.add(message, template)
        self._numbers.append(self._number)
        self._offsets.append(span.offset)
        self._lengths.append(span.length)

    def _reject(self, span: Span, code: str) -> None:
        found = (Finding(code, self._place(span)),)
        self._rejected.append(Rejected(self._number, span.offset, span.data, found, span.length))

    def _place(self, span: Span) -> DataPlace:
        return DataPlace(self._source.name, self._number, offset=span.offset, length=span.length)

    def _batch(self) -> Batch:
        tables = build_tables(self._columns, self._collector.take()) if self._reads else {}
        batch = Batch(
            self._source.name,
            self._layout.root,
            tables,
            pl.Series(self._numbers, dtype=pl.UInt32),
            pl.Series(self._offsets, dtype=pl.UInt64),
            pl.Series(self._lengths, dtype=pl.UInt32),
            dict(self._values or file_values(self._source.name, None) or {}),
            self._findings,
            self._rejected,
        )
        self._begin()
        return batch

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
