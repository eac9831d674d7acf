"""The first line of a file: its column names, and the pieces that follow it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from interop.limits import Limits
from interop.readers.delimited.pieces import Piece
from interop.readers.delimited.scan import scan_record
from interop.readers.delimited.syntax import BOM, NUL, Syntax

UNREADABLE = "R208"
TOO_MANY_COLUMNS = "R209"


@dataclass(frozen=True, slots=True)
class FirstLine:
    """The first line that is not blank, without its line end. `over`: it is longer than the limit."""

    content: bytes
    over: bool = False
    damaged: bool = False


def without_mark(pieces: Iterator[Piece]) -> tuple[int, Iterator[Piece]]:
    """Take a UTF-8 byte order mark off the beginning. Returns its size and the pieces."""
    first = next(pieces)
    if not first.raw.startswith(BOM) or first.over:
        return 0, chain([first], pieces)
    return len(BOM), chain([replace(first, raw=first.raw[len(BOM) :], offset=len(BOM))], pieces)


def take_line(pieces: Iterator[Piece]) -> tuple[FirstLine | None, int, Iterator[Piece]]:
    """Take the first line that is not blank.

    Returns: The line (None when there is none), how many bytes were passed over or taken, and what follows.
    """
    passed = 0
    for piece in pieces:
        if piece.over:
            line = FirstLine(piece.raw, over=True)
            return line, passed + piece.size, pieces
        rest = piece.raw.lstrip(b"\r\n")
        passed += len(piece.raw) - len(rest)
        if rest:
            content = _first(rest)
            ending = 2 if rest.startswith(b"\r\n", len(content)) else min(1, len(rest) - len(content))
            offset = piece.offset + len(piece.raw) - len(rest)
            taken = len(content) + ending
            follows = replace(piece, raw=rest[taken:], offset=offset + taken)
            cut = piece.damaged and not ending
            return FirstLine(content, damaged=cut), passed + taken, chain([follows], pieces)
        if piece.last:
            return None, passed, chain([replace(piece, raw=b"", offset=piece.offset + len(piece.raw))], pieces)
    return None, passed, pieces


def _first(rest: bytes) -> bytes:
    feed = rest.find(b"\n")
    feed = len(rest) if feed < 0 else feed
    carriage = rest.find(b"\r", 0, feed)
    return rest[: feed if carriage < 0 else carriage]


def read_names(line: FirstLine, codec: str, syntax: Syntax, limits: Limits) -> tuple[str, ...] | str:
    """The column names of a header line, trimmed; or the code of what is wrong with it."""
    if line.over or line.damaged or len(line.content) > limits.record_bytes:
        return UNREADABLE
    try:
        data = line.content.decode(codec).removeprefix("\ufeff").encode()
    except UnicodeError:
        return UNREADABLE
    scan = scan_record(data, 0, None, syntax, limits, final=True)
    if scan.fields is None or NUL in data:
        return UNREADABLE
    if len(scan.fields) > limits.columns:
        return TOO_MANY_COLUMNS
    return tuple(name.decode().strip() for name in scan.fields)
