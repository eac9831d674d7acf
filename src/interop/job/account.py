"""The account of a run: parts as they come back, in order, counted, logged, and committed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from interop.errors import Finding
from interop.job.conversion import Done
from interop.job.folder import JobFolder
from interop.job.log import PartLog
from interop.job.order import END
from interop.job.parts import Entry, Part
from interop.job.pool import Converted
from interop.job.provenance import PartProvenance
from interop.job.quarantine import rejected_bytes
from interop.job.report import Report
from interop.job.tally import PartTally
from interop.job.versions import Versions, ids_frame, read_ids, write_ids
from interop.plan.model import Plan
from interop.readers.protocol import Batch, Rejected

BEFORE = 0  # the part of what is said before all records
IDS = "ids.arrows"


class Account:
    """Takes parts in order. `folder` is None when resources go to a stream: then nothing but the counts is kept.

    `spool` is a folder for what does not stay in memory. `provenance` says of each part where it came from; None where
    nobody asks.
    """

    def __init__(
        self,
        compiled: Plan,
        folder: JobFolder | None,
        report: Report,
        spool: Path,
        provenance: PartProvenance | None = None,
    ) -> None:
        self._plan = compiled
        self._folder = folder
        self._provenance = provenance
        self._finished: dict[int, PartTally] = {}  # parts of the run that this one resumes
        self._spool = spool
        self.versions = Versions(compiled)
        self.report = report
        self.parts: list[int] = []

    def open_part(self, number: int) -> Converted:
        """Begins a part; what the run that this one resumes has finished is not done again."""
        if self._folder is None:
            return Converted(Part(number), None)
        tally = self._folder.finished(number)
        if tally is None:
            return Converted(Part(number), self._folder.begin(number))
        self._finished[number] = tally
        return Converted(Part(number), None, finished=True)

    def take(self, converted: Converted) -> None:
        """Accounts for a part, and commits it."""
        number = converted.part.number
        if converted.finished:
            tally = self._finished.pop(number)
            self.report.resumed_parts += 1
            count = self._pass(converted.part)
        else:
            tally = PartTally(files=converted.kinds)
            count = self._log(converted, tally)
            if self._folder is not None:
                if self._provenance is not None:
                    self._provenance.add(number, converted.part.entries, self._folder.part(number), tally)
                self._folder.finish(number, tally)
        self.versions.add(self._ids(number), count)
        self._add(number, tally)

    def say(self, number: int, findings: Iterable[Finding]) -> None:
        """What is said of the run as a whole: a part without records, `BEFORE` all others or after them."""
        tally = PartTally()
        log = PartLog(self._folder.begin(number) if self._folder is not None else None, tally)
        try:
            for finding in findings:
                log.note(finding)
        finally:
            log.close()
        self._add(number, tally)

    def _add(self, number: int, tally: PartTally) -> None:
        self.parts.append(number)
        self.report.tally.add(tally)

    def _ids(self, number: int) -> Path:
        """Where the ids of a part are."""
        if self._folder is None:
            return self._spool / f"ids-{number}.arrows"
        return self._folder.part(number) / IDS

    def _pass(self, part: Part) -> int:
        """Goes over a part that is finished. Gives how many ids it has."""
        for entry in part.entries:
            self._count(entry)
            entry.file.said.add([*entry.batch.findings, *entry.batch.rejected])
            entry.file.said.take(END if entry.batch.last else _reach(entry.batch))  # the part has it
        return read_ids(self._ids(part.number)).height

    def _log(self, converted: Converted, tally: PartTally) -> int:
        """Goes over a part that was converted, and keeps its ids. Gives how many there are."""
        log = PartLog(converted.folder, tally)
        try:
            for entry, done in zip(converted.part.entries, converted.done, strict=True):
                self._count(entry)
                self._entry(entry, done, log)
        finally:
            log.close()
        pairs = zip(converted.part.entries, converted.done, strict=True)
        ids = ids_frame((done.ids, entry.batch.numbers, entry.file.before) for entry, done in pairs)
        write_ids(ids, self._ids(converted.part.number))
        return ids.height

    def _count(self, entry: Entry) -> None:
        report, batch = self.report, entry.batch
        report.bytes_accounted += int(batch.lengths.sum()) + sum(map(rejected_bytes, batch.rejected))
        report.bytes_accounted += entry.left_out_bytes
        report.left_out += entry.left_out
        report.cut |= entry.cut
        if batch.last:
            report.framed += batch.framed
            report.counted += batch.counted
            report.bytes_in += batch.size
            report.bytes_accounted += batch.skipped

    def _entry(self, entry: Entry, done: Done, log: PartLog) -> None:
        """What a batch came to, in the order of its records."""
        batch, said = entry.batch, entry.file.said
        log.tally.converted += done.converted
        log.tally.bytes_out += done.bytes_out
        log.tally.resources.update(done.resources)
        said.add(batch.findings)
        said.add(done.findings)
        said.add(self._failed(entry, row, findings) for row, findings in done.failed)
        said.add(batch.rejected)
        for one in said.take(END if batch.last else _reach(batch)):
            if isinstance(one, Finding):
                log.note(one, entry.file.number)
            else:
                log.reject(entry.file, one)

    def _failed(self, entry: Entry, row: int, findings: list[Finding]) -> Rejected:
        """A record that was read and could not be converted, with its original bytes."""
        batch = entry.batch
        offset, length = batch.offsets[row], batch.lengths[row]
        data = entry.file.spans.read(offset, length) if self._folder is not None else b""
        return Rejected(batch.numbers[row], offset, data, tuple(findings), length)


def _reach(batch: Batch) -> int:
    """The last record of a batch: all that is said of those before it has come with it, or earlier."""
    if len(batch.numbers):
        return int(batch.numbers[-1])
    return max((rejected.number for rejected in batch.rejected), default=0)


def part_after(parts: list[int]) -> int:
    """A number for what is said after all records."""
    return max(parts, default=BEFORE) + 1
