"""One run: inputs in, resources out, every record accounted for."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, Literal

from interop.errors import Finding, UsageError
from interop.job.account import BEFORE, Account, part_after
from interop.job.choice import choose
from interop.job.conversion import Converter
from interop.job.fields import FieldCounts
from interop.job.folder import JobFolder
from interop.job.forking import can_fork
from interop.job.gather import gather_raw
from interop.job.identity import identity_of
from interop.job.inputs import check_inputs, file_name
from interop.job.laws import check_laws
from interop.job.nursery import Nursery
from interop.job.options import Options
from interop.job.outcomes import write_outcomes
from interop.job.outputs import FolderOutput, NoOutput, StreamOutput, folder_output
from interop.job.parts import number_parts
from interop.job.pool import Here, Pool
from interop.job.prefetch import prefetch
from interop.job.progress import Progress, Watcher
from interop.job.provenance import Digests, PartProvenance
from interop.job.reading import Reading
from interop.job.report import Report
from interop.job.shares import shares, weight_of
from interop.job.versions import keep_latest
from interop.job.worker import serve
from interop.job.workers import Workers
from interop.plan.model import Plan
from interop.spec.contexts import Layout

__all__ = ["Options", "Progress", "run_job"]


def run_job(
    compiled: Plan,
    layout: Layout,
    inputs: Sequence[Path | Literal["-"]],
    output: Path | None,
    options: Options | None = None,
    *,
    stdout: IO[bytes] | None = None,
    progress: Callable[[Progress], None] | None = None,
    fields: FieldCounts | None = None,
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
        progress: Called as batches are converted.
        fields: What the mapping does with the fields of its layout, for the report.

    Returns:
        The report; its `exit_code` is 0, 1, 5 or 70 (a law does not balance).

    Raises:
        UsageError: No input, an input that is not there, an output that is no folder or another run's, options that
            need a folder without one, a run that cannot be resumed.
        OSError: A file cannot be read or written. What is finished is kept in the folder, for `resume`.
    """
    options = options or Options()
    part_bytes = options.part_bytes or weight_of(layout).part
    options = replace(options, part_bytes=part_bytes)
    check_inputs(inputs)
    _check_options(inputs, output, options)
    begun = time.perf_counter()
    report = Report(compiled.mapping, compiled.version, compiled.hash, options, fields)
    with ExitStack() as stack:
        folder = None
        if output is not None and not options.dry_run:
            folder = JobFolder(output)
            stack.callback(folder.close)
            folder.open(identity_of(compiled, inputs, options), resume=options.resume)
        spool = stack.enter_context(tempfile.TemporaryDirectory(prefix="interop-"))
        reading = Reading(compiled, layout, inputs, Path(spool), options.limits)
        count, rows = shares(options, weight_of(layout), reading.total_bytes, alone=folder is None or not can_fork())
        pool = _pool(compiled, layout, options, count, stdout)
        stack.callback(pool.close)
        watcher = Watcher(progress, reading.total_bytes)
        said = reading.parents()
        digests = Digests(inputs, Path(spool))
        origins = _provenance(compiled, reading, digests, options)
        account = Account(compiled, folder, report, Path(spool), origins)
        if said:
            account.say(BEFORE, said)
        read = stack.enter_context(closing(prefetch(reading.entries(rows))))
        chosen = choose(read, options.limit, options.sample, compiled.contexts)
        entries = gather_raw(number_parts(chosen, part_bytes, compiled.contexts), rows)
        for converted in pool.convert(entries, account.open_part, watcher.seen):
            account.take(converted)
        report.files, report.parts = len(inputs), len(account.parts)
        report.workers, report.peak_memory = count, pool.memory
        pool.stop()  # what comes now needs memory of its own
        _say_repeated(account, reading)
        counter = stack.enter_context(ThreadPoolExecutor(1, "interop-ids"))
        again = counter.submit(account.versions.again)  # while files take their names
        if folder is not None:
            _commit(account, folder, options, digests)
        report.again, report.again_known = again.result(), account.versions.complete
        report.broken_laws = check_laws(report)
        report.exit_code = _exit_code(report, options)
        report.seconds = time.perf_counter() - begun
        report.measure()
        if folder is not None:
            folder.end(report.as_json(), success=not report.broken_laws)
    return report


