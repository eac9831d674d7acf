"""Lists whose items come from child rows, are not repeated, or know their number.

Most only come from child rows: the items of each are joined for the row that they are of, and stand beside those of
the others. The rest is built long: every item of every row becomes a row of one table (owner, item, row), in order;
repeated ones leave it; what is left is numbered within its owner and joined to text. Linear but for one sort.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from interop.engine.columns.atoms import FALSE
from interop.engine.columns.nodes import NodeBuilder
from interop.engine.columns.pieces import NEVER, NOTHING, WHEN_THERE, Piece, Presence, listed
from interop.engine.columns.scratch import Active, Scratch
from interop.engine.columns.values import text_of
from interop.plan import model as plan

U32 = pl.UInt32


@dataclass(slots=True)
class _Part:
    """One item of the list on its own view. Shapes: `owner` u32[n], rows of the list's view."""

    builder: NodeBuilder
    piece: Piece
    owner: pl.Series
    key: pl.Series | None


def build_list(builder: NodeBuilder, node: plan.Array, active: Active) -> Piece:
    """The piece of a list that is not plain."""
    listing, builder.listing = builder.listing, ""
    if not node.numbered and all(item.distinct is None for item in node.items):
        runs = [_run(builder, item, active, single=node.single) for item in node.items]
        return runs[0] if node.single else listed(runs)
    position = f"position{node.order}"
    every = [_part(builder, item, position, active) for item in node.items]
    parts = [part for part in every if part.piece is not NOTHING]
    if not parts:
        return NOTHING
    long = pl.concat([_rows(number, part) for number, part in enumerate(parts)])
    long = long.sort("owner", "item", "row")
    if any(part.key is not None for part in parts):
        long = long.filter(pl.col("key").is_null() | pl.struct("owner", "key").is_first_distinct())
    long = long.with_columns(position=pl.int_range(pl.len(), dtype=U32).over("owner") + 1)
    if listing:
        known = long.filter(pl.col("key").is_not_null())
        builder.keyed[listing] = known.select("owner", "key", pl.col("position").cast(pl.String))
    if long.height == 0:
        return NOTHING
    texts = pl.concat([_texts(number, part, position, long) for number, part in enumerate(parts)])
    texts = texts.sort("owner", "item", "row")
    never = all(part.piece.present is NEVER for part in parts)
    strict = never or texts.get_column("there").all()
    owners, body = texts.get_column("owner"), texts.get_column("text")
    return listed([_joined(builder, owners, body, None if strict else texts.get_column("there"), never=never)])


def _run(outer: NodeBuilder, item: plan.Item, active: Active, *, single: bool) -> Piece:
    """One item, or those of all rows of its `$each` with commas between; of these the first alone where `single`."""
    if item.each is None:
        return outer.piece(item.node, active)
    part = _part(outer, item, "", active)
    if part.piece is NOTHING:
        return NOTHING
    scratch, owners = part.builder.scratch, part.owner
    texts = scratch.compute(part.piece.expression())
    there = None
    if part.piece.present is not WHEN_THERE:
        seen = part.piece.there()
        there = scratch.compute(seen if seen is not None else FALSE)
    if texts.null_count():
        given = texts.is_not_null()
        owners, texts = owners.filter(given), texts.filter(given)
        there = there.filter(given) if there is not None else None
    return _joined(outer, owners, texts, there, never=part.piece.present is NEVER, single=single)


