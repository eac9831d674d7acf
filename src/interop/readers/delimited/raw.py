"""Framed rows to tables: what `framed` gives, in whatever process it is shredded."""

from __future__ import annotations

from dataclasses import replace

from interop.limits import Limits
from interop.readers.delimited.charset import codec_of
from interop.readers.delimited.contexts import build_tables, columns_of
from interop.readers.delimited.pieces import Piece
from interop.readers.delimited.records import Records
from interop.readers.delimited.rows import Columns
from interop.readers.delimited.shred import Shredder
from interop.readers.delimited.syntax import Syntax
from interop.readers.delimited.text import read_text
from interop.readers.protocol import Batch, Projection
from interop.spec.layout import DelimitedLayout


def shred_raw(batch: Batch, layout: DelimitedLayout, projection: Projection, limits: Limits) -> Batch:
    """The batch with its tables.

    Raises:
        ValueError: Its rows are not those that were framed, which is an error of this program.
    """
    assert batch.raw is not None
    table = layout.table(batch.root)
    data = b"\n".join((*batch.raw, b""))
    text = read_text(Piece(data, 0, last=True), codec_of(layout.charset), limits.record_bytes)
    shredder = Shredder(Columns.of(batch.header, columns_of(table, projection)), Syntax.of(layout), limits)
    rows = shredder.shred(text, final=True, before=0).rows
    if rows.bad or rows.frame.height != len(batch.raw):
        raise ValueError("framing and shredding differ in what a row is")
    records = Records(rows.frame, batch.numbers, batch.offsets, batch.lengths)
    return replace(batch, tables=build_tables(table, projection, records, {}), raw=None)
