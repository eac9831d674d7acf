"""The tables of some messages and of those after them, as one: so many are shredded at a time as pays."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from interop.readers.hl7v2.blanks import Blanks
from interop.readers.protocol import Table


def join_tables(parts: Sequence[tuple[int, Table]], blanks: Blanks) -> Table:
    """The tables of one context, one after another.

    Args:
        parts: Each with how many rows the tables around those before it have: its parents are counted from there.
        blanks: Of the context's columns.
    """
    parents = [table.parent + first for first, table in parts if table.parent is not None]
    tables = [table for _, table in parts]
    joined = blanks.table(
        sum(table.frame.height for table in tables), pl.concat(parents, rechunk=True) if parents else None
    )
    filled = [
        name for name in tables[0].frame.columns if any(table.filled and name in table.filled for table in tables)
    ]
    if filled:
        frames = [pl.DataFrame([table.frame.get_column(name) for name in filled]) for table in tables]
        for column in pl.concat(frames, rechunk=True).get_columns():
            blanks.fill(joined, (column.name,), column)
    return joined
