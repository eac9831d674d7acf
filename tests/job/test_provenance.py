"""Provenances: what each part was made of, the same in every run, and all of its resources in them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from interop.api import Mapping
from interop.errors import UsageError
from interop.fhir.check import check_json
from interop.job.folder import JobFolder
from interop.job.recorded import recorded_instant
from interop.job.replay import replay
from interop.job.run import Options, run_job
from interop.limits import Limits
from tests.job.conftest import COLUMNS, FILES, SOURCE, Done
from tests.job.test_replay import mended  # noqa: F401
from tests.job.test_workers import command, contents
from tests.plans.snippets import write_package

WHEN = "2024-01-01T00:00:00Z"
ROWS = [f"{number},Ana {number}," for number in range(1, 41)] + [",Zoe,", "1,Lee,1980-02-30", "63"]


def provenances(out: Path) -> list[dict[str, Any]]:
    files = sorted(out.glob("Provenance*.ndjson"), key=lambda file: file.stem)
    return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


def targets(found: list[dict[str, Any]]) -> list[str]:
    return [target["reference"] for one in found for target in one["target"]]


def resources(out: Path) -> set[str]:
    files = [file for file in out.glob("[A-Z]*.ndjson") if not file.name.startswith(("Provenance", "Bundle"))]
    made = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    return {f"{one['resourceType']}/{one['id']}" for one in made}


def test_what_it_says(run, people) -> None:
    path = people("1,Ana,", ",Zoe,", "3,Ida,")
    done = run(path, provenance=WHEN)
    (one,) = provenances(done.out)
    line = (done.out / "Provenance.ndjson").read_bytes()
    assert check_json(line.strip()) == []
    assert b"Ana" not in line
    assert one["recorded"] == WHEN
    assert one["policy"] == [f"urn:interop:zz/snippet:0.1.0:{done.report.hash}"]
    assert one["agent"][0]["who"] == {"reference": "#software"}
    assert one["contained"][0]["version"] == [{"value": done.report.as_json()["program"]}]
    (entity,) = one["entity"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert entity["what"]["identifier"]["value"] == f"nih:sha-256;{digest}"
    assert entity["what"]["display"] == "people.csv, records 1 to 3"
    assert done.report.resources["Provenance"] == 1
    assert json.loads((done.out / "manifest.json").read_bytes())["inputs"] == [{"name": "people.csv", "sha256": digest}]


@pytest.mark.parametrize("shape", ["ndjson", "bundle"])
def test_every_resource_is_the_target_of_one(run, people, tmp_path, shape: str) -> None:
    files = [people(*ROWS, name="a.csv"), people(*(f"b{row}" for row in ROWS[:9]), name="b.csv")]
    done = run(*files, provenance=WHEN, part_bytes=100, shape=shape)
    plain = run(*files, out=tmp_path / "plain", part_bytes=100)
    found = targets(provenances(done.out))
    assert len(found) == len(set(found)) + 2  # record 42 has the id of record 1, in another part
    assert set(found) == resources(plain.out)


def test_parts_have_their_own_and_name_their_records(run, people) -> None:
    done = run(people(*ROWS), provenance=WHEN, part_bytes=100)
    found = provenances(done.out)
    spans = [one["entity"][0]["what"]["display"].removeprefix("people.csv, records ").split(" to ") for one in found]
    assert len(found) > 4
    assert [int(first) for first, _ in spans] == sorted(int(first) for first, _ in spans)
    assert int(spans[0][0]) == 1
    assert all(int(last) < int(first) for (_, last), (first, _) in pairwise(spans))
    assert len({one["id"] for one in found}) == len(found)
    for one in found:
        assert check_json(json.dumps(one).encode()) == []


def test_one_holds_so_many_targets_at_most(run, people, tmp_path) -> None:
    path = people("1,Ana,", "2,Lee,", "3,Ida,")
    found = provenances(run(path, provenance=WHEN, limits=Limits(provenance_targets=4)).out)
    assert [len(one["target"]) for one in found] == [4, 2]
    assert len({one["id"] for one in found}) == 2


def test_no_resource_no_provenance(run, people) -> None:
    done = run(people(",Zoe,"), provenance=WHEN)
    assert provenances(done.out) == []
    assert not [name for name in done.files if "Provenance" in name]


def test_mapping_with_provenances_of_its_own_keeps_them(people, tmp_path) -> None:
    own = """\
$resource: Provenance
$for: row
$id: NUMBER
target: [{$ref: Patient}]
recorded: = 2020-01-01T00:00:00Z
agent: [{who: {display: NAME}}]
"""
    package = Mapping(write_package(tmp_path / "own", FILES | {"Provenance.yaml": own}, COLUMNS, SOURCE))
    out = tmp_path / "out"
    report = run_job(package.plan, package.package.layout, [people("1,Ana,", "2,Lee,")], out, Options(provenance=WHEN))
    *own_ones, last = provenances(out)
    assert [one["agent"][0]["who"]["display"] for one in own_ones] == ["Ana", "Lee"]
    assert {f"Provenance/{one['id']}" for one in own_ones} < set(targets([last]))
    assert report.resources["Provenance"] == 3
    assert report.broken_laws == []


def test_latest_keeps_them(run, people) -> None:
    done = run(people("1,Ana,", "1,Lee,", "2,Ida,"), provenance=WHEN, latest=True)
    assert sorted(targets(provenances(done.out))) == sorted(resources(done.out))


def test_parent_table_is_named_too(tmp_path) -> None:
    source = """\
source:
  format: delimited
  tables:
    visit: {when: {columns: [VISIT]}, parents: {person: [PERSON]}}
    person: {when: {columns: [SEX]}, lookup: [PERSON]}
