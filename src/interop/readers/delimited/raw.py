"""Framed rows to tables: what `framed` gives, in whatever process it is shredded."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from interop.limits import Limits
from interop.readers.delimited.charset import codec_of
from interop.readers.delimited.contexts import build_tables, columns_of
from interop.readers.delimited.pieces import Piece
from interop.readers.delimited.records import Records
from interop.readers.delimited.rows import Columns
from interop.readers.delimited.shred import Shredder
from interop.readers.delimited.syntax import Syntax
from interop.readers.delimited.text import decode_bytes, read_text
from interop.readers.protocol import Batch, Projection
from interop.readers.raw_records import Stretch
from interop.spec.layout import DelimitedLayout


def shred_raw(batch: Batch, layout: DelimitedLayout, projection: Projection, limits: Limits) -> Batch:
    """The batch with its tables.

    Raises:
        ValueError: Its rows are not those that were framed, which is an error of this program.
    """
    assert isinstance(batch.raw, Stretch)
    table = layout.table(batch.root)
    shredder = Shredder(Columns.of(batch.header, columns_of(table, projection)), Syntax.of(layout), limits)
    records = Records(_rows(batch.raw, codec_of(layout.charset), shredder), batch.numbers, batch.offsets, batch.lengths)
    return replace(batch, tables=build_tables(table, projection, records, {}), raw=None)


def _rows(raw: Stretch, codec: str, shredder: Shredder) -> pl.DataFrame:
    data = decode_bytes(raw.data, codec)
    plain = None if data is None else shredder.shred_plain(data, len(raw))
    if plain is not None:
        return plain
    text = read_text(Piece(raw.data, 0, last=True), codec, shredder.limits.record_bytes)
    rows = shredder.shred(text, final=True, before=0).rows
    if rows.bad or rows.frame.height != len(raw):
        raise ValueError("framing and shredding differ in what a row is")
    return rows.frame
