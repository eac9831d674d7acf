"""One record, and many, by the row executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest

import interop
from interop.api import Mapping
from interop.engine import record as record_module
from interop.engine import row_values, rows
from interop.errors import UsageError
from tests.mapping_cases import ROOT
from tests.plans.snippets import write_package

PATIENT = """\
$resource: Patient
$for: row
id: NUMBER
name: [{text: NAME}]
birthDate: BORN | date
multipleBirthInteger: record.number
extension: [{url: "= urn:amount", valueDecimal: AMOUNT | decimal}]
"""
ACCOUNT = """\
$resource: Account
$for: claim
id: CLAIM
status: = active
name: file.name
coverage: [{$each: line, coverage: {display: SERVICE}}]
"""
SOURCE = """\
source:
  format: delimited
  tables:
    row: {when: {columns: [NUMBER]}}
    claim: {when: {columns: [CLAIM]}, record: CLAIM, rows: line}
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    files = {"Patient.yaml": PATIENT, "Account.yaml": ACCOUNT}
    columns = {"row": "NUMBER NAME BORN AMOUNT", "claim": "CLAIM SERVICE"}
    return Mapping(write_package(tmp_path, files, columns, SOURCE))


def test_a_row(mapping: Mapping) -> None:
    done = mapping.convert({"NUMBER": "1", "NAME": " Ana ", "BORN": "", "AMOUNT": "1.10"})
    assert done.texts == (
        '{"resourceType":"Patient","id":"1","name":[{"text":"Ana"}],"multipleBirthInteger":1,'
        '"extension":[{"url":"urn:amount","valueDecimal":1.10}]}',
    )
    assert done.resources[0]["extension"] == [{"url": "urn:amount", "valueDecimal": 1.1}]
    assert (done.findings, done.failed) == ((), False)


@pytest.mark.parametrize(
    "record",
    [
        [{"CLAIM": "c", "SERVICE": "a"}, {"CLAIM": "c", "SERVICE": "b"}],
        ({"CLAIM": "c", "SERVICE": "a"}, {"CLAIM": "c", "SERVICE": "b"}),
        "CLAIM,SERVICE\nc,a\nc,b\n",
        b"SERVICE,CLAIM\r\na,c\r\nb,c",
    ],
    ids=["list", "tuple", "text", "bytes"],
)
def test_rows_of_one_key(mapping: Mapping, record: object) -> None:
    (account,) = mapping.convert(record, file="claims.csv").resources
    assert account["name"] == "claims.csv"
    assert account["coverage"] == [{"coverage": {"display": "a"}}, {"coverage": {"display": "b"}}]


def test_record_that_fails_has_findings_and_nothing_else(mapping: Mapping) -> None:
    done = mapping.convert({"NAME": "Ana", "NUMBER": None, "BORN": "x"}, file="a.csv")
    assert done.failed
    assert (done.texts, done.resources, done.models()) == ((), [], [])
    assert [finding.code for finding in done.findings] == ["D401", "V211"]
    assert done.findings[1].data == interop.DataPlace("a.csv", 1, "BORN")
    assert done.findings[1].rule is not None
    assert done.findings[1].rule.line == 5


def test_row_of_a_text_that_cannot_be_read_is_a_finding(mapping: Mapping) -> None:
    done = mapping.convert("NUMBER,NAME\n1,Ana,more\n")
    assert (done.failed, [finding.code for finding in done.findings]) == (True, ["R502"])


@pytest.mark.parametrize("record", [{"OTHER": "1"}, {"NUMBER": 1}, [], 5, "A,B\n1,2\n", "NUMBER\n1\n2\n"], ids=repr)
def test_what_is_no_record(mapping: Mapping, record: object) -> None:
    with pytest.raises(UsageError):
        mapping.convert(record)


def test_many_are_numbered_and_converted_when_they_are_asked_for(mapping: Mapping) -> None:
    asked: list[int] = []

    def records() -> Iterator[dict[str, str]]:
        for number in range(1, 4):
            asked.append(number)
            yield {"NUMBER": f"{number}", "BORN": "x" if number == 2 else ""}

    done = mapping.convert_many(records(), file="a.csv")
    assert asked == []
    assert next(done).resources[0]["multipleBirthInteger"] == 1
    assert asked == [1]
    second, third = done
    assert second.findings[0].data == interop.DataPlace("a.csv", 2, "BORN")
    assert third.resources[0]["multipleBirthInteger"] == 3


def test_one_record_does_not_change_the_next(mapping: Mapping) -> None:
    bad, good = {"NUMBER": None, "BORN": "x"}, {"NUMBER": "1", "NAME": "Ana"}
    first = mapping.convert(good)
    assert mapping.convert(bad).failed
    assert mapping.convert(good) == first


def test_record_is_left_as_it_is(mapping: Mapping) -> None:
    record = {"NUMBER": " 1 ", "NAME": "", "BORN": None}
    mapping.convert(record)
    assert record == {"NUMBER": " 1 ", "NAME": "", "BORN": None}


def test_threads_share_a_mapping(mapping: Mapping) -> None:
    records = [{"NUMBER": f"{number}", "BORN": "x" if number % 3 else "2024"} for number in range(200)]
    expected = [mapping.convert(record) for record in records]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(mapping.convert, records)) == expected


def test_shape_of_a_conversion_shows_no_value(mapping: Mapping) -> None:
    assert "Ana" not in repr(mapping.convert({"NUMBER": "1", "NAME": "Ana", "BORN": "x"}))


def test_models() -> None:
    """Whole resources as fhir.resources has them, and back again."""
    mapping = interop.load("uk/immunisation")
    (sample, *_) = sorted((ROOT / "samples" / "uk" / "immunisation").glob("RSV*.csv"))
    header, *lines = sample.read_text().splitlines()
    for line in lines[:5]:
        done = mapping.convert(f"{header}\n{line}\n", file=sample.name)
        models = done.models()
        assert [model.get_resource_type() for model in models] == [one["resourceType"] for one in done.resources]
        assert [model.id for model in models] == [one["id"] for one in done.resources]
        assert "Immunization" in {model.get_resource_type() for model in models}


def test_nothing_is_compiled_for_a_record() -> None:
    """What makes one record quick: a plan becomes closures once, with the first record, and never again."""
    mapping = interop.load("uk/immunisation")
    compiled: list[object] = []

    def counting(compile_part: Callable[..., object]) -> Callable[..., object]:
        def compile_and_count(*words: object) -> object:
            compiled.append(words)
            return compile_part(*words)

        return compile_and_count

    record = {"NHS_NUMBER": "9000000009", "UNIQUE_ID": "1", "UNIQUE_ID_URI": "urn:x", "ACTION_FLAG": "NEW"}
    mapping.convert(record, file="FLU_Vaccinations_v5_X_20250101T00000000.csv")
    with (
        patch.object(rows, "compile_value", counting(rows.compile_value)),
        patch.object(rows, "compile_condition", counting(rows.compile_condition)),
        patch.object(row_values, "compile_value", counting(row_values.compile_value)),
        patch.object(record_module, "compile_condition", counting(record_module.compile_condition)),
        patch.object(rows.NodeCompiler, "node", counting(rows.NodeCompiler.node)),
    ):
        mapping.convert(record, file="FLU_Vaccinations_v5_X_20250101T00000000.csv")
        assert compiled == []
        Mapping(mapping.package).convert(record)
        assert compiled
