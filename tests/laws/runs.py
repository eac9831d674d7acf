"""A run over one file in a folder of its own, and everything that it leaves behind."""

from __future__ import annotations

import gzip
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from interop.api import Mapping
from interop.job.report import Report
from interop.job.run import Options, run_job


@dataclass(frozen=True)
class Left:
    """Files by their path in the output folder; report.json without what is measured."""

    files: dict[str, bytes]
    report: dict[str, Any]

    @property
    def quarantine(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.files.get("quarantine/records.ndjson", b"").splitlines()]


def run_file(mapping: Mapping, data: bytes, options: Options, name: str = "flu_1.csv") -> tuple[Report, Left]:
    """Writes the bytes as a file (compressed, where the name says so) and converts it to a folder."""
    with TemporaryDirectory(prefix="interop-laws-") as scratch:
        path, out = Path(scratch) / name, Path(scratch) / "out"
        path.write_bytes(gzip.compress(data, 1) if name.endswith(".gz") else data)
        report = run_job(mapping.plan, mapping.package.layout, [path], out, options)
        return report, left_in(out)


def left_in(out: Path) -> Left:
    """What a run left in its folder."""
    files = {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    report = orjson.loads(files.pop("report.json"))
    del report["seconds"], report["peakMemory"]
    return Left(files, report)


def check_quarantine(left: Left, data: bytes, expected: int, framed: int) -> None:
    """As many entries as were counted, in order, each with the bytes of its own span, which overlaps no other."""
    records = [entry for entry in left.quarantine if entry["record"]]
    assert len(left.quarantine) == expected
    numbers = [entry["record"] for entry in records]
    assert numbers == sorted(set(numbers))
    assert all(0 < number <= framed for number in numbers)
    end = 0
    for entry in records:
        assert entry["offset"] >= end
        end = entry["offset"] + entry["length"]
        assert b64decode(entry["data"]) == data[entry["offset"] : end]
        assert entry["findings"]
    assert end <= len(data)
