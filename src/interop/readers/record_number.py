"""The number of a record that came alone, and that its caller counts."""

from __future__ import annotations

from dataclasses import replace

from interop.readers.protocol import Record


def number_record(record: Record, number: int) -> None:
    """Numbers a record, and the places of what its reader found."""
    record.number = number
    record.findings = tuple(
        finding.at(replace(finding.data, record=number)) if finding.data is not None else finding
        for finding in record.findings
    )
