"""Where the groups of adjacent rows with one key begin, and where the rows that could not be read stand among them."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from interop.limits import Limits
from interop.readers.delimited.rows import BadRow, Rows


@dataclass(frozen=True, slots=True)
class Marked:
    """Rows in groups. Shapes: `first` u32[g], each group's first row; `owner` u32[n], each row's group; `keyless`
    bool[g], groups of one row whose key is missing. There is at least one row.
    """

    rows: Rows
    first: pl.Series
    owner: pl.Series
    keyless: pl.Series

    @property
    def last(self) -> pl.Series:
        """Each group's last row. Shape: u32[g]."""
        return pl.concat([self.first.slice(1), pl.Series([len(self.owner)], dtype=pl.UInt32)]) - 1


@dataclass(slots=True)
class BadPlaces:
    """Bad rows: inside a group (by its number), alone between groups, or behind the last row, where more may follow."""

    inside: dict[int, list[BadRow]] = field(default_factory=dict)
    alone: list[BadRow] = field(default_factory=list)
    behind: list[BadRow] = field(default_factory=list)


def mark_groups(rows: Rows, key: tuple[str, ...], limits: Limits) -> Marked:
    """Group adjacent rows whose key is the same.

    A row with a missing part of the key is a group by itself; more bad rows between two rows than a group may have, in
    number or bytes, part them.
    """
    keys = rows.frame.select(key)
    keyless = keys.select(pl.any_horizontal(pl.all().is_null())).to_series()
    changes = keys.select(pl.any_horizontal(pl.all().ne_missing(pl.all().shift(1)))).to_series()
    starts = changes | keyless
    if rows.bad:
        far = rows.numbers - rows.numbers.shift(1) > limits.group_rows + 1
        far |= rows.offsets - rows.offsets.shift(1) - rows.sizes.shift(1) > limits.record_bytes
        starts |= far.fill_null(False)
    starts = starts.scatter(0, True)
    first = starts.arg_true().cast(pl.UInt32)
    return Marked(rows, first, starts.cast(pl.UInt32).cum_sum() - 1, keyless.gather(first))


def place_bad(marked: Marked) -> BadPlaces:
    """Where the bad rows stand, in order."""
    places = BadPlaces()
    rows = marked.rows
    numbers = pl.Series([row.number for row in rows.bad], dtype=pl.UInt32)
    before = rows.numbers.search_sorted(numbers).to_list() if rows.bad else []
    for row, place in zip(rows.bad, before, strict=True):
        if place == len(marked.owner):
            places.behind.append(row)
        elif place and marked.owner[place - 1] == marked.owner[place]:
            places.inside.setdefault(int(marked.owner[place]), []).append(row)
        else:
            places.alone.append(row)
    return places
