"""`--meta-source`, `--provenance`, `--outcomes`, `--raise`, and the OperationOutcomes of quarantine."""

from __future__ import annotations

import json
import os
import re

import pytest

from interop.cli.options import raise_limits
from interop.errors import UsageError
from interop.fhir.check import check_json

GOOD = "100,Example,Alex,2,31/12/1980,"
NO_KEY = ",Hidden,Zebedee,1,01/02/1999,"


def test_lineage_of_a_run(interop, clinic, rows, tmp_path) -> None:
    file = rows(GOOD, NO_KEY)
    os.utime(file, (1_704_067_200, 1_704_067_200))
    out = tmp_path / "out"
    assert interop("convert", "-m", clinic, "-o", out, "--meta-source", "--provenance", "--outcomes", file).code == 1
    assert json.loads((out / "Patient.ndjson").read_bytes())["meta"]["source"] == "urn:interop:file:clinic.csv#1"
    assert json.loads((out / "Provenance.ndjson").read_bytes())["recorded"] == "2024-01-01T00:00:00Z"
    assert json.loads((out / "report.json").read_bytes())["lineage"] == {
        "metaSource": True,
        "provenance": "2024-01-01T00:00:00Z",
    }
    assert check_json((out / "outcomes.ndjson").read_bytes()) == []


def test_sources_go_to_a_stream_too(interop, clinic, rows) -> None:
    done = interop("convert", "-m", clinic, "--meta-source", rows(GOOD))
    assert json.loads(done.out)["meta"] == {"source": "urn:interop:file:clinic.csv#1"}


def test_recorded_is_what_was_said(interop, clinic, rows, tmp_path) -> None:
    when = "2024-05-06T07:08:09+02:00"
    words = ["-o", tmp_path / "out", "--provenance", "--recorded", when]
    assert interop("convert", "-m", clinic, *words, rows(GOOD)).code == 0
    assert json.loads((tmp_path / "out" / "Provenance.ndjson").read_bytes())["recorded"] == when


def test_raised_limit_is_in_the_report_and_the_summary(interop, clinic, rows, tmp_path) -> None:
    note = '"' + "x\n" * 10_001 + '"'
    file = rows(GOOD + note)
    assert interop("convert", "-m", clinic, "-o", tmp_path / "low", file).code == 1
    done = interop("convert", "-m", clinic, "-o", tmp_path / "out", "--raise", "quoted_lines=20000", file)
    assert done.code == 0
    assert re.search(r"raised quoted_lines +20,000  from 10,000\n", done.err)
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert report["raisedLimits"] == [{"name": "quoted_lines", "default": 10_000, "value": 20_000}]


def test_sizes_of_limits() -> None:
    limits = raise_limits(["record_bytes=128MiB", "columns=5000", "lookup_bytes=2GiB"])
    assert (limits.record_bytes, limits.columns, limits.lookup_bytes) == (128 << 20, 5000, 2 << 30)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("columns", "cannot read"),
        ("columns=-1", "cannot read"),
        ("columns=5000MB", "cannot read"),
        ("colums=5000", "no limit `colums`; there are: chunk_bytes"),
        ("columns=4096", "is 4,096 by default"),
    ],
)
def test_limit_that_cannot_be_raised(word: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        raise_limits([word])


@pytest.mark.parametrize(
    "call",
    [
        (["--provenance"], "need a folder"),
        (["--outcomes"], "need a folder"),
        (["--recorded", "2024-01-01T00:00:00Z"], "--recorded goes with --provenance"),
        (["--provenance", "--recorded", "now", "-o", "{out}"], "--recorded takes a time"),
        (["--raise", "columns=1"], "is 4,096 by default"),
    ],
)
def test_wrong_call(interop, clinic, rows, tmp_path, call: tuple[list[str], str]) -> None:
    words, said = call
    done = interop("convert", "-m", clinic, *(word.format(out=tmp_path / "out") for word in words), rows(GOOD))
    assert done.code == 2
    assert said in done.err


def test_quarantine_as_operation_outcomes(interop, clinic, rows, tmp_path) -> None:
    interop("convert", "-m", clinic, "-o", tmp_path / "out", rows(GOOD, NO_KEY, NO_KEY))
    done = interop("quarantine", "list", tmp_path / "out", "--as", "operationoutcome")
    assert done.code == 0
    assert [check_json(line.encode()) for line in done.lines] == [[], []]
    assert "clinic.csv record 2, NUMBER (bytes" in json.loads(done.lines[0])["issue"][0]["diagnostics"]
    assert "Zebedee" not in done.out.decode()


@pytest.mark.parametrize("executor", ["columns", "rows"])
def test_messages_name_their_number(interop, tmp_path, executor: str) -> None:
    ward, out = tmp_path / "ward", tmp_path / "out"
    assert interop("new", "zz/ward", "--format", "hl7v2", "-o", ward).code == 0
    message = (ward / "tests" / "001-one-person" / "in.hl7").read_bytes()
    (tmp_path / "two.hl7").write_bytes(message + message)
    words = ["--meta-source", "--provenance", "--executor", executor, tmp_path / "two.hl7"]
    assert interop("convert", "-m", ward, "-o", out, *words).code == 0
    found = [json.loads(line)["meta"]["source"] for line in (out / "Patient.ndjson").read_bytes().splitlines()]
    assert found == ["urn:interop:file:two.hl7#1", "urn:interop:file:two.hl7#2"]
    (entity,) = json.loads((out / "Provenance.ndjson").read_bytes())["entity"]
    assert entity["what"]["display"] == "two.hl7, records 1 to 2"
