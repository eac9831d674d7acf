"""`meta.source`: every resource names its file and record, and nothing else of it changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interop.api import Mapping
from interop.errors import UsageError
from interop.fhir.check import check_json
from interop.job.origins import file_uri
from interop.job.run import Options, run_job
from tests.plans.snippets import write_package

FILES = {
    "Patient.yaml": """\
$resource: Patient
$for: row
$id: NUMBER
name: [{text: NAME}]
""",
    # meta of the mapping: sometimes absent, with a constant that does not make it present
    "Observation.yaml": """\
$resource: Observation
$for: row
$id: NUMBER
status: = final
meta: {tag: [{system: = urn:x, code: TAG}], profile: [= http://example.org/p]}
code: {text: NAME}
subject: {$ref: Patient}
""",
    # a source of the mapping's own, sometimes absent
    "Basic.yaml": """\
$resource: Basic
$for: row
$id: NUMBER
meta: {source: TAG | uri}
code: {text: NAME}
""",
    # another resource inside, with meta of its own, before that of the resource
    "List.yaml": """\
$resource: List
$for: row
$id: NUMBER
contained:
  - {$resource: Device, id: = inner, meta: {tag: [{code: = inner}]}, lotNumber: NAME}
meta: {tag: [{system: = urn:y, code: TAG}]}
status: = current
mode: = working
source: {reference: "= #inner"}
title: NAME
""",
    # constants alone
    "Flag.yaml": """\
$resource: Flag
$for: row
$id: NUMBER
meta: {profile: [= http://example.org/flag]}
status: = active
code: {text: NAME}
subject: {$ref: Patient}
""",
}
ROWS = ["1,Ana,urn:t:1", '2,"say "",""meta"":{""source"":""x""}"" é",', "3,Lee,", ",Zoe,", "5,Ida,urn:t:5"]
KINDS = ("Patient", "Observation", "Basic", "List", "Flag")


@pytest.fixture
def package(tmp_path: Path) -> Mapping:
    return Mapping(write_package(tmp_path / "package", FILES, {"row": "NUMBER NAME TAG"}))


@pytest.fixture
def convert(package: Mapping, tmp_path: Path) -> Callable[..., Path]:
    def call(name: str = "people.csv", **options: Any) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(["NUMBER,NAME,TAG", *ROWS, ""]), encoding="utf-8")
        out = tmp_path / "-".join(["out", *map(str, options.values())])
        run_job(package.plan, package.package.layout, [path], out, Options(**options))
        return out

    return call


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_resource_names_its_record_and_is_else_as_it_was(convert, kind: str) -> None:
    plain = read(convert() / f"{kind}.ndjson")
    named = read(convert(meta_source=True) / f"{kind}.ndjson")
    assert len(plain) == len(named) == 4
    numbers = {"1": 1, "2": 2, "3": 3, "5": 5}
    ids = {one["id"]: numbers[record] for one, record in zip(plain, sorted(numbers), strict=True)}
    for before, after in zip(plain, named, strict=True):
        own = before.get("meta", {}).get("source")
        source = after["meta"].pop("source")
        assert source == own or (own is None and source == f"urn:interop:file:people.csv#{ids[after['id']]}")
        if not after["meta"]:
            del after["meta"]
        if own:
            del before["meta"]
        assert before == after


def test_source_of_the_mapping_is_kept(convert) -> None:
    found = [one["meta"]["source"] for one in read(convert(meta_source=True) / "Basic.ndjson")]
    assert found == ["urn:t:1", "urn:interop:file:people.csv#2", "urn:interop:file:people.csv#3", "urn:t:5"]


@pytest.mark.parametrize("shape", ["ndjson", "bundle"])
@pytest.mark.parametrize("options", [{"executor": "columns"}, {"executor": "rows"}, {"batch_rows": 2}], ids=str)
def test_same_bytes_whatever_the_executor_and_the_batches(convert, options: dict[str, Any], shape: str) -> None:
    whole, other = convert(meta_source=True, shape=shape), convert(meta_source=True, shape=shape, **options)
    files = sorted(path.name for path in whole.glob("[A-Z]*.ndjson"))
    assert len(files) == (1 if shape == "bundle" else len(KINDS))
    for name in files:
        assert (whole / name).read_bytes() == (other / name).read_bytes()


def test_output_is_valid_r4(convert) -> None:
    out = convert(meta_source=True, name="people (1) #é.csv")
    lines = [line for kind in KINDS for line in (out / f"{kind}.ndjson").read_bytes().splitlines()]
    assert {line: check_json(line) for line in lines if check_json(line)} == {}
    assert read(out / "Patient.ndjson")[0]["meta"]["source"] == "urn:interop:file:people%20%281%29%20%23%C3%A9.csv#1"


def test_contained_resource_has_no_source(convert) -> None:
    for one in read(convert(meta_source=True) / "List.ndjson"):
        assert "#" in one["meta"]["source"]
        assert all("source" not in inner["meta"] for inner in one.get("contained", []))


def test_uri_of_a_name_that_is_no_utf8() -> None:
    assert file_uri(b"\xff.csv".decode("utf-8", "surrogateescape")) == "urn:interop:file:%FF.csv"


def test_two_files_of_one_name_are_refused(package, tmp_path) -> None:
    files = [tmp_path / folder / "a.csv" for folder in ("x", "y")]
    for file in files:
        file.parent.mkdir()
        file.write_text("NUMBER,NAME,TAG\n1,Ana,\n")
    with pytest.raises(UsageError, match=r"several inputs are called a\.csv"):
        run_job(package.plan, package.package.layout, files, tmp_path / "out", Options(meta_source=True))
