"""Ids of a rule's resources for all rows of its context, and references to them."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from uuid import UUID

import polars as pl
from polars_hash import UUIDHashNameSpace

from interop.engine.columns.atoms import constant
from interop.engine.columns.distinct import Memory
from interop.engine.columns.scratch import NULL, Noted, Scratch
from interop.engine.columns.values import TEXT, holds, text_of
from interop.engine.columns.view import Source, View
from interop.engine.row_values import compile_value
from interop.plan import model as plan
from interop.values.ids import SEPARATOR


@dataclass(frozen=True, slots=True)
class Built:
    """A rule's rows that pass its `$when`, and their ids. Shapes: `ids` utf8[view.height], null where the key is."""

    view: View
    ids: pl.Series
    noted: list[Noted]


class Identities:
    """The ids of all rules on one batch, each made when it is first asked for."""

    def __init__(self, compiled: plan.Plan, source: Source, memory: Memory) -> None:
        self._rules = {rule.name: rule for rule in compiled.rules}
        self._namespace = UUID(bytes=compiled.namespace)
        self._source = source
        self.memory = memory
        self._built: dict[str, Built] = {}
        self._locks = {rule.name: Lock() for rule in compiled.rules}
        self._whole: dict[str, pl.Series] = {}

    def built(self, rule: plan.Rule) -> Built:
        """The rows and ids of a rule. Several threads may ask; one makes them."""
        with self._locks[rule.name]:
            return self._made(rule)

    def _made(self, rule: plan.Rule) -> Built:
        if rule.name not in self._built:
            noted: list[Noted] = []
            view = View.whole(self._source, rule.context)
            if rule.when is not None and view.height:
                scratch = Scratch(view, self.memory, noted)
                true = holds(rule.when, scratch, ())
                if not isinstance(true, bool):
                    view = view.keep(scratch.compute(true))
                elif not true:
                    view = view.none()
            self._built[rule.name] = Built(view, self._ids(rule, Scratch(view, self.memory, noted)), noted)
        return self._built[rule.name]

    def reference(self, node: plan.Reference, scratch: Scratch) -> tuple[str, pl.Expr, bool]:
        """The type of a rule's resource, and for each row of a view its id `node.up` contexts above, or null.

        Returns:
            The type, the ids (`NULL` when all are null), and whether some are null.
        """
        rule = self._rules[node.rule]
        if rule.name not in self._whole:
            built = self.built(rule)
            ids = built.ids
            if built.view.rows is not None:
                empty = pl.Series([None], dtype=pl.String).new_from_index(0, self._source.height(rule.context))
                ids = empty.scatter(built.view.rows, ids) if len(ids) else empty
            self._whole[rule.name] = ids
        whole = self._whole[rule.name]
        if whole.null_count() == len(whole):
            return rule.resource, NULL, True
        ids = whole if node.up == 0 and scratch.view.rows is None else whole.gather(scratch.view.rows_of(node.up))
        nulls = ids.null_count()
        return rule.resource, NULL if nulls == len(ids) else scratch.add(ids), nulls > 0

    def _ids(self, rule: plan.Rule, scratch: Scratch) -> pl.Series:
        if scratch.view.height == 0:
            return pl.Series([], dtype=pl.String)
        if rule.id is not None and rule.id_check is not None:
            return self._explicit(rule, rule.id, rule.id_check, scratch)
        parts = [text_of(part, scratch, ()) for part in rule.key]
        ids = scratch.compute(derive(self._namespace, rule.resource, parts))
        if ids.null_count():
            scratch.note(rule.order, "D401", ids.is_null(), ())
        return ids

    def _explicit(self, rule: plan.Rule, value: plan.Value, check: plan.Apply, scratch: Scratch) -> pl.Series:
        text = scratch.compute(text_of(value, scratch, ()))
        scratch.note(rule.order, "D401", text.is_null(), ())
        step = plan.Stepped(
            TEXT,
            "id",
            (),
            lambda word: known if isinstance(known := check(word), str) else None,
            rule.order,
            rule.place,
        )
        results, codes = scratch.over_text(rule.id_check, text, lambda: compile_value(step), ())
        ids = scratch.compute(scratch.spread(results, codes))
        scratch.note(rule.order, "D404", ids.is_null() & text.is_not_null(), ())
        return ids


def derive(namespace: UUID, resource: str, key: list[pl.Expr]) -> pl.Expr:
    """`values.ids.derived_id` over columns: null where a part of the key is.

    Native: ids are a third of the work where each is made by a call.
    """
    name = pl.concat_str([constant(resource), *key], separator=SEPARATOR)
    return UUIDHashNameSpace(name).uuid5(str(namespace))
