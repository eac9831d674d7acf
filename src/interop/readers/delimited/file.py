"""One file, from its name and bytes to rows: header, table, text, rows, and the counts that must agree in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from interop.errors import DataPlace, Finding
from interop.limits import Limits
from interop.readers.delimited.charset import codec_of
from interop.readers.delimited.count import RecordCounter
from interop.readers.delimited.file_name import file_values
from interop.readers.delimited.header import read_names, take_line, without_mark
from interop.readers.delimited.pieces import Piece, cut_pieces
from interop.readers.delimited.recognise import recognise
from interop.readers.delimited.shred import BadRow, Columns, Rows, shred
from interop.readers.delimited.streams import open_blocks
from interop.readers.delimited.syntax import NUL, Syntax
from interop.readers.delimited.text import TOO_LONG, Text, join_texts, read_text
from interop.readers.protocol import Input
from interop.spec.layout import DelimitedLayout, TableLayout

NO_RECORDS = "R206"
OTHER_NAME = "R207"
DAMAGED = "R210"


@dataclass(slots=True)
class Tally:
    """What a file came to. Units: `size`, `skipped` are bytes; `skipped` are those that are no row's."""

    size: int = 0
    skipped: int = 0
    rows: int = 0  # bad ones included
    counted: int = 0
    damaged: bool = False


@dataclass(slots=True)
class OpenFile:
    """A file whose header was read. `table` is None when the file is refused: `refusal` says why.

    `tally` is complete when `pieces` is used up.
    """

    name: str
    values: dict[str, str]
    table: TableLayout | None
    header: tuple[str, ...]
    pieces: Iterator[Piece]
    codec: str
    tally: Tally = field(default_factory=Tally)
    findings: list[Finding] = field(default_factory=list)
    refusal: Finding | None = None

    def note(self, finding: Finding) -> None:
        self.findings.append(finding.at(DataPlace(self.name)))


def open_file(source: Input, layout: DelimitedLayout, limits: Limits) -> OpenFile:
    """Read as far as the header, and recognise the table."""
    codec = codec_of(layout.charset)
    values = file_values(source.name, layout.file)
    pieces = cut_pieces(open_blocks(source), limits)
    mark, pieces = without_mark(pieces) if codec == "utf-8" else (0, pieces)
    file = OpenFile(source.name, values or file_values(source.name, None) or {}, None, (), pieces, codec)
    file.tally.size = file.tally.skipped = mark
    header: tuple[str, ...] | None = None
    if layout.header:
        line, taken, file.pieces = take_line(file.pieces)
        file.tally.size += taken
        file.tally.skipped += taken
        if line is None:
            file.note(Finding(NO_RECORDS, detail="the file is empty"))
            return file
        names = read_names(line, codec, Syntax.of(layout), limits)
        if isinstance(names, str):
            file.refusal = Finding(names)
            return file
        header = names
    found = recognise(layout, source.name, header, limits)
    if isinstance(found, Finding):
        file.refusal = found
        return file
    file.table, file.header = found.table, found.header
    for finding in found.findings:
        file.note(finding)
    if values is None:
        file.note(Finding(OTHER_NAME, detail=f"`{layout.file}`"))
    return file


def read_rows(
    file: OpenFile, wanted: tuple[str, ...], layout: DelimitedLayout, limits: Limits, *, keep_raw: bool = False
) -> Iterator[Rows]:
    """The rows of an opened file, in order, in memory bounded by the limits. Fills the file's tally.

    Args:
        wanted: The columns that are read.
        keep_raw: Whether the rows keep the input that they came from.
    """
    syntax = Syntax.of(layout)
    places = {name: position for position, name in reversed(list(enumerate(file.header)))}
    columns = Columns(len(file.header), wanted, tuple(places.get(name) for name in wanted))
    counter = RecordCounter(columns.count, syntax, limits)
    tally = file.tally
    carried: Text | None = None

    def rows_of(text: Text, final: bool) -> tuple[Rows, Text | None]:
        rows, used = shred(text, columns, syntax, limits, final=final, before=tally.rows)
        rest = text.tail(used) if used < len(text.lines) else None
        taken = int(text.sizes.head(used).sum())
        tally.skipped += taken - int(rows.sizes.sum()) - sum(bad.size for bad in rows.bad)
        tally.rows += rows.frame.height + len(rows.bad)
        if keep_raw:
            rows.raw = [(text.offset, text.raw[:taken])]
        return rows, rest

    for piece in file.pieces:
        tally.size += piece.size
        tally.damaged |= piece.damaged
        if piece.over:
            if carried is not None:
                rows, carried = rows_of(carried, True)
                yield rows
            counter.feed(NUL + b"\n", False)
            tally.rows += 1
            tally.skipped += piece.line_end
            bad = BadRow(tally.rows, piece.offset, piece.over, piece.raw, TOO_LONG)
            yield _no_rows(wanted, [bad], [(piece.offset, piece.raw)] if keep_raw else [])
            continue
        text = read_text(piece, file.codec, limits.record_bytes)
        counter.feed(text.data, piece.last)
        if carried is not None:
            text = join_texts(carried, text)
        rows, carried = rows_of(text, piece.last)
        yield rows
    tally.counted = counter.count
    if tally.damaged:
        file.note(Finding(DAMAGED))
    if not tally.rows:
        file.note(Finding(NO_RECORDS))


def drain(file: OpenFile) -> None:
    """Read the rest of a refused file, for its size."""
    for piece in file.pieces:
        file.tally.size += piece.size
        file.tally.damaged |= piece.damaged


def _no_rows(wanted: tuple[str, ...], bad: list[BadRow], raw: list[tuple[int, bytes]]) -> Rows:
    empty = (pl.Series(dtype=pl.UInt32), pl.Series(dtype=pl.UInt64), pl.Series(dtype=pl.UInt32))
    return Rows(pl.DataFrame(schema=dict.fromkeys(wanted, pl.String)), *empty, bad, raw)
