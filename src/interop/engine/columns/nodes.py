"""Nodes of the plan as column expressions of JSON text.

A *piece* is a node on a view: an expression of its fragment, and how to tell whether it is present. What reads one
column runs once a distinct value (`Fused`); the rest is put together natively, with neighbouring constants as one
literal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import polars as pl

from interop.engine.columns.atoms import FALSE, TRUE, column, constant
from interop.engine.columns.facts import NodeFacts
from interop.engine.columns.native import Form, form_of, part
from interop.engine.columns.pieces import (
    NEVER,
    NOTHING,
    WHEN_THERE,
    Part,
    Piece,
    Presence,
    join_members,
    joined,
    listed,
    missing_expression,
)
from interop.engine.columns.scratch import NULL, Active, Codes, Scratch
from interop.engine.columns.values import TEXT, first_of, holds, text_of
from interop.engine.period import ends_before
from interop.engine.rows import NodeCompiler
from interop.plan import model as plan
from interop.plan.json_text import quote
from interop.plan.walk import falls_back

ListBuilder: TypeAlias = Callable[["NodeBuilder", plan.Array, Active], Piece]


@dataclass(slots=True)
class NodeBuilder:
    """Builds pieces on one view. `outer` is the builder of the view that this one was opened from by `$each`."""

    scratch: Scratch
    compiler: NodeCompiler
    facts: NodeFacts
    references: Callable[[plan.Reference, Scratch], tuple[str, pl.Expr, bool]]  # type, ids, whether some are null
    lists: ListBuilder
    keyed: dict[str, pl.DataFrame]
    position: str = ""  # name of the column that holds the current item's number
    listing: str = ""  # the list of the resource that is being built, when `$position` asks for it
    outer: NodeBuilder | None = None

    def piece(self, node: plan.Node, active: Active) -> Piece:
        """The piece of a node."""
        needs = self.facts.needs(node)
        if needs is not None and self.scratch.view.source.lacks(needs):
            return NOTHING
        match node:
            case plan.Json(text):
                return Piece((text,), null=False, present=NEVER)
            case plan.Fused(column, inner):
                return self._fused(node, column, inner, active)
            case plan.Primitive():
                return self._literal(node, active)
            case plan.Coded():
                return self._over_value(node, node.value, active)
            case plan.Guard(condition, inner):
                return self._guard(condition, inner, active)
            case plan.Object():
                return self._object(node, active)
            case plan.Array():
                return self._array(node, active) if node.plain else self.lists(self, node, active)
            case plan.First(options):
                return self._first(options, active)
            case plan.Reference():
                return self._reference(node, active)
            case plan.Position():
                return self._position(node, active)
            case plan.PeriodEnd():
                return self._period_end(node, active)

    # -- what runs once a distinct value -----------------------------------------------------------------------------

    def _fused(self, node: plan.Fused, column: plan.Column | None, inner: plan.Node, active: Active) -> Piece:
        if self.scratch.many(column) and self.facts.is_native(inner):
            return self.piece(inner, active)
        results, codes = self.scratch.over(node, column, lambda: self.compiler.node(inner), active)
        return self._spread(results, codes, loose=self.facts.is_loose(inner))

    def _spread(self, results: list[tuple[str | None, bool]], codes: Codes | None, *, loose: bool) -> Piece:
        texts = [text for text, _ in results]
        spread = self.scratch.spread(texts, codes)
        if spread is NULL:
            return NOTHING
        if codes is None:
            text, there = results[0]
            return Piece((text or "",), null=False, present=WHEN_THERE if there else NEVER)
        present: Presence = WHEN_THERE
        if loose:
            seen = self.scratch.spread_flags([there for _, there in results], codes)
            present = seen if isinstance(seen, pl.Expr) else TRUE if seen else FALSE
        return Piece((spread,), None in texts, present)

    def _over_value(self, node: plan.Primitive | plan.Coded, value: plan.Value, active: Active) -> Piece:
        """A literal or coding over a text that several columns were put together to."""
        text = text_of(value, self.scratch, active)
        if text is NULL:
            return NOTHING
        series = self.scratch.compute(text)
        results, codes = self.scratch.over_text(
            node, series, lambda: self.compiler.node(_with_value(node, TEXT)), active
        )
        return self._spread(results, codes, loose=False)

    def _literal(self, node: plan.Primitive, active: Active) -> Piece:
        form = form_of(node)
        piece = self._over_value(node, node.value, active) if form is None else self._formed(node, form, active)
        if piece is NOTHING or not self.facts.is_loose(node):
            return piece
        before = falls_back(node.value)
        assert before is not None
        there = first_of(before.options, self.scratch, (FALSE,)).is_not_null()
        return replace(piece, present=there & piece.is_given())

    def _formed(self, node: plan.Primitive, form: Form, active: Active) -> Piece:
        """A leaf by its native form; what is not regular, by distinct value."""
        step = node.value if isinstance(node.value, plan.Stepped) else None
        value = node.value if step is None else step.source
        source = text_of(value, self.scratch, active)
        if source is NULL:
            return NOTHING
        if isinstance(value, plan.Column):
            parted = self.scratch.parted(value, form)
        else:
            parted = part(self.scratch.compute(source), form)
        text = self.scratch.add(parted.text)
        quoted: tuple[Part, ...] = ('"', text, '"')
        given = text.is_not_null()
        if parted.rest is None:
            null = parted.text.null_count() > 0
            return Piece((joined(quoted),) if null else quoted, null, WHEN_THERE, given)
        scalar = replace(node, value=TEXT if step is None else replace(step, source=TEXT))
        results, codes = self.scratch.over_coded(node, parted.rest, lambda: self.compiler.node(scalar), active)
        if all(text is None for text, _ in results):
            return Piece((joined(quoted),), True, WHEN_THERE, given)
        irregular = self.scratch.spread([text for text, _ in results], codes)
        return Piece((pl.coalesce(joined(quoted), irregular),), True, WHEN_THERE, given | irregular.is_not_null())

    # -- what is put together ----------------------------------------------------------------------------------------

    def _guard(self, condition: plan.Condition, inner: plan.Node, active: Active) -> Piece:
        true = holds(condition, self.scratch, active)
        if true is False:
            return NOTHING
        constant = not self.facts.reads_record(inner)
        if true is True:
            piece = self.piece(inner, active)
            return replace(piece, present=WHEN_THERE) if constant and piece is not NOTHING else piece
        piece = self.piece(inner, (*active, true))
        if piece is NOTHING:
            return NOTHING
        text = pl.when(true).then(piece.expression()).otherwise(NULL)
        given = true & piece.is_given() if piece.null else true
        present: Presence = WHEN_THERE
        if isinstance(piece.present, pl.Expr):
            present = true & piece.present
        elif piece.present is NEVER and not constant:
            present = NEVER
        return Piece((text,), null=True, present=present, given=given)

    def _object(self, node: plan.Object, active: Active) -> Piece:
        members = self.members(node.members, active, exclusive=node.exclusive)
        there = [seen for _, _, piece in members if (seen := piece.there()) is not None]
        if (node.reads and not there) or all(piece is NOTHING and not absent for _, absent, piece in members):
            return NOTHING
        present = pl.any_horizontal(there) if there else FALSE
        if node.required:
            self._require(node, members, (*active, present) if node.reads else active)
        body = join_members(members, first=True)
        always = any(not piece.null for _, _, piece in members)
        if not node.reads:
            if always:
                return Piece(("{", *body, "}"), null=False, present=NEVER)
            inside = joined(body)
            whole = joined(("{", inside, "}"))
            return Piece((pl.when(inside != "").then(whole).otherwise(NULL),), null=True, present=NEVER)
        if any(piece.present is WHEN_THERE and not piece.null for _, _, piece in members):
            return Piece(("{", *body, "}"), null=False, present=WHEN_THERE)
        text = pl.when(present).then(joined(("{", *body, "}"))).otherwise(NULL)
        return Piece((text,), null=True, present=WHEN_THERE, given=present)

    def members(
        self,
        members: tuple[plan.Member, ...],
        active: Active,
        first: tuple[str, ...] = (),
        exclusive: tuple[plan.Exclusive, ...] = (),
    ) -> list[tuple[str, str | None, Piece]]:
        """The pieces of members: (name, text of the whole member when null, piece). Those in `first` come first."""
        built: dict[str, tuple[str, str | None, Piece]] = {}
        for member in sorted(members, key=lambda member: member.name not in first):
            self.listing = member.name if member.name in first else ""
            if member.when is None:
                piece = self.piece(member.node, active)
                built[member.name] = (member.name, member.absent, piece)
            else:
                true = holds(member.when, self.scratch, active)
                if true is False:
                    built[member.name] = (member.name, None, NOTHING)
                elif true is True:
                    built[member.name] = (member.name, member.absent, self.piece(member.node, active))
                else:
                    piece = self.piece(member.node, (*active, true))
                    built[member.name] = (member.name, None, self._absent_when(member, piece, true))
        for choice in exclusive:
            self._exclude(choice, built, active)
        return [built[member.name] for member in members]

    def _exclude(self, choice: plan.Exclusive, built: dict[str, tuple[str, str | None, Piece]], active: Active) -> None:
        """Leaves the first member of a choice that has a value."""
        before: pl.Expr | None = None
        for name in choice.members:
            _, absent, piece = built[name]
            if piece is NOTHING and not absent:
                continue
            given = TRUE if absent else piece.is_given()
            if before is not None:
                clash = self.scratch.compute(before & given)
                self.scratch.note(choice.order, "V208", clash, active)
                there = piece.there()
                whole = piece.whole or bool(absent)
                made = piece.expression()
                if absent:
                    member = piece.parts if piece.whole else (quote(name) + ":", *piece.parts)
                    made = pl.coalesce(joined(member), constant(absent))
                text = pl.when(before).then(NULL).otherwise(made)
                present: Presence = NEVER if there is None else there
                left = Piece((text,), null=True, present=present, given=~before & given, whole=whole)
                built[name] = (name, None, left)
            before = given if before is None else before | given

    def _absent_when(self, member: plan.Member, piece: Piece, true: pl.Expr) -> Piece:
        """A member under a condition that falls back on a data-absent-reason: as a piece of whole-member text."""
        whole = pl.concat_str(constant(quote(member.name) + ":"), piece.expression())
        text = pl.when(true).then(pl.coalesce(whole, pl.lit(member.absent, dtype=pl.String))).otherwise(NULL)
        there = piece.there()
        given = true if member.absent else true & piece.is_given()
        return Piece((text,), null=True, present=NEVER if there is None else there & true, given=given, whole=True)

    def _require(self, node: plan.Object, members: list[tuple[str, str | None, Piece]], active: Active) -> None:
        for item in node.required:
            missing = missing_expression(item, members)
            if missing is not None:
                where = self.scratch.compute(missing) if self.scratch.view.height else None
                if where is not None:
                    self.scratch.note(item.order, "V203", where, active)

    def _array(self, node: plan.Array, active: Active) -> Piece:
        return listed([self.piece(item.node, active) for item in node.items])

    def _first(self, options: tuple[plan.Node, ...], active: Active) -> Piece:
        pieces: list[Piece] = []
        reached: Active = active
        for option in options:
            piece = self.piece(option, reached)
            if piece is NOTHING:
                continue
            pieces.append(piece)
            if not piece.null:
                break
            reached = (*reached, ~piece.is_given())
        if len(pieces) <= 1:
            return pieces[0] if pieces else NOTHING
        text = pl.coalesce([piece.expression() for piece in pieces])
        null = all(piece.null for piece in pieces)
        given = pl.any_horizontal([piece.is_given() for piece in pieces])
        if all(piece.present is WHEN_THERE for piece in pieces):
            return Piece((text,), null, WHEN_THERE, given)
        there = FALSE
        for piece in reversed(pieces):
            seen = piece.there()
            here = FALSE if seen is None else seen
            there = pl.when(piece.is_given()).then(here).otherwise(there)
        return Piece((text,), null, there, given)

    def _reference(self, node: plan.Reference, active: Active) -> Piece:
        kind, ids, null = self.references(node, self.scratch)
        if ids is NULL:
            return NOTHING
        built = (*active, ids.is_not_null())
        rest = join_members(self.members(node.members, built), first=False) if node.members else []
        parts: tuple[Part, ...] = (f'{{"reference":"{kind}/', ids, '"', *rest, "}")
        return Piece((joined(parts),) if null else parts, null, WHEN_THERE, given=ids.is_not_null())

    def _position(self, node: plan.Position, active: Active) -> Piece:
        if not node.list:
            return Piece((column(self.position),), null=False, present=NEVER)
        text = text_of(node.key or plan.Choice(()), self.scratch, active)
        table = self.keyed.get(node.list)
        if table is None or text is NULL:
            return NOTHING
        key = self.scratch.compute(text)
        asked = pl.DataFrame({"owner": self._rule_rows(), "key": key})
        found = asked.join(table, on=["owner", "key"], how="left", maintain_order="left").get_column("position")
        return Piece((self.scratch.add(found),), null=True, present=NEVER)

    def _rule_rows(self) -> pl.Series:
        """For each row, the row of the rule's own view."""
        rows = pl.Series(range(self.scratch.view.height), dtype=pl.UInt32)
        builder: NodeBuilder = self
        while builder.outer is not None:
            assert builder.scratch.view.owner is not None
            rows = builder.scratch.view.owner.gather(rows)
            builder = builder.outer
        return rows

    def _period_end(self, node: plan.PeriodEnd, active: Active) -> Piece:
        end = self.piece(node.end, active)
        start = self.piece(node.start, (FALSE,))
        if end is NOTHING or start is NOTHING:
            return end
        ends = self.scratch.compute(end.expression())
        starts = self.scratch.compute(start.expression())
        # most periods are two dates in order: only the others are looked at one by one
        times = starts.str.contains("T", literal=True) | ends.str.contains("T", literal=True)
        doubt = ((starts >= ends) | times) & starts.is_not_null() & ends.is_not_null()
        wrong = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(ends))
        if doubt.any():
            rows = doubt.arg_true()
            pairs = zip(starts.gather(rows).to_list(), ends.gather(rows).to_list(), strict=True)
            flags = pl.Series([ends_before(one, other) for one, other in pairs], dtype=pl.Boolean)
            wrong = wrong.scatter(rows.filter(flags), True)
        self.scratch.note(node.order, "V207", wrong, active)
        there = self.scratch.add(~wrong)
        text = pl.when(there).then(self.scratch.add(ends)).otherwise(NULL)
        present = end.present & there if isinstance(end.present, pl.Expr) else end.present
        return Piece((text,), null=True, present=present)


def _with_value(node: plan.Primitive | plan.Coded, value: plan.Value) -> plan.Primitive | plan.Coded:
    return replace(node, value=value)
