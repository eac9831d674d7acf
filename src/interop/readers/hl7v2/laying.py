"""The rows and lines of a batch's messages, laid out together from the outlines of their templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from interop.immutable import immutable
from interop.readers.hl7v2.outline import Outline

U32 = pl.UInt32


@immutable()
class Rows:
    """The rows of a context.

    Shapes: u32[n], the message of each, the row around it among those of its context, and its number in that, from 1.
    """

    messages: pl.Series
    parents: pl.Series
    numbers: pl.Series


@immutable()
class Laid:
    """Where everything stands.

    Shapes: `rows` by the number of each context that has some; `lines` one a line that is read, in order of its rows:
    `store`, `row` of its context, `line` among the lines of all messages, `message`, u32[lines].
    """

    rows: dict[int, Rows]
    lines: pl.DataFrame


def lay_out(outlines: Iterable[Outline], of: Sequence[int], heights: pl.Series) -> Laid:
    """Lay out messages.

    Args:
        outlines: The outlines that there are.
        of: For each message the place of its own.
        heights: u32[messages], the number of lines of each.
    """
    flat = Outline()
    row_ends, line_ends = [0], [0]
    for one in outlines:
        flat.extend(one)
        row_ends.append(len(flat.contexts))
        line_ends.append(len(flat.stores))
    outline = pl.Series(of, dtype=U32)
    rows, first_rows = _spread(outline, row_ends)
    by_context = (
        rows.select(
            _at(flat.contexts).alias("context"),
            pl.int_range(pl.len(), dtype=U32).alias("entry"),
            "message",
            (pl.int_range(pl.len(), dtype=U32) - _at(flat.backs)).alias("above"),
        )
        .group_by("context", maintain_order=True)
        .all()
    )
    heights_of = by_context.get_column("entry").list.len()
    entries = (
        by_context.lazy()
        .select("entry", pl.int_ranges(heights_of, dtype=U32).alias("row"))
        .explode("entry", "row")
        .collect()
    )
    numbers = pl.zeros(rows.height, U32, eager=True).scatter(entries.get_column("entry"), entries.get_column("row"))
    found: dict[int, Rows] = {}
    for context, messages, above in zip(*by_context.select("context", "message", "above").get_columns(), strict=True):
        lengths = above.rle().struct.field("len")
        found[context] = Rows(messages, numbers.gather(above), pl.int_ranges(1, lengths + 1, eager=True).explode())
    lines, _ = _spread(outline, line_ends)
    first_lines = heights.cum_sum().cast(U32) - heights
    return Laid(
        found,
        lines.select(
            _at(flat.stores).alias("store"),
            pl.lit(numbers).gather(pl.lit(first_rows).gather("message") + _at(flat.rows)).alias("row"),
            (pl.lit(first_lines).gather("message") + _at(flat.lines)).alias("line"),
            "message",
        ),
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
