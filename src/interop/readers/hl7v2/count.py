"""Messages counted a second time, by a method that shares nothing with the framing: line by line."""

from __future__ import annotations

import re

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
        data = self._held + block
        is_usual = not any(end in data for end in _OTHER_ENDS)
        lines = data.split(b"\r") if is_usual else data.translate(_LINE_ENDS).split(b"\n")
        self._held = lines.pop()
        self._lines(lines)
        if len(self._held) > _HELD and _TEXT.match(self._held[:_HELD]):
            self._held = self._held[:_HELD]

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
