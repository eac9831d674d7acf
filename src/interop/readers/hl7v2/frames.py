"""Blocks of bytes to spans: messages, the lines around them that make batches, and text that is neither.

A message begins with `MSH` at the start of a line and ends before the next one, or before a line of a batch. Line ends
and MLLP's bytes around a message are no part of it. No more than one message is held at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from interop.limits import Limits
from interop.readers.streams import DamagedError
from interop.rust import find_starts, is_there

Kind = Literal["MSH", "FHS", "BHS", "BTS", "FTS", ""]

BETWEEN = b"\r\n\x0b\x1c"
MARK = b"\xef\xbb\xbf"
BLANK = re.compile(rb"(?:[\r\n\x0b\x1c \t]|\xef\xbb\xbf)*")

_KINDS: dict[bytes, Kind] = {b"MSH": "MSH", b"FHS": "FHS", b"BHS": "BHS", b"BTS": "BTS", b"FTS": "FTS"}
_START = rb"((?:\xef\xbb\xbf)?)(MSH|[FB][HT]S)"
_FIRST = re.compile(_START)
_STARTS = tuple((end, re.compile(re.escape(bytes((end,))) + _START)) for end in BETWEEN)
"""What begins after each line end. Most files have one of them: to see that the others are not there costs nothing."""
_AHEAD = 4  # bytes that tell a start, and one before
_BEHIND = 4  # a line end and a byte order mark


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of the input that belong together. `kind` is empty for text that stands in no message.

    Units: bytes. `length` is that of the span; `data` has less of one that is over the limit (`over`).
    """

    kind: Kind
    offset: int
    data: bytes
    length: int
    over: bool = False
    cut: bool = False  # the stream broke off in it


@dataclass(slots=True)
class Sizes:
    """What a file came to. `skipped` are its bytes that are in no message and not text outside of one."""

    size: int = 0
    skipped: int = 0
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class _Start:
    kind: Kind
    before: int  # where what stands before it ends: at its byte order mark
    at: int


class Framer:
    """Cuts one file into spans. Feed it blocks in order; `finish` gives what is left."""

    def __init__(self, limits: Limits, sizes: Sizes) -> None:
        self._keep = limits.record_bytes
        self._sizes = sizes
        self._buffer = bytearray()
        self._offset = 0  # of the buffer in the input
        self._kind: Kind = ""  # of what the buffer begins with
        self._searched = 0
        self._over: _Over | None = None

    def feed(self, block: bytes) -> Iterator[Span]:
        """The spans that are complete with this block."""
        self._sizes.size += len(block)
        self._buffer += block
        yield from self._cut(len(self._buffer) - _AHEAD)
        if self._over is not None or len(self._buffer) > self._keep + _BEHIND + _AHEAD:
            self._let_go(len(self._buffer) - _BEHIND - _AHEAD)

    def finish(self) -> Iterator[Span]:
        """What the last block left."""
        yield from self._cut(len(self._buffer))
        yield from self._close(len(self._buffer), cut=self._sizes.damaged)

    def _cut(self, end: int) -> Iterator[Span]:
        """The spans before the last start before `end`, which is all that was searched."""
        if end <= self._searched:
            return
        done = 0
        for start in self._find_starts(end):
            yield from self._close(start.before - done)
            self._drop(start.at - start.before)
            self._kind = start.kind
            done = start.at
        self._searched = end - done

    def _find_starts(self, end: int) -> list[_Start]:
        buffer, searched = self._buffer, self._searched
        found: list[tuple[int, int, bytes]] = []
        if not self._offset and (first := _FIRST.match(buffer, 0, end + 3)):
            found.append((first.start(), first.start(2), first[2]))
        behind = max(searched - _BEHIND, 0)
        find = find_starts if is_there() else _starts_behind
        found += find(buffer, behind, end)
        return [
            _Start(_KINDS[token], before, at)
            for before, at, token in found
            if searched <= at < end and not buffer[at + 3 : at + 4].isalnum()
        ]

    def _close(self, end: int, *, cut: bool = False) -> Iterator[Span]:
        """The spans of the first `end` bytes, which are all that belongs to `kind`. Takes them from the buffer."""
        if self._over is not None:
            self._let_go(end)
            over, self._over = self._over, None
            self._sizes.skipped += over.blank
            yield Span(self._kind if self._kind == "MSH" else "", over.offset, over.head, over.length, True, cut)
            return
        data, offset, kind = bytes(memoryview(self._buffer)[:end]), self._offset, self._kind
        self._drop(end, skipped=False)
        if kind == "MSH":
            text = data.rstrip(BETWEEN)
            self._sizes.skipped += len(data) - len(text)
            yield Span("MSH", offset, text[: self._keep], len(text), len(text) > self._keep, cut)
            return
        if kind:
            line = data[: _line_end(data)]
            self._sizes.skipped += len(line)
            yield Span(kind, offset, line, len(line))
            data, offset = data[len(line) :], offset + len(line)
        lead, text = _strip(data)
        self._sizes.skipped += len(data) - len(text)
        if text:
            yield Span("", offset + lead, text[: self._keep], len(text), len(text) > self._keep, cut)

    def _let_go(self, end: int) -> None:
        """Count the first bytes of a span that is over the limit, and drop them."""
        part = bytes(memoryview(self._buffer)[:end])
        if self._over is None:
            self._over = _Over(self._offset, part[: self._keep])
        self._over.count(part)
        self._drop(end, skipped=False)
        self._searched = max(self._searched - end, 0)

    def _drop(self, count: int, *, skipped: bool = True) -> None:
        del self._buffer[:count]
        self._offset += count
        self._sizes.skipped += count if skipped else 0


def _starts_behind(buffer: bytearray, start: int, end: int) -> list[tuple[int, int, bytes]]:
    """What `rust.find_starts` gives."""
    found: list[tuple[int, int, bytes]] = []
    for line_end, pattern in _STARTS:
        if buffer.find(line_end, start, end) >= 0:
            starts = pattern.finditer(buffer, start, end + 3)
            found += [(one.start(1), one.start(2), one[2]) for one in starts]
    return sorted(found)


class _Over:
    """A span that is longer than the limit, of which only the beginning is kept."""

    def __init__(self, offset: int, head: bytes) -> None:
        self.offset, self.head = offset, head
        self.length = self.blank = 0

    def count(self, part: bytes) -> None:
        text = part.rstrip(BETWEEN)
        if text:
            self.length += self.blank + len(text)
            self.blank = 0
        self.blank += len(part) - len(text)


def frame(blocks: Iterator[bytes], framer: Framer, sizes: Sizes) -> Iterator[Span]:
    """The spans of a file, in order. Where the stream breaks off, what came before is given."""
    try:
        for block in blocks:
            yield from framer.feed(block)
    except DamagedError:
        sizes.damaged = True
    yield from framer.finish()


def _line_end(data: bytes) -> int:
    found = [at for at in (data.find(end) for end in (b"\r", b"\n", b"\x1c")) if at >= 0]
    return min(found, default=len(data))


def _strip(data: bytes) -> tuple[int, bytes]:
    """Text without blanks and byte order marks around it, and how many bytes stood before it."""
    blank = BLANK.match(data)
    lead = blank.end() if blank is not None else 0
    text = data[lead:]
    while (shorter := text.rstrip(BETWEEN + b" \t").removesuffix(MARK)) != text:
        text = shorter
    return lead, text
