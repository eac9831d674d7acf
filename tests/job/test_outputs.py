"""Where resources go: files that are whole, or not there under their names."""

from __future__ import annotations

import io
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from interop.errors import UsageError
from interop.job.account import Account
from interop.job.run import Options, run_job

GOOD, NO_KEY = "1,Ana,1980-12-31", ",Zoe,"


def test_files_of_a_run(run, people) -> None:
    done = run(people(GOOD, NO_KEY))
    assert done.files == [
        "Observation.ndjson",
        "Patient.ndjson",
        "_SUCCESS",
        "findings.ndjson",
        "manifest.json",
        "quarantine/preambles.ndjson",
        "quarantine/records.ndjson",
        "report.json",
    ]


def test_no_file_without_a_line(run, people) -> None:
    files = ["_SUCCESS", "findings.ndjson", "manifest.json"]
    files += ["quarantine/preambles.ndjson", "quarantine/records.ndjson", "report.json"]
    assert run(people(NO_KEY)).files == files
    assert run(people(NO_KEY), shape="bundle").files == files


def test_findings_are_there_even_when_there_are_none(run, people) -> None:
    assert (run(people(GOOD)).out / "findings.ndjson").read_bytes() == b""


def test_bundles(run, people) -> None:
    done = run(people(GOOD, NO_KEY, "3,,"), shape="bundle")
    bundles = done.lines("Bundle.ndjson")
    kinds = [[entry["resource"]["resourceType"] for entry in bundle["entry"]] for bundle in bundles]
    assert kinds == [["Observation", "Patient"], ["Patient"]]
    observation, patient = bundles[0]["entry"]
    assert patient["fullUrl"] == f"https://fhir.invalid/Patient/{patient['resource']['id']}"
    assert patient["fullUrl"].endswith(observation["resource"]["subject"]["reference"])


def test_folder_is_made_with_those_above_it(run, people, tmp_path) -> None:
    assert run(people(GOOD), out=tmp_path / "a" / "b" / "c").report.exit_code == 0


def test_files_of_an_earlier_run_are_replaced_and_others_left_alone(run, people, tmp_path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    run(people(GOOD, "2,Lee,"))
    done = run(people("3,Ida,"))
    assert [patient["name"][0]["text"] for patient in done.lines("Patient.ndjson")] == ["Ida"]
    assert (out / "notes.txt").read_text() == "mine"


def test_run_that_breaks_off_changes_no_file_of_the_run_before(run, people) -> None:
    """But its report goes, which would speak of other files than the next run's."""
    before = run(people(GOOD, NO_KEY))
    whole = {name: (before.out / name).read_bytes() for name in before.files if name not in ("report.json", "_SUCCESS")}

    def stop(self: object, *words: object) -> None:
        raise OSError(28, "No space left on device")

    with patch.object(Account, "take", stop), pytest.raises(OSError, match="No space"):
        run(people("3,Ida,", name="b.csv"))
    assert {name: (before.out / name).read_bytes() for name in whole} == whole
    assert not {"report.json", "_SUCCESS"} & set(before.files)


def test_next_run_after_one_that_broke_off(run, people, tmp_path) -> None:
    left = tmp_path / "out" / ".interop" / "parts" / "00001"
    left.mkdir(parents=True)
    (left / "Patient.ndjson").write_text("cut")
    (tmp_path / "out" / ".interop" / "job.json").write_text("{}")
    done = run(people(GOOD, NO_KEY))
    assert not [name for name in done.files if name.startswith(".interop")]
    assert [entry["record"] for entry in done.quarantine] == [2]


def test_run_of_fewer_parts_leaves_no_file_of_the_run_before(run, people) -> None:
    rows = [f"{number},Ana," for number in range(40)]
    assert "Patient-00001.ndjson" in run(people(*rows), part_bytes=100).files
    assert not [name for name in run(people(*rows)).files if "-0" in name]


def test_output_that_is_a_file(run, people, tmp_path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    for out in (file, file / "below"):
        with pytest.raises(UsageError, match="is no folder"):
            run(people(GOOD), out=out)
    assert file.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_output_that_may_not_be_written(run, people, tmp_path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(PermissionError):
        run(people(GOOD))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_stream_that_is_full(mapping, people) -> None:
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError, match="No space"):
        run_job(mapping.plan, mapping.package.layout, [people(GOOD)], None, stdout=full)


@pytest.mark.parametrize(("shape", "lines"), [("ndjson", 3), ("bundle", 2)])
def test_stream_gets_lines_and_stays_open(mapping, people, shape, lines: int) -> None:
    stream = io.BytesIO()
    options = Options(shape=shape)
    run_job(mapping.plan, mapping.package.layout, [people(GOOD, "2,,")], None, options, stdout=stream)
    assert stream.getvalue().count(b"\n") == lines
    assert stream.getvalue().endswith(b"}\n")
    assert not stream.closed
