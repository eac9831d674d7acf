"""The columnar executor: one batch of records, rule by rule, to columns of JSON text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import polars as pl

from interop.engine.columns.bulk import Built, BulkExecutor
from interop.engine.columns.distinct import Memory
from interop.engine.columns.facts import NodeFacts
from interop.engine.columns.identities import Identities
from interop.engine.columns.lists import build_list
from interop.engine.columns.nodes import NodeBuilder
from interop.engine.columns.pieces import join_members, joined, missing_expression
from interop.engine.columns.repeats import Clashes, Repeats
from interop.engine.columns.scratch import Scratch
from interop.engine.columns.view import Source
from interop.engine.needs import Need, rule_needs
from interop.engine.rows import NodeCompiler
from interop.engine.settled import Rules, SettledFrames
from interop.plan import model as plan
from interop.readers.protocol import Batch

U32 = pl.UInt32
THREADS = 3
_EMPTY = pl.DataFrame(schema={"record": U32, "id": pl.String, "text": pl.String})


class ColumnExecutor(BulkExecutor[pl.DataFrame]):
    """A plan over the columns of a batch, on Polars."""

    def __init__(self, compiled: plan.Plan, *, threads: int | None = None) -> None:
        super().__init__(compiled)
        self._compiler = NodeCompiler(compiled)
        self._facts = NodeFacts(compiled)
        self._memory = Memory({})
        self._repeats = Repeats(compiled)
        self._needs: list[frozenset[Need]] = [rule_needs(rule) for rule in compiled.rules]
        # Python is busy with ids and distinct values for a third of the time; another rule's columns fill it
        self._threads = (
            None if threads == 1 else ThreadPoolExecutor(threads or THREADS, thread_name_prefix="interop-rule")
        )

    def _begin(self, batch: Batch) -> tuple[Sequence[plan.Rule], Iterator[Built[pl.DataFrame]]]:
        source = Source(batch, self._plan)
        rules = [
            rule for rule in self._plan.rules if rule.root == batch.root and not source.lacks(self._needs[rule.number])
        ]
        identities = Identities(self._plan, source, self._remembered(batch.file_values))
        mapped = self._threads.map if self._threads else map
        return rules, iter(mapped(self._rule, rules, repeat(identities)))

    def _settle(self, made: Rules) -> tuple[SettledFrames, Clashes]:
        settled, clashes = self._repeats.settle(made)
        return SettledFrames(settled), clashes

    def _remembered(self, file_values: dict[str, str]) -> Memory:
        """What is remembered for files of these values. Several threads may convert: each keeps to its own."""
        memory = self._memory
        if memory.file_values != file_values:
            memory = self._memory = Memory(file_values)
        return memory

    def _rule(self, rule: plan.Rule, identities: Identities) -> Built[pl.DataFrame]:
        built = identities.built(rule)
        noted = list(built.noted)
        view = built.view
        if view.height == 0:
            return _EMPTY, noted
        scratch = Scratch(view, identities.memory, noted)
        builder = NodeBuilder(scratch, self._compiler, self._facts, identities.reference, build_list, {})
        members = builder.members(rule.body.members, (), rule.lists, rule.body.exclusive)
        for item in rule.body.required:
            missing = missing_expression(item, members)
            if missing is not None:
                scratch.note(item.order, "V203", scratch.compute(missing), ())
        ids = scratch.add(built.ids)
        start = f'{{"resourceType":"{rule.resource}","id":"'
        text = joined((start, ids, '"', *join_members(members, first=False), "}"))
        frame = pl.DataFrame({"record": view.records(), "id": built.ids, "text": scratch.compute(text)})
        return (frame.filter(built.ids.is_not_null()) if built.ids.null_count() else frame), noted
