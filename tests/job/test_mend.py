"""A record that breaks the converter costs itself."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from unittest.mock import patch

import pytest

from interop.engine.columns.executor import ColumnExecutor
from interop.engine.record import RowExecutor
from tests.job.conftest import COLUMNS, FILES, SOURCE
from tests.plans.snippets import write_package

ROWS = [f"{number},Ana {number}," for number in range(30)]
BAD = (3, 17, 18)


def with_bad_rows() -> list[str]:
    return [row.replace("Ana", "BREAK") if number in BAD else row for number, row in enumerate(ROWS)]


@pytest.mark.parametrize("batch_rows", [1, 7, 1000])
@pytest.mark.parametrize("executor", ["columns", "rows"])
def test_bad_records_are_found(run, people, executor: str, batch_rows: int) -> None:
    columns, rows = ColumnExecutor.convert, RowExecutor.convert

    def in_columns(self, batch, take):
        made = columns(self, batch, take)  # resources are written already when it breaks
        if batch.tables["row"].frame.get_column("NAME").str.contains("BREAK").any():
            raise KeyError("a value that nobody may see")
        return made

    def in_rows(self, record):
        if "BREAK" in record.row.values["NAME"]:
            raise KeyError("a value that nobody may see")
        return rows(self, record)

    with patch.object(ColumnExecutor, "convert", in_columns), patch.object(RowExecutor, "convert", in_rows):
        done = run(people(*with_bad_rows()), batch_rows=batch_rows, executor=executor)
    assert done.report.broken_laws == []
    assert done.report.converted == 27
    assert dict(done.report.findings) == {"D405": 3}
    assert [entry["record"] for entry in done.quarantine] == [number + 1 for number in BAD]
    assert [b64decode(entry["data"]).decode() for entry in done.quarantine] == [with_bad_rows()[at] for at in BAD]
    good = run(people(*(row for number, row in enumerate(ROWS) if number not in BAD)), out=done.out.parent / "good")
    for name in ("Patient.ndjson", "Observation.ndjson"):
        assert (done.out / name).read_bytes() == (good.out / name).read_bytes()


def test_converter_that_breaks_on_everything(run, people) -> None:
    with (
        patch.object(ColumnExecutor, "convert", side_effect=KeyError("x")),
        pytest.raises(RuntimeError, match="too many"),
    ):
        run(people(*[f"{number},Ana," for number in range(500)]), executor="columns")


KILLER = """
import os, sys, time
from interop.engine.columns.executor import ColumnExecutor
from interop.job import workers
convert = ColumnExecutor.convert
def deadly(self, batch, take):
    names = batch.tables["row"].frame.get_column("NAME")
    if names.str.contains("BREAK").any():
        convert(self, batch, take)  # resources are written already
        os.kill(os.getpid(), 9)
    if names.str.contains("HANG").any():
        time.sleep(3600)
    return convert(self, batch, take)
ColumnExecutor.convert = deadly
workers.BATCH_SECONDS = 2.0
import interop.cli.convert
from functools import partial
from interop.job import options, run as module
module.Options = partial(options.Options, part_bytes=int(sys.argv.pop()))
from interop.cli.program import main
main(sys.argv[1:])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers need fork")
@pytest.mark.parametrize("part_bytes", [4_000_000, 60])
def test_records_that_kill_or_hang_a_worker(tmp_path: Path, part_bytes: int) -> None:
    """The parts that a worker was given beyond the one that it is at are converted by another."""
    package = write_package(tmp_path / "package", FILES, COLUMNS, SOURCE).folder
    rows = with_bad_rows()
    rows[25] = "25,HANG,"
    data = tmp_path / "people.csv"
    data.write_text("\n".join(["NUMBER,NAME,BORN", *rows, ""]))
    words = ["convert", "-m", str(package), "-o", str(tmp_path / "out"), "--workers", "2", "--executor", "columns"]
    words += ["--batch-rows", "8", str(data), str(part_bytes)]
    done = subprocess.run(
        [sys.executable, "-c", KILLER, *words], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr
    patients = sorted((tmp_path / "out").glob("Patient*.ndjson"))
    assert sum(path.read_bytes().count(b"\n") for path in patients) == 26
    assert (len(patients) > 3) == (part_bytes < 1000)
    assert (tmp_path / "out" / "quarantine" / "records.ndjson").read_bytes().count(b'"D405"') == 4
    assert "BREAK" not in done.stderr
