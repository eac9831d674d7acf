"""The scratch frame of a view: columns made on the way, and findings noted on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import polars as pl

from interop.engine.columns.distinct import Memory
from interop.engine.columns.view import View, encode
from interop.engine.row_values import Run
from interop.plan import model as plan
from interop.readers.protocol import Row

T = TypeVar("T")
Active: TypeAlias = tuple[pl.Expr, ...]  # a row's finding counts where all of these hold

Truth: TypeAlias = pl.Expr | bool
"""A condition for each row; true or false where it is known to be the same for all."""

NULL = pl.lit(None, dtype=pl.String)
"""A text that is null for all rows, known by its identity."""


@dataclass(slots=True)
class Noted:
    """Findings on rows of a context's whole table. Shapes: `rows` and `codes` [n]."""

    order: int
    context: str
    rows: list[int]
    codes: list[str]


@dataclass(slots=True)
class Scratch:
    """Columns of a view by made-up names.

    Expressions are built over the names, and computed when a step needs the values.
    """

    view: View
    memory: Memory
    noted: list[Noted]
    columns: dict[str, pl.Series] = field(default_factory=dict)
    _known: dict[tuple[str, str, int], pl.Expr] = field(default_factory=dict)

    def add(self, series: pl.Series, name: str | None = None) -> pl.Expr:
        """A series as a column."""
        name = name or f"c{len(self.columns)}"
        self.columns[name] = series
        return pl.col(name)

    def text(self, column: plan.Column) -> pl.Expr:
        """A source column for these rows; `NULL` where no row of its table has a value."""
        key = ("text", column.name, column.up)
        if key not in self._known:
            source = self.view.source
            known = source.known(column.context, column.name)
            whole = source.column(column.context, column.name)
            self._known[key] = NULL if known is False else self._gathered(whole, column.up)
        return self._known[key]

    def record_number(self) -> pl.Expr:
        """The number of each row's record, as text."""
        key = ("record", "", 0)
        if key not in self._known:
            self._known[key] = self._gathered(self.view.source.record_numbers(), self.view.depth)
        return self._known[key]

    def given(self, column: plan.Column) -> tuple[pl.Expr, bool]:
        """The same, and whether it is null for some of them."""
        text = self.text(column)
        if self.view.source.known(column.context, column.name) is not None:
            return text, text is NULL
        series = self.compute(text)
        return self.add(series), series.null_count() > 0

    def _codes(self, column: plan.Column) -> pl.Expr:
        """For these rows, the numbers of a source column's distinct values."""
        key = ("codes", column.name, column.up)
        if key not in self._known:
            coded = self.view.source.coded(column.context, column.name)
            self._known[key] = self._gathered(coded.codes, column.up)
        return self._known[key]

    def _gathered(self, whole: pl.Series, up: int) -> pl.Expr:
        rows = self.view.rows_above(up)
        if rows is None:
            return self.add(whole)
        key = ("rows", "", up)
        if key not in self._known:
            self._known[key] = self.add(rows)
        return pl.lit(whole).gather(self._known[key])

    def compute(self, expression: pl.Expr) -> pl.Series:
        """The expression's values. Shape: [n], also where it is a constant."""
        names = expression.meta.root_names()
        if not names:
            return pl.select(expression).to_series().new_from_index(0, self.view.height)
        return (
            pl.DataFrame([self.columns[name].alias(name) for name in dict.fromkeys(names)])
            .select(expression)
            .to_series()
        )

    def mask(self, active: Active) -> pl.Series | None:
        """Where all conditions hold; None when there are none."""
        return self.compute(pl.all_horizontal(*active).fill_null(value=False)) if active else None

    def note(self, order: int, code: str, where: pl.Series, active: Active) -> None:
        """A finding on the rows where `where` holds."""
        if not where.any():
            return
        mask = self.mask(active)
        rows = (where if mask is None else where & mask).arg_true()
        self._note(order, rows, [code] * len(rows))

    def _note(self, order: int, rows: pl.Series, codes: list[str]) -> None:
        if codes:
            whole = rows if self.view.rows is None else self.view.rows.gather(rows)
            self.noted.append(Noted(order, self.view.context, whole.to_list(), codes))

    def over(
        self, part: object, column: plan.Column | None, make: Callable[[], Callable[[Row, Run], T]], active: Active
    ) -> tuple[list[T], pl.Expr | None]:
        """A part of the plan that reads one column at most, for each distinct value of it.

        Returns:
            The results, and for each row the number of its result; None when it is the same for all rows.
        """
        function = self.memory.function(part, column, make)
        source = self.view.source
        values: list[str | None] = [None] if column is None else source.values(column.context, column.name)
        results, found = function.over(values, source.batch.file_values)
        codes = self._codes(column) if column is not None and len(values) != 1 else None
        if found and self.view.height:
            self._note_distinct(found, codes, active)
        return results, codes

    def over_text(
        self, part: object, series: pl.Series, make: Callable[[], Callable[[Row, Run], T]], active: Active
    ) -> tuple[list[T], pl.Expr]:
        """The same for texts that were put together from several columns; `make` reads the column of name `text`."""
        coded = encode(series)
        function = self.memory.function(part, plan.Column("", "text", 0), make)
        results, found = function.over(coded.values, self.view.source.batch.file_values)
        codes = self.add(coded.codes)
        if found:
            self._note_distinct(found, codes, active)
        return results, codes

    def _note_distinct(
        self, found: dict[int, tuple[tuple[int, str], ...]], numbered: pl.Expr | None, active: Active
    ) -> None:
        mask = self.mask(active)
        if numbered is None:
            where = pl.Series(range(self.view.height), dtype=pl.UInt32) if mask is None else mask.arg_true()
            numbers = [0] * len(where)
        else:
            codes = self.compute(numbered)
            bad = codes.is_in(pl.Series(list(found), dtype=pl.UInt32).implode())
            where = (bad if mask is None else bad & mask).arg_true()
            numbers = codes.gather(where).to_list()
        rows = where.to_list()
        by_order: dict[int, tuple[list[int], list[str]]] = {}
        for row, number in zip(rows, numbers, strict=True):
            for order, code in found[number]:
                there = by_order.setdefault(order, ([], []))
                there[0].append(row)
                there[1].append(code)
        for order, (at, said) in by_order.items():
            self._note(order, pl.Series(at, dtype=pl.UInt32), said)

    def spread(self, texts: list[str | None], codes: pl.Expr | None) -> pl.Expr:
        """Results by distinct value as a text column; `NULL` when all rows have the same result, and it is null."""
        if codes is None:
            return NULL if texts[0] is None else pl.lit(texts[0])
        return pl.lit(pl.Series(texts, dtype=pl.String)).gather(codes)

    def spread_flags(self, flags: list[bool], codes: pl.Expr | None) -> Truth:
        """The same for true and false, known where all are the same."""
        if codes is None or len(set(flags)) <= 1:
            return any(flags)
        return pl.lit(pl.Series(flags, dtype=pl.Boolean)).gather(codes)
