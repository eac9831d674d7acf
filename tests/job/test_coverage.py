"""The ledger of coverage: each filled field is used, excused, or left over; no value is in it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from interop.api import Mapping
from interop.job.coverage import coverage
from interop.job.ledger_text import ledger_csv, ledger_html
from tests.plans.snippets import write_package

FILES = {
    "Patient.yaml": """\
$resource: Patient
$for: row
$id: NUMBER
$when: SENT exists
gender: SEX | code sex
birthDate: BORN | date
""",
    "codes/sex.csv": (
        "source_code,target_system,target_code,target_display,equivalence,comment\n"
        "M,http://hl7.org/fhir/administrative-gender,male,Male,equal,\n"
    ),
    "ignored.csv": "source_path,reason\nrow.NOTE,it is for the clinic only\n",
}
COLUMNS = {"row": "NUMBER SENT SEX BORN NOTE REST"}
DATA = """\
NUMBER,SENT,SEX,BORN,NOTE,REST,EXTRA
1,yes,M,1980-12-31,hello,left,more
2,yes,Q,1980-02-30,,left,
3,,X,,,,
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    return Mapping(write_package(tmp_path / "package", FILES, COLUMNS))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(DATA)
    return path


def test_states_and_shares(mapping: Mapping, data: Path) -> None:
    ledger = coverage(mapping.package, mapping.plan, [data])
    assert {line.source: (str(line.state), line.records) for line in ledger.lines} == {
        "row.NUMBER": ("used", 3),
        "row.SENT": ("used", 2),
        "row.SEX": ("used", 3),
        "row.BORN": ("used", 2),
        "row.NOTE": ("excused", 1),
        "row.REST": ("residue", 2),
        "row.EXTRA": ("residue", 1),
    }
    by_name = {line.source: line for line in ledger.lines}
    assert by_name["row.SEX"].targets == ("Patient.gender",)
    assert by_name["row.SENT"].targets == ("(Patient)",)
    assert by_name["row.NOTE"].reason == "it is for the clinic only"
    assert by_name["row.REST"].share == pytest.approx(2 / 3)
    assert (ledger.filled, ledger.residue) == (14, 3)
    assert ledger.covered == pytest.approx(11 / 14)
    assert ledger.by_file == {"in.csv": (3, 3)}


def test_misses_are_counted_by_map(mapping: Mapping, data: Path) -> None:
    """Record 3 builds no resource: what it misses is no miss of the run, but is among the codes to look at."""
    ledger = coverage(mapping.package, mapping.plan, [data])
    assert ledger.misses == {"sex": 1}
    assert ledger.codes == {}
    assert dict(coverage(mapping.package, mapping.plan, [data], reveal=True).codes["sex"]) == {"Q": 1, "X": 1}


def test_texts(mapping: Mapping, data: Path) -> None:
    ledger = coverage(mapping.package, mapping.plan, [data])
    rows = list(csv.DictReader(io.StringIO(ledger_csv(ledger))))
    assert [row["field"] for row in rows][:2] == ["row.NUMBER", "row.SENT"]
    assert rows[5]["state"] == "residue"
    page = ledger_html(ledger, {})
    assert "78.57%" in page
    assert page.count('<tr class="residue">') == 3
    for value in ("1980", "hello", "left,", "more"):
        assert value not in ledger_csv(ledger)
    assert "http" not in page.replace("http-equiv", "")  # it needs nothing else


def test_command(mapping: Mapping, data: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from interop.cli.program import run

    words = ["coverage", "-m", str(mapping.package.folder), str(data)]
    assert run(words) == 0
    printed = capfdbinary.readouterr().out.decode()
    assert "row.REST" in printed
    assert "row.SEX" not in printed
    assert "78.57% of 14 filled fields are used or excused; 3 are left over" in printed
    assert run([*words, "--fail-under", "80"]) == 1
    assert (
        run([*words, "--fail-under", "78", "--html", str(tmp_path / "c.html"), "--csv", str(tmp_path / "c.csv")]) == 0
    )
    assert (tmp_path / "c.html").read_text().startswith("<!doctype html>")
    assert b"Q (1)" not in capfdbinary.readouterr().out
    assert run([*words, "--reveal"]) == 0
    assert b"Q (1)" in capfdbinary.readouterr().out
