"""The columnar executor: one batch of records, rule by rule, to columns of JSON text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import TypeAlias

import polars as pl

from interop.engine.columns.distinct import Memory
from interop.engine.columns.facts import NodeFacts
from interop.engine.columns.identities import Identities
from interop.engine.columns.lists import build_list
from interop.engine.columns.nodes import NodeBuilder
from interop.engine.columns.pieces import join_members, joined, missing_expression
from interop.engine.columns.repeats import Repeats, Rules
from interop.engine.columns.scratch import Noted, Scratch
from interop.engine.columns.view import Source
from interop.engine.findings import FindingPlaces, costs_record
from interop.engine.rows import NodeCompiler
from interop.errors import DataPlace, Finding
from interop.plan import model as plan
from interop.readers.protocol import Batch

U32 = pl.UInt32
THREADS = 3
Take: TypeAlias = Callable[[str, Rules], None]
_EMPTY = pl.DataFrame(schema={"record": U32, "id": pl.String, "text": pl.String})


@dataclass(slots=True)
class ColumnResult:
    """What a batch became.

    Shapes: `rules` pairs a rule's number with a frame (record u32, id utf8, text utf8), in input order; `record` is the
    row of the batch. `failed` are the rows whose records have a finding of severity error; their resources are gone.
    """

    rules: Rules = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failed: list[tuple[int, list[Finding]]] = field(default_factory=list)


class ColumnExecutor:
    """A plan, ready to convert one batch after another. Between batches it remembers results by distinct value."""

    def __init__(self, compiled: plan.Plan, *, threads: int | None = None) -> None:
        self._plan = compiled
        self._places = FindingPlaces(compiled)
        self._compiler = NodeCompiler(compiled)
        self._facts = NodeFacts(compiled)
        self._memory = Memory({})
        self._repeats = Repeats(compiled)
        # Python is busy with ids and distinct values for a third of the time; another rule's columns fill it
        self._threads = (
            None if threads == 1 else ThreadPoolExecutor(threads or THREADS, thread_name_prefix="interop-rule")
        )

    def convert(self, batch: Batch, take: Take | None = None) -> ColumnResult:
        """The resources of a batch, and its findings in the order of its records.

        Args:
            batch: The records.
            take: Is given the resources of one type after the other, each as soon as it is made, so that their texts
                are not all in memory at once: the result has them without. Records that fail are known at the end
                only: what was taken of them is to be given back.
        """
        source = Source(batch, self._plan)
        identities = Identities(self._plan, source, self._remembered(batch.file_values))
        result = ColumnResult()
        noted: list[tuple[int, Noted]] = []
        rules = [
            rule
            for rule in self._plan.rules
            if rule.root == batch.root and not source.lacks(self._facts.rule_needs(rule))
        ]
        mapped = self._threads.map if self._threads else map
        left = Counter(rule.resource for rule in rules)
        made: dict[str, Rules] = {kind: [] for kind in left}
        clashes: list[tuple[int, int]] = []
        for rule, (frame, found) in zip(rules, mapped(self._rule, rules, repeat(identities)), strict=True):
            kind = rule.resource
            noted.extend((rule.number, item) for item in found)
            if frame.height:
                made[kind].append((rule.number, frame))
            left[kind] -= 1
            if not left[kind] and made[kind]:
                settled, lost = self._repeats.settle(made.pop(kind))
                clashes += lost
                if take is not None:
                    take(kind, settled)
                    settled = [(number, some.select("record", "id")) for number, some in settled]
                result.rules += settled
            del frame
        result.rules.sort(key=itemgetter(0))
        self._report(result, source, noted, clashes)
        return result

    def _remembered(self, file_values: dict[str, str]) -> Memory:
        """What is remembered for files of these values. Several threads may convert: each keeps to its own."""
        memory = self._memory
        if memory.file_values != file_values:
            memory = self._memory = Memory(file_values)
        return memory

    def _rule(self, rule: plan.Rule, identities: Identities) -> tuple[pl.DataFrame, list[Noted]]:
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

    def _report(
        self, result: ColumnResult, source: Source, noted: list[tuple[int, Noted]], clashes: list[tuple[int, int]]
    ) -> None:
        """Findings in the order of the row executor: by record, then rule, place in the plan, row."""
        batch = source.batch
        found: dict[int, set[tuple[int, int, int, str, str]]] = {}
        for rule, item in noted:
            if not item.rows:
                continue
            records = source.records(item.context).gather(item.rows).to_list()
            numbers: list[str] | None = None
            if self._plan.contexts[item.context].parent is not None:
                numbers = source.row_numbers(item.context, item.rows)
            for place, (row, code) in enumerate(zip(item.rows, item.codes, strict=True)):
                number = numbers[place] if numbers else ""
                found.setdefault(records[place], set()).add((rule, item.order, row, number, code))
        by_record: dict[int, list[Finding]] = {}
        for record in sorted({*found, *(record for record, _ in clashes)}):
            number, offset, length = batch.numbers[record], batch.offsets[record], batch.lengths[record]
            listed = by_record.setdefault(record, [])
            for _, order, _, at, code in sorted(found.get(record, ())):
                field_name = self._places.field(order, int(at) if at else None)
                data = DataPlace(batch.file, number, field_name, offset, length)
                listed.append(self._places.finding(code, order, data))
            for rule in sorted({rule for at_record, rule in clashes if at_record == record}):
                order = self._plan.rules[rule].order
                data = DataPlace(batch.file, number, self._places.field(order), offset, length)
                listed.append(self._places.finding("D402", order, data))
        failed = {record for record, listed in by_record.items() if any(costs_record(f.code) for f in listed)}
        result.findings = [
            finding for record, listed in by_record.items() if record not in failed for finding in listed
        ]
        result.failed = [(record, by_record[record]) for record in sorted(failed)]
        if failed:
            result.rules = without(result.rules, failed)


def without(rules: Rules, failed: Collection[int]) -> Rules:
    """What rules built of other records than those that failed."""
    gone = pl.Series(sorted(failed), dtype=U32).implode()
    kept = ((number, frame.filter(~pl.col("record").is_in(gone))) for number, frame in rules)
    return [(number, frame) for number, frame in kept if frame.height]
