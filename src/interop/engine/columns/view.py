"""Rows of a context in a batch, and their columns, their ancestors' columns, and the distinct values of both."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from interop.plan import model as plan
from interop.readers.protocol import Batch

U32 = pl.UInt32


@dataclass(frozen=True, slots=True)
class Coded:
    """A column by its distinct values.

    Shapes: `values` [d], in order of appearance, null among them; `codes` u32[n].
    """

    values: list[str | None]
    codes: pl.Series


def encode(series: pl.Series) -> Coded:
    """The distinct values of a text column and, for each row, the number of its value."""
    if len(series) == 0:
        return Coded([], pl.Series([], dtype=U32))
    distinct = series.unique(maintain_order=True)
    numbers = pl.Series(range(len(distinct)), dtype=U32)
    return Coded(distinct.to_list(), series.replace_strict(distinct, numbers, return_dtype=U32))


def _distinct_counts(frame: pl.DataFrame) -> dict[str, int]:
    """How many distinct values each column has."""
    return frame.select(pl.all().n_unique()).row(0, named=True) if frame.height and frame.width else {}


class Source:
    """A batch's tables, whole, with what is derived from them once for all rules."""

    def __init__(self, batch: Batch, compiled: plan.Plan) -> None:
        self.batch = batch
        self.plan = compiled
        self._distinct = {context: _distinct_counts(table.frame) for context, table in batch.tables.items()}
        self._coded: dict[tuple[str, str], Coded] = {}
        self._records: dict[str, pl.Series] = {}
        for context, table in batch.tables.items():
            self._encode(context, table.frame)

    def _encode(self, context: str, frame: pl.DataFrame) -> None:
        """Encodes the columns of few distinct values all at once, which is far cheaper than one by one."""
        names = [name for name in frame.columns if not self.many(context, name)]
        if not names or frame.height == 0:
            return
        distinct = frame.select(pl.col(names).unique(maintain_order=True).implode())
        values = {name: distinct.get_column(name)[0] for name in names}
        codes = frame.select(
            pl.col(name).replace_strict(known, pl.Series(range(len(known)), dtype=U32), return_dtype=U32)
            for name, known in values.items()
        )
        for name, known in values.items():
            self._coded[context, name] = Coded(known.to_list(), codes.get_column(name))

    def height(self, context: str) -> int:
        return self.batch.tables[context].frame.height if context in self.batch.tables else 0

    def column(self, context: str, name: str) -> pl.Series:
        """A column of a whole table."""
        return self.batch.tables[context].frame.get_column(name)

    def coded(self, context: str, name: str) -> Coded:
        """The same by distinct values, computed once."""
        key = (context, name)
        if key not in self._coded:
            self._coded[key] = encode(self.column(context, name))
        return self._coded[key]

    def many(self, context: str, name: str) -> bool:
        """Whether a column has so many distinct values that one call for each does not pay."""
        return self._distinct[context].get(name, 0) > max(64, self.height(context) // 4)

    def parent(self, context: str) -> pl.Series:
        """For each row of a child table, the row of its parent's table."""
        found = self.batch.tables[context].parent
        assert found is not None
        return found

    def row_numbers(self, context: str, rows: list[int]) -> list[str]:
        """The `#` of rows of a child context: as the source has it, else counted within the parent."""
        if self.plan.contexts[context].numbered:
            return self.column(context, "#").gather(rows).to_list()
        parent = self.parent(context)
        first = parent.search_sorted(parent.gather(rows), side="left")
        return [str(row - start + 1) for row, start in zip(rows, first, strict=True)]

    def records(self, context: str) -> pl.Series:
        """For each row of a table, the row of its record."""
        if context not in self._records:
            parent = self.plan.contexts[context].parent
            if parent is None:
                self._records[context] = pl.Series(range(self.height(context)), dtype=U32)
            else:
                self._records[context] = self.records(parent).gather(self.parent(context))
        return self._records[context]


@dataclass(slots=True)
class View:
    """Some rows of a context's table: all (`rows` is None) or those that passed a condition, in order.

    Shapes: `rows` u32[n], row numbers in the whole table; `owner` u32[n], for a child view the row of the view that it
    was opened from.
    """

    source: Source
    context: str
    height: int
    rows: pl.Series | None = None
    owner: pl.Series | None = None
    _above: dict[int, pl.Series | None] = field(default_factory=dict)

    @classmethod
    def whole(cls, source: Source, context: str) -> View:
        return cls(source, context, source.height(context))

    def numbers(self) -> pl.Series:
        """Row numbers in the whole table."""
        return pl.Series(range(self.height), dtype=U32) if self.rows is None else self.rows

    def keep(self, mask: pl.Series) -> View:
        """The rows where the mask is true."""
        if mask.all():
            return self
        rows = self.numbers().filter(mask)
        owner = self.owner.filter(mask) if self.owner is not None else None
        return View(self.source, self.context, len(rows), rows, owner)

    def children(self, context: str) -> View:
        """The rows of a child context under these rows; `owner` tells under which."""
        parent = self.source.parent(context) if context in self.source.batch.tables else pl.Series([], dtype=U32)
        if self.rows is None:
            return View(self.source, context, len(parent), None, parent)
        place = pl.Series([None], dtype=U32).new_from_index(0, self.source.height(self.context))
        place = place.scatter(self.rows, pl.Series(range(self.height), dtype=U32))
        owner = place.gather(parent)
        inside = owner.is_not_null()
        return View(self.source, context, int(inside.sum()), inside.arg_true().cast(U32), owner.filter(inside))

    def rows_of(self, up: int) -> pl.Series:
        """Row numbers in the table of the context `up` levels above."""
        rows = self.rows_above(up)
        return pl.Series(range(self.height), dtype=U32) if rows is None else rows

    def rows_above(self, up: int) -> pl.Series | None:
        """Row numbers in the table of the context `up` levels above; None for the whole table of this one."""
        if up == 0:
            return self.rows
        if up not in self._above:
            context = self.source.plan.path(self.context)[up - 1]
            parent = self.source.parent(context)
            below = self.rows_above(up - 1)
            self._above[up] = parent if below is None else parent.gather(below)
        return self._above[up]

    def records(self) -> pl.Series:
        """For each of these rows, the row of its record."""
        found = self.source.records(self.context)
        return found if self.rows is None else found.gather(self.rows)
