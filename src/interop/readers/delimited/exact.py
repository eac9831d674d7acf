"""The lines of a text that are not regular, read one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from interop.limits import Limits
from interop.readers.delimited.frames import frame_of, none
from interop.readers.delimited.scan import scan_record
from interop.readers.delimited.syntax import Syntax
from interop.readers.delimited.text import Text


@dataclass(slots=True)
class Exact:
    """What these lines turned out to be, by number. Lines from `used` on are left: there a record is open at the end of
    the text, or the bound on bad rows was reached.
    """

    used: int
    open: bool = False
    rows: dict[int, list[bytes]] = field(default_factory=dict)  # first line → fields
    heights: dict[int, int] = field(default_factory=dict)  # first line → lines, for records of several
    bad: dict[int, str] = field(default_factory=dict)  # line → code

    def inside(self, lines: int) -> pl.Series:
        """Which lines go on with a record that began before. Shape: bool[lines]."""
        inside = [line + more for line, height in self.heights.items() for more in range(1, height)]
        return none(lines).scatter(inside, True) if inside else none(lines)

    def frame(self, indexes: tuple[int, ...]) -> pl.DataFrame:
        """Some columns of the rows, named by position, empty texts null. Shape: utf8[rows, indexes]."""
        columns = {
            str(index): pl.Series([row[index].decode() or None for row in self.rows.values()], dtype=pl.String)
            for index in indexes
        }
        return frame_of(columns, len(self.rows))

    def sizes(self, text: Text) -> pl.Series:
        """Each line's length in the input; where a record of several lines begins, the record's. Shape: u32[n]."""
        if not self.heights:
            return text.contents
        whole = [
            int(text.sizes.slice(line, height - 1).sum()) + int(text.contents[line + height - 1])
            for line, height in self.heights.items()
        ]
        return text.contents.clone().scatter(list(self.heights), pl.Series(whole, dtype=pl.UInt32))


def read_exact(text: Text, regular: pl.Series, columns: int, syntax: Syntax, limits: Limits, *, final: bool) -> Exact:
    """Scan each line that is neither regular, nor blank, nor inside a record that began before it."""
    exact = Exact(len(text.lines))
    lines = (~regular & (text.contents > 0)).arg_true()
    starts = text.data_starts().gather(lines)
    behind = 0
    for line, start in zip(lines.to_list(), starts.to_list(), strict=True):
        if line < behind:
            continue
        if len(exact.bad) >= limits.bad_rows:
            exact.used = line
            break
        if line in text.bad:
            exact.bad[line] = text.bad[line]
            continue
        scan = scan_record(text.data, start, columns, syntax, limits, final=final)
        if scan.fields is not None:
            exact.rows[line] = scan.fields
            if scan.lines > 1:
                exact.heights[line] = scan.lines
                behind = line + scan.lines
        elif scan.code:
            exact.bad[line] = scan.code
        else:
            exact.used, exact.open = line, True
            break
    return exact
