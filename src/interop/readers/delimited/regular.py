"""The fast way: which lines are plain enough for Polars' CSV parser, and their parse.

A line is *regular* when it is a whole record by itself and Polars reads it as `scan` does: no NUL, as many fields as
the header, and quotes only around whole fields. Other lines go through `scan`. Nothing here decides what a record is.
"""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl
from polars.exceptions import PolarsError

from interop.readers.delimited.frames import frame_of, none, nulls
from interop.readers.delimited.rows import Columns
from interop.readers.delimited.syntax import BOM, Syntax
from interop.readers.delimited.text import Text


def find_regular(text: Text, columns: int, syntax: Syntax) -> pl.Series | None:
    """Which lines are regular. Shape: bool[n]; None when all are, and Polars reads the text's line ends as they are."""
    if not text.bad and all_plain(text.data, columns, syntax):
        return None
    quoted = syntax.quote is not None and syntax.quote in text.data
    try:
        regular = text.lines.str.contains(_line_pattern(syntax, columns, quoted))
    except PolarsError:  # more columns than the engine's bound on a pattern's size
        return none(len(text.lines))
    if columns == 1:
        regular &= text.contents > 0
    if BOM in text.data:
        regular &= ~text.lines.str.starts_with("\ufeff")
    return None if regular.all() and not _has_lone_return(text.data) else regular


def parse_regular(data: bytes, rows: int, columns: Columns, syntax: Syntax) -> pl.DataFrame | None:
    """The wanted columns of regular lines.

    Args:
        data: The lines, in UTF-8.
        rows: How many there are.
        columns: Which columns are wanted.
        syntax: Of the file.

    Returns: utf8[rows, wanted], named by position, empty texts null; None when Polars sees it otherwise.
    """
    wanted = columns.indexes
    if not wanted or not rows:
        return frame_of({str(index): nulls(0) for index in wanted}, rows)
    if data.startswith(BOM):  # Polars would take it off
        return None
    quoted = syntax.quote is not None and syntax.quote in data
    for width in range(columns.count, columns.count + 1 + syntax.closing):  # Polars counts a closing one as a field
        frame = _read_csv(data, width, wanted, syntax, quoted)
        if frame is not None and frame.height == rows and frame.width == len(wanted):
            break
    else:
        return None
    if syntax.spaces and _may_have_spaces(data, syntax):
        return _without_empty(frame.with_columns(pl.all().str.strip_chars(syntax.spaces.decode())))
    return _without_empty(frame) if quoted else frame


def _without_empty(frame: pl.DataFrame) -> pl.DataFrame:
    """Null for empty text, in the columns that have it."""
    empty = [name for name in frame.columns if (frame.get_column(name) == "").any()]
    return frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)) for name in empty) if empty else frame


def _read_csv(data: bytes, width: int, wanted: tuple[int, ...], syntax: Syntax, quoted: bool) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            data,
            has_header=False,
            separator=syntax.delimiter.decode(),
            quote_char=syntax.quote.decode() if quoted and syntax.quote else None,
            schema={str(index): pl.String for index in range(width)},
            columns=list(wanted),
            truncate_ragged_lines=syntax.closing,
            glob=False,
        )
    except PolarsError:
        return None


def all_plain(data: bytes, columns: int, syntax: Syntax) -> bool:
    """Whether every line has neither quotes nor NUL, one kind of line end, and exactly the delimiters that it needs."""
    if (syntax.quote is not None and syntax.quote in data) or b"\0" in data or data.startswith(BOM) or columns == 1:
        return False
    skeleton = data.translate(None, _flesh(syntax.delimiter))
    line_end = b"\r\n" if b"\r" in skeleton else b"\n"
    if not data.endswith(b"\n"):
        skeleton += line_end
    delimiters = columns - 1
    if syntax.closing and skeleton.startswith(syntax.delimiter * columns):
        delimiters, closed = columns, data.count(syntax.delimiter + line_end) + data.endswith(syntax.delimiter)
        if closed != skeleton.count(b"\n"):
            return False
    line = syntax.delimiter * delimiters + line_end
    return skeleton == line * (len(skeleton) // len(line))


def _has_lone_return(data: bytes) -> bool:
    return b"\r" in data and data.count(b"\r") != data.count(b"\r\n")


@lru_cache(maxsize=8)
def _flesh(delimiter: bytes) -> bytes:
    """All bytes but delimiters and line ends."""
    return bytes(byte for byte in range(256) if byte not in delimiter + b"\r\n")


@lru_cache(maxsize=32)
def _line_pattern(syntax: Syntax, columns: int, quoted: bool) -> str:
    delimiter = _escaped(syntax.delimiter)
    if quoted and syntax.quote is not None:
        quote = _escaped(syntax.quote)
        field = rf"(?:[^{quote}{delimiter}\x00]*|{quote}(?:[^{quote}\x00]|{quote}{quote})*{quote})"
    else:
        field = rf"[^{delimiter}\x00]*"
    closing = f"{delimiter}?" if syntax.closing else ""
    return rf"^{field}(?:{delimiter}{field}){{{columns - 1}}}{closing}$"


def _escaped(byte: bytes) -> str:
    return f"\\x{byte[0]:02x}"


@lru_cache(maxsize=8)
def _space_pattern(syntax: Syntax) -> re.Pattern[bytes]:
    edge = re.escape(syntax.delimiter + b"\r\n" + (syntax.quote or b""))
    return re.compile(b" (?:(?=[" + edge + b"])|(?<=[" + edge + b"] ))")


def _may_have_spaces(data: bytes, syntax: Syntax) -> bool:
    """Whether some value may begin or end with a space or tab. Looks for spaces first, which are few."""
    if data[0] in syntax.spaces or data[-1] in syntax.spaces:
        return True
    if b"\t" in syntax.spaces and b"\t" in data:
        return True
    return b" " in syntax.spaces and _space_pattern(syntax).search(data) is not None
