"""The same id in several records: counted, reported where it should be unique, reduced to the latest."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from interop.errors import UsageError
from interop.job import versions
from interop.job.run import Options, run_job
from interop.job.versions import keep_latest
from interop.rust import is_there


@pytest.mark.parametrize("executor", ["columns", "rows", "rust"])
@pytest.mark.parametrize("batch_rows", [1, 2, 1000])
def test_key_that_should_be_unique(run, people, executor: str, batch_rows: int) -> None:
    """D403 names the records that repeat a key, in each file by its own number; those that failed repeat none."""
    if executor == "rust" and not is_there():
        pytest.skip("interop was installed without its part in Rust")
    files = [
        people("1,Ana,", "2,Lee,", "1,Ana,", name="a.csv"),
        people(name="empty.csv"),
        people(",Ida,", "2,Kim,", "1,Ana,", "3,Zoe,", name="b.csv"),
    ]
    done = run(*files, executor=executor, batch_rows=batch_rows)
    found = [(one["file"], one["record"]) for one in done.lines("findings.ndjson") if one["code"] == "D403"]
    assert found == [("a.csv", 3), ("b.csv", 2), ("b.csv", 3)]
    assert done.report.exit_code == 1  # for the record that failed
    assert done.report.again == 3


def test_versions_are_kept_in_the_order_of_input(run, people) -> None:
    done = run(people("1,Ana,", "2,Lee,", "1,Ana Maria,"))
    assert [one["name"][0]["text"] for one in done.lines("Patient.ndjson")] == ["Ana", "Lee", "Ana Maria"]
    assert done.report.dropped_versions == 0
    assert done.report.exit_code == 0


def test_latest(run, people) -> None:
    done = run(people("1,Ana,", "2,Lee,", "1,Ana Maria,"), people("2,Kim,", name="b.csv"), latest=True)
    assert [one["name"][0]["text"] for one in done.lines("Patient.ndjson")] == ["Ana Maria", "Kim"]
    assert [one["code"]["text"] for one in done.lines("Observation.ndjson")] == ["Ana Maria", "Kim"]
    assert done.report.dropped_versions == 4
    assert dict(done.report.resources) == {"Patient": 2, "Observation": 2}
    assert not [name for name in done.files if name.endswith(".partial")]


def test_latest_of_what_does_not_repeat_changes_nothing(run, people) -> None:
    rows = ["1,Ana,", "2,Lee,"]
    plain = run(people(*rows)).out / "Patient.ndjson"
    before = plain.read_bytes()
    assert (run(people(*rows), latest=True).out / "Patient.ndjson").read_bytes() == before


def test_latest_needs_files_of_resources(mapping, run, people) -> None:
    path = people("1,Ana,")
    with pytest.raises(UsageError, match="as bundle"):
        run(path, latest=True, shape="bundle")
    with pytest.raises(UsageError, match="needs a folder"):
        run_job(mapping.plan, mapping.package.layout, [path], None, Options(latest=True))


def test_keep_latest_reads_the_resource_s_own_id(tmp_path: Path) -> None:
    file = tmp_path / "Patient.ndjson"
    lines = [
        b'{"resourceType":"Patient","id":"%s","contained":[{"id":"x"}],"n":%d}\n' % (i, n)
        for n, i in enumerate([b"a", b"b", b"a"])
    ]
    file.write_bytes(b"".join(lines))
    assert keep_latest([file]) == 2
    assert file.read_bytes() == b"".join(lines[1:])


def test_more_ids_than_are_counted(run, people) -> None:
    with patch.object(versions, "TRACKED", 2):
        report = run(people(*["1,Ana,"] * 9), part_bytes=20).report
    assert not report.again_known
    assert report.as_json()["idsSeenAgain"] is None


def test_ids_that_are_not_read_at_once(run, people) -> None:
    """The same is counted, and the same records are named, when ids are read in shares."""
    rows = [f"{number * 7919 % 97},Ana," for number in range(300)]
    plain = run(people(*rows), part_bytes=100)
    with patch.object(versions, "HELD", 400):
        shared = run(people(*rows), part_bytes=100)
    found = [[one for one in done.lines("findings.ndjson") if one["code"] == "D403"] for done in (plain, shared)]
    assert len(found[0]) == 203
    assert found[0] == found[1]
    assert (plain.report.again, shared.report.again) == (203, 203)
