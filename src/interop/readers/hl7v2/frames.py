"""Blocks of bytes to spans: messages, the lines around them that make batches, and text that is neither.

A message begins with `MSH` at the start of a line and ends before the next one, or before a line of a batch. Line ends
and MLLP's bytes around a message are no part of it. No more than one message is held at a time, and those of a piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from interop.immutable import immutable
from interop.limits import Limits
from interop.readers.hl7v2.spans import Kind, Messages, Sizes, Span
from interop.readers.hl7v2.starts import AHEAD, BEHIND, BETWEEN, Start, find_starts, first_start
from interop.readers.raw_records import Scattered
from interop.readers.streams import DamagedError
from interop.rust import cut_messages, is_there

MARK = b"\xef\xbb\xbf"
BLANK = re.compile(rb"(?:[\r\n\x0b\x1c \t]|\xef\xbb\xbf)*")
PIECE = 1 << 20  # bytes of a block that are cut at a time: few compressed bytes can be a large block


@immutable()
class _Cut:
    """Messages, and where what follows the last one begins; and the start behind what is something else."""

    messages: Messages | None
    end: int
    start: Start | None


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

    def feed(self, block: bytes) -> Iterator[Span | Messages]:
        """The spans that are complete with this block."""
        self._sizes.size += len(block)
        for start in range(0, len(block), PIECE):
            self._buffer += block[start : start + PIECE]
            yield from self._cut(len(self._buffer) - AHEAD)
            if self._over is not None or len(self._buffer) > self._keep + BEHIND + AHEAD:
                self._let_go(len(self._buffer) - BEHIND - AHEAD)

    def finish(self) -> Iterator[Span | Messages]:
        """What the last block left."""
        yield from self._cut(len(self._buffer))
        yield from self._close(len(self._buffer), cut=self._sizes.damaged)

    def _cut(self, end: int) -> Iterator[Span | Messages]:
        """The spans before the last start before `end`, which is all that was searched."""
        if end <= self._searched:
            return
        first = None if self._offset else first_start(self._buffer, self._searched, end)
        if first is not None:
            yield from self._begin(first)
            end, self._searched = end - first.at, 0
        done = 0
        for cut in self._find_cuts(end):
            if cut.messages is not None:
                self._drop(cut.end - done, kept=sum(cut.messages.raw.lengths))
                yield cut.messages
                done = cut.end
            if cut.start is not None:
                yield from self._begin(cut.start, done)
                done = cut.start.at
        self._searched = end - done

    def _find_cuts(self, end: int) -> list[_Cut]:
        if not is_there():
            return [_Cut(None, 0, start) for start in find_starts(self._buffer, self._searched, end)]
        begun = 0 if self._kind == "MSH" and self._over is None else None
        found: list[_Cut] = []
        for data, starts, lengths, first, to, start in cut_messages(
            self._buffer, begun, self._searched, end, keep=self._keep
        ):
            messages = Messages(Scattered(data, starts, lengths), self._offset + first) if starts else None
            found.append(_Cut(messages, to, Start.of(*start) if start is not None else None))
        return found

    def _begin(self, start: Start, done: int = 0) -> Iterator[Span]:
        """What stands before a start, which is what the buffer begins with then. `done` bytes of it are gone."""
        yield from self._close(start.before - done)
        self._drop(start.at - start.before)
        self._kind = start.kind

    def _close(self, end: int, *, cut: bool = False) -> Iterator[Span]:
        """The spans of the first `end` bytes, which are all that belongs to `kind`. Takes them from the buffer."""
        if self._over is not None:
            self._let_go(end)
            over, self._over = self._over, None
            self._sizes.skipped += over.blank
            yield Span(self._kind if self._kind == "MSH" else "", over.offset, over.head, over.length, True, cut)
            return
        data, offset, kind = bytes(memoryview(self._buffer)[:end]), self._offset, self._kind
        self._drop(end, kept=end)
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
        self._drop(end, kept=end)
        self._searched = max(self._searched - end, 0)

    def _drop(self, count: int, *, kept: int = 0) -> None:
        """Takes bytes from the buffer. But for those that are kept, they are in no span."""
        del self._buffer[:count]
        self._offset += count
        self._sizes.skipped += count - kept


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


def frame(blocks: Iterator[bytes], framer: Framer, sizes: Sizes) -> Iterator[Span | Messages]:
    """The spans of a file, in order. Where the stream breaks off, what came before is given."""
    try:
        for block in blocks:
            yield from framer.feed(block)
    except DamagedError:
        sizes.damaged = True
    yield from framer.finish()


def frame_singly(blocks: Iterator[bytes], limits: Limits) -> Iterator[Span]:
    """The same, each message by itself."""
    sizes = Sizes()
    for found in frame(blocks, Framer(limits, sizes), sizes):
        if isinstance(found, Messages):
            yield from found.spans()
        else:
            yield found


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
