"""What a run reads: files, files of one name, standard input; and what it refuses before it writes anything."""

from __future__ import annotations

import io
import os
import sys
from base64 import b64decode
from pathlib import Path
from types import SimpleNamespace

import pytest

from interop.api import Mapping
from interop.errors import UsageError
from interop.job.run import run_job
from tests.plans.snippets import write_package

GOOD, NO_KEY = "1,Ana,1980-12-31", ",Zoe,"


def test_standard_input(run, monkeypatch) -> None:
    data = f"NUMBER,NAME,BORN\n{GOOD}\n{NO_KEY}\n".encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    done = run("-")
    assert (done.report.converted, done.report.quarantined) == (1, 1)
    (entry,) = done.quarantine
    assert (entry["file"], b64decode(entry["data"])) == ("stdin", NO_KEY.encode())


def test_files_of_one_name_are_two_files(run, people) -> None:
    done = run(people(NO_KEY, GOOD, name="a/x.csv"), people("2,Lee,", "1,Ana,", ",Ida,", name="b/x.csv"))
    assert (done.report.files, done.report.framed, done.report.converted) == (2, 5, 3)
    assert [(entry["file"], entry["record"]) for entry in done.quarantine] == [("x.csv", 1), ("x.csv", 3)]
    assert [b64decode(entry["data"]) for entry in done.quarantine] == [NO_KEY.encode(), b",Ida,"]


def test_no_input(run) -> None:
    with pytest.raises(UsageError, match="no input"):
        run()


def test_missing_file_is_found_before_anything_is_written(run, people, tmp_path) -> None:
    with pytest.raises(UsageError, match=r"no such file: .*nowhere\.csv"):
        run(people(GOOD), tmp_path / "nowhere.csv")
    assert not (tmp_path / "out").exists()


def test_folder_is_no_file(run, people, tmp_path) -> None:
    with pytest.raises(UsageError, match="is no file"):
        run(people(GOOD), tmp_path)


def test_pipe_is_no_file(run, tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="read from standard input"):
        run(tmp_path / "pipe")


@pytest.fixture
def visits(tmp_path: Path) -> Mapping:
    """Visits, and people who are looked up."""
    source = """\
source:
  format: delimited
  tables:
    row: {when: {columns: [VISIT]}, parents: {person: PID}}
    person: {when: {columns: [NAME]}, lookup: PID}
"""
    rule = "$resource: Encounter\n$for: row\nid: VISIT\nstatus: = finished\nclass: {code: = AMB}\n"
    files = {"Encounter.yaml": rule + "subject: {display: person.NAME}\n"}
    columns = {"row": "VISIT PID", "person": "PID NAME"}
    return Mapping(write_package(tmp_path / "visits", files, columns, source))


def table(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_parent_table_is_read_first_wherever_it_stands(visits, tmp_path) -> None:
    row = table(tmp_path, "visit.csv", "VISIT,PID\nv1,1\nv2,2\n")
    person = table(tmp_path, "person.csv", "PID,NAME\n1,Ana\n")
    for inputs in ([row, person], [person, row]):
        out = io.BytesIO()
        report = run_job(visits.plan, visits.package.layout, inputs, None, stdout=out)
        assert (report.files, report.framed, report.converted) == (2, 2, 2)
        assert out.getvalue().count(b'"subject":{"display":"Ana"}') == 1
        assert dict(report.findings) == {"R520": 1}


def test_parent_table_and_another_file_of_one_name(visits, tmp_path) -> None:
    """The files that were looked up are known by name: what has the same name would be passed over."""
    person = table(tmp_path, "a/x.csv", "PID,NAME\n1,Ana\n")
    row = table(tmp_path, "b/x.csv", "VISIT,PID\nv1,1\n")
    with pytest.raises(UsageError, match=r"several inputs are called x\.csv"):
        run_job(visits.plan, visits.package.layout, [person, row], None, stdout=io.BytesIO())
    other = table(tmp_path, "c/x.csv", "PID,NAME\n2,Lee\n")
    again = table(tmp_path, "b/y.csv", "VISIT,PID\nv1,1\nv2,2\n")
    report = run_job(visits.plan, visits.package.layout, [person, other, again], None, stdout=io.BytesIO())
    assert (report.converted, dict(report.findings)) == (2, {})


def test_file_whose_name_is_no_utf8(run, tmp_path) -> None:
    """It is converted, and named in what is written: nothing there may hold its bytes as they are."""
    path = tmp_path / os.fsdecode(b"\xff.csv")
    try:
        path.write_text("NUMBER,NAME,BORN\n1,Ana,x\n,Zoe,\n")
    except OSError:
        pytest.skip("the file system takes no such name")
    done = run(path, meta_source=True, provenance="2024-01-01T00:00:00Z", outcomes=True)
    assert {entry["file"] for entry in done.quarantine} == {"\\xff.csv"}
    assert done.lines("Patient.ndjson")[0]["meta"]["source"] == "urn:interop:file:%5Cxff.csv#1"
