"""Rows of a context in a batch, and their columns, their ancestors' columns, and the distinct values of both."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from interop.engine.columns.native import is_safe
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


def _null_counts(frame: pl.DataFrame) -> dict[str, int]:
    """How many nulls each column has."""
    return {column.name: column.null_count() for column in frame.get_columns()}


class Source:
    """A batch's tables, whole, with what is derived from them once for all rules."""

    def __init__(self, batch: Batch, compiled: plan.Plan) -> None:
        self.batch = batch
        self.plan = compiled
        self._nulls = {context: _null_counts(table.frame) for context, table in batch.tables.items()}
        self._distinct = {context: self._distinct_counts(context) for context in batch.tables}
        self._coded: dict[tuple[str, str], Coded] = {}
        self._records: dict[str, pl.Series] = {}
        self._first: dict[str, pl.Series] = {}
        self._safe: dict[tuple[str, str, str], bool] = {}
        self._numbers: pl.Series | None = None
        for context, table in batch.tables.items():
            self._encode(context, table.frame)

    def _encode(self, context: str, frame: pl.DataFrame) -> None:
        """Encodes the columns of few distinct values all at once, which is far cheaper than one by one."""
        names = [name for name in self._distinct[context] if not self.many(context, name)]
        if not names:
            return
        distinct = frame.select(pl.col(names).unique(maintain_order=True).implode())
        values = {name: distinct.get_column(name)[0] for name in names}
        codes = frame.select(
            pl.col(name).replace_strict(known, pl.Series(range(len(known)), dtype=U32), return_dtype=U32)
            for name, known in values.items()
        )
        for name, known in values.items():
            self._coded[context, name] = Coded(known.to_list(), codes.get_column(name))

    def _distinct_counts(self, context: str) -> dict[str, int]:
        """How many distinct values the columns have that have any."""
        frame, nulls = self.batch.tables[context].frame, self._nulls[context]
        names = [name for name in frame.columns if nulls[name] < frame.height]
        return frame.select(pl.col(names).n_unique()).row(0, named=True) if names else {}

    def known(self, context: str, name: str) -> bool | None:
        """Whether a column has values: in all rows, in none, or None for some."""
        nulls = self._nulls[context][name]
        return True if nulls == 0 and self.height(context) else None if nulls < self.height(context) else False

    def values(self, context: str, name: str) -> list[str | None]:
        """The distinct values of a column, in order of appearance."""
        return [None] if self.known(context, name) is False else self.coded(context, name).values

    def record_numbers(self) -> pl.Series:
        """The numbers of the records in their file, as text."""
        if self._numbers is None:
            self._numbers = self.batch.numbers.cast(pl.String)
        return self._numbers

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
        return self._distinct[context].get(name, 0) > max(64, self.height(context) // 16)

    def safe(self, context: str, name: str, kind: str) -> bool:
        """Whether a column is `is_safe` for elements of a type; looked at once."""
        key = (context, name, kind)
        if key not in self._safe:
            self._safe[key] = is_safe(self.column(context, name), kind)
        return self._safe[key]

    def parent(self, context: str) -> pl.Series:
        """For each row of a child table, the row of its parent's table."""
        found = self.batch.tables[context].parent
        assert found is not None
        return found

    def under(self, context: str, rows: pl.Series) -> tuple[pl.Series, pl.Series]:
        """The rows of a child table under rows of its parent's, which may repeat.

        Shapes: two u32[m], the rows and, for each, the place in `rows` that it stands under; both in that order.
        """
        if self.height(context) == 0:
            return pl.Series([], dtype=U32), pl.Series([], dtype=U32)
        starts = self._starts(context)
        spans = pl.DataFrame({"place": pl.Series(range(len(rows)), dtype=U32), "start": starts.gather(rows)})
        spans = spans.with_columns(end=starts.gather(rows + 1)).filter(pl.col("end") > pl.col("start"))
        found = spans.select("place", row=pl.int_ranges("start", "end", dtype=U32)).explode("row")
        return found.get_column("row"), found.get_column("place")

    def _starts(self, context: str) -> pl.Series:
        """For each row of the parent's table its first row in a child table, and one more. Shape: u32[parents + 1]."""
        if context not in self._first:
            above = self.plan.contexts[context].parent
            assert above is not None
            every = pl.Series(range(self.height(above) + 1), dtype=U32)
            self._first[context] = self.parent(context).search_sorted(every, side="left").cast(U32)
        return self._first[context]

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
            self._records[context] = View.whole(self, context).records()
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

    @property
    def depth(self) -> int:
        """How many contexts are around this one."""
        return self.source.plan.contexts[self.context].depth

    @classmethod
    def whole(cls, source: Source, context: str) -> View:
        return cls(source, context, source.height(context))

    def numbers(self) -> pl.Series:
        """Row numbers in the whole table."""
        return pl.Series(range(self.height), dtype=U32) if self.rows is None else self.rows

    def none(self) -> View:
        """None of the rows."""
        return View(self.source, self.context, 0, pl.Series([], dtype=U32))

    def keep(self, mask: pl.Series) -> View:
        """The rows where the mask is true."""
        if mask.all():
            return self
        rows = self.numbers().filter(mask)
        owner = self.owner.filter(mask) if self.owner is not None else None
        return View(self.source, self.context, len(rows), rows, owner)

    def each(self, each: plan.Each) -> View:
        """Rows of another context, for each of these rows in turn; `owner` tells for which."""
        first, *deeper = each.down
        rows = self.rows_above(each.up)
        if rows is None and not deeper and first in self.source.batch.tables:
            parent = self.source.parent(first)
            return View(self.source, first, len(parent), None, parent)
        rows = self.rows_of(each.up)
        owner = pl.Series(range(self.height), dtype=U32)
        for context in each.down:
            rows, opened = self.source.under(context, rows)
            owner = owner.gather(opened)
        return View(self.source, each.context, len(rows), rows, owner)

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
        return self.rows_of(self.depth)
