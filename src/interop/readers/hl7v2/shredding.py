"""Framed messages to tables, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from interop.errors import DataPlace, Finding
from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.findings import message_findings
from interop.readers.hl7v2.laying import lay_out
from interop.readers.hl7v2.lines import Lines, read_lines
from interop.readers.hl7v2.message import read_message
from interop.readers.hl7v2.outline import Outlines
from interop.readers.hl7v2.placing import Notice
from interop.readers.hl7v2.reads import read_projection
from interop.readers.hl7v2.tables import Built, Tables
from interop.readers.hl7v2.template import Template, Templates
from interop.readers.protocol import Batch, Projection, Rejected, Table

_AT_ONCE = 1_000
"""Messages that are shredded together. On the way a message of 3 KB takes 45 KB, its tables in the end a tenth."""


@dataclass(slots=True)
class Shredded:
    """What messages were read as.

    Shapes: `unread` the rows of those that could not be read, with the code of why; of the others, `noticed` the rows
    of those whose segments there is something to say of, `unsound` of those with other escape sequences than plain.
    """

    tables: Mapping[str, Table]
    unread: dict[int, str]
    noticed: dict[int, tuple[Notice, ...]]
    unsound: set[int]


class Shredder:
    """Shreds what a projection reads. Remembers where the segments of messages like those before stand."""

    def __init__(self, templates: Templates, charset: Charset, projection: Projection) -> None:
        self.projection = projection
        self._templates, self._charset = templates, charset
        reads = read_projection(templates.contexts, projection) if projection.columns else ()
        self._outlines = Outlines(reads)
        self._tables = Tables(reads) if reads else None

    def shred(self, batch: Batch) -> Batch:
        """A raw batch with its tables. Messages that cannot be read are among its rejected records then."""
        assert batch.raw is not None
        built: list[Built] = []
        shredded = Shredded({}, {}, {}, set())
        times = max(1, -(-len(batch.raw) // _AT_ONCE))
        for first, end in pairwise(len(batch.raw) * time // times for time in range(times + 1)):
            lines = read_lines(batch.raw.slice(first, end), self._charset)
            templates = list(map(self._templates.find, lines.kinds, lines.heads))
            shredded.noticed |= {
                first + row: template.notices
                for row, template in zip(lines.rows, templates, strict=True)
                if template.notices
            }
            shredded.unread |= {first + row: code for row, code in lines.unread.items()}
            shredded.unsound |= {first + row for row in lines.unsound}
            built.append(self._lay_out(lines, templates))
        shredded.tables = self._tables.named(built) if self._tables is not None else {}
        return read_batch(batch, shredded, self._charset)

    def _lay_out(self, lines: Lines, templates: list[Template]) -> Built:
        if self._tables is None:
            return Built({}, {})
        places: dict[Template, int] = {}
        of = [places.setdefault(template, len(places)) for template in templates]
        laid = lay_out(map(self._outlines.of, places), of, lines.heights)
        structures = pl.Series([template.structure for template in places], dtype=pl.String)
        return self._tables.build(lines, laid, structures.gather(of))


def read_batch(batch: Batch, shredded: Shredded, charset: Charset) -> Batch:
    """A raw batch as it was read: its tables, and what is to be said of its messages."""
    read = replace(batch, raw=None, tables=shredded.tables)
    read.findings = [*_findings(batch, shredded, charset), *batch.findings]
    if shredded.unread:
        kept = pl.Series([row not in shredded.unread for row in range(len(batch.numbers))], dtype=pl.Boolean)
        read.numbers, read.offsets = batch.numbers.filter(kept), batch.offsets.filter(kept)
        read.lengths = batch.lengths.filter(kept)
        read.rejected = sorted([*batch.rejected, *_rejected(batch, shredded.unread)], key=lambda one: one.number)
    return read


def _findings(batch: Batch, shredded: Shredded, charset: Charset) -> Iterator[Finding]:
    assert batch.raw is not None
    for row in sorted(shredded.noticed.keys() | shredded.unsound):
        message = read_message(batch.raw[row], charset) if row in shredded.unsound else None
        unsound = None if isinstance(message, str) else message
        yield from message_findings(shredded.noticed.get(row, ()), _place(batch, row), unsound)


def _rejected(batch: Batch, unread: dict[int, str]) -> Iterator[Rejected]:
    assert batch.raw is not None
    for row, code in unread.items():
        place = _place(batch, row)
        yield Rejected(place.record, place.offset, batch.raw[row], (Finding(code, place),), place.length)


def _place(batch: Batch, row: int) -> DataPlace:
    return DataPlace(batch.file, batch.numbers[row], offset=batch.offsets[row], length=batch.lengths[row])
