"""The test cases of mapping packages, and how one is run.

A case is a folder `mappings/<cc>/<name>/tests/NNN-title/`. Its input is every file but the expected ones, in the order
of their names. `out.ndjson` is what `interop convert -o -` prints for them; without it nothing may come out.
`findings.json` is a list of findings in order, each with as many of their members as the case cares for; without it
there may be none.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import interop
from interop.api import Mapping
from interop.job.run import Options, run_job

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = ("out.ndjson", "findings.json", "README.md")
SHOWN = ("code", "record", "field", "target")

Executor = Literal["columns", "rows"]


@dataclass(frozen=True, slots=True)
class Case:
    folder: Path

    @property
    def package(self) -> Path:
        return self.folder.parent.parent

    @property
    def name(self) -> str:
        return f"{self.package.parent.name}/{self.package.name}/{self.folder.name}"

    @property
    def inputs(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.is_file() and path.name not in EXPECTED)

    @property
    def output(self) -> bytes:
        path = self.folder / "out.ndjson"
        return path.read_bytes() if path.exists() else b""

    @property
    def findings(self) -> list[dict[str, Any]]:
        path = self.folder / "findings.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave: the bytes of standard output, and the findings as in `findings.ndjson`."""

    output: bytes
    findings: list[dict[str, Any]]
    exit_code: int


def packages() -> list[Path]:
    return sorted(card.parent for card in (ROOT / "mappings").glob("*/*/mapping.yaml"))


def cases() -> list[Case]:
    return [Case(folder) for package in packages() for folder in sorted(package.glob("tests/*/"))]


@lru_cache(maxsize=1)
def load(package: Path) -> Mapping:
    """Cases come package by package: one is kept."""
    return interop.load(package)


def convert(package: Path, inputs: list[Path], executor: Executor, scratch: Path) -> Outcome:
    """Converts files twice, to a stream and to a folder: the one has the order, the other the findings."""
    mapping = load(package)
    stream = io.BytesIO()
    options = Options(executor=executor)
    run_job(mapping.plan, mapping.package.layout, inputs, None, options, stdout=stream)
    report = run_job(mapping.plan, mapping.package.layout, inputs, scratch / executor, options)
    lines = (scratch / executor / "findings.ndjson").read_text(encoding="utf-8").splitlines()
    return Outcome(stream.getvalue(), [json.loads(line) for line in lines], report.exit_code)


def accept(case: Case, outcome: Outcome) -> None:
    """Makes an outcome the expected one."""
    _write(case.folder / "out.ndjson", outcome.output.decode())
    shown = [json.dumps({key: found[key] for key in SHOWN if key in found}) for found in outcome.findings]
    _write(case.folder / "findings.json", "[\n  " + ",\n  ".join(shown) + "\n]\n" if shown else "")


def _write(path: Path, text: str) -> None:
    if text:
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)
