"""Findings as FHIR: an OperationOutcome a record, valid R4, without any value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interop.api import Mapping
from interop.errors import CODES, DataPlace, Finding, Place, UsageError
from interop.fhir.check import check_json, problems
from interop.job.findings import finding_json, read_finding
from interop.job.outcomes import quarantine_outcomes
from interop.job.quarantine import read_quarantine
from interop.job.replay import replay
from interop.job.run import Options, run_job
from interop.writers.outcome import expression, outcome
from tests.job.conftest import COLUMNS, FILES, SOURCE
from tests.plans.snippets import write_package

GOOD, BAD_DATE, NO_KEY, SHORT = "1,Ana,1980-12-31", "2,Lee,1980-02-30", ",Zoe,1990-99-99", "4,Ida"


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_valid_r4(code: str) -> None:
    """The severity, and the issue type of its family: both are required bindings."""
    made = outcome([Finding(code, DataPlace("a.csv", 3, "BORN", 12, 4), "Patient.birthDate", Place("P.yaml", 3, 4))])
    assert problems(made) == []
    (issue,) = made["issue"]  # type: ignore[misc]
    assert issue["details"]["coding"] == [  # type: ignore[index]
        {"system": "urn:interop:finding", "code": code, "display": CODES[code].title}
    ]


def test_issue_has_places_and_the_remedy() -> None:
    place = DataPlace("a.csv", 3, "BORN", 12, 4)
    (issue,) = outcome([Finding("V212", place, "Patient.birthDate", Place("P.yaml", 3, 4), "d", "mend it")])["issue"]  # type: ignore[misc]
    assert issue == {
        "severity": "warning",
        "code": "value",
        "details": {
            "coding": [{"system": "urn:interop:finding", "code": "V212", "display": "no such day or time"}],
            "text": "no such day or time: d",
        },
        "diagnostics": "data: a.csv record 3, BORN (bytes 12+4); rule: P.yaml:3:4; fix: mend it; "
        "see: docs/errors.md, V212",
        "expression": ["Patient.birthDate"],
    }


def test_nothing_found_is_an_outcome_too() -> None:
    made = outcome([])
    assert problems(made) == []
    assert made["issue"][0]["severity"] == "information"  # type: ignore[index]


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("Patient.deceasedBoolean", "Patient.deceased"),
        ("Observation.component.valueQuantity.value", "Observation.component.value.value"),
        ("Patient.extension.valueString", "Patient.extension.value"),
        ("Patient", "Patient"),
        ("Patient.nothing.more", "Patient.nothing.more"),
    ],
)
def test_expression_has_no_type_in_a_choice(target: str, path: str) -> None:
    assert expression(target) == path


@pytest.mark.parametrize(
    "finding",
    [
        Finding("V212", DataPlace("a:b.csv", 3, "BORN"), "Patient.birthDate", Place("maps/a:b/P.yaml", 3, 4), "d", "f"),
        Finding("R206", DataPlace("a.csv")),
        Finding("D403"),
    ],
)
def test_line_is_read_as_the_finding_that_was_written(finding: Finding) -> None:
    assert read_finding(json.loads(json.dumps(finding_json(finding)))) == finding


def test_outcomes_of_a_run(run, people) -> None:
    done = run(people(GOOD, BAD_DATE, NO_KEY, SHORT), outcomes=True)
    lines = (done.out / "outcomes.ndjson").read_bytes().splitlines()
    assert [check_json(line) for line in lines] == [[], [], []]
    codes = [[issue["details"]["coding"][0]["code"] for issue in json.loads(line)["issue"]] for line in lines]
    found = done.lines("findings.ndjson")
    assert codes == [[one["code"] for one in found if one["record"] == record] for record in (2, 3, 4)]
    assert b"1990-99-99" not in b"".join(lines)
    assert "outcomes.ndjson" not in {
        file["name"] for file in json.loads((done.out / "manifest.json").read_bytes())["files"]
    }


def test_next_run_without_them_leaves_none(run, people) -> None:
    assert "outcomes.ndjson" in run(people(NO_KEY), outcomes=True).files
    assert "outcomes.ndjson" not in run(people(NO_KEY)).files


def test_outcomes_of_quarantine_know_the_bytes(run, people) -> None:
    done = run(people(GOOD, NO_KEY, SHORT))
    entries = read_quarantine(done.out)
    lines = [json.loads(line) for line in quarantine_outcomes(entries)]
    assert [problems(line) for line in lines] == [[], []]
    for line, entry in zip(lines, entries, strict=True):
        assert f"record {entry.record}" in line["issue"][0]["diagnostics"]
        assert f"(bytes {entry.offset}+{entry.length})" in line["issue"][0]["diagnostics"]


def test_replay_writes_them_anew(run, people, tmp_path: Path) -> None:
    done = run(people(GOOD, ",Zoe,", SHORT), outcomes=True)
    key = '"NUMBER ?? {record.number}"'
    mended = FILES | {"Patient.yaml": FILES["Patient.yaml"].replace("$id: NUMBER", f"$id: {key}")}
    mended["Observation.yaml"] = mended["Observation.yaml"].replace("[NUMBER,", f"[{key},")
    package = Mapping(write_package(tmp_path / "mended", mended, COLUMNS, SOURCE))
    assert replay(package.plan, package.package.layout, done.out).converted == 1
    (left,) = done.lines("outcomes.ndjson")
    assert [issue["details"]["coding"][0]["code"] for issue in left["issue"]] == ["R501"]


def test_they_need_a_folder(mapping, people) -> None:
    with pytest.raises(UsageError, match="need a folder"):
        run_job(mapping.plan, mapping.package.layout, [people(GOOD)], None, Options(outcomes=True))


def test_outcome_of_one_record(mapping) -> None:
    done = mapping.convert({"NUMBER": "", "NAME": "Zoe", "BORN": "x"})
    made = done.operation_outcome()
    assert problems(made) == []
    assert [issue["details"]["coding"][0]["code"] for issue in made["issue"]] == [one.code for one in done.findings]
    assert done.findings
