"""Records counted a second time, by a method that shares nothing with the reading of them.

Reading finds fields; this finds line ends. Where no quote stands, lines are counted by their line ends. Where quotes
come in pairs between delimiters, no line end is inside quotes, and the same holds. Elsewhere one regular expression
says what a record is: the whole rule of `scan` in another form.
"""

from __future__ import annotations

import re

from interop.limits import Limits
from interop.readers.delimited.syntax import Syntax

_LINE = re.compile(rb"[^\r\n]+")


class RecordCounter:
    """Counts the records of one file. `count` is final once `feed` was called with `last`."""

    def __init__(self, columns: int, syntax: Syntax, limits: Limits) -> None:
        self.count = 0
        self._quote = syntax.quote
        self._limits = limits
        self._held = b""
        if syntax.quote is not None:
            structure = syntax.quote + syntax.delimiter + b"\r\n"
            self._flesh = bytes(byte for byte in range(256) if byte not in structure)
            self._pair = syntax.quote * 2
            self._record = _record_pattern(columns, syntax, syntax.quote)

    def feed(self, data: bytes, last: bool) -> None:
        """Count the records of the next whole lines, in UTF-8, where NUL stands for what is no text."""
        data = self._held + data
        self._held = b""
        if self._quote is None or self._quote not in data or self._paired(data):
            self.count += _count_lines(data)
        else:
            self._count_quoted(data, last)

    def _paired(self, data: bytes) -> bool:
        """Whether every run between delimiters and line ends holds an even number of quotes: none leaves its line."""
        assert self._quote is not None
        return self._quote not in data.translate(None, self._flesh).replace(self._pair, b"")

    def _count_quoted(self, data: bytes, last: bool) -> None:
        position = 0
        while found := self._record.match(data, position):
            start, end = found.start("record"), found.end()
            if found["plain"] is not None:
                self.count += _count_lines(found["plain"])
                position = end
                continue
            if found["open"] is not None:
                if not last and self._within(data, start, end):
                    self._held = data[start:]
                    return
                end = self._one_line(data, start)
            elif found["several"] is not None and not self._within(data, start, end):
                end = self._one_line(data, start)
            self.count += 1
            position = end

    def _within(self, data: bytes, start: int, end: int) -> bool:
        """Whether a record of several lines is within its limits."""
        if end - start > self._limits.quoted_bytes:
            return False
        return len(data[start:end].splitlines()) <= self._limits.quoted_lines

    @staticmethod
    def _one_line(data: bytes, start: int) -> int:
        found = _LINE.match(data, start)
        assert found is not None
        return found.end()


def _count_lines(data: bytes) -> int:
    """Lines that are not blank."""
    if b"\r" in data:
        if data.count(b"\r") != data.count(b"\r\n"):
            return len(_LINE.findall(data))
        data = data.replace(b"\r\n", b"\n")
    if b"\n\n" in data or data.startswith(b"\n"):
        return len(_LINE.findall(data))
    return data.count(b"\n") + (bool(data) and not data.endswith(b"\n"))


def _record_pattern(columns: int, syntax: Syntax, quote: bytes) -> re.Pattern[bytes]:
    """What comes next: plain lines, a record of several lines, one that is open at the end, or any line."""
    q, d = re.escape(quote), re.escape(syntax.delimiter)
    space = b"[" + re.escape(syntax.spaces) + b"]*+" if syntax.spaces else b""
    inside = b"(?:[^%s\0]++|%s%s)*+" % (q, q, q)
    field = b"(?:%s%s%s%s%s|(?!%s%s)[^%s\r\n\0]*+)" % (space, q, inside, q, space, space, q, d)
    end = b"(?=[\r\n]|\\Z)"
    text = b"[^%s\r\n\0]*+" % q
    quoted = b"(?:(?<=[%s\r\n])|\\A)%s%s%s(?=[%s\r\n]|\\Z)" % (d, q, text, q, d)
    line = b"(?=[^\r\n])(?:%s%s)*+%s%s" % (text, quoted, text, end)
    plain = b"(?P<plain>%s(?:[\r\n]++%s)*+)" % (line, line)
    closing = b"(?:%s%s)?+" % (d, space) if syntax.closing else b""
    several = b"(?P<several>%s(?:%s%s){%d}+%s)%s" % (field, d, field, columns - 1, closing, end)
    opened = b"(?P<open>(?:%s%s){0,%d}+%s%s%s\\Z)" % (field, d, columns - 1, space, q, inside)
    return re.compile(b"[\r\n]*+(?P<record>(?=[^\r\n])(?:%s|%s|%s|[^\r\n]++))" % (plain, several, opened))
