"""Lists whose items come from child rows, are not repeated, or know their number: built long, then gathered.

Every item of every row becomes a row of one long table (owner, item, row), in order; dropped items leave it, repeated
ones too; what is left is numbered within its owner and joined to text. Linear but for one sort.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from interop.engine.columns.nodes import NodeBuilder
from interop.engine.columns.pieces import NEVER, NOTHING, WHEN_THERE, Piece, Presence
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
    if _is_simple(node):
        return _join_children(builder, node.items[0], active, single=node.single)
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
    return _gathered(builder, texts, loose=not texts.get_column("there").all(), never=never)


def _gathered(builder: NodeBuilder, texts: pl.DataFrame, *, loose: bool, never: bool, single: bool = False) -> Piece:
    """Items in order, as one list for each row of the view. Columns: owner, text, and there when `loose`.

    Where the element takes one, the first of them.
    """
    made = [pl.col("text").first() if single else pl.col("text")]
    if loose and not never:
        made.append(pl.col("there").any())
    joined = texts.with_columns(pl.col("owner").set_sorted()).group_by("owner", maintain_order=True).agg(made)
    if not single:  # ten times as fast as joining in the groups
        joined = joined.with_columns(pl.col("text").list.join(","))
    owners = joined.get_column("owner")
    height = builder.scratch.view.height
    text, there = joined.get_column("text"), joined.get_column("there") if loose and not never else None
    if len(owners) < height:
        text = pl.Series([None], dtype=pl.String).new_from_index(0, height).scatter(owners, text)
        if there is not None:
            there = pl.Series([False]).new_from_index(0, height).scatter(owners, there)
    present: Presence = NEVER if never else WHEN_THERE if there is None else builder.scratch.add(there)
    body = builder.scratch.add(text)
    whole = body if single else pl.concat_str(pl.lit("["), body, pl.lit("]"))
    return Piece((whole,), null=True, present=present, given=body.is_not_null())


def _is_simple(node: plan.Array) -> bool:
    """Whether a list is one item for each child row, in order, none dropped for another and none numbered."""
    return not node.numbered and len(node.items) == 1 and node.items[0].distinct is None


def _join_children(outer: NodeBuilder, item: plan.Item, active: Active, *, single: bool) -> Piece:
    """The list of one item for each row of `$each`: no long table, since these stand in the order of their owners."""
    part = _part(outer, item, "", active)
    scratch = part.builder.scratch
    if part.piece is NOTHING:
        return NOTHING
    seen = part.piece.there()
    there = seen if seen is not None else pl.lit(value=False)
    frame = pl.DataFrame({"owner": part.owner, "text": scratch.compute(part.piece.expression())})
    strict = part.piece.present is WHEN_THERE
    if not strict:
        frame = frame.with_columns(there=scratch.compute(there))
    if part.piece.null:
        frame = frame.filter(pl.col("text").is_not_null())
    return _gathered(outer, frame, loose=not strict, never=part.piece.present is NEVER, single=single)


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
        builder = NodeBuilder(scratch, outer.compiler, outer.references, outer.lists, outer.keyed, outer=outer)
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
