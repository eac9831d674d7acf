"""Findings as lines of JSON: places and names of the package, never a value."""

from __future__ import annotations

from interop.errors import Finding


def finding_json(finding: Finding) -> dict[str, object]:
    """A finding as plain values; places only, never a value."""
    data = finding.data
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "title": finding.title,
        **({"detail": finding.detail} if finding.detail else {}),
        **({"file": data.file, "record": data.record, "field": data.field} if data else {}),
        **({"target": finding.target} if finding.target else {}),
        **({"rule": str(finding.rule)} if finding.rule else {}),
    }
