"""Records in quarantine, converted again by a mended mapping: what converts now joins the output, the rest stays.

Each record is read by itself, after what stood before the first record of its file, so that one that swallows what
follows it cannot swallow another. Numbers and places are those of the first run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path

import orjson
import polars as pl

from interop.errors import DataPlace, Finding, UsageError
from interop.job.conversion import Converter, Done
from interop.job.findings import finding_json
from interop.job.folder import JobFolder, write_whole
from interop.job.mend import mend_entry
from interop.job.options import Options
from interop.job.outcomes import OUTCOMES, write_outcomes
from interop.job.outputs import NoOutput, folder_output
from interop.job.parts import Entry, File
from interop.job.provenance import provenance_again
from interop.job.quarantine import Quarantined, quarantine_file, quarantine_line, read_preambles, read_quarantine
from interop.job.report import findings_json, options_of
from interop.job.spans import SpanReader
from interop.job.tally import PartTally
from interop.plan.model import Plan
from interop.readers import open_reader
from interop.readers.protocol import Batch, Input, Projection, Rejected
from interop.spec.contexts import Layout


@dataclass(slots=True)
class Replay:
    """What a replay came to: records by what became of them."""

    converted: int = 0
    left: int = 0


def replay(compiled: Plan, layout: Layout, out: Path) -> Replay:
    """Converts the records in quarantine below `out` again.

    Resources of records that convert now are added as a part of their own; quarantine, findings and report are written
    anew. The law holds: framed = converted + quarantined, as before.

    Raises:
        UsageError: The folder holds no finished run of this mapping's id, or a run is writing to it.
    """
    report = _finished_report(out, compiled)
    entries = read_quarantine(out)
    if not entries:
        return Replay()
    folder = JobFolder(out)
    folder.open({"replay": [compiled.mapping, compiled.hash]}, resume=False, fresh=False)
    try:
        return _replay(_Again(compiled, layout, folder, options_of(report)), out, folder, report, entries)
    finally:
        folder.leave()


def _finished_report(out: Path, compiled: Plan) -> dict[str, object]:
    try:
        report: dict[str, object] = orjson.loads((out / "report.json").read_bytes())
        mapping = report["mapping"]
    except (FileNotFoundError, NotADirectoryError, orjson.JSONDecodeError, KeyError):
        raise UsageError(f"{out} holds no finished run") from None
    if not isinstance(mapping, dict) or mapping.get("id") != compiled.mapping:
        raise UsageError(f"the run in {out} is of another mapping: `{mapping['id']}`")  # type: ignore[index]
    return report


def _replay(
    again: _Again, out: Path, folder: JobFolder, report: dict[str, object], entries: list[Quarantined]
) -> Replay:
    preambles = read_preambles(out)
    tally, result = PartTally(), Replay()
    findings: list[tuple[Finding, int]] = []
    converted: list[Quarantined] = []
    with quarantine_file(again.part / "quarantine.ndjson") as kept:
        for entry in entries:
            if not entry.whole:
                kept.write(orjson.dumps(entry.as_json()) + b"\n")
                result.left += bool(entry.record)
                continue
            done, rejected = again.convert(entry, preambles.get(entry.input, b""))
            tally.resources.update(done.resources)
            tally.bytes_out += done.bytes_out
            findings += ((finding, entry.input) for finding in done.findings)
            if rejected is None:
                result.converted += 1
                converted.append(entry)
            else:
                kept.write(quarantine_line(entry.file, entry.input, rejected))
                findings += ((finding, entry.input) for finding in rejected.findings)
                result.left += 1
    again.output.close()
    tally.files = again.output.kinds
    if again.provenance is not None:
        again.provenance.add_again(again.number, converted, again.part, tally)
    folder.finish(again.number, tally)
    touched = {(entry.input, entry.record) for entry in entries if entry.whole}
    counts = _write_findings(out / "findings.ndjson", touched, findings)
    folder.add(again.number)
    if (out / OUTCOMES).exists():
        write_outcomes(out)
    mended = _mended(report, tally, result, counts) | {"exitCode": 1 if result.left or report["rejectedFiles"] else 0}
    mended["replays"] = [*mended.get("replays", []), again.mapping | asdict(result)]  # type: ignore[misc]
    write_whole(out / "report.json", orjson.dumps(mended, option=orjson.OPT_INDENT_2) + b"\n")
    return result


def _write_findings(path: Path, touched: set[tuple[int, int]], findings: list[tuple[Finding, int]]) -> Counter[str]:
    """The findings of the run without those of the records that were converted again, and then theirs.

    Returns:
        How many there are of each code.
    """
    kept = [
        line
        for line in path.read_bytes().splitlines()
        if ((found := orjson.loads(line)).get("input"), found.get("record")) not in touched
    ]
    kept += [orjson.dumps(finding_json(finding, number)) for finding, number in findings]
    write_whole(path, b"".join(line + b"\n" for line in kept))
    return Counter(orjson.loads(line)["code"] for line in kept)


def _mended(report: dict[str, object], tally: PartTally, result: Replay, counts: Counter[str]) -> dict[str, object]:
    """The report of the run with what the replay changed."""
    records, resources = report["records"], report["resources"]
    assert isinstance(records, dict)
    assert isinstance(resources, dict)
    total = Counter(resources)
    total.update(tally.resources)
    return report | {
        "records": records | {"converted": records["converted"] + result.converted, "quarantined": result.left},
        "resources": dict(sorted(total.items())),
        "findings": findings_json(counts),
    }


class _Again:
    """Converts records one by one, into a part of their own."""

    def __init__(self, compiled: Plan, layout: Layout, folder: JobFolder, options: Options) -> None:
        self.mapping = {"version": compiled.version, "hash": compiled.hash}
        self.number = folder.next_part()
        self.part = folder.begin(self.number)
        self.provenance = provenance_again(compiled, options, folder.out)
        self.output = folder_output(self.part, compiled, as_bundles=folder.as_bundles())
        self._reader = open_reader(layout, options.limits)
        self._projection = Projection(compiled.reads)
        self._contexts = compiled.contexts
        self._converter = Converter(compiled, layout, options)

    def convert(self, entry: Quarantined, preamble: bytes) -> tuple[Done, Rejected | None]:
        """What became of a record; it is rejected still when it is not None."""
        end = b"" if entry.data.endswith((b"\n", b"\r")) else b"\n"
        source = Input(
            entry.file.removesuffix(".gz").removesuffix(".zst"), lambda: BytesIO(preamble + entry.data + end)
        )
        total, rejected, seen = Done(), None, 0
        for batch in self._reader.batches(source, self._projection, batch_rows=1000):
            seen += len(batch.numbers)
            placed = _placed(batch, entry)
            rejected = next(iter(placed.rejected), rejected)
            total.findings += placed.findings
            if len(placed.numbers) != 1 or rejected is not None:
                continue
            done = self._done(placed, source)
            total.resources.update(done.resources)
            total.bytes_out += done.bytes_out
            total.findings += done.findings
            for _, findings in done.failed:
                rejected = _rejected(entry, tuple(findings))
        if seen != 1 and rejected is None:  # it reads as something else than one record
            rejected = _rejected(entry, tuple(_finding(found, entry) for found in entry.findings))
        return total, rejected

    def _done(self, batch: Batch, source: Input) -> Done:
        try:
            return self._converter.convert(batch, self.output)
        except OSError:
            raise
        except Exception:
            mended = mend_entry(Entry(File(batch.file, 1, SpanReader(source)), batch), self._stands, self._contexts)
            return Done(failed=[(0, list(one.findings)) for one in mended.batch.rejected])

    def _stands(self, batch: Batch) -> bool:
        try:
            self._converter.convert(batch, NoOutput())
        except Exception:
            return False
        return True


def _rejected(entry: Quarantined, findings: tuple[Finding, ...]) -> Rejected:
    return Rejected(entry.record, entry.offset, entry.data, findings, entry.length)


def _finding(found: dict[str, object], entry: Quarantined) -> Finding:
    field = str(found.get("field") or "")
    return Finding(str(found["code"]), DataPlace(entry.file, entry.record, field, entry.offset, entry.length))


def _placed(batch: Batch, entry: Quarantined) -> Batch:
    """A batch of one record with the number and the place that it had in its file."""
    height = len(batch.numbers)
    rejected = [_rejected(entry, tuple(_moved(one.findings, entry))) for one in batch.rejected if one.number]
    return replace(
        batch,
        file=entry.file,
        numbers=pl.Series([entry.record] * height, dtype=pl.UInt32),
        offsets=pl.Series([entry.offset] * height, dtype=pl.UInt64),
        lengths=pl.Series([entry.length] * height, dtype=pl.UInt32),
        rejected=rejected,
        findings=[finding for finding in _moved(batch.findings, entry) if finding.data and finding.data.record],
    )


def _moved(findings: tuple[Finding, ...] | list[Finding], entry: Quarantined) -> Iterator[Finding]:
    for finding in findings:
        data = finding.data
        if data is not None and data.record:
            data = replace(data, file=entry.file, record=entry.record, offset=entry.offset, length=entry.length)
        yield replace(finding, data=data)
