"""The fields that are read of a batch's lines, and their distinct texts: of a hundred fields some twenty are their own.

A text is split and decoded once, however many fields have it. What it means hangs on its sender where escape
sequences are bytes of a charset, or separators are to be written as they were sent: then texts of different senders
are different.
"""

from __future__ import annotations

import polars as pl

from interop.immutable import immutable
from interop.readers.hl7v2.escapes import ESCAPE
from interop.readers.hl7v2.look_ups import LookUps
from interop.readers.hl7v2.separators import FIELD, REPETITION, SUBCOMPONENT
from interop.readers.hl7v2.slots import NONE
from interop.readers.hl7v2.splitting import Numbered, cut

_LINES = 8192  # split at a time: of their fields, half are empty


@immutable()
class Fields:
    """The fields that are read and not empty.

    Shapes: `places` one a field, in the order of rows: its `field`, the `row` of its context, the place of its `text`;
    `texts` utf8 and `senders` u32, distinct together, all 0 where the sender does not matter. The first `simple` of
    them have neither subcomponents nor escape sequences.
    """

    places: pl.DataFrame
    texts: pl.Series
    senders: pl.Series
    simple: int


def read_fields(texts: pl.Series, lines: pl.DataFrame, look_ups: LookUps, senders: pl.Series | None) -> Fields:
    """Split lines into the fields that are read.

    Args:
        texts: The lines of all messages.
        lines: Those that are read, as they are laid out.
        look_ups: What is read.
        senders: u32[messages], the sender of each, where it matters.
    """
    pieces = [_split(texts, piece, look_ups, senders) for piece in lines.iter_slices(_LINES)]
    found = pl.concat(pieces or [_split(texts, lines, look_ups, senders)], rechunk=True)
    field, text = found.get_column("field"), found.get_column("text")
    text = cut(text, REPETITION, Numbered(field, look_ups.slots.bounds))
    codes = _codes(text)
    if senders is not None:
        codes = _codes(pl.select(pl.format("{} {}", codes, found.get_column("sender"))).to_series())
    firsts = codes.arg_unique()
    parted = text.gather(firsts).str.contains_any([SUBCOMPONENT, ESCAPE])
    firsts = pl.concat([firsts.filter(~parted), firsts.filter(parted)], rechunk=True)
    numbers = pl.int_range(len(firsts), dtype=pl.UInt32, eager=True)
    places = pl.zeros(len(firsts), pl.UInt32, eager=True).scatter(codes.gather(firsts), numbers).gather(codes)
    return Fields(
        found.select("field", "row", places.alias("text")),
        text.gather(firsts),
        found.get_column("sender").gather(firsts)
        if senders is not None
        else pl.zeros(len(firsts), pl.UInt32, eager=True),
        len(firsts) - int(parted.sum()),
    )


def _codes(texts: pl.Series) -> pl.Series:
    """A number for each distinct text, all below their count, u32[n]."""
    return texts.cast(pl.Categorical(pl.Categories.random())).to_physical()


def _split(texts: pl.Series, lines: pl.DataFrame, look_ups: LookUps, senders: pl.Series | None) -> pl.DataFrame:
    """`field`, `row`, `text`, and `sender` where it matters."""
    read = texts.gather(lines.get_column("line"))
    read = cut(read, FIELD, Numbered(lines.get_column("store"), look_ups.slots.widths))
    entries = lines.select(
        "row",
        *([pl.lit(senders).gather("message").alias("sender")] if senders is not None else []),
        (pl.col("store") * look_ups.stride).alias("first"),
        pl.lit(read).str.split(FIELD).alias("text"),
    )
    longest = entries.get_column("text").list.len().max()
    if isinstance(longest, int) and longest > look_ups.stride:
        entries = entries.with_columns(pl.col("text").list.head(look_ups.stride))
    first = pl.col("first")
    keyed = entries.with_columns(pl.int_ranges(first, first + pl.col("text").list.len(), dtype=pl.UInt32))
    return (
        keyed.lazy()
        .explode("text", "first")
        .with_columns(pl.lit(look_ups.fields).gather("first").alias("first"))
        .filter((pl.col("text") != "") & (pl.col("first") != NONE))
        .rename({"first": "field"})
        .collect()
    )
