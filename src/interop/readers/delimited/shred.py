"""Lines to rows: regular lines by the fast way, the others one by one, spliced back in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from interop.limits import Limits
from interop.readers.delimited.regular import find_regular, parse_regular
from interop.readers.delimited.scan import scan_record
from interop.readers.delimited.syntax import Syntax
from interop.readers.delimited.text import Text


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the wanted columns stand in a file. `positions` is None for one that the file has not."""

    count: int  # of the header
    names: tuple[str, ...]  # those wanted
    positions: tuple[int | None, ...]


@dataclass(slots=True)
class BadRow:
    """A row that could not be read. `size` is its length in the input; `data` may be less."""

    number: int
    offset: int
    size: int
    data: bytes
    code: str


@dataclass(slots=True)
class Rows:
    """Rows of a file, in order.

    Shapes: `frame` utf8[n, wanted]; `numbers` u32[n] from 1 in the file, bad rows counted; `offsets` u64[n] and
    `sizes` u32[n], the byte spans without line ends. `raw` is the input they came from, as (offset, bytes).
    """

    frame: pl.DataFrame
    numbers: pl.Series
    offsets: pl.Series
    sizes: pl.Series
    bad: list[BadRow] = field(default_factory=list)
    raw: list[tuple[int, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class _Exact:
    """What the lines that are not regular turned out to be."""

    used: int  # lines consumed of the text
    rows: dict[int, list[bytes]] = field(default_factory=dict)  # first line → fields
    spans: dict[int, int] = field(default_factory=dict)  # first line → lines, for those of several
    bad: dict[int, str] = field(default_factory=dict)  # line → code


def shred(
    text: Text, columns: Columns, syntax: Syntax, limits: Limits, *, final: bool, before: int
) -> tuple[Rows, int]:
    """Read all records that end in the text.

    Args:
        final: Nothing follows.
        before: Rows of the file so far.

    Returns: The rows, and how many lines they took: the rest belongs to a record that goes on.
    """
    regular = find_regular(text, columns.count, syntax)
    wanted = tuple(sorted({position for position in columns.positions if position is not None}))
    if regular is None:
        frame = parse_regular(text.data, wanted, columns.count, len(text.lines), syntax)
        if frame is not None:
            count = len(text.lines)
            numbers = pl.int_range(before + 1, before + count + 1, dtype=pl.UInt32, eager=True)
            rows = Rows(_named(frame, columns), numbers, text.raw_starts(), text.contents)
            return rows, count
        regular = pl.repeat(False, len(text.lines), eager=True)
    return _mixed(text, regular, wanted, columns, syntax, limits, final, before)


def _mixed(
    text: Text,
    regular: pl.Series,
    wanted: tuple[int, ...],
    columns: Columns,
    syntax: Syntax,
    limits: Limits,
    final: bool,
    before: int,
) -> tuple[Rows, int]:
    exact = _read_exact(text, regular, columns.count, syntax, limits, final)
    taken = _lines_inside(exact, len(text.lines))
    fast = _parse_some(text, (regular & ~taken).head(exact.used), wanted, columns.count, syntax)
    if fast is None:
        regular = pl.repeat(False, len(text.lines), eager=True)
        exact = _read_exact(text, regular, columns.count, syntax, limits, final)
        taken = _lines_inside(exact, len(text.lines))
        fast = pl.DataFrame({}, schema={str(index): pl.String for index in wanted})
    good = regular & ~taken
    if exact.rows:
        good = good.scatter(list(exact.rows), True)
    slow = _frame(list(exact.rows.values()), wanted)
    frame = _splice(fast, slow, (regular & ~taken).head(exact.used), list(exact.rows))
    starts_row = ((text.contents > 0) & ~taken).head(exact.used)
    number = starts_row.cast(pl.UInt32).cum_sum() + before
    good = good.head(exact.used)
    offsets, sizes = text.raw_starts(), _sizes(text, exact)
    bad = []
    for line, code in exact.bad.items():
        start, size = int(offsets[line]), int(sizes[line])
        data = text.raw[start - text.offset : start - text.offset + size]
        bad.append(BadRow(int(number[line]), start, size, data, code))
    spans = (number.filter(good), offsets.head(exact.used).filter(good), sizes.head(exact.used).filter(good))
    return Rows(_named(frame, columns), *spans, bad), exact.used


def _read_exact(text: Text, regular: pl.Series, columns: int, syntax: Syntax, limits: Limits, final: bool) -> _Exact:
    """Scan at each line that is neither regular nor blank nor inside a record."""
    exact = _Exact(len(text.lines))
    starts = text.data_starts()
    beyond = 0
    for line in (~regular & (text.contents > 0)).arg_true().to_list():
        if line < beyond:
            continue
        if line in text.bad:
            exact.bad[line] = text.bad[line]
            continue
        scan = scan_record(text.data, starts[line], columns, syntax, limits, final)
        if scan.fields is not None:
            exact.rows[line] = scan.fields
            if scan.lines > 1:
                exact.spans[line] = scan.lines
                beyond = line + scan.lines
        elif scan.code:
            exact.bad[line] = scan.code
        else:
            exact.used = line
            break
    return exact


def _lines_inside(exact: _Exact, count: int) -> pl.Series:
    """Which lines go on with a record that began before. Shape: bool[n]."""
    inside = [number for line, lines in exact.spans.items() for number in range(line + 1, line + lines)]
    taken = pl.repeat(False, count, eager=True)
    return taken.scatter(inside, True) if inside else taken


def _parse_some(
    text: Text, mask: pl.Series, wanted: tuple[int, ...], columns: int, syntax: Syntax
) -> pl.DataFrame | None:
    """The fast way for some of the lines."""
    lines = text.lines.head(len(mask)).filter(mask)
    if not len(lines):
        return pl.DataFrame({}, schema={str(index): pl.String for index in wanted})
    if str(lines[0]).startswith("\ufeff"):
        return None
    data = str(lines.str.join("\n").item()).encode() + b"\n"
    return parse_regular(data, wanted, columns, len(lines), syntax)


def _frame(rows: list[list[bytes]], wanted: tuple[int, ...]) -> pl.DataFrame:
    """Fields as a frame, empty ones null."""
    columns = {str(index): [row[index].decode() or None for row in rows] for index in wanted}
    return pl.DataFrame(columns, schema={str(index): pl.String for index in wanted}, height=len(rows))


def _splice(fast: pl.DataFrame, slow: pl.DataFrame, fast_lines: pl.Series, slow_lines: list[int]) -> pl.DataFrame:
    """Both kinds of rows, in the order of their lines."""
    if not slow.height or not fast.width:
        return fast if fast.width else pl.DataFrame(height=int(fast_lines.sum()) + len(slow_lines))
    lines = pl.concat([fast_lines.arg_true().cast(pl.UInt32), pl.Series(slow_lines, dtype=pl.UInt32)])
    return pl.concat([fast, slow])[lines.arg_sort()]


def _sizes(text: Text, exact: _Exact) -> pl.Series:
    """Each line's length, and for a record of several lines that of the whole. Shape: u32[n]."""
    if not exact.spans:
        return text.contents
    whole = []
    for line, lines in exact.spans.items():
        last = line + lines - 1
        whole.append(int(text.sizes.slice(line, lines - 1).sum()) + int(text.contents[last]))
    return text.contents.clone().scatter(list(exact.spans), pl.Series(whole, dtype=pl.UInt32))


def _named(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """The wanted columns by name and in order; null where the file has none."""
    height = frame.height
    series = {
        name: pl.repeat(None, height, dtype=pl.String, eager=True).alias(name)
        if position is None
        else frame.get_column(str(position)).alias(name)
        for name, position in zip(columns.names, columns.positions, strict=True)
    }
    return pl.DataFrame(series, height=height)
