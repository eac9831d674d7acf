"""One run: inputs in, resources out, every record accounted for."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

import orjson
import polars as pl

from interop.engine.by_rows import convert_rows
from interop.engine.columns import ColumnExecutor, ColumnResult
from interop.engine.record import RowExecutor
from interop.errors import DataPlace, Finding, UsageError
from interop.job.findings import FindingsFile
from interop.job.inputs import check_inputs, open_input
from interop.job.laws import check_laws
from interop.job.order import END, InOrder
from interop.job.outputs import FolderOutput, Output, StreamOutput
from interop.job.prefetch import prefetch
from interop.job.quarantine import Quarantine, rejected_bytes
from interop.job.report import Report
from interop.job.spans import SpanReader
from interop.job.versions import Versions, keep_latest
from interop.plan.model import Plan
from interop.readers import open_reader
from interop.readers.protocol import Batch, Input, Projection, Rejected
from interop.readers.rows import rows_of
from interop.spec.layout import DelimitedLayout

BATCH_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes.

    Units: `batch_rows` records a batch at most; `max_quarantine` a share from 0 to 1, above which the exit code is 5.
    """

    shape: Literal["ndjson", "bundle"] = "ndjson"
    executor: Literal["columns", "rows"] = "columns"
    batch_rows: int = BATCH_ROWS
    latest: bool = False
    max_quarantine: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is. Units: bytes of the files as they are on disk; `total_bytes` 0 when not known."""

    file: str
    records: int
    resources: int
    done_bytes: int
    total_bytes: int


def run_job(
    compiled: Plan,
    layout: DelimitedLayout,
    inputs: Sequence[Path | Literal["-"]],
    output: Path | None,
    options: Options | None = None,
    *,
    stdout: IO[bytes] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Converts files in the order given.

    Args:
        compiled: The plan of the mapping.
        layout: The mapping's source.
        inputs: Files, or `-` for standard input.
        output: The folder for resources, `report.json`, `findings.ndjson` and `quarantine/`; None writes resources to
            `stdout` and nothing else.
        options: How the run goes.
        stdout: Where resources go without a folder; None is standard output.
        progress: Called after each batch.

    Returns:
        The report; its `exit_code` is 0, 1, 5 or 70 (a law does not balance).

    Raises:
        UsageError: No input, an input that is not there, an output that is no folder, `--latest` without a folder of
            resources.
    """
    options = options or Options()
    _check_call(inputs, output, options)
    begun = time.perf_counter()
    with (
        closing(_Run(compiled, layout, output, options, stdout)) as run,
        tempfile.TemporaryDirectory(prefix="interop-") as spool,
    ):
        run.convert([open_input(path, Path(spool)) for path in inputs], inputs, progress)
        report = run.finish()
    report.seconds = time.perf_counter() - begun
    report.measure()
    if output is not None:
        (output / "report.json").write_bytes(orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2) + b"\n")
    return report


def _check_call(inputs: Sequence[Path | Literal["-"]], output: Path | None, options: Options) -> None:
    check_inputs(inputs)
    if options.latest and output is None:
        raise UsageError("--latest needs a folder: -o DIR")
    if options.latest and options.shape == "bundle":
        raise UsageError("--latest keeps the last of each resource: it does not go with --as bundle")
    if output is not None:
        _make_folder(output)


