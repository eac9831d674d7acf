"""Where messages and the lines of batches begin in a stretch of a file."""

from __future__ import annotations

import re

from interop.immutable import immutable
from interop.readers.hl7v2.spans import Kind

BETWEEN = b"\r\n\x0b\x1c"
"""What a line ends with, or what stands before a message or behind it."""
AHEAD = 4  # bytes that tell a start, and one before
BEHIND = 4  # a line end and a byte order mark

_KINDS: dict[bytes, Kind] = {b"MSH": "MSH", b"FHS": "FHS", b"BHS": "BHS", b"BTS": "BTS", b"FTS": "FTS"}
_START = rb"((?:\xef\xbb\xbf)?)(MSH|[FB][HT]S)(?![A-Za-z0-9])"
_FIRST = re.compile(_START)
_STARTS = tuple((end, re.compile(re.escape(bytes((end,))) + _START)) for end in BETWEEN)
"""What begins after each line end. Most files have one of them: to see that the others are not there costs nothing."""


@immutable()
class Start:
    """A message begins, or a line of a batch, at `at`. What stands before ends at `before`: at its byte order mark."""

    kind: Kind
    before: int
    at: int

    @classmethod
    def of(cls, before: int, at: int, token: bytes) -> Start:
        """The start with these first three bytes."""
        return cls(_KINDS[token], before, at)


def first_start(buffer: bytearray, searched: int, end: int) -> Start | None:
    """The start at the beginning of a file, which no line end stands before."""
    first = _FIRST.match(buffer, 0, end + AHEAD)
    if first is None or not searched <= first.start(2) < end:
        return None
    return Start.of(first.start(), first.start(2), first[2])


def find_starts(buffer: bytearray, searched: int, end: int) -> list[Start]:
    """The starts behind line ends from `searched` up to, not including, `end`, in order."""
    found: list[tuple[int, int, bytes]] = []
    behind = max(searched - BEHIND, 0)
    for line_end, pattern in _STARTS:
        if buffer.find(line_end, behind, end) >= 0:
            starts = pattern.finditer(buffer, behind, end + AHEAD)
            found += [(one.start(1), one.start(2), one[2]) for one in starts]
    return [Start.of(*one) for one in sorted(found) if searched <= one[1] < end]
