"""A column by its distinct values."""

from __future__ import annotations

import polars as pl

from interop.immutable import immutable

U32 = pl.UInt32
FEW = 256
"""Rows up to which a dict is faster than the fixed cost of two native calls."""


@immutable()
class Coded:
    """A column by its distinct values.

    Shapes: `values` [d], in order of appearance, null among them; `codes` u32[n].
    """

    values: list[str | None]
    codes: pl.Series


def encode(series: pl.Series) -> Coded:
    """The distinct values of a text column and, for each row, the number of its value."""
    if len(series) <= FEW:
        numbers: dict[str | None, int] = {}
        codes = [numbers.setdefault(text, len(numbers)) for text in series.to_list()]
        return Coded(list(numbers), pl.Series(codes, dtype=U32))
    distinct = series.unique(maintain_order=True)
    return Coded(distinct.to_list(), series.replace_strict(distinct, numbers_to(len(distinct)), return_dtype=U32))


def encode_all(frame: pl.DataFrame) -> dict[str, Coded]:
    """The same for all columns of a table at once, which is far cheaper than one by one."""
    if frame.height <= FEW:
        return {column.name: encode(column) for column in frame.get_columns()}
    distinct = frame.select(pl.all().unique(maintain_order=True).implode())
    values = {column.name: column[0] for column in distinct.get_columns()}
    codes = frame.select(
        pl.col(name).replace_strict(known, numbers_to(len(known)), return_dtype=U32) for name, known in values.items()
    )
    return {name: Coded(known.to_list(), codes.get_column(name)) for name, known in values.items()}


def numbers_to(end: int) -> pl.Series:
    """0, 1, … up to `end`, not included. Shape: u32[end]."""
    return pl.int_range(end, dtype=U32, eager=True)
