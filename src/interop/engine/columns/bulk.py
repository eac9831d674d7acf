"""A batch rule by rule, whatever builds a rule's resources: what both executors of batches do alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Generic, TypeAlias, TypeVar

import polars as pl

from interop.engine.columns.repeats import Clashes
from interop.engine.columns.scratch import Noted
from interop.engine.columns.view import Source
from interop.engine.findings import FindingPlaces, costs_record
from interop.engine.settled import NO_KEYS, Rules, Settled
from interop.errors import DataPlace, Finding
from interop.plan import model as plan
from interop.readers.protocol import Batch

U32 = pl.UInt32
Take: TypeAlias = Callable[[str, Settled], None]

T = TypeVar("T", bound=Sized)
Built: TypeAlias = tuple[T, list[Noted]]
"""What a rule built, in the order of its rows; and what was noted."""


@dataclass(slots=True)
class ColumnResult:
    """What a batch became.

    Shapes: `failed` are the rows whose records have a finding of severity error; their resources are gone.
    """

    settled: list[Settled] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failed: list[tuple[int, list[Finding]]] = field(default_factory=list)

    def counts(self) -> Counter[int]:
        """How many resources each rule built, without what failed, by its number."""
        if self.failed:
            return Counter(dict(self.keys().group_by("rule").len().iter_rows()))
        return Counter(dict(chain.from_iterable(some.counts().items() for some in self.settled)))

    def keys(self, of: Container[int] | None = None) -> pl.DataFrame:
        """What was built, or some rules built, without the texts and what failed. Columns as in `Settled.keys`."""
        made = self._keys(of)
        if not self.failed:
            return made
        gone = pl.Series([row for row, _ in self.failed], dtype=U32).implode()
        return made.filter(~pl.col("record").is_in(gone))

    def _keys(self, of: Container[int] | None) -> pl.DataFrame:
        return pl.concat([NO_KEYS, *(some.keys(of) for some in self.settled)])

    def rules(self) -> Rules:
        """What each rule built, by its number: in input order, without what failed. No texts where they were taken."""
        rules = sorted(chain.from_iterable(some.rules() for some in self.settled), key=itemgetter(0))
        return without(rules, {row for row, _ in self.failed}) if self.failed else rules


class BulkExecutor(ABC, Generic[T]):
    """A plan, ready to convert one batch after another. Between batches it remembers results by distinct value."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._plan = compiled
        self._places = FindingPlaces(compiled)

    def convert(self, batch: Batch, take: Take | None = None) -> ColumnResult:
        """The resources of a batch, and its findings in the order of its records.

        Args:
            batch: The records.
            take: Is given the resources of one type after the other, each as soon as it is made, so that their texts
                are not all in memory at once. Records that fail are known at the end only: what was taken of them is
                to be given back.
        """
        result = self._nothing()
        noted: list[tuple[int, Noted]] = []
        rules, built = self._begin(batch)
        left = Counter(rule.resource for rule in rules)
        made: dict[str, list[tuple[int, T]]] = {kind: [] for kind in left}
        clashes: list[tuple[int, int]] = []
        for rule, (resources, found) in zip(rules, built, strict=True):
            kind = rule.resource
            noted.extend((rule.number, item) for item in found)
            if len(resources):
                made[kind].append((rule.number, resources))
            left[kind] -= 1
            if not left[kind] and made[kind]:
                settled, lost = self._settle(made.pop(kind))
                clashes += lost
                if take is not None:
                    take(kind, settled)
                result.settled.append(settled)
            del resources
        if noted or clashes:
            self._report(result, Source(batch, self._plan), noted, clashes)
        return result

    def _nothing(self) -> ColumnResult:
        """A result with nothing in it."""
        return ColumnResult()

    @abstractmethod
    def _begin(self, batch: Batch) -> tuple[Sequence[plan.Rule], Iterator[Built[T]]]:
        """The rules that may build something of a batch, or report it, in order; what each of them builds."""

    @abstractmethod
    def _settle(self, made: list[tuple[int, T]]) -> tuple[Settled, Clashes]:
        """What the rules of a type built, with one resource for each id of a record; and what clashes."""

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
            for rule, order, _, at, code in sorted(found.get(record, ())):
                field_name = self._places.field(rule, order, int(at) if at else None)
                data = DataPlace(batch.file, number, field_name, offset, length)
                listed.append(self._places.finding(code, rule, order, data))
            for rule in sorted({rule for at_record, rule in clashes if at_record == record}):
                order = self._plan.rules[rule].order
                data = DataPlace(batch.file, number, self._places.field(rule, order), offset, length)
                listed.append(self._places.finding("D402", rule, order, data))
        failed = {record for record, listed in by_record.items() if any(costs_record(f.code) for f in listed)}
        result.findings = [
            finding for record, listed in by_record.items() if record not in failed for finding in listed
        ]
        result.failed = [(record, by_record[record]) for record in sorted(failed)]


def without(rules: Rules, failed: Collection[int]) -> Rules:
    """What rules built of other records than those that failed."""
    gone = pl.Series(sorted(failed), dtype=U32).implode()
    kept = ((number, frame.filter(~pl.col("record").is_in(gone))) for number, frame in rules)
    return [(number, frame) for number, frame in kept if frame.height]
