"""Messages counted a second time, by a method that shares nothing with the framing: line by line."""

from __future__ import annotations

import re

from interop.rust import count_messages, is_there

_LINE_ENDS = bytes(0x0A if byte in b"\r\n\x0b\x1c" else byte for byte in range(256))
_OTHER_ENDS = (b"\n", b"\x0b", b"\x1c")
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?(?:(?P<message>MSH)|[FB]HS|[FB]TS)(?![A-Za-z0-9])")
_TEXT = re.compile(rb"(?:[ \t]|\xef\xbb\xbf)*+[^\n]")
_HELD = 4096  # of a line whose kind is known


class MessageCounter:
    """Counts the messages of one file, and the stretches of text that stand in none. Final after `finish`."""

    def __init__(self) -> None:
        self.count = 0
        self._inside = False
        self._held = b""

    def feed(self, block: bytes) -> None:
        """Count the next bytes of the file."""
        if is_there():
            count, self._inside, rest = count_messages(self._held, block, self._inside)
            self.count += count
            self._hold(block[rest:] if rest else self._held + block)
            return
        data = self._held + block
        is_usual = not any(end in data for end in _OTHER_ENDS)
        lines = data.split(b"\r") if is_usual else data.translate(_LINE_ENDS).split(b"\n")
        held = lines.pop()
        self._lines(lines)
        self._hold(held)

    def _hold(self, line: bytes) -> None:
        """Keeps a line that goes on in the next block: of a long one what tells its kind."""
        self._held = line[:_HELD] if len(line) > _HELD and _TEXT.match(line[:_HELD]) else line

    def finish(self) -> None:
        """Count the last line."""
        self._lines([self._held])

    def _lines(self, lines: list[bytes]) -> None:
        inside, count = self._inside, self.count
        for line in lines:
            if inside and line[:1] not in b"MFB\xef":
                continue
            begins = _BEGINS.match(line)
            if begins is not None:
                inside = begins["message"] is not None
                count += inside
            elif not inside and _TEXT.match(line):
                inside = True
                count += 1
        self._inside, self.count = inside, count
