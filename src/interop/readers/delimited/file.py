"""One file, from its name and bytes to rows: header, table, text, rows, and the counts that must agree in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from interop.errors import DataPlace, Finding
from interop.limits import Limits
from interop.readers.delimited.charset import codec_of
from interop.readers.delimited.count import RecordCounter
from interop.readers.delimited.header import read_names, take_line, without_mark
from interop.readers.delimited.pieces import Piece, cut_pieces
from interop.readers.delimited.recognise import recognise
from interop.readers.delimited.rows import BadRow, Columns, Rows, bad_rows_alone
from interop.readers.delimited.shred import Shredder
from interop.readers.delimited.syntax import NUL, Syntax
from interop.readers.delimited.text import TOO_LONG, Text, join_texts, read_text
from interop.readers.file_name import file_values
from interop.readers.protocol import Input
from interop.readers.streams import open_blocks
from interop.spec.layout import DelimitedLayout, TableLayout

NO_RECORDS = "R206"
DAMAGED = "R210"
OTHER_NAME = "R207"


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
    syntax: Syntax
    limits: Limits
    tally: Tally = field(default_factory=Tally)
    findings: list[Finding] = field(default_factory=list)
    refusal: Finding | None = None
    first: bool = True  # no batch was made yet

    def take_findings(self) -> list[Finding]:
        """The findings since this was asked last."""
        found, self.findings = self.findings, []
        return found

    def damage(self) -> Finding | None:
        """That the stream broke off, once it is read to the end."""
        return Finding(DAMAGED, DataPlace(self.name, offset=self.tally.size)) if self.tally.damaged else None

    def note(self, finding: Finding) -> None:
        self.findings.append(finding.at(DataPlace(self.name)))


def open_file(source: Input, layout: DelimitedLayout, limits: Limits) -> OpenFile:
    """Read as far as the header, and recognise the table."""
    codec = codec_of(layout.charset)
    values = file_values(source.name, layout.file)
    pieces = cut_pieces(open_blocks(source), limits)
    mark, pieces = without_mark(pieces) if codec == "utf-8" else (0, pieces)
    syntax = Syntax.of(layout)
    file = OpenFile(
        source.name, values or file_values(source.name, None) or {}, None, (), pieces, codec, syntax, limits
    )
    file.tally.size = file.tally.skipped = mark
    header: tuple[str, ...] | None = None
    if layout.header:
        line, taken, file.pieces = take_line(file.pieces)
        file.tally.size += taken
        file.tally.skipped += taken
        if line is None:
            file.note(Finding(NO_RECORDS, detail="the file is empty"))
            return file
        names = read_names(line, codec, syntax, limits)
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


def read_rows(file: OpenFile, wanted: tuple[str, ...], *, keep_raw: bool = False) -> Iterator[Rows]:
    """The rows of an opened file, in order, in memory bounded by the limits. Fills the file's tally.

    Args:
        file: One with a table.
        wanted: The columns that are read.
        keep_raw: Whether the rows keep the input that they came from.
    """
    shredder = Shredder(Columns.of(file.header, wanted), file.syntax, file.limits)
    counter = RecordCounter(len(file.header), file.syntax, file.limits)
    tally = file.tally
    carried: Text | None = None

    def shred(text: Text, final: bool) -> Iterator[Rows]:
        nonlocal carried
        carried = text
        while carried is not None:
            done = shredder.shred(carried, final=final, before=tally.rows)
            taken = int(carried.sizes.head(done.used).sum())
            tally.skipped += taken - int(done.rows.sizes.sum()) - sum(bad.size for bad in done.rows.bad)
            tally.rows += done.rows.frame.height + len(done.rows.bad)
            if keep_raw:
                done.rows.raw = [(carried.offset, carried.raw[:taken])]
            yield done.rows
            carried = carried.tail(done.used) if done.used < len(carried.lines) else None
            if done.open:
                break

    for piece in file.pieces:
        tally.size += piece.size
        tally.damaged |= piece.damaged
        if piece.over:
            if carried is not None:
                yield from shred(carried, True)
            counter.feed(NUL + b"\n", False)
            tally.rows += 1
            tally.skipped += piece.line_end
            bad = BadRow(tally.rows, piece.offset, piece.over, piece.raw, TOO_LONG)
            yield bad_rows_alone(wanted, [bad], [(piece.offset, piece.raw)] if keep_raw else [])
            continue
        text = read_text(piece, file.codec, file.limits.record_bytes)
        counter.feed(text.data, piece.last)
        if carried is not None:
            text = join_texts(carried, text)
        yield from shred(text, piece.last)
    tally.counted = counter.count
    if not tally.rows and not tally.damaged:
        file.note(Finding(NO_RECORDS))


def drain(file: OpenFile) -> None:
    """Read the rest of a refused file, for its size."""
    for piece in file.pieces:
        file.tally.size += piece.size
        file.tally.damaged |= piece.damaged
