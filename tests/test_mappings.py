"""Every case of every mapping package, by both executors; and whether what comes out is FHIR."""

from __future__ import annotations

from pathlib import Path

import pytest

from interop.fhir.check import check_json

from .mapping_cases import ROOT, Case, Executor, accept, cases, convert, packages


@pytest.mark.parametrize("executor", ["rows", "columns"])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case, executor: Executor, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    outcome = convert(case.package, case.inputs, executor, tmp_path)
    if executor == "rows" and request.config.getoption("--accept"):
        accept(case, outcome)
    assert outcome.output.decode().splitlines() == case.output.decode().splitlines()
    assert outcome.output == case.output
    expected = case.findings
    found = [
        {key: one[key] for key in wanted if key in one} for one, wanted in zip(outcome.findings, expected, strict=False)
    ]
    assert found == expected
    assert outcome.findings[len(expected) :] == []


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_expected_output_is_fhir(case: Case) -> None:
    assert case.output or case.findings, "a case expects resources or findings"
    assert [(line, problem) for line in case.output.splitlines() for problem in check_json(line)] == []


@pytest.mark.parametrize("package", packages(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_package_is_tested_and_sampled(package: Path, tmp_path: Path) -> None:
    assert list(package.glob("tests/*/")), "a package has test cases"
    folder = ROOT / "samples" / package.parent.name / package.name
    samples = sorted(path for path in folder.iterdir() if path.suffix != ".md" and path.is_file())
    assert samples, "a package has samples"
    by_columns, by_rows = (convert(package, samples, executor, tmp_path) for executor in ("columns", "rows"))
    assert by_columns == by_rows
    assert by_columns.exit_code == 0
    assert by_columns.output
    assert [problem for line in by_columns.output.splitlines() for problem in check_json(line)] == []
