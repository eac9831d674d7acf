"""The exact way to read one record, byte by byte: the meaning that the fast way (`regular`) must have.

A record is a line of exactly as many fields as the header has; the quirk closing-delimiter lets one more delimiter
close the last. A field is quoted when its first byte (after spaces, where these are trimmed) is the quote: then two
quotes are one, line ends are data, and after the closing quote comes a delimiter or a line end. In any other field a
quote is data. What is no such record is one physical line, rejected, and reading goes on at the next line: a quote
that is never closed costs its line, not the file.
Source: RFC 4180; docs/language.md, Tables of a delimited source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interop.limits import Limits
from interop.readers.delimited.syntax import NUL, Syntax

TOO_FEW: Final = "R501"
TOO_MANY: Final = "R502"
NOT_CLOSED: Final = "R503"
AFTER_QUOTE: Final = "R504"
HAS_NUL: Final = "R506"


@dataclass(frozen=True, slots=True)
class Scan:
    """A record's fields, or the code of what is wrong; neither when its end is not in the data yet.

    `lines` counts its physical lines.
    """

    fields: list[bytes] | None = None
    code: str = ""
    lines: int = 1


def scan_record(data: bytes, start: int, columns: int | None, syntax: Syntax, limits: Limits, *, final: bool) -> Scan:
    """Read the record that begins at `start`.

    Args:
        data: UTF-8, whole lines.
        start: Where in `data` the record begins.
        columns: How many fields it must have; None for any number, on one line.
        syntax: Of the file.
        limits: `quoted_lines` and `quoted_bytes` bound a record of several lines.
        final: Nothing follows `data`.
    """
    delimiter, quote, spaces = syntax.delimiter, syntax.quote, syntax.spaces
    fields: list[bytes] = []
    position, lines = start, 1
    line_end = _line_end(data, start)
    if data.find(NUL, start, line_end) >= 0:
        return Scan(code=HAS_NUL)
    while True:
        opening = _after_spaces(data, position, spaces)
        if quote is not None and data.startswith(quote, opening):
            closing = _closing(data, opening + 1, quote)
            if closing < 0:
                return Scan() if _may_go_on(data, start, columns, limits, final) else Scan(code=NOT_CLOSED)
            text = data[opening + 1 : closing].replace(quote + quote, quote)
            position = _after_spaces(data, closing + 1, spaces)
            if closing > line_end:
                if columns is None:
                    return Scan(code=NOT_CLOSED)
                lines += _line_ends(data, opening, closing)
                line_end = _line_end(data, closing)
            if position < line_end and not data.startswith(delimiter, position):
                return _wrong(AFTER_QUOTE, lines)
        else:
            end = data.find(delimiter, position, line_end)
            end = line_end if end < 0 else end
            text, position = data[position:end], end
        if lines > 1 and NUL in text:
            return Scan(code=NOT_CLOSED)
        fields.append(text.strip(spaces) if spaces else text)
        if position >= line_end:
            break
        if len(fields) == columns:
            if not syntax.closing or _after_spaces(data, position + 1, spaces) < line_end:
                return _wrong(TOO_MANY, lines)
            break  # a closing delimiter
        position += 1
    if columns is not None and len(fields) < columns:
        return _wrong(TOO_FEW, lines)
    if lines > 1 and (lines > limits.quoted_lines or line_end - start > limits.quoted_bytes):
        return Scan(code=NOT_CLOSED)
    return Scan(fields, lines=lines)


def _wrong(code: str, lines: int) -> Scan:
    """What is wrong with the first line: behind it, that a quote of it is not closed in a record."""
    return Scan(code=code if lines == 1 else NOT_CLOSED)


def _may_go_on(data: bytes, start: int, columns: int | None, limits: Limits, final: bool) -> bool:
    """Whether more data could still close the quote within the limits."""
    if final or columns is None or len(data) - start > limits.quoted_bytes:
        return False
    return _line_ends(data, start, len(data)) <= limits.quoted_lines


def _after_spaces(data: bytes, position: int, spaces: bytes) -> int:
    while spaces and position < len(data) and data[position] in spaces:
        position += 1
    return position


def _closing(data: bytes, position: int, quote: bytes) -> int:
    """The first quote that is not one of two; -1 for none."""
    while (found := data.find(quote, position)) >= 0:
        if not data.startswith(quote, found + 1):
            return found
        position = found + 2
    return -1


def _line_end(data: bytes, position: int) -> int:
    """The first line end from a position on, else the end of the data."""
    feed = data.find(b"\n", position)
    feed = len(data) if feed < 0 else feed
    carriage = data.find(b"\r", position, feed)
    return feed if carriage < 0 else carriage


def _line_ends(data: bytes, start: int, end: int) -> int:
    """How many line ends there are; CR LF is one."""
    return data.count(b"\n", start, end) + data.count(b"\r", start, end) - data.count(b"\r\n", start, end)
