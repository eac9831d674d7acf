"""The scratch frame of a view: columns made on the way, and findings noted on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import polars as pl

from interop.engine.columns.atoms import column as named
from interop.engine.columns.atoms import constant
from interop.engine.columns.coded import Coded, encode, numbers_to
from interop.engine.columns.distinct import Memory
from interop.engine.columns.native import Form, Parted
from interop.engine.columns.view import View
from interop.engine.row_values import Run
from interop.immutable import immutable
from interop.plan import model as plan
from interop.readers.protocol import Row

T = TypeVar("T")
Active: TypeAlias = tuple[pl.Expr, ...]  # a row's finding counts where all of these hold

Truth: TypeAlias = pl.Expr | bool
"""A condition for each row; true or false where it is known to be the same for all."""

NULL = pl.lit(None, dtype=pl.String)
"""A text that is null for all rows, known by its identity."""


@immutable()
class Codes:
    """For each row, the number of its value. Shape: u32[n]; `column` is the same series in the scratch frame."""

    series: pl.Series
    column: pl.Expr


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
    _given: dict[tuple[str, int], tuple[pl.Expr, bool]] = field(default_factory=dict)
    _distinct: dict[tuple[str, int], tuple[list[str | None], Codes | None]] = field(default_factory=dict)

    def add(self, series: pl.Series, name: str | None = None) -> pl.Expr:
        """A series as a column."""
        name = name or f"c{len(self.columns)}"
        self.columns[name] = series
        return named(name)

    def text(self, column: plan.Column) -> pl.Expr:
        """A source column for these rows; `NULL` where none of them has a value."""
        return self.given(column)[0]

    def given(self, column: plan.Column) -> tuple[pl.Expr, bool]:
        """The same, and whether it is null for some of them."""
        key = (column.name, column.up)
        if key not in self._given:
            source, made = self.view.source, (NULL, True)
            if source.known(column.context, column.name) is not False:
                series = self._gathered(source.column(column.context, column.name), column.up)
                nulls = series.null_count()
                if nulls < len(series):
                    made = self.add(series), nulls > 0
            self._given[key] = made
        return self._given[key]

    def many(self, column: plan.Column | None) -> bool:
        """Whether a column of the plan has so many distinct values that a call for each does not pay."""
        return column is not None and self.view.source.many(column.context, column.name)

    def record_number(self) -> pl.Expr:
        """The number of each row's record, as text."""
        return self.add(self._gathered(self.view.source.record_numbers(), self.view.depth))

    def parted(self, column: plan.Column, form: Form) -> Parted:
        """A source column for these rows, by a native form."""
        whole = self.view.source.parted(column.context, column.name, form)
        rest = whole.rest
        if rest is not None:
            codes = self._gathered(rest.codes, column.up)
            rest = Coded(rest.values, codes) if codes.null_count() < len(codes) else None
        return Parted(self._gathered(whole.text, column.up), rest)

    def distinct(self, column: plan.Column) -> tuple[list[str | None], Codes | None]:
        """The distinct values of a source column, and for each of these rows the number of its value.

        One value, and no numbers, where all rows have the same.
        """
        key = (column.name, column.up)
        if key not in self._distinct:
            source = self.view.source
            made: tuple[list[str | None], Codes | None] = [None], None
            if source.known(column.context, column.name) is not False:
                coded = source.coded(column.context, column.name)
                codes = self._gathered(coded.codes, column.up)
                least = codes.min() if len(coded.values) > 1 else 0
                if len(coded.values) > 1 and least != codes.max():
                    made = coded.values, Codes(codes, self.add(codes))
                else:
                    made = [coded.values[least if isinstance(least, int) else 0]], None
            self._distinct[key] = made
        return self._distinct[key]

    def _gathered(self, whole: pl.Series, up: int) -> pl.Series:
        """A column of the table `up` contexts above for these rows."""
        rows = self.view.rows_above(up)
        return whole if rows is None else whole[rows]

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
            whole = rows if self.view.rows is None else self.view.rows[rows]
            self.noted.append(Noted(order, self.view.context, whole.to_list(), codes))

    def over(
        self, part: object, column: plan.Column | None, make: Callable[[], Callable[[Row, Run], T]], active: Active
    ) -> tuple[list[T], Codes | None]:
        """A part of the plan that reads one column at most, for each distinct value of it.

        Returns:
            The results, and for each row the number of its result; None when it is the same for all rows.
        """
        function = self.memory.function(part, column, make)
        values: list[str | None] = [None]
        codes = None
        if column is not None:
            values, codes = self.distinct(column)
        results, found = function.over(values, self.view.source.batch.file_values)
        if found and self.view.height:
            self._note_distinct(found, codes.series if codes is not None else None, active)
        return results, codes

    def over_text(
        self, part: object, series: pl.Series, make: Callable[[], Callable[[Row, Run], T]], active: Active
    ) -> tuple[list[T], Codes]:
        """The same for texts that were put together from several columns; `make` reads the column of name `text`."""
        return self.over_coded(part, encode(series), make, active)

    def over_coded(
        self, part: object, coded: Coded, make: Callable[[], Callable[[Row, Run], T]], active: Active
    ) -> tuple[list[T], Codes]:
        """The same for texts by distinct value; rows whose code is null have no result."""
        function = self.memory.function(part, plan.Column("", "text", 0), make)
        results, found = function.over(coded.values, self.view.source.batch.file_values)
        if found:
            self._note_distinct(found, coded.codes, active)
        return results, Codes(coded.codes, self.add(coded.codes))

    def _note_distinct(
        self, found: dict[int, tuple[tuple[int, str], ...]], codes: pl.Series | None, active: Active
    ) -> None:
        mask = self.mask(active)
        if codes is None:
            where = numbers_to(self.view.height) if mask is None else mask.arg_true()
            numbers = [0] * len(where)
        else:
            bad = codes.is_in(pl.Series(list(found), dtype=pl.UInt32).implode())
            where = (bad if mask is None else bad & mask).arg_true()
            numbers = codes[where].to_list()
        rows = where.to_list()
        by_order: dict[int, tuple[list[int], list[str]]] = {}
        for row, number in zip(rows, numbers, strict=True):
            for order, code in found[number]:
                there = by_order.setdefault(order, ([], []))
                there[0].append(row)
                there[1].append(code)
        for order, (at, said) in by_order.items():
            self._note(order, pl.Series(at, dtype=pl.UInt32), said)

    def spread(self, texts: list[str | None], codes: Codes | None) -> pl.Expr:
        """Results by distinct value as a text column; `NULL` when all rows have the same result, and it is null."""
        first = texts[0] if texts else None
        if codes is None or (first is None and not any(text is not None for text in texts)):
            return NULL if first is None else constant(first)
        return pl.lit(pl.Series(texts, dtype=pl.String)).gather(codes.column)

    def spread_flags(self, flags: list[bool], codes: Codes | None) -> Truth:
        """The same for true and false, known where all are the same."""
        if codes is None or all(flags) or not any(flags):
            return any(flags)
        return self.truth(pl.Series(flags, dtype=pl.Boolean)[codes.series])

    def truth(self, flags: pl.Series) -> Truth:
        """A condition for each row, none of them null; known where all are the same."""
        return True if flags.all() else self.add(flags) if flags.any() else False
