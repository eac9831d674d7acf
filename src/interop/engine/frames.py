"""Frames in, frames out: an executor of batches as a pure function, for Spark, Ray, Dask and notebooks."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import polars as pl

from interop.engine.columns import BulkExecutor
from interop.errors import Finding, UsageError
from interop.plan.model import Plan
from interop.readers.delimited import DelimitedReader
from interop.readers.protocol import Projection

SCHEMA = {"record": pl.UInt32, "type": pl.String, "id": pl.String, "json": pl.String}
FINDINGS = {"record": pl.UInt32, "severity": pl.String, "code": pl.String, "target": pl.String, "field": pl.String}


def convert_frame(
    executor: BulkExecutor[Any], reader: DelimitedReader, compiled: Plan, frame: Any, file: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The resources and the findings of a frame of rows.

    Raises:
        UsageError: Columns that are not text, or that fit none of the mapping's tables.
    """
    rows = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
    wrong = [name for name, kind in rows.schema.items() if kind != pl.String]
    if wrong:
        raise UsageError(f"columns are not text: {', '.join(wrong)}; read the source without type inference")
    made = [pl.DataFrame(schema=SCHEMA)]
    noted: list[tuple[int, str, str, str, str]] = []
    for batch in reader.frame_batches(rows, Projection(compiled.reads), file=file):
        result = executor.convert(batch)
        first = pl.lit(batch.numbers.cast(pl.UInt32) - 1)
        for number, part in result.rules():
            kind = pl.lit(compiled.rules[number].resource)
            made.append(part.select(first.gather("record").alias("record"), type=kind, id="id", json="text"))
        rejected = (finding for record in batch.rejected for finding in record.findings)
        failed = (finding for _, found in result.failed for finding in found)
        noted.extend(map(finding_row, (*batch.findings, *rejected, *result.findings, *failed)))
    noted.sort(key=itemgetter(0))
    resources = pl.concat(made).sort("record", maintain_order=True)
    return resources, pl.DataFrame(noted, schema=FINDINGS, orient="row")


def finding_row(finding: Finding) -> tuple[int, str, str, str, str]:
    """A row of the frame of findings. A record counts from 0 there."""
    record = finding.data.record - 1 if finding.data and finding.data.record else 0
    return record, finding.severity.value, finding.code, finding.target, finding.data.field if finding.data else ""
