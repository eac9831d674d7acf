"""Packages with mistakes: what is found, where, and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from interop.errors import CODES, Finding, MappingError
from interop.spec.load import load_package
from interop.spec.package import Package
from tests.spec.conftest import DEFAULTS, Write
from tests.spec.messages import MESSAGES

FILES = sorted((Path(__file__).parent / "cases").glob("mistakes-*.yaml"))
CASES = [(file.stem, case) for file in FILES for case in yaml.safe_load(file.read_text("utf-8"))]


def no_base(name: str) -> Path:
    raise LookupError(name)


def findings_of(folder: Path) -> tuple[Finding, ...]:
    try:
        return load_package(folder, no_base).warnings
    except MappingError as error:
        return error.findings


def short(finding: Finding, folder: Path) -> str:
    assert finding.rule is not None
    file = Path(finding.rule.file).relative_to(folder).as_posix()
    return f"{finding.code} {file}:{finding.rule.line}:{finding.rule.column}"


@pytest.mark.parametrize(("stem", "case"), CASES, ids=[f"{stem}: {case['title']}" for stem, case in CASES])
def test_case(stem: str, case: dict[str, Any], write: Write) -> None:
    base = MESSAGES if case.get("package") == "messages" else DEFAULTS
    folder = write(base | case["files"], bare=True)
    findings = findings_of(folder)
    assert [short(finding, folder) for finding in findings] == [line.partition(" -> ")[0] for line in case["findings"]]
    for finding, line in zip(findings, case["findings"], strict=True):
        fix = line.partition(" -> ")[2]
        assert fix in (finding.fix or CODES[finding.code].fix)
        assert not re.search(r"(?i)pydantic|traceback|input should|type=", str(finding))


def test_the_default_package_has_none(write: Write) -> None:
    package = load_package(write(), no_base)
    assert isinstance(package, Package)
    assert package.warnings == ()
    assert [rule.name for rule in package.rules] == ["Patient"]
    assert package.files == ("Patient.yaml", "codes/sex.csv", "mapping.yaml", "source/row.csv")


def test_every_code_of_the_load_has_a_case() -> None:
    found = {line.partition(" ")[0] for _, case in CASES for line in case["findings"]}
    text = (Path(__file__).parent / "cases/yaml.yaml").read_text("utf-8")
    elsewhere = set(re.findall(r"Y\d{3}", text)) | {"Y104", "Y105", "Y108", "M109", "M150", "M111"}
    assert {code for code in CODES if code[0] in "YM" or code.startswith("C1")} <= found | elsewhere
