"""What a mapping makes of records, by both executors. The cases are in `*.yaml` beside this."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import yaml

from interop.engine.by_rows import convert_rows
from interop.engine.columns import ColumnResult
from interop.engine.columns.executor import ColumnExecutor
from interop.engine.record import RowExecutor
from interop.engine.rust import RustExecutor
from interop.errors import Finding
from interop.fhir.check import check_json
from interop.plan.compile import compile_plan
from interop.readers import open_reader
from interop.readers.protocol import Batch, Input, Projection
from interop.readers.rows import rows_of
from interop.rust import is_there
from interop.spec.package import Package
from tests.plans.snippets import SOURCE, write_package

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """`out` and `findings` are lines; a line of `findings` is `CODE record field target`."""

    title: str
    columns: str
    files: dict[str, str]
    rows: str
    out: str = ""
    findings: str = ""
    source: str = SOURCE
    whole: str = "yes"  # no: what comes out is not whole FHIR, for brevity
    tables: dict[str, str] = field(default_factory=dict)

    def load(self, folder: Path) -> Package:
        return write_package(folder, self.files, {"row": self.columns, **self.tables}, self.source)


def cases() -> list[Case]:
    return [
        Case(**case)
        for path in sorted(HERE.glob("*.yaml"))
        for case in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    ]


def convert(package: Package, data: bytes, executor: str) -> list[ColumnResult]:
    """The batches of a file, converted."""
    compiled = compile_plan(package)
    reader = open_reader(package.layout)
    source = Input("a.csv", lambda: io.BytesIO(data))
    batches: list[Batch] = list(reader.batches(source, Projection(compiled.reads), batch_rows=1000))
    if executor != "rows":
        in_bulk = ColumnExecutor(compiled) if executor == "columns" else RustExecutor(compiled)
        return [in_bulk.convert(batch) for batch in batches]
    rows = RowExecutor(compiled)
    return [convert_rows(rows, (replace(one, findings=()) for one in rows_of(batch, reader))) for batch in batches]


def said(results: list[ColumnResult]) -> tuple[str, str]:
    """The lines of resources, by rule, and those of findings, by record."""
    out = "".join(f"{text}\n" for result in results for _, frame in result.rules() for text in frame.get_column("text"))
    found = [finding for result in results for finding in result.findings]
    found += [finding for result in results for _, findings in result.failed for finding in findings]
    return out, "".join(f"{_line(finding)}\n" for finding in sorted(found, key=_record))


def _record(finding: Finding) -> int:
    assert finding.data is not None
    return finding.data.record


def _line(finding: Finding) -> str:
    assert finding.data is not None
    return f"{finding.code} {finding.data.record} {finding.data.field or '-'} {finding.target}"


COMPILED = pytest.param("rust", marks=pytest.mark.skipif(not is_there(), reason="it was not compiled for this host"))


@pytest.mark.parametrize("executor", ["rows", "columns", COMPILED])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_case(case: Case, executor: str, tmp_path: Path) -> None:
    out, findings = said(convert(case.load(tmp_path), case.rows.encode(), executor))
    assert out.splitlines() == case.out.splitlines()
    assert findings.splitlines() == case.findings.splitlines()


@pytest.mark.parametrize("case", [case for case in cases() if case.whole == "yes"], ids=lambda case: case.title)
def test_case_is_fhir(case: Case) -> None:
    assert [problem for line in case.out.encode().splitlines() for problem in check_json(line)] == []
