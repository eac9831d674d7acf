"""Physical lines as UTF-8 text, each with its place in the input."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from interop.readers.delimited.pieces import Piece
from interop.readers.delimited.syntax import BOM, NUL

NOT_TEXT = "R505"
TOO_LONG = "R507"
CUT_OFF = "R513"


@dataclass(slots=True)
class Text:
    """Whole lines. A line that cannot be read stands in `data` as a lone NUL, with its code in `bad`.

    Shapes: `lines` utf8[n] without line ends; `sizes` u32[n], `contents` u32[n]: bytes in the input with and without
    the line end. `offset` is where `raw` begins in the input.
    """

    raw: bytes
    offset: int
    data: bytes
    lines: pl.Series
    sizes: pl.Series
    contents: pl.Series
    bad: dict[int, str] = field(default_factory=dict)

    def data_starts(self) -> pl.Series:
        """Where each line begins in `data`. Shape: u32[n]."""
        widths = self.lines.str.len_bytes() + (self.sizes - self.contents)
        return widths.cum_sum() - widths

    def raw_starts(self) -> pl.Series:
        """Where each line begins in the input. Shape: u64[n]."""
        sizes = self.sizes.cast(pl.UInt64)
        return sizes.cum_sum() - sizes + self.offset

    def tail(self, line: int) -> Text:
        """The same from a line on, which there must be."""
        if line == 0:
            return self
        raw = int(self.sizes.head(line).sum())
        bad = {number - line: code for number, code in self.bad.items() if number >= line}
        data = self.data[int(self.data_starts()[line]) :]
        rest = (self.lines.slice(line), self.sizes.slice(line), self.contents.slice(line))
        return Text(self.raw[raw:], self.offset + raw, data, *rest, bad)


def join_texts(one: Text, other: Text) -> Text:
    """Two texts that follow each other in the input."""
    bad = one.bad | {number + len(one.lines): code for number, code in other.bad.items()}
    return Text(
        one.raw + other.raw,
        one.offset,
        one.data + other.data,
        pl.concat([one.lines, other.lines]),
        pl.concat([one.sizes, other.sizes]),
        pl.concat([one.contents, other.contents]),
        bad,
    )


def read_text(piece: Piece, codec: str, line_bytes: int) -> Text:
    """Decode a piece of whole lines, strictly. What does not decode, or is longer than `line_bytes`, costs its line."""
    data = decode_bytes(piece.raw, codec)
    if data is None:
        return _read_each(piece, codec, line_bytes)
    found = _lines(data)
    if found is None:
        return _read_each(piece, codec, line_bytes)
    lines, contents, width = found
    if data is not piece.raw:
        parts = piece.raw.splitlines()
        if len(parts) != len(lines):
            return _read_each(piece, codec, line_bytes)
        contents = pl.Series(map(len, parts), dtype=pl.UInt32)
    sizes = contents + width
    if len(sizes) and not data.endswith(b"\n"):
        if piece.damaged:
            return _read_each(piece, codec, line_bytes)
        sizes[-1] = contents[-1]
    if len(contents) and contents.max() > line_bytes:  # type: ignore[operator]
        return _read_each(piece, codec, line_bytes)
    return Text(piece.raw, piece.offset, data, lines, sizes, contents)


def decode_bytes(raw: bytes, codec: str) -> bytes | None:
    """Bytes of a file in UTF-8; None when some byte is not of the charset."""
    if raw.isascii():
        return raw
    try:
        text = raw.decode(codec)
        return raw if codec == "utf-8" else text.encode()
    except UnicodeError:
        return None


def _lines(data: bytes) -> tuple[pl.Series, pl.Series, int] | None:
    """Lines, their lengths, and the width of the line ends; None when these are mixed, or hold a lone CR."""
    if data.startswith(BOM):  # Polars would take it off
        return None
    carriages = data.count(b"\r") if b"\r" in data else 0
    if carriages and not carriages == data.count(b"\r\n") == data.count(b"\n"):
        return None
    width = 2 if carriages else 1
    lines = pl.read_lines(data).to_series() if data else pl.Series(dtype=pl.String)
    contents = lines.str.len_bytes()
    ends = len(lines) - (bool(data) and not data.endswith(b"\n"))
    return (lines, contents, width) if int(contents.sum()) + ends * width == len(data) else None


def _read_each(piece: Piece, codec: str, line_bytes: int) -> Text:
    """Line by line: mixed line ends, bad bytes, long lines, a line that was cut off."""
    data: list[bytes] = []
    texts: list[str] = []
    sizes: list[int] = []
    contents: list[int] = []
    bad: dict[int, str] = {}
    for number, line in enumerate(piece.raw.splitlines(keepends=True)):
        content = line.rstrip(b"\r\n")
        ending = line[len(content) :]
        sizes.append(len(line))
        contents.append(len(content))
        text, code = _read_line(content, codec, line_bytes)
        if piece.damaged and not ending:
            text, code = None, CUT_OFF
        if text is None:
            bad[number] = code
        texts.append("\0" if text is None else text)
        data.append((NUL if text is None else text.encode()) + ending)
    columns = (pl.Series(sizes, dtype=pl.UInt32), pl.Series(contents, dtype=pl.UInt32))
    return Text(piece.raw, piece.offset, b"".join(data), pl.Series(texts, dtype=pl.String), *columns, bad)


def _read_line(content: bytes, codec: str, line_bytes: int) -> tuple[str | None, str]:
    if len(content) > line_bytes:
        return None, TOO_LONG
    try:
        return content.decode(codec), ""
    except UnicodeError:
        return None, NOT_TEXT
