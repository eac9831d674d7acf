"""The distinct texts of fields, taken apart: their repetitions, and the components and subcomponents of these."""

from __future__ import annotations

import polars as pl

from interop.readers.hl7v2.decoding import decode
from interop.readers.hl7v2.fields import Fields
from interop.readers.hl7v2.look_ups import LookUps
from interop.readers.hl7v2.paths import NULL, PRESENT
from interop.readers.hl7v2.senders import Senders
from interop.readers.hl7v2.separators import COMPONENT, REPETITION, SUBCOMPONENT
from interop.readers.hl7v2.slots import NONE
from interop.readers.hl7v2.splitting import Spans, cut, split

_TEXT, _NUMBER = pl.col("text"), pl.col("number")


class Pool:
    """Texts taken apart.

    Shapes: `repetitions` are spans of the texts; `numbers` u32, `wholes` utf8 (raw) and `rows` (whether it is a row of
    its table) one a repetition; `parts` are spans of the repetitions; `kinds` u32 and `values` utf8 one a part.
    """

    def __init__(self, fields: Fields, look_ups: LookUps, senders: Senders, *, escapes: bool) -> None:
        self.senders, self._escapes = senders, escapes
        repetitions = split(fields.texts, REPETITION, "owner")
        self.repetitions = Spans(repetitions.get_column("owner"), len(fields.texts))
        self.numbers, self.wholes = repetitions.get_column("number"), repetitions.get_column("text")
        self.sent = fields.senders.gather(repetitions.get_column("owner"))
        self.rows = repetitions.select((_TEXT != "") & (_TEXT != NULL)).to_series()
        self._simple = repetitions.get_column("owner").search_sorted(fields.simple)
        parts = self._read(_parts(self.wholes, self._simple, look_ups), look_ups)
        self.parts = Spans(parts.get_column("repetition"), repetitions.height)
        self.kinds, self.values = parts.get_column("kind"), parts.get_column("text")

    def decode(self, texts: pl.Series, senders: pl.Series, *, rewrite: bool = False) -> pl.Series:
        """Texts without escape sequences."""
        if not self._escapes and (self.senders.usual or not rewrite):
            return texts
        return decode(texts, senders, self.senders.known, rewrite=rewrite)

    def _read(self, parts: pl.DataFrame, look_ups: LookUps) -> pl.DataFrame:
        """Parts decoded, `""` told apart: `repetition`, `kind`, `text`."""
        deleted = parts.get_column("text") == NULL
        if deleted.any():
            parts = parts.with_columns(
                pl.col("kind") + pl.lit(deleted).cast(pl.UInt32) * look_ups.kinds,
                pl.when(deleted).then(pl.lit(PRESENT)).otherwise("text").alias("text"),
            )
        simple = parts.get_column("repetition").search_sorted(self._simple)
        if not self._escapes or simple == parts.height:
            return parts
        others = parts.slice(simple)
        texts = self.decode(others.get_column("text"), self.sent.gather(others.get_column("repetition")))
        return pl.concat(
            [parts.head(simple), others.with_columns(texts.alias("text")).filter(_TEXT != "")], rechunk=True
        )


def _parts(wholes: pl.Series, parted: int, look_ups: LookUps) -> pl.DataFrame:
    """The parts of repetitions that are read of any field: `repetition`, `kind`, `text`.

    Args:
        wholes: The repetitions.
        parted: The first of them that may have subcomponents.
        look_ups: What is read.
    """
    found = split(cut(wholes, COMPONENT, look_ups.components.last), COMPONENT, "repetition")
    found = found.filter((_TEXT != "") & _NUMBER.le(look_ups.components.last))
    found = found.select("repetition", look_ups.components.of(found.get_column("number")).alias("component"), "text")
    simple = found.get_column("repetition").search_sorted(parted)
    inner = found.slice(simple)
    found = found.head(simple).with_columns(pl.lit(1, pl.UInt32).alias("number"))
    if inner.height:
        texts = cut(inner.get_column("text"), SUBCOMPONENT, look_ups.subcomponents.last)
        parts = split(texts, SUBCOMPONENT, "place").filter((_TEXT != "") & _NUMBER.le(look_ups.subcomponents.last))
        owners = (pl.lit(inner.get_column(name)).gather("place").alias(name) for name in ("repetition", "component"))
        found = pl.concat([found, parts.select(*owners, "text", "number")], rechunk=True)
    part = pl.col("component") * look_ups.subcomponents.size + look_ups.subcomponents.of(found.get_column("number"))
    found = found.select("repetition", pl.lit(look_ups.parts).gather(part).alias("kind"), "text")
    return found.filter(pl.col("kind") != NONE)
