"""Some of the records: the first, or a share that is the same in every run."""

from __future__ import annotations

import pytest

ROWS = [",Zoe," if number % 10 == 9 else f"{number},Ana {number}," for number in range(50)] + ["50"]


@pytest.mark.parametrize("batch_rows", [1, 7, 1000])
@pytest.mark.parametrize("limit", [1, 9, 25, 50, 60])
def test_first_records(run, people, limit: int, batch_rows: int) -> None:
    files = [people(*ROWS, name="a.csv"), people(*ROWS[:9], name="b.csv")]
    report = run(*files, limit=limit, batch_rows=batch_rows).report
    assert report.broken_laws == []
    assert report.framed - report.quarantined == report.converted
    good = limit - sum(1 for number in range(min(limit, 50)) if number % 10 == 9)
    assert report.converted == min(good, 54)
    assert report.cut == (limit < 59)


@pytest.mark.parametrize("part_bytes", [60, 100_000])
def test_a_share_is_the_same_in_every_run(run, people, tmp_path, part_bytes: int) -> None:
    path = people(*ROWS)
    seen = []
    for batch_rows in (1, 7, 1000):
        done = run(path, sample=0.3, batch_rows=batch_rows, out=tmp_path / str(batch_rows), part_bytes=part_bytes)
        assert done.report.broken_laws == []
        assert done.report.left_out == 50 - done.report.converted - done.report.quarantined + 1
        names = [name for name in done.files if name.startswith("Patient")]
        seen.append(b"".join((done.out / name).read_bytes() for name in names))
    assert seen[0] == seen[1] == seen[2]
    assert 5 < seen[0].count(b"\n") < 25


def test_a_share_of_everything_is_everything(run, people) -> None:
    report = run(people(*ROWS), sample=1.0).report
    assert (report.converted, report.left_out) == (45, 0)


def test_dry_run_writes_nothing(run, people, tmp_path) -> None:
    done = run(people(*ROWS), out=tmp_path / "out", dry_run=True)
    assert (done.report.converted, done.report.quarantined, done.report.exit_code) == (45, 6, 1)
    assert dict(done.report.resources) == {"Patient": 45, "Observation": 45}
    assert not (tmp_path / "out").exists()
