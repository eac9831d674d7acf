"""Framed messages to tables, a batch at a time."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from interop.errors import DataPlace, Finding
from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.collect import Collector
from interop.readers.hl7v2.findings import message_findings
from interop.readers.hl7v2.message import read_message
from interop.readers.hl7v2.outline import Outlines
from interop.readers.hl7v2.reads import read_projection
from interop.readers.hl7v2.tables import build_tables
from interop.readers.hl7v2.template import Templates
from interop.readers.protocol import Batch, Projection, Rejected


class Shredder:
    """Shreds what a projection reads. Remembers where the segments of messages like those before stand."""

    def __init__(self, templates: Templates, charset: Charset, projection: Projection) -> None:
        self.projection = projection
        self._templates, self._charset = templates, charset
        self._reads = read_projection(templates.contexts, projection) if projection.columns else ()
        self._outlines = Outlines(self._reads)

    def shred(self, batch: Batch) -> Batch:
        """A raw batch with its tables. Messages that cannot be read are among its rejected records then."""
        assert batch.raw is not None
        findings: list[Finding] = []
        rejected: list[Rejected] = []
        unread: set[int] = set()
        collector = Collector(self._reads, self._outlines)
        places = zip(batch.numbers.to_list(), batch.offsets.to_list(), batch.lengths.to_list(), strict=True)
        for row, (data, (number, offset, length)) in enumerate(zip(batch.raw, places, strict=True)):
            message = read_message(data, self._charset)
            if isinstance(message, str):
                place = DataPlace(batch.file, number, offset=offset, length=length)
                rejected.append(Rejected(number, offset, data, (Finding(message, place),), length))
                unread.add(row)
                continue
            template = self._templates.of(message)
            if template.notices or not message.sound:
                place = DataPlace(batch.file, number, offset=offset, length=length)
                findings += message_findings(message, template, place)
            if self._reads:
                collector.add(message, template)
        tables = build_tables(self._reads, collector.take()) if self._reads else {}
        read = replace(batch, tables=tables, raw=None, findings=[*findings, *batch.findings])
        if unread:
            kept = pl.Series([row not in unread for row in range(len(batch.numbers))], dtype=pl.Boolean)
            read.numbers, read.offsets = batch.numbers.filter(kept), batch.offsets.filter(kept)
            read.lengths = batch.lengths.filter(kept)
            read.rejected = sorted([*batch.rejected, *rejected], key=lambda one: one.number)
        return read
