"""Nodes of the plan on a view: what an expression of their JSON text is made of, and how members are joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import polars as pl

from interop.engine.columns.atoms import TRUE, constant
from interop.engine.columns.scratch import NULL
from interop.plan import model as plan
from interop.plan.json_text import quote


class Seen(Enum):
    """How a piece is present, where no expression is needed to tell."""

    NEVER = "never"
    WHEN_THERE = "when there"


Presence: TypeAlias = Seen | pl.Expr
NEVER, WHEN_THERE = Seen.NEVER, Seen.WHEN_THERE


Part: TypeAlias = str | pl.Expr


@dataclass(frozen=True, slots=True)
class Piece:
    """A node on a view: its text in parts (constants as strings), whether it can be null, how it is present.

    A piece of several parts is never null; its parts are spliced into what holds it, so that no text is copied twice.
    `given` tells where the text is not null without putting it together: what asks for each level of a tree would
    otherwise build each level's text again.
    """

    parts: tuple[Part, ...]
    null: bool
    present: Presence
    given: pl.Expr | None = None
    whole: bool = False  # the text is a member with its name

    def expression(self) -> pl.Expr:
        if len(self.parts) == 1:
            (part,) = self.parts
            return constant(part) if isinstance(part, str) else part
        return joined(self.parts)

    def there(self) -> pl.Expr | None:
        """Presence as an expression; None when it never is."""
        if isinstance(self.present, pl.Expr):
            return self.present
        if self.present is NEVER:
            return None
        return self.is_given()

    def is_given(self) -> pl.Expr:
        """Where the text is not null."""
        if not self.null:
            return TRUE
        return self.given if self.given is not None else self.expression().is_not_null()


def joined(parts: Iterable[Part]) -> pl.Expr:
    """Parts as one text; null when any is."""
    return pl.concat_str([constant(part) if isinstance(part, str) else part for part in merged_parts(parts)])


def merged_parts(parts: Iterable[Part]) -> list[Part]:
    """The same with neighbouring constants as one."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif not isinstance(part, str) or part:
            merged.append(part)
    return merged


NOTHING = Piece((NULL,), null=True, present=NEVER)


def join_members(members: list[tuple[str, str | None, Piece]], *, first: bool) -> list[Part]:
    """Members as parts of text with commas between them; with one before the first unless `first`.

    A member that is never null is the anchor: what may be null before it brings a comma after itself, what may be null
    after it brings one before.
    """
    members = [(name, absent, piece) for name, absent, piece in members if piece is not NOTHING or absent]
    anchor = next((n for n, (_, absent, piece) in enumerate(members) if not piece.null or absent), None)
    parts: list[Part] = []
    sure = not first  # whether something stands before, so that a comma is due
    for number, (name, absent, piece) in enumerate(members):
        before = "," if sure else ""
        after = "," if not sure and (anchor is None or number < anchor) else ""
        prefix = before if piece.whole else before + quote(name) + ":"
        if not piece.null:
            parts.extend((prefix, *piece.parts, after))
        elif piece is NOTHING and absent:
            parts.append(before + absent + after)
        else:
            text = joined((prefix, *piece.parts, after))
            parts.append(text.fill_null(before + absent + after if absent else ""))
        sure = sure or number == anchor
    return [joined(parts).str.strip_suffix(",")] if anchor is None and first else parts


def listed(items: Iterable[Piece]) -> Piece:
    """A list of items in order, each of them one or several with commas between; those that are null are left out."""
    pieces = [piece for piece in items if piece is not NOTHING]
    if not pieces:
        return NOTHING
    there = [seen for piece in pieces if (seen := piece.there()) is not None]
    strict = all(piece.present is WHEN_THERE for piece in pieces)
    present: Presence = WHEN_THERE if strict else pl.any_horizontal(there) if there else NEVER
    if len(pieces) == 1:
        (only,) = pieces
        parts: tuple[Part, ...] = ("[", *only.parts, "]")
        return Piece((joined(parts),) if only.null else parts, only.null, present, given=only.is_given())
    commas = [pl.concat_str(constant(","), piece.expression()).fill_null("") for piece in pieces]
    body = pl.concat_str(commas).str.slice(1)
    whole = pl.concat_str(constant("["), body, constant("]"))
    if any(not piece.null for piece in pieces):
        return Piece((whole,), null=False, present=present)
    some = pl.any_horizontal([piece.is_given() for piece in pieces])
    return Piece((pl.when(some).then(whole).otherwise(NULL),), null=True, present=present, given=some)


def missing_expression(item: plan.Required, members: list[tuple[str, str | None, Piece]]) -> pl.Expr | None:
    """Where a required element has no member; None when it always has one."""
    given = [(absent, piece) for name, absent, piece in members if name in item.members]
    if any(not piece.null or absent for absent, piece in given):
        return None
    nulls = [~piece.is_given() for _, piece in given if piece is not NOTHING]
    return pl.all_horizontal(nulls) if nulls else TRUE
