"""The reader of HL7 v2 files: many messages a file, one tree of contexts a message."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import polars as pl

from interop.errors import DataPlace, Finding, UsageError
from interop.limits import Limits
from interop.readers.census import Census
from interop.readers.file_name import file_values
from interop.readers.hl7v2.census import take_census
from interop.readers.hl7v2.charset import JAPANESE, Charset, codec_of
from interop.readers.hl7v2.findings import message_findings
from interop.readers.hl7v2.frames import frame_singly
from interop.readers.hl7v2.framing import NO_MESSAGE, TOO_LONG, FileFramer
from interop.readers.hl7v2.lacking import Lacking
from interop.readers.hl7v2.message import read_message, read_text, read_usual_head
from interop.readers.hl7v2.one_record import Lines, build_row
from interop.readers.hl7v2.rust_shredding import RustShredder
from interop.readers.hl7v2.shredding import Shredder
from interop.readers.hl7v2.spans import Span
from interop.readers.hl7v2.template import Templates
from interop.readers.protocol import Batch, Input, Projection, Record, Row
from interop.readers.raw_records import Scattered
from interop.rust import is_there
from interop.spec.hl7v2_layout import Hl7v2Layout


class Hl7v2Reader:
    """Reads the files of one layout. Remembers where the segments of messages like those before stand."""

    def __init__(self, layout: Hl7v2Layout, limits: Limits | None = None) -> None:
        """Raises UsageError when the layout's charset is not known."""
        codec = codec_of(layout.charset)
        if codec is None:
            raise UsageError(f"charset `{layout.charset}` is unknown")
        self.layout = layout
        self.limits = limits or Limits()
        self._charset = Charset("ascii", JAPANESE) if codec == JAPANESE else Charset(codec)
        self._templates = Templates(layout)
        self._shredder: RustShredder | Shredder | None = None

    def context_parents(self, root: str) -> dict[str, str | None]:
        """The contexts of a message, outermost first, each with the one that it stands in; those of repetitions last.

        Raises:
            KeyError: `root` is not the layout's.
        """
        if root != self.layout.root:
            raise KeyError(root)
        return dict(self._parents)

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        found = {context.name: context.parent for context in self.layout.contexts}
        fields: dict[str, list[str]] = {}
        for name, field in self.layout.fields.items():
            fields.setdefault(field.segment, []).append(name)
        for context in self.layout.contexts:
            for segment in (*context.holds, *context.opens):
                found |= {f"{context.name}/{name}": context.name for name in fields.get(segment, ())}
        return found

    def batches(self, source: Input, projection: Projection, *, batch_rows: int, spans: bool = True) -> Iterator[Batch]:
        """The messages of a file, in order, at most `batch_rows` a batch.

        The last batch has the counts: `framed` messages and stretches of text outside of one, which are rejected, and
        `counted`, the same counted line by line.
        """
        for batch in FileFramer(source, self.layout, self.limits).read(batch_rows):
            yield self.shred(batch, projection)

    def framed(self, source: Input, projection: Projection, *, batch_rows: int) -> Iterator[Batch]:
        """The same, raw: shredding is ten times the work of framing."""
        return FileFramer(source, self.layout, self.limits).read(batch_rows)

    def shred(self, batch: Batch, projection: Projection) -> Batch:
        """A raw batch with its tables, and what is to be said of its messages."""
        if batch.raw is None:
            return batch
        if self._shredder is None or self._shredder.projection != projection:
            made = RustShredder if is_there() and projection.columns else Shredder
            self._shredder = made(self._templates, self._charset, projection)
        return self._shredder.shred(batch)

    def census(self, source: Input) -> list[Census]:
        """How often each field of each segment is filled, by sender."""
        return take_census(source, self._charset, self.limits)

    def record(self, data: object, *, file: str = "") -> Record:
        """One message, as bytes or as text. What cannot be read is an error among the record's findings.

        Values are read when they are asked for; every path of `docs/hl7v2.md` is a column.

        Raises:
            UsageError: `data` is of another type, or holds several messages.
        """
        if not isinstance(data, str | bytes):
            raise UsageError("a record is one HL7 v2 message, as text or as bytes")
        names = file_values(file, self.layout.file) or file_values(file, None) or {}
        place = DataPlace(file, 1)
        span = self._one_span(data)
        if span is None or span.over:
            return self._unread(NO_MESSAGE if span is None else TOO_LONG, place, names)
        if isinstance(data, str):
            message = read_text(span.data.decode("utf-8", "surrogatepass"), self._charset)
        else:
            message = read_message(span.data, self._charset)
        if isinstance(message, str):
            return self._unread(message, place, names)
        template = self._templates.of(message)
        lines = Lines(message)
        row = build_row(lines, template)
        findings = tuple(message_findings(template.notices, place, None if message.sound else message))
        lacks = Lacking(lines, template).__getitem__
        return Record(self.layout.root, row, 1, file, file_values=names, findings=findings, lacks=lacks)

    def alone(self, projection: Projection, data: object, *, file: str = "", number: int = 1) -> Batch | None:
        """One message as a batch with tables; None of what `record` alone has the words for, or reads in another way.

        Raises:
            UsageError: It holds several messages.
        """
        if not is_there() or not projection.columns or not isinstance(data, str | bytes):
            return None
        span = self._one_span(data)
        if span is None or span.over:
            return None
        if isinstance(data, str) and read_usual_head(span.data, self._charset) is None:
            return None  # its bytes are not those that MSH-18 speaks of
        names = file_values(file, self.layout.file) or file_values(file, None) or {}
        nowhere = pl.Series([-1], dtype=pl.Int64)
        numbers = pl.Series([number], dtype=pl.UInt32)
        raw = Scattered.of([span.data])
        read = self.shred(Batch(file, self.layout.root, {}, numbers, nowhere, nowhere, names, raw=raw), projection)
        return None if read.rejected else read

    def _one_span(self, data: str | bytes) -> Span | None:
        """The message; None where there is none, or text around it."""
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        spans = [one for one in frame_singly(iter((raw,)), self.limits) if one.kind in ("MSH", "")]
        messages = [one for one in spans if one.kind]
        if len(messages) > 1:
            raise UsageError(f"a record is one HL7 v2 message; {len(messages)} were given")
        return messages[0] if len(spans) == 1 and messages else None

    def _unread(self, code: str, place: DataPlace, names: dict[str, str]) -> Record:
        return Record(self.layout.root, Row({}), 1, place.file, file_values=names, findings=(Finding(code, place),))
