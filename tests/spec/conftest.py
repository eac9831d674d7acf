"""A small package on disk, with what a test changes in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.plans.snippets import CARD

DEFAULTS = {
    "mapping.yaml": CARD.replace("zz/snippet", "xx/test")
    + """\
source:
  format: delimited
  tables:
    row: {}
""",
    "source/row.csv": "column,required,modifies,title\nID,yes,,Key\nA,no,,\nB,no,,\nSEX,no,,\n",
    "codes/sex.csv": """\
source_code,target_system,target_code,target_display,equivalence,comment
M,http://hl7.org/fhir/administrative-gender,male,Male,equivalent,
F,http://hl7.org/fhir/administrative-gender,female,Female,equivalent,
""",
    "Patient.yaml": """\
$resource: Patient
$for: row
$id: ID
gender: SEX | code sex
birthDate: A | date
name: [{family: B}]
""",
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the default package, with files changed, added, or left out (None)."""

    def package(files: Mapping[str, str | None] | None = None, *, name: str = "package", bare: bool = False) -> Path:
        folder = tmp_path / name
        for relative, text in {**({} if bare else DEFAULTS), **(files or {})}.items():
            if text is not None:
                file = folder / relative
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, "utf-8", newline="")
        return folder

    return package
