"""Rows of a context in a batch, and their columns, their ancestors' columns, and the distinct values of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import polars as pl

from interop.engine.columns.coded import FEW, U32, Coded, encode, encode_all, numbers_to
from interop.engine.columns.native import Form, Parted, part
from interop.engine.needs import ROWS, Need
from interop.plan import model as plan
from interop.readers.protocol import Batch

SMALL = 64
"""Distinct values that are few in a table of any height."""


class Source:
    """A batch's tables, whole, with what is derived from them once for all rules, when it is first asked for."""

    def __init__(self, batch: Batch, compiled: plan.Plan) -> None:
        self.batch = batch
        self.plan = compiled
        self._known: dict[tuple[str, str], bool | None] = {}
        self._distinct: dict[str, dict[str, int]] = {}
        self._coded: dict[tuple[str, str], Coded] = {}
        self._parted: dict[tuple[str, str, Form], Parted] = {}
        self._records: dict[str, pl.Series] = {}
        self._first: dict[str, pl.Series] = {}
        self._under: dict[tuple[str, int], tuple[pl.Series, tuple[pl.Series, pl.Series]]] = {}
        self._heights: dict[str, int] = {}
        self._columns: dict[tuple[str, str], pl.Series] = {}
        self._numbers: pl.Series | None = None
        self._there: frozenset[Need] | None = None

    def known(self, context: str, name: str) -> bool | None:
        """Whether a column has values: in all rows, in none, or None for some."""
        key = (context, name)
        if key not in self._known:
            height = self.height(context)
            nulls = self.column(context, name).null_count() if height else 0
            self._known[key] = False if nulls == height else True if nulls == 0 else None
        return self._known[key]

    def lacks(self, needs: frozenset[Need]) -> bool:
        """Whether none of the columns has a value in this batch."""
        if self._there is None:
            self._there = frozenset(chain.from_iterable(map(self._found, self.batch.tables)))
        return needs.isdisjoint(self._there)

    def _found(self, context: str) -> Iterator[Need]:
        """The columns of a table that have values; `ROWS` where it has rows."""
        height = self.height(context)
        if height:
            yield context, ROWS
            for column in self.batch.tables[context].columns():
                if column.null_count() < height:
                    yield context, column.name

    def _counts(self, context: str) -> dict[str, int]:
        """How many distinct values the columns of a table have that have any. Those of few are encoded at once."""
        if context not in self._distinct:
            height = self.height(context)
            columns = self.batch.tables[context].columns()
            frame = pl.DataFrame([column for column in columns if column.null_count() < height])
            small = frame.height <= FEW
            counts = {} if small or not frame.width else frame.select(pl.all().n_unique()).row(0, named=True)
            few = frame
            if not small:
                few = frame.select([name for name, count in counts.items() if not self._is_many(context, count)])
            for name, coded in encode_all(few).items():
                self._coded[context, name] = coded
                counts[name] = len(coded.values)
            self._distinct[context] = counts
        return self._distinct[context]

    def record_numbers(self) -> pl.Series:
        """The numbers of the records in their file, as text."""
        if self._numbers is None:
            self._numbers = self.batch.numbers.cast(pl.String)
        return self._numbers

    def height(self, context: str) -> int:
        if context not in self._heights:
            table = self.batch.tables.get(context)
            self._heights[context] = table.frame.height if table is not None else 0
        return self._heights[context]

    def column(self, context: str, name: str) -> pl.Series:
        """A column of a whole table."""
        key = (context, name)
        if key not in self._columns:
            self._columns[key] = self.batch.tables[context].frame.get_column(name)
        return self._columns[key]

    def coded(self, context: str, name: str) -> Coded:
        """The same by distinct values, computed once."""
        key = (context, name)
        if key not in self._coded:
            self._counts(context)
        if key not in self._coded:
            self._coded[key] = encode(self.column(context, name))
        return self._coded[key]

    def many(self, context: str, name: str) -> bool:
        """Whether a column has so many distinct values that one call for each does not pay."""
        return self.height(context) > SMALL and self._is_many(context, self._counts(context).get(name, 0))

    def _is_many(self, context: str, count: int) -> bool:
        return count > max(SMALL, self.height(context) // 16)

    def parted(self, context: str, name: str, form: Form) -> Parted:
        """A column by a native form, computed once."""
        key = (context, name, form)
        if key not in self._parted:
            self._parted[key] = part(self.column(context, name), form)
        return self._parted[key]

    def parent(self, context: str) -> pl.Series:
        """For each row of a child table, the row of its parent's table."""
        found = self.batch.tables[context].parent
        assert found is not None
        return found

    def under(self, context: str, rows: pl.Series) -> tuple[pl.Series, pl.Series]:
        """The rows of a child table under rows of its parent's, which may repeat.

        Shapes: two u32[m], the rows and, for each, the place in `rows` that it stands under; both in that order.
        """
        key = (context, id(rows))
        if key not in self._under:  # lists of siblings ask again for the same rows
            self._under[key] = rows, self._find_under(context, rows)
        return self._under[key][1]

    def _find_under(self, context: str, rows: pl.Series) -> tuple[pl.Series, pl.Series]:
        if self.height(context) == 0:
            return pl.Series([], dtype=U32), pl.Series([], dtype=U32)
        starts = self._starts(context)
        spans = pl.DataFrame({"place": numbers_to(len(rows)), "start": starts[rows]})
        spans = spans.with_columns(end=starts[rows + 1]).filter(pl.col("end") > pl.col("start"))
        found = spans.select("place", row=pl.int_ranges("start", "end", dtype=U32)).explode("row")
        return found.get_column("row"), found.get_column("place")

    def _starts(self, context: str) -> pl.Series:
        """For each row of the parent's table its first row in a child table, and one more. Shape: u32[parents + 1]."""
        if context not in self._first:
            above = self.plan.contexts[context].parent
            assert above is not None
            every = numbers_to(self.height(above) + 1)
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
        return numbers_to(self.height) if self.rows is None else self.rows

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
        owner = numbers_to(self.height)
        for context in each.down:
            rows, opened = self.source.under(context, rows)
            owner = owner[opened]
        return View(self.source, each.context, len(rows), rows, owner)

    def rows_of(self, up: int) -> pl.Series:
        """Row numbers in the table of the context `up` levels above."""
        rows = self.rows_above(up)
        return numbers_to(self.height) if rows is None else rows

    def rows_above(self, up: int) -> pl.Series | None:
        """Row numbers in the table of the context `up` levels above; None for the whole table of this one."""
        if up == 0:
            return self.rows
        if up not in self._above:
            context = self.source.plan.path(self.context)[up - 1]
            parent = self.source.parent(context)
            below = self.rows_above(up - 1)
            self._above[up] = parent if below is None else parent[below]
        return self._above[up]

    def records(self) -> pl.Series:
        """For each of these rows, the row of its record."""
        return self.rows_of(self.depth)
