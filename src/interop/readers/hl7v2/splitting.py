"""Text split at a separator, for a whole column at once, and what comes of it numbered."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_LONG = 1 << 20  # bytes of a text, of which no more parts are split off than are read


class Numbered:
    """A bound for each of many texts, by a number that it has."""

    def __init__(self, numbers: pl.Series, bounds: Sequence[int]) -> None:
        self._numbers, self._bounds = numbers, bounds

    def of(self, places: pl.Series) -> list[int]:
        """The bounds of some texts."""
        return [self._bounds[number] for number in self._numbers.gather(places)]


def cut(texts: pl.Series, mark: str, most: Numbered | int) -> pl.Series:
    """Texts of which the very long ones have no more parts than are read: of a text of separators that is much.

    Args:
        texts: utf8[n].
        mark: The separator.
        most: How many parts are read: of all texts, or of each; 0 where all are.
    """
    longest = texts.str.len_bytes().max()
    if not isinstance(longest, int) or longest <= _LONG:
        return texts
    places = (texts.str.len_bytes() > _LONG).arg_true()
    bounds = [most] * len(places) if isinstance(most, int) else most.of(places)
    shorter = [
        mark.join(text.split(mark, bound)[:bound]) if bound else text
        for text, bound in zip(texts.gather(places).to_list(), bounds, strict=True)
    ]
    return texts.clone().scatter(places, shorter)  # scatter writes to the series that it is called on


def split(texts: pl.Series, mark: str, key: str) -> pl.DataFrame:
    """All parts of texts, empty ones too: `text`, `number` from 1, and `key`, the place of the text that it is of."""
    lists = pl.DataFrame({"text": texts}).select(pl.col("text").str.split(mark)).with_row_index(key)
    numbers = pl.int_ranges(1, pl.col("text").list.len() + 1, dtype=pl.UInt32)
    return lists.with_columns(numbers.alias("number")).explode("text", "number")


class Spans:
    """Where the parts of each text stand, when those of all stand one after another: a range of numbers each."""

    def __init__(self, owners: pl.Series, size: int) -> None:
        """Owners are u32, ascending: for each part the text that it is of; `size` of them."""
        runs = owners.rle().struct.unnest()
        counts = pl.zeros(size, pl.UInt32, eager=True).scatter(runs.get_column("value"), runs.get_column("len"))
        ends = counts.cum_sum().cast(pl.UInt32)
        self._ends, self._starts = ends, ends - counts

    def spread(self, frame: pl.DataFrame, key: str, part: str) -> pl.DataFrame:
        """Each row of a frame once for each part of its text: `part` for `key`."""
        starts, ends = (pl.lit(bounds).gather(key) for bounds in (self._starts, self._ends))
        ranges = frame.select(pl.exclude(key), pl.int_ranges(starts, ends, dtype=pl.UInt32).alias(part))
        return ranges.explode(part, empty_as_null=False)
