"""What a part came to: its counts and the first findings of each code. Never a value."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from interop.errors import DataPlace, Finding, Place
from interop.limits import FIXED


@dataclass(slots=True)
class PartTally:
    """The figures of a part. `files` are the types that it has resources of. Units: `bytes_out` written."""

    converted: int = 0
    quarantined: int = 0
    rejected_files: int = 0
    resources: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Finding]] = field(default_factory=dict)
    bytes_out: int = 0
    files: tuple[str, ...] = ()

    def note(self, finding: Finding) -> None:
        """Counts a finding and keeps the first few of its code."""
        self.findings[finding.code] += 1
        kept = self.samples.setdefault(finding.code, [])
        if len(kept) < FIXED.finding_samples:
            kept.append(finding)

    def add(self, other: PartTally) -> None:
        """Takes in the figures of a later part."""
        self.converted += other.converted
        self.quarantined += other.quarantined
        self.rejected_files += other.rejected_files
        self.bytes_out += other.bytes_out
        self.resources.update(other.resources)
        self.findings.update(other.findings)
        for code, found in other.samples.items():
            kept = self.samples.setdefault(code, [])
            kept.extend(found[: FIXED.finding_samples - len(kept)])

    def as_json(self) -> dict[str, object]:
        """For the part's manifest."""
        return {
            "converted": self.converted,
            "quarantined": self.quarantined,
            "rejected_files": self.rejected_files,
            "resources": dict(self.resources),
            "findings": dict(self.findings),
            "samples": {code: [asdict(finding) for finding in listed] for code, listed in self.samples.items()},
            "bytes_out": self.bytes_out,
            "files": self.files,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> PartTally:
        """From a manifest that this version wrote."""
        samples = {code: [_finding(one) for one in listed] for code, listed in found.pop("samples").items()}
        resources, findings = Counter(found.pop("resources")), Counter(found.pop("findings"))
        files = tuple(found.pop("files"))
        return cls(**found, resources=resources, findings=findings, samples=samples, files=files)


def _finding(found: dict[str, Any]) -> Finding:
    data = DataPlace(**found.pop("data")) if found["data"] else found.pop("data")
    rule = Place(**found.pop("rule")) if found["rule"] else found.pop("rule")
    return Finding(**found, data=data, rule=rule)
