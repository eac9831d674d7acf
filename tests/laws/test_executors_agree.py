"""Law of sameness: both executors give the same bytes and the same findings, on any mapping and any data."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from interop.engine.by_rows import convert_rows
from interop.engine.columns import ColumnExecutor, ColumnResult
from interop.engine.record import RowExecutor
from interop.errors import Finding
from interop.plan.model import Plan

from .batches import batch, records
from .mappings import LAYOUT, Case, cases


def line(finding: Finding) -> str:
    return f"{finding.code} {finding.data} {finding.target}"


def shape(result: ColumnResult) -> tuple[object, ...]:
    """A result as plain values: resources by rule, findings in order, failed records with theirs."""
    rules = [(number, frame.rows()) for number, frame in result.rules if frame.height]
    return rules, list(map(line, result.findings)), [(n, list(map(line, f))) for n, f in result.failed]


def both(compiled: Plan, case: Case, size: int) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    found = list(records(LAYOUT, case.rows))
    columns, rows = ColumnExecutor(compiled), RowExecutor(compiled)
    parts = [found[start : start + size] for start in range(0, len(found), size)]
    return (
        [shape(columns.convert(batch(compiled, part))) for part in parts],
        [shape(convert_rows(rows, part)) for part in parts],
    )


@given(cases())
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_executors_agree(case: Case) -> None:
    for size in (1, 7):
        by_columns, by_rows = both(case.plan, case, size)
        for one, other in zip(by_columns, by_rows, strict=True):
            for ours, theirs in zip(one, other, strict=True):
                assert ours == theirs
