"""Law of sameness: all executors give the same bytes and the same findings, on any mapping and any data."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given

from interop.engine.by_rows import convert_rows
from interop.engine.columns import BulkExecutor, ColumnResult
from interop.engine.columns.executor import ColumnExecutor
from interop.engine.columns.view import Source
from interop.engine.record import RowExecutor
from interop.engine.rust import RustExecutor
from interop.errors import Finding
from interop.plan.model import Plan
from interop.rust import is_there

from .batches import batch, records
from .grounds import LAYOUT
from .profile import law
from .rules import Case, cases


def line(finding: Finding) -> str:
    return f"{finding.code} {finding.data} {finding.target}"


def shape(result: ColumnResult) -> tuple[object, ...]:
    """A result as plain values: resources by rule, findings in order, failed records with theirs."""
    rules = [(number, frame.rows()) for number, frame in result.rules() if frame.height]
    return rules, list(map(line, result.findings)), [(n, list(map(line, f))) for n, f in result.failed]


def bulk_executors(plan: Plan) -> list[BulkExecutor]:
    """The executors of batches that there are on this host."""
    return [ColumnExecutor(plan), *([RustExecutor(plan)] if is_there() else [])]


def agree(case: Case, sizes: tuple[int, ...]) -> None:
    found = list(records(LAYOUT, case.rows))
    in_bulk, rows = bulk_executors(case.plan), RowExecutor(case.plan)
    for size in sizes:
        for start in range(0, len(found), size):
            part = found[start : start + size]
            by_rows = shape(convert_rows(rows, part))
            for executor in in_bulk:
                for ours, theirs in zip(shape(executor.convert(batch(case.plan, part))), by_rows, strict=True):
                    assert ours == theirs


@given(cases())
@law(300)
def test_executors_agree(case: Case) -> None:
    agree(case, (1, 7))


@given(cases())
@law(60)
def test_executors_agree_where_every_value_is_another(case: Case) -> None:
    """Columns of many distinct values take the native forms where there are any: here all columns do."""
    with patch.object(Source, "many", lambda *_: True):
        agree(case, (7,))
