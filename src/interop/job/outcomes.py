"""The findings of a run as FHIR, for those who keep OperationOutcomes: made of what findings.ndjson has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from interop.errors import DataPlace
from interop.job.findings import read_finding
from interop.job.quarantine import Quarantined
from interop.writers.outcome import outcome

FINDINGS = "findings.ndjson"
OUTCOMES = "outcomes.ndjson"


def outcome_lines(found: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """An OperationOutcome for each record that something is said of, in the order of the findings.

    Args:
        found: Findings as plain values, those of a record one after another.
    """
    for _, some in groupby(found, key=lambda one: (one.get("input"), one.get("file"), one.get("record"))):
        yield orjson.dumps(outcome(map(read_finding, some))) + b"\n"


def quarantine_outcomes(entries: Iterable[Quarantined]) -> Iterator[bytes]:
    """An OperationOutcome for each record in quarantine."""
    for entry in entries:
        found = map(read_finding, entry.findings)
        place = DataPlace(entry.file, entry.record, offset=entry.offset, length=entry.length)
        placed = (one.at(replace(place, field=one.data.field if one.data else "")) for one in found)
        yield orjson.dumps(outcome(placed)) + b"\n"


def write_outcomes(out: Path) -> None:
    """Writes `outcomes.ndjson` of the findings in an output folder: whole, or not at all."""
    partial = out / f"{OUTCOMES}.partial"
    with (out / FINDINGS).open("rb") as lines, partial.open("wb") as to:
        to.writelines(outcome_lines(map(orjson.loads, lines)))
    partial.replace(out / OUTCOMES)
