"""Blocks of bytes to pieces of whole physical lines, so that no line is ever held twice or without bound.

A physical line ends with LF, CR LF or CR. In every charset that a layout may declare these bytes are these characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interop.limits import Limits
from interop.readers.streams import DamagedError


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines, or (with `over`) the beginning of one line that is longer than the limit.

    Units: bytes. `offset` is where it begins in the decompressed input; `over` is the long line's length without its
    line end, which has `line_end` bytes.
    """

    raw: bytes
    offset: int
    over: int = 0
    line_end: int = 0
    last: bool = False  # nothing follows
    damaged: bool = False  # the stream broke off after this piece

    @property
    def size(self) -> int:
        """Bytes of the input that it stands for."""
        return self.over + self.line_end if self.over else len(self.raw)


def cut_pieces(blocks: Iterator[bytes], limits: Limits) -> Iterator[Piece]:
    """Cut blocks at line ends. The last piece, and only that one, has `last`; it may be empty."""
    buffer = bytearray()
    offset = searched = 0
    damaged = False
    while True:
        try:
            block = next(blocks, None)
        except DamagedError:
            block, damaged = None, True
        if block is None:
            break
        buffer += block
        if len(buffer) - searched < limits.chunk_bytes:
            continue
        if end := _last_line_end(buffer, searched, len(buffer)):
            end = _fewer_lines(buffer, end, limits.chunk_lines)
            yield Piece(bytes(memoryview(buffer)[:end]), offset)
            del buffer[:end]
            offset += end
            searched = 0
        else:
            searched = len(buffer)
            if len(buffer) - buffer.endswith(b"\r") > limits.record_bytes:
                piece, damaged = _skip_line(buffer, blocks, offset, limits.record_bytes)
                yield piece
                offset += piece.size
                searched = 0
                if damaged:
                    break
    while (end := _fewer_lines(buffer, len(buffer), limits.chunk_lines)) < len(buffer):
        yield Piece(bytes(memoryview(buffer)[:end]), offset)
        del buffer[:end]
        offset += end
    yield Piece(bytes(buffer), offset, last=True, damaged=damaged)


def _last_line_end(buffer: bytearray, start: int, end: int) -> int:
    """Index after the last line end before `end`, 0 for none. A CR at the very end is left: an LF may follow."""
    if found := buffer.rfind(b"\n", start, end) + 1:
        return found
    return buffer.rfind(b"\r", max(start - 1, 0), max(end - 1, 0)) + 1


def _fewer_lines(buffer: bytearray, end: int, most: int) -> int:
    """A line end before `end` that leaves some `most` lines, where there are many more."""
    lines = max(buffer.count(b"\n", 0, end), buffer.count(b"\r", 0, end))
    return _last_line_end(buffer, 0, end * most // lines) or end if lines > most else end


def _skip_line(buffer: bytearray, blocks: Iterator[bytes], offset: int, keep: int) -> tuple[Piece, bool]:
    """The rest of a line that is too long, read and let go. Leaves what follows the line in `buffer`."""
    head = bytes(memoryview(buffer)[:keep])
    skipped = 0
    damaged = False
    while True:
        found = _first_line_end(buffer)
        if found is not None:
            at, width = found
            skipped += at
            del buffer[: at + width]
            return Piece(head, offset, over=skipped, line_end=width, damaged=damaged), damaged
        undecided = int(buffer.endswith(b"\r"))
        skipped += len(buffer) - undecided
        del buffer[: len(buffer) - undecided]
        try:
            block = next(blocks, None)
        except DamagedError:
            block, damaged = None, True
        if block is None:
            buffer.clear()
            return Piece(head, offset, over=skipped, line_end=undecided, damaged=damaged), damaged
        buffer += block


def _first_line_end(buffer: bytearray) -> tuple[int, int] | None:
    """Where the first line end is and how many bytes it has; None when there is none, or it may go on."""
    feed = buffer.find(b"\n")
    carriage = buffer.find(b"\r", 0, feed if feed >= 0 else len(buffer))
    if carriage < 0:
        return (feed, 1) if feed >= 0 else None
    if carriage + 1 == len(buffer):
        return None
    return carriage, 2 if feed == carriage + 1 else 1
