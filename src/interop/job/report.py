"""What a run did: counts, findings by code, time and memory. Never a value."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

from interop.errors import CODES, Finding
from interop.job.fields import FieldCounts
from interop.job.options import Options
from interop.job.tally import PartTally
from interop.limits import Limits, raised_limits

VERSION = 1
"""Of the form of report.json: `report_schema.py`."""


@dataclass(slots=True)
class Report:
    """The figures of a run. `tally` has those that its parts add up to; `fields` those of its mapping, if known.

    Units: `seconds` of wall time, `bytes_in` of decompressed input, `bytes_out` written, `peak_memory` in bytes of this
    process and what its workers had beyond what they share with it. The law of records is `framed = converted +
    quarantined + left_out = counted`, that of bytes `bytes_in = bytes_accounted`: those of records, of rejected ones,
    and between them.
    """

    mapping: str
    version: str
    hash: str
    options: Options = field(default_factory=Options)
    fields: FieldCounts | None = None
    tally: PartTally = field(default_factory=PartTally)
    files: int = 0
    framed: int = 0
    counted: int = 0
    again: int = 0  # resources whose id an earlier record had
    again_known: bool = True  # False: more ids than the bound, not counted to the end
    dropped_versions: int = 0  # by --latest
    left_out: int = 0  # records that --sample did not choose
    cut: bool = False  # --limit ended the run before its input
    bytes_in: int = 0
    bytes_accounted: int = 0
    parts: int = 0
    resumed_parts: int = 0  # finished by the run that this one resumed
    workers: int = 1
    seconds: float = 0.0
    peak_memory: int = 0
    broken_laws: list[str] = field(default_factory=list)
    exit_code: int = 0

    @property
    def converted(self) -> int:
        """Records whose resources went out."""
        return self.tally.converted

    @property
    def quarantined(self) -> int:
        """Records that did not convert."""
        return self.tally.quarantined

    @property
    def rejected_files(self) -> int:
        """Files that could not be read at all, or not to their end."""
        return self.tally.rejected_files

    @property
    def resources(self) -> Counter[str]:
        """Resources by type."""
        return self.tally.resources

    @property
    def findings(self) -> Counter[str]:
        """Findings by code."""
        return self.tally.findings

    @property
    def samples(self) -> dict[str, list[Finding]]:
        """The first findings of each code."""
        return self.tally.samples

    @property
    def bytes_out(self) -> int:
        """Bytes of resources."""
        return self.tally.bytes_out

    def measure(self) -> None:
        """Adds this process's peak memory to that of the workers."""
        self.peak_memory += resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    def as_json(self) -> dict[str, object]:
        """The report as plain values, for report.json."""
        options, fields = self.options, self.fields
        return {
            "reportVersion": VERSION,
            "program": version("interop"),
            "mapping": {"id": self.mapping, "version": self.version, "hash": self.hash},
            "files": self.files,
            "rejectedFiles": self.rejected_files,
            "records": {
                "framed": self.framed,
                "countedIndependently": self.counted,
                "converted": self.converted,
                "quarantined": self.quarantined,
                "leftOut": self.left_out,
                "cutByLimit": self.cut,
            },
            "resources": dict(sorted(self.resources.items())),
            "fields": fields and {"used": fields.used, "excused": fields.excused, "leftOver": fields.left_over},
            "idsSeenAgain": self.again if self.again_known else None,
            "droppedVersions": self.dropped_versions,
            "findings": findings_json(self.findings),
            "bytes": {"in": self.bytes_in, "out": self.bytes_out},
            "lineage": {"metaSource": options.meta_source, "provenance": options.provenance},
            "raisedLimits": [asdict(one) for one in raised_limits(options.limits)],
            "parts": {"all": self.parts, "resumed": self.resumed_parts},
            "brokenLaws": self.broken_laws,
            "exitCode": self.exit_code,
            "seconds": round(self.seconds, 3),
            "workers": self.workers,
            "peakMemory": self.peak_memory,
        }


def options_of(found: Mapping[str, Any]) -> Options:
    """The options of a run that its report tells: those by which its quarantine is converted again."""
    lineage = found.get("lineage", {})
    limits = Limits(**{one["name"]: one["value"] for one in found.get("raisedLimits", ())})
    return Options(meta_source=lineage.get("metaSource", False), provenance=lineage.get("provenance"), limits=limits)


def findings_json(counts: Counter[str]) -> list[dict[str, object]]:
    """Findings by code, with the remedy."""
    return [
        {
            "code": code,
            "severity": CODES[code].severity.value,
            "title": CODES[code].title,
            "count": count,
            "fix": CODES[code].fix,
        }
        for code, count in sorted(counts.items())
    ]
