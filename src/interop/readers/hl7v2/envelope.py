"""Batches around messages: FHS, BHS, BTS and FTS, whose counts are checked against what was read.

Source: HL7 v2.8 chapter 2, Batch protocol: BTS-1 counts messages, FTS-1 batches.
"""

from __future__ import annotations

from interop.errors import DataPlace, Finding
from interop.readers.hl7v2.spans import Span

WRONG_COUNT = "R608"
NO_END = "R609"


class Envelope:
    """Follows the batches of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._messages = self._batches = 0
        self._in_file = self._in_batch = False

    def messages(self, count: int) -> None:
        """So many messages were read, rejected ones too."""
        self._messages += count

    def line(self, span: Span) -> list[Finding]:
        """What there is to say of a line."""
        found: list[Finding] = []
        match span.kind:
            case "FHS":
                self._in_file = True
                self._batches = 0
            case "BHS":
                found += self._unended("BTS", self._in_batch)
                self._in_batch = True
                self._batches += 1
                self._messages = 0
            case "BTS":
                self._batches += not self._in_batch
                found += self._check(span, "BTS-1", self._messages, "messages")
                self._in_batch = False
                self._messages = 0
            case "FTS":
                found += self._unended("BTS", self._in_batch)
                if self._batches:
                    found += self._check(span, "FTS-1", self._batches, "batches")
                self._in_file = self._in_batch = False
                self._batches = self._messages = 0
        return found

    def finish(self) -> list[Finding]:
        """What the end of the file leaves open."""
        return [*self._unended("BTS", self._in_batch), *self._unended("FTS", self._in_file)]

    def _check(self, span: Span, field: str, read: int, what: str) -> list[Finding]:
        parts = span.data.split(span.data[3:4], 2) if len(span.data) > 3 else []
        count = parts[1].strip() if len(parts) > 1 else b""
        if not count or (count.isdigit() and len(count) < 20 and int(count) == read):
            return []
        place = DataPlace(self._file, field=field, offset=span.offset, length=span.length)
        return [Finding(WRONG_COUNT, place, detail=f"{read} {what} were read")]

    def _unended(self, name: str, is_open: bool) -> list[Finding]:
        return [Finding(NO_END, DataPlace(self._file), detail=name)] if is_open else []
