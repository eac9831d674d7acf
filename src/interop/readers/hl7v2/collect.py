"""The messages of a batch, collected for the tables that read them: a message costs a few list operations."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.laying import Rows, lay_out
from interop.readers.hl7v2.message import Message
from interop.readers.hl7v2.outline import Outlines
from interop.readers.hl7v2.reads import ContextReads
from interop.readers.hl7v2.separators import Separators
from interop.readers.hl7v2.template import Template


@dataclass(frozen=True, slots=True)
class Senders:
    """How the messages were sent: what decoding needs. One each; `escapes` and `unusual` are of any of them."""

    charsets: list[Charset]
    separators: list[Separators]
    escapes: bool
    unusual: bool  # separators


@dataclass(frozen=True, slots=True)
class Collected:
    """The messages of a batch.

    Shapes: `rows` by the number of each context that has some; `lines` by store, of those that have any, utf8[rows],
    null where a row has none; `structures` utf8[messages].
    """

    rows: dict[int, Rows]
    lines: dict[int, pl.Series]
    structures: pl.Series
    senders: Senders


class Collector:
    """Collects the messages of one batch."""

    def __init__(self, reads: tuple[ContextReads, ...], outlines: Outlines) -> None:
        self._outlines = outlines
        self._owners = {one.store: reading.context.number for reading in reads for one in reading.segments.values()}
        self._places: dict[Template, int] = {}
        self._templates: list[int] = []
        self._lines: list[str] = []
        self._heights: list[int] = []
        self._charsets: list[Charset] = []
        self._separators: list[Separators] = []
        self._escapes = self._unusual = False

    def add(self, message: Message, template: Template) -> None:
        """Collect a message."""
        self._templates.append(self._places.setdefault(template, len(self._places)))
        self._lines += message.lines
        self._heights.append(len(message.lines))
        self._charsets.append(message.charset)
        self._separators.append(message.separators)
        self._escapes |= message.escapes
        self._unusual |= not message.separators.usual

    def take(self) -> Collected:
        """What was collected, all of it: the collector has nothing then."""
        lines = pl.Series(self._lines, dtype=pl.String)
        self._lines.clear()
        laid = lay_out(map(self._outlines.of, self._places), self._templates, self._heights, self._owners)
        structures = pl.Series([template.structure for template in self._places], dtype=pl.String)
        return Collected(
            laid.rows,
            {store: lines.gather(place) for store, place in laid.lines.items()},
            structures.gather(pl.Series(self._templates, dtype=pl.UInt32)),
            Senders(self._charsets, self._separators, self._escapes, self._unusual),
        )