def _joined(
    builder: NodeBuilder,
    owners: pl.Series,
    texts: pl.Series,
    there: pl.Series | None,
    *,
    never: bool = False,
    single: bool = False,
) -> Piece:
    """Texts joined for the row of the view that owns them; where `single`, the first of them.

    Args:
        builder: Builds on the view of the owners.
        owners: u32[n], rows of the view, in order.
        texts: utf8[n], none of them null.
        there: Which are present; None when all are.
        never: None of them makes what holds it present.
        single: The element takes one.
    """
    if len(texts) == 0:
        return NOTHING
    if never:
        there = None
    if (owners[1:] == owners[:-1]).any():
        frame = pl.DataFrame({"owner": owners, "text": texts} | ({"there": there} if there is not None else {}))
        made = [pl.col("text").first() if single else pl.col("text")]
        if there is not None:
            made.append(pl.col("there").any())
        grouped = frame.with_columns(pl.col("owner").set_sorted()).group_by("owner", maintain_order=True).agg(made)
        if not single:  # ten times as fast as joining in the groups
            grouped = grouped.with_columns(pl.col("text").list.join(","))
        owners, texts = grouped.get_column("owner"), grouped.get_column("text")
        there = grouped.get_column("there") if there is not None else None
    height = builder.scratch.view.height
    some = len(owners) < height
    if some:
        texts = pl.Series([None], dtype=pl.String).new_from_index(0, height).scatter(owners, texts)
        if there is not None:
            there = pl.Series([False]).new_from_index(0, height).scatter(owners, there)
    present: Presence = NEVER if never else WHEN_THERE if there is None else builder.scratch.add(there)
    return Piece((builder.scratch.add(texts),), some, present)


def _part(outer: NodeBuilder, item: plan.Item, position: str, active: Active) -> _Part:
    """An item on the view that it stands in, with the column of its number still to be filled."""
    if item.each is None:
        owner = pl.Series(range(outer.scratch.view.height), dtype=U32)
        builder, reached = outer, active
    else:
        view = outer.scratch.view.each(item.each)
        assert view.owner is not None
        owner = view.owner
        if view.height == 0:
            return _Part(outer, NOTHING, owner, None)
        scratch = Scratch(view, outer.scratch.memory, outer.scratch.noted)
        builder = NodeBuilder(
            scratch, outer.compiler, outer.facts, outer.references, outer.lists, outer.keyed, outer=outer
        )
        mask = outer.scratch.mask(active)
        reached = () if mask is None else (scratch.add(mask.gather(owner)),)
    key = None
    if item.distinct is not None:
        key = builder.scratch.compute(text_of(item.distinct, builder.scratch, reached))
    before, builder.position = builder.position, position
    builder.scratch.columns[position] = pl.Series(["0"], dtype=pl.String).new_from_index(0, builder.scratch.view.height)
    piece = builder.piece(item.node, reached)
    builder.position = before
    return _Part(builder, piece, owner, key)


def _rows(number: int, part: _Part) -> pl.DataFrame:
    """The item's rows that are not null. Columns: owner, item, row, key."""
    height = part.builder.scratch.view.height
    frame = pl.DataFrame(
        {
            "owner": part.owner,
            "item": pl.Series([number], dtype=U32).new_from_index(0, height),
            "row": pl.Series(range(height), dtype=U32),
            "key": part.key if part.key is not None else pl.Series([None], dtype=pl.String).new_from_index(0, height),
        }
    )
    return frame.filter(part.builder.scratch.compute(part.piece.is_given())) if part.piece.null else frame


def _texts(number: int, part: _Part, position: str, long: pl.DataFrame) -> pl.DataFrame:
    """The item's fragments for the rows that are left, now that their numbers are known.

    Columns: owner, item, row, text, there.
    """
    scratch = part.builder.scratch
    mine = long.filter(pl.col("item") == number)
    numbers = pl.Series([None], dtype=pl.String).new_from_index(0, scratch.view.height)
    rows = mine.get_column("row")
    if len(rows):
        scratch.columns[position] = numbers.scatter(rows, mine.get_column("position").cast(pl.String))
    text = scratch.compute(part.piece.expression()).gather(rows)
    seen = part.piece.there()
    there = scratch.compute(seen).gather(rows) if seen is not None else pl.Series([False]).new_from_index(0, len(rows))
    return mine.select("owner", "item", "row").with_columns(text=text, there=there)
