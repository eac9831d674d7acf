"""Quarantine: the original bytes of records that were not converted, with their findings, for their owner's eyes."""

from __future__ import annotations

import base64
import os
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import orjson

from interop.immutable import immutable
from interop.job.findings import finding_json
from interop.readers.protocol import Rejected


def rejected_bytes(rejected: Rejected) -> int:
    """The length of a rejected record in its file; `data` may hold only its beginning."""
    return rejected.length if rejected.length >= 0 else len(rejected.data)


def quarantine_file(path: Path) -> IO[bytes]:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def quarantine_line(file: str, number: int, rejected: Rejected) -> bytes:
    """One record, or a whole file (record 0; its bytes stay where they are), as a line.

    Of a record beyond the limit, `data` is only the beginning. `input` is the file's place among the inputs, from 1.
    """
    entry = {
        "file": file,
        "input": number,
        "record": rejected.number,
        "offset": rejected.offset,
        "length": rejected_bytes(rejected),
        "findings": [finding_json(finding) for finding in rejected.findings],
        "data": base64.b64encode(rejected.data).decode() if rejected.data else None,
    }
    return orjson.dumps(entry) + b"\n"


def preamble_line(number: int, preamble: bytes) -> bytes:
    """What stands before the first record of an input (a header), for records that are converted again."""
    return orjson.dumps({"input": number, "preamble": base64.b64encode(preamble).decode()}) + b"\n"


@immutable()
class Quarantined:
    """A line of quarantine/records.ndjson."""

    file: str
    input: int
    record: int
    offset: int
    length: int
    findings: list[dict[str, Any]]
    data: bytes

    def as_json(self) -> dict[str, object]:
        """The line again."""
        return asdict(self) | {"data": base64.b64encode(self.data).decode() if self.data else None}

    @property
    def whole(self) -> bool:
        """Whether the record's bytes are all there."""
        return bool(self.record) and len(self.data) == self.length


def read_quarantine(folder: Path) -> list[Quarantined]:
    """The records in quarantine below an output folder, in the order of the input."""
    try:
        lines = (folder / "quarantine" / "records.ndjson").read_bytes().splitlines()
    except FileNotFoundError:
        return []
    entries = (orjson.loads(line) for line in lines)
    return [Quarantined(**entry | {"data": base64.b64decode(entry["data"] or "")}) for entry in entries]


def read_preambles(folder: Path) -> dict[int, bytes]:
    """What stands before the first record of each input that has records in quarantine."""
    try:
        lines = (folder / "quarantine" / "preambles.ndjson").read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    return {entry["input"]: base64.b64decode(entry["preamble"]) for entry in map(orjson.loads, lines)}
