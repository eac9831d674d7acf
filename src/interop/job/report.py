"""What a run did: counts, findings by code, time and memory. Never a value."""

from __future__ import annotations

import resource
from collections import Counter
from dataclasses import dataclass, field

from interop.errors import CODES, Finding

SAMPLES = 10  # findings kept in full for each code


@dataclass(slots=True)
class Report:
    """The figures of a run.

    Units: `seconds` of wall time, `bytes_in` of decompressed input, `bytes_out` written, `peak_memory` in bytes of this
    process. `framed = converted + quarantined = counted` is the law of records, `bytes_in = bytes_accounted` that of
    bytes: those of records, of rejected ones, and between them.
    """

    mapping: str
    version: str
    hash: str
    files: int = 0
    framed: int = 0
    counted: int = 0
    converted: int = 0
    quarantined: int = 0
    rejected_files: int = 0
    resources: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Finding]] = field(default_factory=dict)
    again: int = 0  # resources whose id an earlier record had
    again_known: bool = True  # False: more ids than the bound, not counted to the end
    dropped_versions: int = 0  # by --latest
    bytes_in: int = 0
    bytes_accounted: int = 0
    bytes_out: int = 0
    seconds: float = 0.0
    peak_memory: int = 0
    broken_laws: list[str] = field(default_factory=list)
    exit_code: int = 0

    def note(self, finding: Finding) -> None:
        """Counts a finding and keeps the first few of its code."""
        self.findings[finding.code] += 1
        kept = self.samples.setdefault(finding.code, [])
        if len(kept) < SAMPLES:
            kept.append(finding)

    def measure(self) -> None:
        """Takes the process's peak memory."""
        self.peak_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    def as_json(self) -> dict[str, object]:
        """The report as plain values, for report.json."""
        return {
            "mapping": {"id": self.mapping, "version": self.version, "hash": self.hash},
            "files": self.files,
            "rejectedFiles": self.rejected_files,
            "records": {
                "framed": self.framed,
                "countedIndependently": self.counted,
                "converted": self.converted,
                "quarantined": self.quarantined,
            },
            "resources": dict(sorted(self.resources.items())),
            "idsSeenAgain": self.again if self.again_known else None,
            "droppedVersions": self.dropped_versions,
            "findings": [
                {
                    "code": code,
                    "severity": CODES[code].severity.value,
                    "title": CODES[code].title,
                    "count": count,
                    "fix": CODES[code].fix,
                }
                for code, count in sorted(self.findings.items())
            ],
            "bytes": {"in": self.bytes_in, "out": self.bytes_out},
            "brokenLaws": self.broken_laws,
            "exitCode": self.exit_code,
            "seconds": round(self.seconds, 3),
            "peakMemory": self.peak_memory,
        }
