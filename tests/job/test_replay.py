"""Records in quarantine, converted again by a mended mapping."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path

import pytest

from interop.api import Mapping
from interop.errors import UsageError
from interop.job.replay import replay
from tests.job.conftest import COLUMNS, FILES, SOURCE
from tests.plans.snippets import write_package

ROWS = ["1,Ana,1980-12-31", ",Zoe,", "3,Lee", ",Ida,1990-01-01", '"5,Kim,']
MENDED = FILES | {"Patient.yaml": FILES["Patient.yaml"].replace("$id: NUMBER", '$id: "NUMBER ?? {record.number}"')}
MENDED |= {"Observation.yaml": MENDED["Observation.yaml"].replace("[NUMBER,", '["NUMBER ?? {record.number}",')}


@pytest.fixture
def mended(tmp_path: Path) -> Mapping:
    return Mapping(write_package(tmp_path / "mended", MENDED, COLUMNS, SOURCE))


@pytest.mark.parametrize("shape", ["ndjson", "bundle"])
@pytest.mark.parametrize("packed", [False, True])
def test_what_converts_now_joins_the_output(run, people, mended, shape: str, packed: bool) -> None:
    path = people(*ROWS)
    if packed:
        packed_path = path.with_suffix(".csv.gz")
        packed_path.write_bytes(gzip.compress(path.read_bytes()))
        path = packed_path
    done = run(path, shape=shape)
    assert (done.report.converted, done.report.quarantined) == (1, 4)
    again = replay(mended.plan, mended.package.layout, done.out)
    assert (again.converted, again.left) == (2, 2)
    assert [entry["record"] for entry in done.quarantine] == [3, 5]
    assert stat.S_IMODE((done.out / "quarantine" / "records.ndjson").stat().st_mode) == 0o600
    report = json.loads((done.out / "report.json").read_bytes())
    assert report["records"]["framed"] == report["records"]["converted"] + report["records"]["quarantined"] == 5
    assert report["replays"] == [{"version": "0.1.0", "hash": mended.plan.hash, "converted": 2, "left": 2}]
    codes = sorted(one["code"] for one in done.lines("findings.ndjson"))
    assert codes == sorted(code for one in report["findings"] for code in [one["code"]] * one["count"])
    name = "Bundle" if shape == "bundle" else "Patient"
    assert (done.out / f"{name}-00002.ndjson").read_bytes().count(b"\n") == 2
    assert (done.out / f"{name}.ndjson").read_bytes().count(b"\n") == 1
    files = {one["name"] for one in json.loads((done.out / "manifest.json").read_bytes())["files"]}
    assert files == {name for name in done.files if name[0].isupper() and name.endswith(".ndjson")}
    assert not (done.out / ".interop").exists()


def test_it_gives_what_the_mended_mapping_gives(run, people, mended, tmp_path) -> None:
    """The same resources as if all had been converted by it: numbers of records are those of the first run."""
    from interop.job.run import run_job

    path = people(",Zoe,", ",Ida,1990-01-01", name="a.csv")
    done = run(path)
    replay(mended.plan, mended.package.layout, done.out)
    run_job(mended.plan, mended.package.layout, [path], tmp_path / "anew")
    for kind in ("Patient", "Observation"):
        anew = (tmp_path / "anew" / f"{kind}.ndjson").read_bytes()
        assert (done.out / f"{kind}-00002.ndjson").read_bytes() == anew


def test_again_with_nothing_mended_changes_nothing(run, people, mapping) -> None:
    done = run(people(*ROWS))
    names = [name for name in done.files if name != "report.json"]
    before = {name: (done.out / name).read_bytes() for name in names if name != "findings.ndjson"}
    again = replay(mapping.plan, mapping.package.layout, done.out)
    assert (again.converted, again.left) == (0, 4)
    assert {name: (done.out / name).read_bytes() for name in before} == before


def test_files_of_one_name_are_told_apart(run, people, mended, tmp_path) -> None:
    """The first record of either file was quarantined; that of the first stays, and so does what is said of it."""
    (tmp_path / "later").mkdir()
    paths = [people('"5,Kim,', "1,Ana,", name="a.csv"), tmp_path / "later" / "a.csv"]
    paths[1].write_bytes(people(",Ida,", "2,Lee,", name="b.csv").read_bytes())
    done = run(*paths)
    before = [(one["input"], one["record"], one["code"]) for one in done.lines("findings.ndjson")]
    assert {(number, record) for number, record, _ in before} == {(1, 1), (2, 1)}
    again = replay(mended.plan, mended.package.layout, done.out)
    assert (again.converted, again.left) == (1, 1)
    after = [(one["input"], one["record"], one["code"]) for one in done.lines("findings.ndjson")]
    assert after == [one for one in before if one[0] == 1]


def test_refused(run, people, mapping, tmp_path) -> None:
    with pytest.raises(UsageError, match="no finished run"):
        replay(mapping.plan, mapping.package.layout, tmp_path)
    done = run(people("1,Ana,"))
    assert replay(mapping.plan, mapping.package.layout, done.out).left == 0


def test_commands(run, people, mended, capfdbinary) -> None:
    from interop.cli.program import run as interop

    done = run(people(*ROWS))
    assert interop(["quarantine", "list", str(done.out)]) == 0
    listed = capfdbinary.readouterr()
    assert len(listed.out.splitlines()) == 5
    assert b"R501" in listed.out
    assert interop(["quarantine", "show", str(done.out), "1"]) == 0
    shown = capfdbinary.readouterr()
    assert b"D401" in shown.err
    assert b"Zoe" not in listed.out + listed.err + shown.out + shown.err
    assert interop(["quarantine", "show", str(done.out), "1", "--reveal"]) == 0
    assert capfdbinary.readouterr().out == b",Zoe,"
    assert interop(["quarantine", "show", str(done.out), "9"]) == 2
    assert interop(["quarantine", "replay", str(done.out), "-m", str(mended.package.folder)]) == 1
    assert b"2 records were converted, 2 stay" in capfdbinary.readouterr().err
