"""Tables without any values, to be filled: most columns of a batch have none, and cost nothing."""

from __future__ import annotations

import polars as pl

from interop.readers.protocol import Table


class Blanks:
    """The blank tables of some columns: views of one that is as high as the highest so far, all columns the same."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._places = {name: place for place, name in enumerate(columns)}
        self._blank: pl.DataFrame | None = None  # made when a table is first asked for: most never are

    def take(self, height: int) -> pl.DataFrame:
        """A blank table, the caller's own."""
        if not self._columns:
            return pl.DataFrame(height=height)
        if self._blank is None or height > self._blank.height:
            nulls = pl.Series([None], dtype=pl.String).new_from_index(0, height)
            self._blank = pl.DataFrame([nulls.alias(name) for name in self._columns])
        return self._blank.head(height)

    def table(self, height: int, parent: pl.Series | None) -> Table:
        """The blank table of a context's rows."""
        return Table(self.take(height), parent, set())

    def fill(self, table: Table, columns: tuple[str, ...], values: pl.Series) -> None:
        """Put values, as text, into those of the columns that there are."""
        for name in columns:
            place = self._places.get(name)
            if place is not None:
                text = values if values.dtype == pl.String else values.cast(pl.String)
                table.frame.replace_column(place, text.alias(name))
                if table.filled is not None:
                    table.filled.add(name)
