"""The converting half of a run: batches to files of resources. It runs in the job's own process or in a worker."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from interop.engine.bulk import bulk_executor
from interop.engine.by_rows import convert_rows
from interop.engine.columns import BulkExecutor, ColumnResult, Take
from interop.engine.record import RowExecutor
from interop.engine.settled import Settled, SettledFrames
from interop.errors import Finding
from interop.job.options import Options
from interop.job.origins import Origins
from interop.job.outputs import Output
from interop.job.versions import Tracked
from interop.plan.model import Plan
from interop.readers import open_reader
from interop.readers.protocol import Batch, Projection
from interop.readers.rows import rows_of
from interop.spec.contexts import Layout

if TYPE_CHECKING:
    from interop.readers.delimited import DelimitedReader
    from interop.readers.hl7v2 import Hl7v2Reader

FEW = 12  # records that the row executor converts before the columnar one has set out


@dataclass(slots=True)
class Done:
    """What became of a batch, without its resources: those are written.

    `failed` are rows of the batch whose records have a finding of severity error. `shredded` is what a raw batch turned
    out to be, without its tables, where anything is to be said of it; rows are those of it.
    """

    converted: int = 0
    findings: list[Finding] = field(default_factory=list)
    failed: list[tuple[int, list[Finding]]] = field(default_factory=list)
    resources: Counter[str] = field(default_factory=Counter)
    bytes_out: int = 0
    ids: pl.DataFrame | None = None
    shredded: Batch | None = None


class Converter:
    """A plan at work. Between batches it remembers results by distinct value."""

    def __init__(self, compiled: Plan, layout: Layout, options: Options, *, threads: int | None = None) -> None:
        self._plan = compiled
        self._options = options
        self._layout = layout
        self._threads = threads
        self._tracked = Tracked(compiled)
        self._projection = Projection(compiled.reads)
        self._origins = Origins(compiled) if options.meta_source else None

    @cached_property
    def _reader(self) -> DelimitedReader | Hl7v2Reader:
        return open_reader(self._layout, self._options.limits)

    @cached_property
    def _bulk(self) -> BulkExecutor[Any]:
        return bulk_executor(self._plan, self._options.executor, threads=self._threads)

    @cached_property
    def _rows(self) -> RowExecutor:
        return RowExecutor(self._plan)

    def convert(self, batch: Batch, output: Output, *, is_own: bool = False) -> Done:
        """Converts a batch and writes its resources. Of one that is our own the bytes go when it is shredded.

        Raises:
            OSError: The output cannot be written.
        """
        done = Done()
        if batch.raw is not None:
            framed, batch = batch, self._reader.shred(batch, self._projection)
            if is_own:
                framed.raw = None
            if batch.findings or batch.rejected or len(batch.numbers) < len(framed.numbers):
                done.shredded = replace(batch, tables={})
        if len(batch.numbers):
            self._convert(batch, output, done)
        return done

    def _convert(self, batch: Batch, output: Output, done: Done) -> None:
        def take(kind: str, settled: Settled) -> None:
            if self._origins is not None:
                settled = SettledFrames(self._origins.named(settled.rules(), batch))
            output.take(kind, settled)

        try:
            result = self._result(batch, take)
        except BaseException:
            with suppress(OSError):
                output.undo()
            raise
        done.converted = len(batch.numbers) - len(result.failed)
        done.findings, done.failed = result.findings, result.failed
        done.bytes_out = output.end({row for row, _ in result.failed}, len(batch.numbers))
        for number, count in result.counts().items():
            done.resources[self._plan.rules[number].resource] += count
        done.ids = self._tracked.of(result)

    def _result(self, batch: Batch, take: Take) -> ColumnResult:
        executor = self._options.executor
        if executor != "rows" and (executor != "auto" or len(batch.numbers) > FEW):
            return self._bulk.convert(batch, take)
        records = (replace(record, findings=()) for record in rows_of(batch, self._reader))
        return convert_rows(self._rows, records, take)