def _make_folder(folder: Path) -> None:
    """The output folder, without the report of an earlier run: a run that is stopped leaves none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"the output {folder} is no folder") from None
    (folder / "report.json").unlink(missing_ok=True)


class _Run:
    """The state of a run between its files."""

    def __init__(
        self, compiled: Plan, layout: DelimitedLayout, output: Path | None, options: Options, stdout: IO[bytes] | None
    ) -> None:
        self._plan = compiled
        self._options = options
        self._folder = output
        self._reader = open_reader(layout)
        self._columns = ColumnExecutor(compiled)
        self._rows = RowExecutor(compiled)
        self._projection = Projection(compiled.reads)
        bundles = options.shape == "bundle"
        self._output: Output = (
            FolderOutput(output, compiled, as_bundles=bundles)
            if output is not None
            else StreamOutput(stdout or sys.stdout.buffer, compiled, as_bundles=bundles)
        )
        self._quarantine = Quarantine(output)
        self._findings = FindingsFile(output) if output is not None else None
        self._versions = Versions(compiled)
        self._numbers: list[tuple[int, str]] = []  # first run-wide number of each file
        self.report = Report(compiled.mapping, compiled.version, compiled.hash)

    def convert(
        self,
        sources: list[Input],
        paths: Sequence[Path | Literal["-"]],
        progress: Callable[[Progress], None] | None,
    ) -> None:
        sizes = [path.stat().st_size if isinstance(path, Path) else 0 for path in paths]
        parents = self._load_parents(sources)
        done = 0
        for source, size in zip(sources, sizes, strict=True):
            if source.name not in parents:
                self._file(source, progress, done, sum(sizes))
            done += size
            self.report.files += 1

    def _load_parents(self, sources: list[Input]) -> tuple[str, ...]:
        """Reads the parent tables among the inputs, where the layout has any. Returns the names of their files."""
        if not any(table.lookup for table in self._reader.layout.tables):
            return ()
        parents = self._reader.load_parents(sources, self._projection)
        for finding in parents.findings:
            self._note(finding)
        names = Counter(source.name for source in sources)
        for name, times in Counter(parents.files).items():
            if names[name] != times:
                raise UsageError(f"several inputs are called {name}, and one is a parent table: rename the others")
        return parents.files

    def _file(self, source: Input, progress: Callable[[Progress], None] | None, done: int, total: int) -> None:
        before = self.report.framed
        self._numbers.append((before, source.name))
        spans, said = SpanReader(source), InOrder()
        batches = self._reader.batches(source, self._projection, batch_rows=self._options.batch_rows)
        for batch in prefetch(batches):
            self._batch(batch, before, spans, said)
            if progress is not None:
                report = self.report
                seen = min(done + batch_end(batch), total) if total else 0
                progress(Progress(source.name, report.converted, sum(report.resources.values()), seen, total))
            if batch.last:
                self.report.framed += batch.framed
                self.report.counted += batch.counted
                self.report.bytes_in += batch.size
                self.report.bytes_accounted += batch.skipped

    def _batch(self, batch: Batch, before: int, spans: SpanReader, said: InOrder) -> None:
        result = self._convert(batch)
        records = len(batch.numbers)
        self.report.bytes_out += self._output.write(result, records)
        self.report.converted += records - len(result.failed)
        self.report.bytes_accounted += int(batch.lengths.sum()) + sum(map(rejected_bytes, batch.rejected))
        for number, frame in result.rules:
            self.report.resources[self._plan.rules[number].resource] += frame.height
        self._versions.add(result, batch.numbers.cast(pl.UInt64) + before)
        said.add(batch.findings)
        said.add(result.findings)
        said.add(self._failed(batch, row, findings, spans) for row, findings in result.failed)
        said.add(batch.rejected)
        for one in said.take(END if batch.last else _reach(batch)):
            if isinstance(one, Finding):
                self._note(one)
            else:
                self._reject(batch.file, one)

    def _convert(self, batch: Batch) -> ColumnResult:
        if self._options.executor == "rows":
            return convert_rows(self._rows, (replace(record, findings=()) for record in rows_of(batch, self._reader)))
        return self._columns.convert(batch)

    def _failed(self, batch: Batch, row: int, findings: Sequence[Finding], spans: SpanReader) -> Rejected:
        """A record that was read and could not be converted, with its original bytes."""
        offset, length = batch.offsets[row], batch.lengths[row]
        data = spans.read(offset, length) if self._folder is not None else b""
        return Rejected(batch.numbers[row], offset, data, tuple(findings), length)

    def _reject(self, file: str, rejected: Rejected) -> None:
        if rejected.number:
            self.report.quarantined += 1
        else:
            self.report.rejected_files += 1
        for finding in rejected.findings:
            self._note(finding)
        self._quarantine.put(file, rejected)

    def _note(self, finding: Finding) -> None:
        self.report.note(finding)
        if self._findings is not None:
            self._findings.put(finding)

    def finish(self) -> Report:
        """Ends the run: versions, laws, exit code, and the files take their names."""
        report = self.report
        for rule, numbers in self._versions.repeated():
            for number in numbers:
                self._note(Finding("D403", self._place(number), f"{rule.resource}.id", rule.place))
        report.again, report.again_known = self._versions.again(), self._versions.complete
        self._output.commit()
        self._quarantine.commit()
        if self._findings is not None:
            self._findings.commit()
        if self._options.latest and isinstance(self._output, FolderOutput):
            for kind, path in self._output.paths.items():
                dropped = keep_latest(path) if kind != "Bundle" else 0
                report.dropped_versions += dropped
                report.resources[kind] -= dropped
        report.broken_laws = check_laws(report)
        report.exit_code = self._exit_code()
        return report

    def close(self) -> None:
        """Lets go of all files; those of a run that did not finish keep their temporary names."""
        self._output.close()
        self._quarantine.close()
        if self._findings is not None:
            self._findings.close()

    def _place(self, number: int) -> DataPlace:
        """A run-wide record number as file and number in it."""
        first, name = next((first, name) for first, name in reversed(self._numbers) if first < number)
        return DataPlace(name, number - first)

    def _exit_code(self) -> int:
        report = self.report
        if report.broken_laws:
            return 70
        share = report.quarantined / report.framed if report.framed else 0.0
        if self._options.max_quarantine is not None and share > self._options.max_quarantine:
            return 5
        return 1 if report.quarantined or report.rejected_files else 0


def _reach(batch: Batch) -> int:
    """The last record of a batch: all that is said of those before it has come with it, or earlier."""
    if len(batch.numbers):
        return int(batch.numbers[-1])
    return max((rejected.number for rejected in batch.rejected), default=0)


def batch_end(batch: Batch) -> int:
    """Where a batch ends in its file, in bytes."""
    return int(batch.offsets[-1]) + int(batch.lengths[-1]) if len(batch.offsets) else 0