"""
    rule = "$resource: Basic\n$for: visit\n$id: VISIT\ncode: {text: person.SEX}\n"
    columns = {"visit": "VISIT PERSON", "person": "PERSON SEX"}
    package = Mapping(write_package(tmp_path / "package", {"Basic.yaml": rule}, columns, source))
    (tmp_path / "person.csv").write_text("PERSON,SEX\n7,F\n")
    (tmp_path / "visit.csv").write_text("VISIT,PERSON\n1,7\n")
    files = [tmp_path / "person.csv", tmp_path / "visit.csv"]
    run_job(package.plan, package.package.layout, files, tmp_path / "out", Options(provenance=WHEN))
    (one,) = provenances(tmp_path / "out")
    shown = [entity["what"]["display"] for entity in one["entity"]]
    assert shown == ["visit.csv, records 1 to 1", "person.csv"]


@pytest.mark.parametrize("method", ["finish", "commit"])
def test_same_bytes_when_resumed(run, people, tmp_path, method: str) -> None:
    path = people(*ROWS)
    options = {"provenance": WHEN, "meta_source": True, "outcomes": True, "part_bytes": 100}
    whole = run(path, out=tmp_path / "whole", **options)
    original, seen = getattr(JobFolder, method), []

    def stop(self: JobFolder, *words: object) -> None:
        seen.append(1)
        if len(seen) == (4 if method == "finish" else 1):
            raise OSError(28, "No space left on device")
        original(self, *words)

    with patch.object(JobFolder, method, stop), pytest.raises(OSError, match="No space"):
        run(path, **options)
    done = run(path, resume=True, **options)
    assert done.report.resumed_parts > 2
    assert done.files == whole.files
    for name in set(whole.files) - {"report.json"}:
        assert (done.out / name).read_bytes() == (whole.out / name).read_bytes(), name
    assert done.report.resources == whole.report.resources


def test_resumed_with_another_instant_is_refused(run, people) -> None:
    path = people("1,Ana,")
    with patch.object(JobFolder, "commit", side_effect=OSError(28, "full")), pytest.raises(OSError, match="full"):
        run(path, provenance=WHEN)
    with pytest.raises(UsageError, match="not the options of"):
        run(path, resume=True, provenance="2025-01-01T00:00:00Z")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers need fork")
def test_workers_change_no_byte(tmp_path: Path) -> None:
    package = write_package(tmp_path / "package", FILES, COLUMNS, SOURCE).folder
    file = tmp_path / "a.csv"
    rows = [",Zoe," if number % 97 == 5 else f"a{number},Ana {number}," for number in range(1500)]
    file.write_text("\n".join(["NUMBER,NAME,BORN", *rows, ""]))
    words = ["--meta-source", "--provenance", "--outcomes"]
    left = []
    for workers in ("1", "2"):
        out = tmp_path / f"out{workers}"
        call = command(package, out, [file], *words, "--workers", workers, "--batch-rows", "333")
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        left.append(contents(out))
    assert left[0] == left[1]
    assert len([name for name in left[0] if name.startswith("Provenance-")]) > 4


def test_replayed_records_have_one(run, people, mended: Mapping) -> None:  # noqa: F811
    path = people("1,Ana,", ",Zoe,", "3", ",Ida,")
    done = run(path, provenance=WHEN, meta_source=True)
    assert replay(mended.plan, mended.package.layout, done.out).converted == 2
    first, second = provenances(done.out)
    assert sorted([*targets([first]), *targets([second])]) == sorted(resources(done.out))
    assert second["recorded"] == WHEN
    assert second["policy"] == [f"urn:interop:zz/snippet:0.1.0:{mended.plan.hash}"]
    assert second["entity"][0]["what"]["identifier"] == first["entity"][0]["what"]["identifier"]
    assert second["entity"][0]["what"]["display"] == "people.csv, records 2 to 4"
    added = Done(done.report, done.out).lines("Patient-00002.ndjson")
    assert [one["meta"]["source"] for one in added] == [f"urn:interop:file:people.csv#{number}" for number in (2, 4)]


def test_they_need_a_folder(mapping, people) -> None:
    with pytest.raises(UsageError, match="need a folder"):
        run_job(mapping.plan, mapping.package.layout, [people("1,Ana,")], None, Options(provenance=WHEN))


def test_instant_is_of_the_newest_file_and_never_of_the_clock(tmp_path) -> None:
    files = [tmp_path / "a", tmp_path / "b"]
    for file, seconds in zip(files, (1_704_067_200.9, 1_600_000_000), strict=True):
        file.touch()
        os.utime(file, (seconds, seconds))
    assert recorded_instant(None, files, {}) == WHEN
    assert recorded_instant(None, files, {"SOURCE_DATE_EPOCH": "0"}) == "1970-01-01T00:00:00Z"
    assert recorded_instant("2024-02-29T10:00:00.5+01:00", files, {"SOURCE_DATE_EPOCH": "0"}).startswith("2024-02-29")
    assert recorded_instant(WHEN, ["-"], {}) == WHEN


@pytest.mark.parametrize(
    ("given", "environment", "said"),
    [
        ("2024-01-01", {}, "--recorded takes a time"),
        ("2024-02-30T00:00:00Z", {}, "--recorded takes a time"),
        (None, {"SOURCE_DATE_EPOCH": "soon"}, "SOURCE_DATE_EPOCH is no number"),
        (None, {}, "standard input has no time"),
    ],
)
def test_no_instant(given: str | None, environment: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        recorded_instant(given, ["-"], environment)
