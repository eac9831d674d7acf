"""Findings as lines of JSON: places and names of the package, never a value; and read again."""

from __future__ import annotations

from typing import Any

from interop.errors import DataPlace, Finding, Place


def finding_json(finding: Finding, number: int = 0) -> dict[str, object]:
    """A finding as plain values; places only, never a value. `fix` is there where it says more than the code's own.

    Args:
        finding: What is said.
        number: Of the input that it is said of, from 1: several may have one name. 0 where it is of none.
    """
    data = finding.data
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "title": finding.title,
        **({"detail": finding.detail} if finding.detail else {}),
        **({"input": number} if number else {}),
        **({"file": data.file, "record": data.record, "field": data.field} if data else {}),
        **({"target": finding.target} if finding.target else {}),
        **({"rule": str(finding.rule)} if finding.rule else {}),
        **({"fix": finding.fix} if finding.fix else {}),
    }


def read_finding(found: dict[str, Any]) -> Finding:
    """The finding of a line. Where its record begins in the file is not in it."""
    file, _, spot = found.get("rule", "").rpartition(":")
    file, _, line = file.rpartition(":")
    return Finding(
        found["code"],
        DataPlace(found["file"], found["record"], found["field"]) if "file" in found else None,
        found.get("target", ""),
        Place(file, int(line), int(spot)) if file else None,
        found.get("detail", ""),
        found.get("fix", ""),
    )
