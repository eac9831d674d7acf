"""Original bytes of a record, read again by its span."""

from __future__ import annotations

from collections.abc import Iterator

from interop.readers.protocol import Input
from interop.readers.streams import open_blocks


class SpanReader:
    """Reads spans of an input's decompressed bytes. Cheap in ascending order; starts anew to go back."""

    def __init__(self, source: Input) -> None:
        self._source = source
        self._blocks: Iterator[bytes] | None = None
        self._held = bytearray()
        self._start = 0  # of what is held

    def head(self, length: int) -> bytes:
        """The first bytes of the input, whatever was read of it."""
        return SpanReader(self._source).read(0, length)

    def read(self, offset: int, length: int) -> bytes:
        """The bytes of one record; fewer when the input has become shorter."""
        if self._blocks is None or offset < self._start:
            self._blocks, self._held, self._start = open_blocks(self._source), bytearray(), 0
        while self._start + len(self._held) < offset + length:
            block = next(self._blocks, None)
            if block is None:
                break
            keep = max(0, min(len(self._held), offset - self._start))
            del self._held[:keep]
            self._held += block
            self._start += keep
        begin = offset - self._start
        return bytes(self._held[begin : begin + length])
