"""Findings as lines of JSON: places and names of the package, never a value."""

from __future__ import annotations

from pathlib import Path

import orjson

from interop.errors import Finding
from interop.job.outputs import partial


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


class FindingsFile:
    """`<folder>/findings.ndjson`, there even when it is empty."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "findings.ndjson"
        self._file = partial(self._path).open("wb")

    def put(self, finding: Finding) -> None:
        """One finding, as a line."""
        self._file.write(orjson.dumps(finding_json(finding)) + b"\n")

    def commit(self) -> None:
        """Ends the run well: the file takes its name."""
        self.close()
        partial(self._path).replace(self._path)

    def close(self) -> None:
        """Lets go of the file, whole or not."""
        self._file.close()
