"""Codes that concept maps do not hold, by map: values of the data, for those who may see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interop.engine.row_values import Run, compile_value
from interop.errors import Finding, Place
from interop.plan import model as plan
from interop.plan.walk import columns_of, nodes, rule_values, value_parts
from interop.readers.protocol import Batch, Row
from interop.values.codes import NotedTargets
from interop.values.failure import Failure, Noted

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class _Use:
    """A place where a map translates what was read of some columns of one context."""

    map: str
    place: Place
    value: plan.Value
    columns: tuple[plan.Column, ...]
    path: tuple[str, ...]  # from their context up to the record's
    is_missed: Callable[[str], bool]


class Misses:
    """The uses of concept maps in a plan."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._uses: dict[Place, list[_Use]] = {}
        for use in _uses(compiled):
            self._uses.setdefault(use.place, []).append(use)

    def of(self, batch: Batch, findings: Iterable[Finding]) -> Iterator[tuple[str, Counter[str]]]:
        """The codes that were missed, counted, by map.

        Args:
            batch: Some records.
            findings: What was found in them: only records with a finding at a place that uses a map are looked at. In
                these, what a condition of the mapping leaves out is counted too.
        """
        records: dict[Place, set[int]] = {}
        for finding in findings:
            if finding.rule is not None and finding.data is not None:
                records.setdefault(finding.rule, set()).add(finding.data.record)
        for place in sorted(records):
            for use in self._uses.get(place, ()):
                codes = _codes(use, batch, records[place])
                if codes:
                    yield use.map, codes


def _codes(use: _Use, batch: Batch, records: set[int]) -> Counter[str]:
    codes: Counter[str] = Counter()
    read = compile_value(use.value)
    names = [column.name for column in use.columns]
    table = batch.tables.get(use.columns[0].context)
    if table is None or not set(names) <= set(table.frame.columns):
        return codes
    rows = table.frame.select(names).filter(_record_of(batch, use.path).is_in(list(records)))
    for *texts, count in rows.group_by(names).len().iter_rows():
        row = Row({name: text for name, text in zip(names, texts, strict=True) if text is not None})
        for _ in range(use.columns[0].up):
            row = Row({}, parent=row)
        code = read(row, Run(batch.file_values, 0))
        if code is not None and use.is_missed(code):
            codes[code] += count
    return codes


def _record_of(batch: Batch, path: Sequence[str]) -> pl.Series:
    """The number of the record that each row is of. `path` leads from the rows' context up to the record's."""
    numbers = batch.numbers
    for name in reversed(path[:-1]):
        parent = batch.tables[name].parent
        numbers = numbers if parent is None else numbers.gather(parent)
    return numbers


def _uses(compiled: plan.Plan) -> Iterator[_Use]:
    """Each place where a map translates what is read of one context."""
    for rule in compiled.rules:
        for node in nodes(rule.body):
            if isinstance(node, plan.Coded):
                yield from _use(compiled, node.map, node.place, node.value, _coded(node))
        for value in rule_values(rule):
            for part in value_parts(value):
                if isinstance(part, plan.Stepped) and part.name in ("code", "display", "system"):
                    yield from _use(compiled, part.args[0], part.place, part.source, _stepped(part))


def _use(
    compiled: plan.Plan, name: str, place: Place, value: plan.Value, is_missed: Callable[[str], bool]
) -> Iterator[_Use]:
    columns = tuple(dict.fromkeys(part for part in columns_of([value]) if isinstance(part, plan.Column)))
    if columns and len({column.context for column in columns}) == 1:
        yield _Use(name, place, value, columns, compiled.path(columns[0].context), is_missed)


def _coded(node: plan.Coded) -> Callable[[str], bool]:
    return lambda code: isinstance(node.translate(code), Failure | NotedTargets)


def _stepped(step: plan.Stepped) -> Callable[[str], bool]:
    return lambda code: isinstance(step.apply(code), Failure | Noted)
