"""Quarantine: the right bytes, for their owner's eyes alone."""

from __future__ import annotations

import gzip
import os
import stat
from base64 import b64decode
from pathlib import Path

import pytest
import zstandard

from interop.job.run import run_job

ROWS = [b"1,Ana,1980-12-31", ",Zoë €,".encode("cp1252"), b"3,Lee", b'"","O""Hara\nJr",', b"5,Ida,"]
DATA = b"NUMBER,NAME,BORN\r\n" + b"\r\n".join(ROWS) + b"\r\n"


def write(path: Path, data: bytes) -> Path:
    match path.suffix:
        case ".gz":
            data = gzip.compress(data)
        case ".zst":
            data = zstandard.compress(data)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("batch_rows", [1, 2, 1000])
@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz", "people.csv.zst"])
def test_original_bytes(run, tmp_path, name: str, batch_rows: int) -> None:
    done = run(write(tmp_path / name, DATA), batch_rows=batch_rows)
    entries = done.quarantine
    assert [entry["record"] for entry in entries] == [2, 3, 4]
    assert [b64decode(entry["data"]) for entry in entries] == ROWS[1:4]
    for entry, row in zip(entries, ROWS[1:4], strict=True):
        assert DATA[entry["offset"] :].startswith(row)
        assert entry["length"] == len(row)
        assert entry["file"] == name
    assert [[finding["code"] for finding in entry["findings"]] for entry in entries] == [
        ["D401", "D401"],
        ["R501"],
        ["D401", "D401"],
    ]


@pytest.mark.parametrize("name", ["claims.csv", "claims.csv.gz"])
def test_record_of_several_rows_is_kept_whole(run, tmp_path, name: str) -> None:
    rows = [b"a,x\n", b"b !,y\n", b"b !,z\n", b"b !,y\n", b"c,x\n"]
    done = run(write(tmp_path / name, b"CLAIM,SERVICE\n" + b"".join(rows)))
    (entry,) = done.quarantine
    assert b64decode(entry["data"]) == b"".join(rows[1:4]).removesuffix(b"\n")
    assert [finding["code"] for finding in entry["findings"]] == ["D404"]


def test_record_with_a_row_that_cannot_be_read_is_kept_whole(run, tmp_path) -> None:
    rows = [b"a,x\n", b"b,y\n", b"b\n", b"b,y\n", b"c,x\n"]
    done = run(write(tmp_path / "claims.csv", b"CLAIM,SERVICE\n" + b"".join(rows)))
    (entry,) = done.quarantine
    assert b64decode(entry["data"]) == b"".join(rows[1:4]).removesuffix(b"\n")
    assert [finding["code"] for finding in entry["findings"]] == ["R508", "R501"]


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_only_the_owner_may_read_it(run, people, umask: int) -> None:
    before = os.umask(umask)
    try:
        done = run(people(",Zoe,"))
    finally:
        os.umask(before)
    folder = done.out / "quarantine"
    assert stat.S_IMODE((folder / "records.ndjson").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_file_of_an_earlier_run_that_others_may_read_is_replaced(run, people) -> None:
    done = run(people(",Zoe,"))
    kept = done.out / "quarantine" / "records.ndjson"
    kept.chmod(0o644)
    run(people(",Ida,"))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [b64decode(entry["data"]) for entry in done.quarantine] == [b",Ida,"]


def test_what_an_earlier_run_left_goes(run, people) -> None:
    run(people(",Zoe,"))
    done = run(people("1,Ana,"))
    assert not [name for name in done.files if name.startswith("quarantine")]


def test_there_is_none_without_a_folder(mapping, people, tmp_path, capfdbinary) -> None:
    before = sorted(tmp_path.rglob("*"))
    path = people(",Zoe,", "2,Lee,")
    report = run_job(mapping.plan, mapping.package.layout, [path], None)
    assert report.quarantined == 1
    assert sorted(tmp_path.rglob("*")) == sorted([*before, path])
    assert capfdbinary.readouterr().out.count(b"\n") == 2
