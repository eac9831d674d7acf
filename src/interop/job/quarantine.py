"""Quarantine: the original bytes of records that were not converted, with their findings, for their owner's eyes."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import orjson

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


class Quarantine:
    """`<folder>/quarantine/records.ndjson`, mode 0600, made when the first record comes; nothing without a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / "quarantine" if folder else None
        self._file: IO[bytes] | None = None

    def put(self, file: str, record: int, offset: int, data: bytes | None, findings: Sequence[Finding]) -> None:
        """One record, or a whole file (`record` 0; its bytes stay where they are)."""
        if self._folder is None:
            return
        if self._file is None:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            path = self._folder / "records.ndjson"
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        entry = {
            "file": file,
            "record": record,
            "offset": offset,
            "findings": [finding_json(finding) for finding in findings],
            "data": base64.b64encode(data).decode() if data is not None else None,
        }
        self._file.write(orjson.dumps(entry) + b"\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
