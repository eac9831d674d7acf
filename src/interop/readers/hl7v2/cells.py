"""The values of all tables of a batch, placed at once: the columns are pieces of one long column."""

from __future__ import annotations

import polars as pl

from interop.immutable import immutable
from interop.readers.hl7v2.fields import Fields
from interop.readers.hl7v2.look_ups import LookUps
from interop.readers.hl7v2.paths import PRESENT
from interop.readers.hl7v2.pool import Pool
from interop.readers.hl7v2.slots import NONE

_U32 = pl.UInt32
_PIECE = 100_000  # repetitions whose parts are placed at a time: they are several times as many
_IS_READ = pl.col("target") != NONE


@immutable()
class Repeated:
    """The rows of a field's repetitions. Shapes: the row of the context that each is in, u32[n]; its number in it."""

    parents: pl.Series
    numbers: pl.Series


@immutable()
class Cells:
    """Values on their places.

    Shapes: `places` are frames of `target`, `row` and `text` u32[n], one row a value; the text is a place among
    `texts`, whose last one is null.
    """

    places: list[pl.DataFrame]
    texts: pl.Series


class Placer:
    """Places the values of a batch."""

    def __init__(self, look_ups: LookUps, fields: Fields, pool: Pool) -> None:
        self._look_ups, self._pool = look_ups, pool
        found = pool.repetitions.spread(fields.places, "text", "repetition")
        self._own = self._find_own(found)
        self._repeated = self._find_repeated(found)

    def repeated(self) -> dict[int, Repeated]:
        """The rows of repetitions by slot."""
        by_slot = self._repeated.group_by("slot", maintain_order=True).agg("parent", "number")
        columns = by_slot.get_columns()
        return {slot: Repeated(parents, numbers) for slot, parents, numbers in zip(*columns, strict=True)}

    def cells(self, lines: pl.DataFrame) -> Cells:
        """All values, and that segments are there."""
        pool, look_ups = self._pool, self._look_ups
        found = pl.concat([self._own, self._repeated.select("slot", "row", "repetition")], rechunk=True)
        kind = pl.lit(pool.kinds).gather("text")
        target = pl.lit(look_ups.targets).gather(pl.col("slot") * (2 * look_ups.kinds) + kind)
        places: list[pl.DataFrame] = []
        for piece in found.iter_slices(_PIECE):
            parts = pool.parts.spread(piece, "repetition", "text")
            places.append(parts.select(target.alias("target"), "row", "text").filter(_IS_READ))
        texts = [pool.values, pl.Series([PRESENT], dtype=pl.String)]
        if look_ups.slots.presence:
            present = lines.select(
                pl.lit(look_ups.segments).gather("store").alias("target"),
                "row",
                pl.lit(len(pool.values), _U32).alias("text"),
            )
            places.append(present.filter(_IS_READ))
        if look_ups.slots.wholes:
            wholes, values = self._wholes(found)
            places.append(wholes.with_columns(pl.int_range(pl.len(), dtype=_U32).alias("text") + len(pool.values) + 1))
            texts.append(values)
        for store, number, header in look_ups.slots.headers:
            here = lines.filter(pl.col("store") == store)
            first = sum(map(len, texts))
            known = pl.lit(pool.senders.of).gather("message") + first
            places.append(here.select(pl.lit(header, _U32).alias("target"), "row", known.alias("text")))
            separators = [one.separators for one in pool.senders.known]
            texts.append(pl.Series([one.field if number == 1 else one.encoding for one in separators], dtype=pl.String))
        return Cells(places, pl.concat([*texts, pl.Series([None], dtype=pl.String)], rechunk=True))

    def _wholes(self, found: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """Repetitions that are read with their separators: `target`, `row`, and the text of each."""
        pool = self._pool
        read = found.select(pl.lit(self._look_ups.wholes).gather("slot").alias("target"), "row", "repetition")
        read = read.filter(_IS_READ & pl.lit(pool.rows).gather("repetition"))
        repetition = read.get_column("repetition")
        values = pool.decode(pool.wholes.gather(repetition), pool.sent.gather(repetition), rewrite=True)
        kept = values != ""
        if not kept.all():
            read, values = read.filter(kept), values.filter(kept)
        return read.select("target", "row"), values

    def _find_own(self, found: pl.DataFrame) -> pl.DataFrame:
        """The repetitions that tables of contexts read: `slot`, `row`, `repetition`."""
        look_ups = self._look_ups
        ranks = look_ups.repetitions.of(self._pool.numbers)
        place = pl.col("field") * look_ups.repetitions.size + pl.lit(ranks).gather("repetition")
        return found.select(pl.lit(look_ups.own).gather(place).alias("slot"), "row", "repetition").filter(
            pl.col("slot") != NONE
        )

    def _find_repeated(self, found: pl.DataFrame) -> pl.DataFrame:
        """The rows of repetitions: `slot`, `row`, `repetition`, `parent`, `number`, one table after another."""
        pool = self._pool
        rows = found.select(
            pl.lit(self._look_ups.repeated).gather("field").alias("slot"), pl.col("row").alias("parent"), "repetition"
        ).filter((pl.col("slot") != NONE) & pl.lit(pool.rows).gather("repetition"))
        rows = rows.sort("slot", maintain_order=True)
        return rows.with_columns(
            pl.int_range(pl.len(), dtype=_U32).over("slot").alias("row"),
            pl.lit(pool.numbers).gather("repetition").alias("number"),
        )
