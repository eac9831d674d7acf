"""Parts: cut by the input alone, whatever the batches."""

from __future__ import annotations

import pytest

ROWS = [f"{number},Ana {number}," for number in range(60)] + [",Zoe,", "62,Lee,1980-02-30", "63"]


@pytest.mark.parametrize("part_bytes", [1, 50, 300, 100_000])
@pytest.mark.parametrize("executor", ["columns", "rows"])
def test_batches_change_no_file(run, people, tmp_path, part_bytes: int, executor: str) -> None:
    files = [people(*ROWS, name="a.csv"), people("1,Ida,", name="b.csv"), people(*ROWS[:20], name="c.csv")]
    seen = []
    for batch_rows in (1, 7, 1000):
        out = tmp_path / f"out-{batch_rows}"
        done = run(*files, out=out, part_bytes=part_bytes, batch_rows=batch_rows, executor=executor)
        assert done.report.broken_laws == []
        assert (done.report.framed, done.report.quarantined) == (84, 2)
        seen.append({name: (out / name).read_bytes() for name in done.files if name != "report.json"})
    assert seen[0] == seen[1] == seen[2]


def test_parts_together_are_the_whole(run, people, tmp_path) -> None:
    path = people(*ROWS)
    whole = run(path, out=tmp_path / "whole")
    cut = run(path, out=tmp_path / "cut", part_bytes=100)
    names = [name for name in cut.files if name.startswith("Patient-")]
    assert len(names) > 5
    together = b"".join((cut.out / name).read_bytes() for name in sorted(names))
    assert together == (whole.out / "Patient.ndjson").read_bytes()
    for name in ("findings.ndjson", "quarantine/records.ndjson"):
        assert (cut.out / name).read_bytes() == (whole.out / name).read_bytes()


def test_records_of_several_rows_are_not_cut(run, tmp_path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("CLAIM,SERVICE\n" + "".join(f"c{number // 7},s{number}\n" for number in range(70)))
    whole = run(path, out=tmp_path / "whole")
    cut = run(path, out=tmp_path / "cut", part_bytes=20)
    assert whole.report.converted == cut.report.converted == 10
    names = sorted(name for name in cut.files if name.startswith("Account-"))
    assert b"".join((cut.out / name).read_bytes() for name in names) == (whole.out / "Account.ndjson").read_bytes()
