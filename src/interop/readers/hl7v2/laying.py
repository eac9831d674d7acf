"""The rows and lines of a batch's messages, laid out together from the outlines of their templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from interop.readers.hl7v2.outline import Outline

U32 = pl.UInt32


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a context. Shapes: u32[n], the message of each, and the row around it among those of its context."""

    messages: pl.Series
    parents: pl.Series


@dataclass(frozen=True, slots=True)
class Laid:
    """Where everything stands.

    Shapes: `rows` by the number of each context that has some; `lines` by store, of those that have some, u32[rows]:
    the line of each row of its context among the lines of all messages, null where it has none.
    """

    rows: dict[int, Rows]
    lines: dict[int, pl.Series]


def lay_out(outlines: Iterable[Outline], of: Sequence[int], heights: Sequence[int], owners: Mapping[int, int]) -> Laid:
    """Lay out messages.

    Args:
        outlines: The outlines that there are.
        of: For each message the place of its own.
        heights: For each message the number of its lines.
        owners: The context of each store.
    """
    flat = Outline()
    row_ends, line_ends = [0], [0]
    for one in outlines:
        flat.extend(one)
        row_ends.append(len(flat.contexts))
        line_ends.append(len(flat.stores))
    outline = pl.Series(of, dtype=U32)
    rows, first_rows = _spread(outline, row_ends)
    rows = rows.select(
        "message",
        _at(flat.contexts).alias("context"),
        (pl.int_range(pl.len(), dtype=U32) - _at(flat.backs)).alias("above"),
    )
    numbers = rows.select(pl.int_range(pl.len(), dtype=U32).over("context")).to_series()
    by_context = rows.select("message", "context", pl.lit(numbers).gather("above").alias("parent")).group_by("context")
    found = {
        context: Rows(messages, parents)
        for context, messages, parents in zip(*by_context.agg("message", "parent").get_columns(), strict=True)
    }
    lines, _ = _spread(outline, line_ends)
    first_lines = pl.Series(heights, dtype=U32)
    first_lines = first_lines.cum_sum().cast(U32) - first_lines
    by_store = lines.select(
        _at(flat.stores).alias("store"),
        pl.lit(numbers).gather(pl.lit(first_rows).gather("message") + _at(flat.rows)).alias("row"),
        (pl.lit(first_lines).gather("message") + _at(flat.lines)).alias("line"),
    ).group_by("store")
    return Laid(
        found,
        {
            store: _placed(row, line, len(found[owners[store]].messages))
            for store, row, line in zip(*by_store.agg("row", "line").get_columns(), strict=True)
        },
    )


def _spread(outline: pl.Series, ends: list[int]) -> tuple[pl.DataFrame, pl.Series]:
    """The entries of all messages: `message` and `place` in the outlines; and the first entry of each message."""
    bounds = pl.Series(ends, dtype=U32)
    first, last = bounds.gather(outline), bounds.gather(outline + 1)
    count = last - first
    places = pl.DataFrame({"place": pl.int_ranges(first, last, dtype=U32, eager=True)})
    spread = places.with_row_index("message").explode("place", empty_as_null=False)
    return spread, count.cum_sum().cast(U32) - count


def _at(numbers: list[int]) -> pl.Expr:
    return pl.lit(pl.Series(numbers, dtype=U32)).gather("place")


def _placed(rows: pl.Series, lines: pl.Series, height: int) -> pl.Series:
    """The line of each row."""
    if len(rows) == height:
        return lines
    return pl.Series([None], dtype=U32).new_from_index(0, height).scatter(rows, lines)
