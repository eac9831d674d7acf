"""Lines to rows: regular lines by the fast way, the others one by one, spliced back in their order."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from interop.limits import Limits
from interop.readers.delimited.exact import Exact, read_exact
from interop.readers.delimited.frames import counting, frame_of, none, nulls
from interop.readers.delimited.regular import all_plain, find_regular, parse_regular
from interop.readers.delimited.rows import BadRow, Columns, Rows
from interop.readers.delimited.syntax import Syntax
from interop.readers.delimited.text import Text


@dataclass(frozen=True, slots=True)
class Shredded:
    """Rows, and how many lines of the text they took. `open`: the record behind them goes on behind the text."""

    rows: Rows
    used: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class Shredder:
    """Reads the records of one file."""

    columns: Columns
    syntax: Syntax
    limits: Limits

    def shred(self, text: Text, *, final: bool, before: int) -> Shredded:
        """Read the records that end in the text.

        Args:
            text: Lines that begin with a record.
            final: Nothing follows.
            before: Rows of the file so far.
        """
        count = len(text.lines)
        regular = find_regular(text, self.columns.count, self.syntax)
        if regular is None:
            frame = self._parse(text.data, count)
            if frame is not None:
                numbers = counting(before + 1, count)
                return Shredded(Rows(self._named(frame), numbers, text.raw_starts(), text.contents), count)
            regular = none(count)
        return self._mixed(text, regular, final, before)

    def shred_plain(self, data: bytes, rows: int) -> pl.DataFrame | None:
        """So many rows that were found before, in UTF-8, when each is a plain line; None when not all of them are.

        Shape: utf8[rows, wanted].
        """
        if not all_plain(data, self.columns.count, self.syntax):
            return None
        frame = self._parse(data, rows)
        return None if frame is None else self._named(frame)

    def _mixed(self, text: Text, regular: pl.Series, final: bool, before: int) -> Shredded:
        """Both ways. A line is regular only where a record begins: the exact way tells which lines are inside one."""
        exact = read_exact(text, regular, self.columns.count, self.syntax, self.limits, final=final)
        used = exact.used
        inside = exact.inside(len(text.lines))
        plain = (regular & ~inside).head(used)
        lines = text.lines.head(used).filter(plain)
        fast = self._parse(_joined(lines), len(lines))
        if fast is None:
            return self._mixed(text, none(len(text.lines)), final, before)
        numbers = ((text.contents > 0) & ~inside).head(used).cast(pl.UInt32).cum_sum() + before
        offsets, sizes = text.raw_starts().head(used), exact.sizes(text).head(used)
        bad = self._bad_rows(text, exact.bad, (numbers, offsets, sizes))
        good = plain.clone().scatter(list(exact.rows), True) if exact.rows else plain
        frame = self._splice(fast, exact, plain)
        rows = Rows(self._named(frame), numbers.filter(good), offsets.filter(good), sizes.filter(good), bad)
        return Shredded(rows, used, exact.open)

    def _bad_rows(self, text: Text, bad: dict[int, str], spans: tuple[pl.Series, pl.Series, pl.Series]) -> list[BadRow]:
        """The lines that could not be read, with their bytes, of a very long one only the beginning."""
        lines = list(bad)
        found = []
        places = (part.gather(lines).to_list() for part in spans)
        for code, number, offset, size in zip(bad.values(), *places, strict=True):
            start = offset - text.offset
            data = text.raw[start : start + min(size, self.limits.record_bytes)]
            found.append(BadRow(number, offset, size, data, code))
        return found

    def _parse(self, data: bytes, rows: int) -> pl.DataFrame | None:
        return parse_regular(data, rows, self.columns, self.syntax)

    def _splice(self, fast: pl.DataFrame, exact: Exact, plain: pl.Series) -> pl.DataFrame:
        """Both kinds of rows, in the order of their lines."""
        if not exact.rows:
            return fast
        slow = exact.frame(self.columns.indexes)
        if not fast.height:
            return slow
        lines = pl.concat([plain.arg_true().cast(pl.UInt32), pl.Series(list(exact.rows), dtype=pl.UInt32)])
        return pl.concat([fast, slow], rechunk=True)[lines.arg_sort()]

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The wanted columns by name and in order; null where the file has none."""
        return frame_of(
            {
                name: nulls(frame.height) if position is None else frame.get_column(str(position))
                for name, position in zip(self.columns.names, self.columns.positions, strict=True)
            },
            frame.height,
        )


def _joined(lines: pl.Series) -> bytes:
    """Lines as a file."""
    return str(lines.str.join("\n").item()).encode() + b"\n" if len(lines) else b""
