"""Real open extracts without a declared conversion: every record is converted, and what comes out is FHIR."""

from __future__ import annotations

from pathlib import Path

import pytest

from interop.fhir.check import check_json
from tests.mapping_cases import ROOT, convert

from .corpora import corpus

EXTRACTS = [
    ("br-datasus", "source/sim_do.csv", "br/sim"),
    ("mx-covid-linelist", "source/covidmx_2022_sample500_18cols.csv", "mx/covid-linelist"),
]


@pytest.mark.parametrize(("name", "file", "package"), EXTRACTS, ids=lambda value: str(value).replace("/", "-"))
def test_extract(name: str, file: str, package: str, tmp_path: Path) -> None:
    source = corpus(name) / file
    by_columns, by_rows = (
        convert(ROOT / "mappings" / package, [source], executor, tmp_path) for executor in ("columns", "rows")
    )
    assert by_columns == by_rows
    assert by_columns.exit_code == 0, "no record in quarantine"
    assert by_columns.output
    problems = {str(problem) for line in by_columns.output.splitlines() for problem in check_json(line)}
    assert problems == set()