def _check_options(inputs: Sequence[Path | Literal["-"]], output: Path | None, options: Options) -> None:
    if options.latest and output is None:
        raise UsageError("--latest needs a folder: -o DIR")
    if options.latest and options.shape == "bundle":
        raise UsageError("--latest keeps the last of each resource: it does not go with --as bundle")
    if output is None and (options.provenance or options.outcomes):
        raise UsageError("--provenance and --outcomes write files beside the resources: they need a folder, -o DIR")
    if options.meta_source:
        _check_names(inputs)
    if options.resume and options.dry_run:
        raise UsageError("--dry-run writes nothing: there is nothing to resume")
    if options.resume and output is None:
        raise UsageError("--resume needs the folder of the run that was stopped: -o DIR")
    if options.resume and "-" in inputs:
        raise UsageError("standard input is gone: a run that read it cannot be resumed")


def _check_names(inputs: Sequence[Path | Literal["-"]]) -> None:
    """Two inputs of one name could not be told apart where a resource names its file."""
    names = Counter(file_name(path) for path in inputs if isinstance(path, Path))
    twice = [name for name, times in names.items() if times > 1]
    if twice:
        raise UsageError(f"several inputs are called {twice[0]}: meta.source could not tell them apart; rename them")


def _provenance(compiled: Plan, reading: Reading, digests: Digests, options: Options) -> PartProvenance | None:
    if options.provenance is None:
        return None
    most = options.limits.provenance_targets
    return PartProvenance(compiled, digests.of, options.provenance, most, reading.parent_files)


def _pool(compiled: Plan, layout: Layout, options: Options, count: int, stdout: IO[bytes] | None) -> Pool:
    if count > 1:
        nursery = Nursery(partial(serve, compiled=compiled, layout=layout, options=options))
        return Workers(nursery, count, compiled.contexts)
    bundles = options.shape == "bundle"

    def open_output(part: Path | None) -> FolderOutput | StreamOutput | NoOutput:
        if options.dry_run:
            return NoOutput()
        if part is None:
            return StreamOutput(stdout or sys.stdout.buffer, compiled, as_bundles=bundles)
        return folder_output(part, compiled, as_bundles=bundles)

    return Here(Converter(compiled, layout, options), compiled.contexts, open_output)


def _say_repeated(account: Account, reading: Reading) -> None:
    """What is known at the end only: keys that came again."""
    found = [
        Finding("D403", reading.place(number), f"{rule.resource}.id", rule.place)
        for rule, numbers in account.versions.repeated()
        for number in numbers
    ]
    if found:
        account.say(part_after(account.parts), found)


def _commit(account: Account, folder: JobFolder, options: Options, digests: Digests) -> None:
    """The parts' files take their names, of each resource only the latest if that is asked for."""
    report = account.report
    kept = folder.kept()
    if kept is None:
        kept = {}
        if options.latest:
            kept = {kind: keep_latest(folder.files_of(account.parts, kind)) for kind in sorted(report.resources)}
        folder.keep(kept)
    for kind, left in kept.items():
        report.dropped_versions += report.resources[kind] - left
        report.resources[kind] = left
    manifest: dict[str, object] = {"mapping": [report.mapping, report.version, report.hash]}
    if options.provenance is not None:
        manifest["inputs"] = digests.all()
    folder.commit(account.parts, manifest)
    if options.outcomes:
        write_outcomes(folder.out)


def _exit_code(report: Report, options: Options) -> int:
    if report.broken_laws:
        return 70
    share = report.quarantined / report.framed if report.framed else 0.0
    if options.max_quarantine is not None and share > options.max_quarantine:
        return 5
    return 1 if report.quarantined or report.rejected_files else 0
