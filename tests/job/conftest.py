"""A small package, and a run of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interop.api import Mapping
from interop.job.report import Report
from interop.job.run import Options, run_job
from tests.plans.snippets import write_package

SOURCE = """\
source:
  format: delimited
  charset: cp1252
  tables:
    row: {when: {columns: [BORN]}}
    claim: {when: {columns: [CLAIM]}, record: CLAIM, rows: line}
"""
FILES = {
    "Patient.yaml": """\
$resource: Patient
$for: row
$id: NUMBER
$unique: true
name: [{text: NAME}]
birthDate: BORN | date
""",
    "Observation.yaml": """\
$resource: Observation
$for: row
$when: NAME exists
$id: [NUMBER, = name]
status: = final
code: {text: NAME}
subject: {$ref: Patient}
""",
    "Account.yaml": """\
$resource: Account
$for: claim
id: CLAIM
status: = active
name: SERVICE
""",
}
COLUMNS = {"row": "NUMBER NAME BORN", "claim": "CLAIM SERVICE"}


@dataclass(frozen=True)
class Done:
    """A run: its report, and its folder."""

    report: Report
    out: Path

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.out / name).read_bytes().splitlines()]

    @property
    def quarantine(self) -> list[dict[str, Any]]:
        return self.lines("quarantine/records.ndjson")

    @property
    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.out)) for path in self.out.rglob("*") if path.is_file())


Run = Callable[..., Done]


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    return Mapping(write_package(tmp_path / "package", FILES, COLUMNS, SOURCE))


@pytest.fixture
def people(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of people: `NUMBER,NAME,BORN`."""

    def write(*rows: str, name: str = "people.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(["NUMBER,NAME,BORN", *rows, ""]), encoding="cp1252")
        return path

    return write


@pytest.fixture
def run(mapping: Mapping, tmp_path: Path) -> Run:
    """Runs the package over files."""

    def call(*inputs: Any, out: Path | None = None, **options: Any) -> Done:
        folder = out or tmp_path / "out"
        plan, layout = mapping.plan, mapping.package.layout
        return Done(run_job(plan, layout, inputs, folder, Options(**options)), folder)

    return call
