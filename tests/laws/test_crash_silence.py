"""Law of silence, where this program itself is wrong: the text of its exceptions may hold values, and is not said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.silence import CANARY, NOISE, assert_folder_silent, assert_quarantine_silent, assert_replay_silent
from tests.plans.snippets import write_package

BREAK = """
import sys
from unittest.mock import patch
from interop.cli import main
from interop.engine.columns import BulkExecutor
from interop.engine.record import RowExecutor

columns, rows = BulkExecutor.convert, RowExecutor.convert

def by_columns(self, batch, take):
    texts = [text for table in batch.tables.values() for row in table.frame.rows() for text in row]
    {columns}
    return columns(self, batch, take)

def by_rows(self, record):
    texts = list(record.row.values.values())
    {rows}
    return rows(self, record)

with patch.object(BulkExecutor, "convert", by_columns), patch.object(RowExecutor, "convert", by_rows):
    main(sys.argv[1:])
"""
RAISES = 'if any("{canary}" in (text or "") for text in texts): raise ValueError(texts)'
DIES = 'if any("{canary}" in (text or "") for text in texts): import os; os.abort()'
BAD = CANARY.format(7)
OTHER = CANARY.format(8)  # stands in every record


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rule = "$resource: Patient\n$for: row\nid: NUMBER\nname: [{text: NAME}]\n"
    return write_package(tmp_path_factory.mktemp("package"), {"Patient.yaml": rule}, {"row": "NUMBER NAME"}).folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    rows = [f"{number},{BAD if number in (3, 17) else OTHER}" for number in range(20)]
    path.write_text("\n".join(["NUMBER,NAME", *rows, ""]))
    return path


def convert(how: str, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    fault = how.format(canary=BAD)
    program = BREAK.format(columns=fault, rows=fault)
    return subprocess.run([sys.executable, "-c", program, "convert", *words], capture_output=True, check=False)


@pytest.mark.parametrize(("how", "workers"), [(RAISES, "1"), (RAISES, "2"), (DIES, "2")], ids=["one", "raises", "dies"])
def test_record_that_stops_the_converter(package: Path, data: Path, tmp_path: Path, how: str, workers: str) -> None:
    out = tmp_path / "out"
    done = convert(how, "-m", package, "-o", out, "--workers", workers, data)
    assert done.returncode == 1, done.stderr.decode()
    assert done.stdout == b""
    assert b"D405" in done.stderr
    assert not NOISE.search(done.stderr)
    assert b"Traceback" not in done.stderr
    report = json.loads((out / "report.json").read_bytes())
    assert (report["records"]["converted"], report["records"]["quarantined"]) == (18, 2)
    assert_folder_silent(out)
    assert assert_quarantine_silent(out) == 2
    assert_replay_silent(package, out)


@pytest.mark.parametrize("words", [("-o", "-"), ()])
def test_record_that_stops_the_converter_of_a_stream(package: Path, data: Path, words: tuple[str, ...]) -> None:
    done = convert(RAISES, "-m", package, *words, data)
    assert done.returncode == 1
    assert (done.stdout.count(OTHER.encode()), done.stdout.count(BAD.encode())) == (18, 0)
    assert b"D405" in done.stderr
    assert not NOISE.search(done.stderr)


def test_fault_of_the_program(package: Path, data: Path, tmp_path: Path) -> None:
    """What is raised elsewhere ends the run: its kind and its place are said, and not its text."""
    program = f"""
import sys
from unittest.mock import patch
from interop.cli import main
with patch("interop.cli.summary.print_summary", side_effect=ValueError({BAD!r})):
    main(sys.argv[1:])
"""
    words = [sys.executable, "-c", program, "convert", "-m", package, "-o", tmp_path / "out", data]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 70
    assert b"ValueError, interop.cli.convert" in done.stderr
    assert not NOISE.search(done.stderr + done.stdout)
