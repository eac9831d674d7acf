"""Frames of text columns, also those without a column, which still have a height."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


def frame_of(columns: Mapping[str, pl.Series], height: int) -> pl.DataFrame:
    """A frame of the columns, each named by its key. Shape: [height, columns]."""
    if not columns:
        return pl.DataFrame(height=height)
    return pl.DataFrame([series.alias(name) for name, series in columns.items()])


def nulls(height: int) -> pl.Series:
    """A column without values. Shape: utf8[height]."""
    return pl.repeat(None, height, dtype=pl.String, eager=True)


def none(height: int) -> pl.Series:
    """False for every row. Shape: bool[height]."""
    return pl.repeat(False, height, dtype=pl.Boolean, eager=True)


def counting(start: int, height: int) -> pl.Series:
    """Numbers from `start` on. Shape: u32[height]."""
    return pl.int_range(start, start + height, dtype=pl.UInt32, eager=True)
