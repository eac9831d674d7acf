"""The row executor over a batch, in the shape of the columnar one: for comparison, and for those who want it.

Slower by one to two orders of magnitude, the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from interop.engine.columns import ColumnResult, Take
from interop.engine.record import RowExecutor
from interop.engine.settled import SettledFrames
from interop.readers.protocol import Record


def convert_rows(executor: RowExecutor, records: Iterable[Record], take: Take | None = None) -> ColumnResult:
    """Records one by one, gathered to columns. `record` numbers count the records given, from 0.

    Args:
        executor: The plan.
        records: The records.
        take: Is given the resources of each type, as by `BulkExecutor`.
    """
    made: dict[str, dict[int, tuple[list[int], list[str], list[str]]]] = {}
    result = ColumnResult()
    for number, record in enumerate(records):
        converted = executor.convert(record)
        if converted.failed:
            result.failed.append((number, list(converted.findings)))
            continue
        result.findings.extend(converted.findings)
        for resource in converted.resources:
            numbers, ids, texts = made.setdefault(resource.type, {}).setdefault(resource.rule, ([], [], []))
            numbers.append(number)
            ids.append(resource.id)
            texts.append(resource.text)
    for kind, rules in sorted(made.items()):
        settled = SettledFrames([(rule, _frame(*rules[rule])) for rule in sorted(rules)])
        result.settled.append(settled)
        if take is not None:
            take(kind, settled)
    return result


def _frame(records: list[int], ids: list[str], texts: list[str]) -> pl.DataFrame:
    schema = {"record": pl.UInt32, "id": pl.String, "text": pl.String}
    return pl.DataFrame({"record": records, "id": ids, "text": texts}, schema=schema)
