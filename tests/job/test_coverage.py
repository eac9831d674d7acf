"""The ledger of coverage: each filled field is used, excused, or left over; no value is in it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from interop.api import Mapping
from interop.job.coverage import coverage
from interop.job.ledger import DETAILED, FieldLine, Group, Ledger, State
from interop.job.ledger_page import ledger_html
from interop.job.ledger_text import ledger_csv
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


VALUES = ("1980", "hello", "left,", "more<", "more,")


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
    assert {name: (group.residue, group.records) for name, group in ledger.by_file.items()} == {"in.csv": (3, 3)}


def test_misses_are_counted_by_map(mapping: Mapping, data: Path) -> None:
    """Record 3 builds no resource: what it would miss is no miss."""
    ledger = coverage(mapping.package, mapping.plan, [data])
    assert ledger.misses == {"sex": 1}
    assert ledger.codes == {}
    assert dict(coverage(mapping.package, mapping.plan, [data], reveal=True).codes["sex"]) == {"Q": 1}


def test_texts(mapping: Mapping, data: Path) -> None:
    ledger = coverage(mapping.package, mapping.plan, [data])
    rows = list(csv.DictReader(io.StringIO(ledger_csv(ledger))))
    assert [row["field"] for row in rows][:2] == ["row.NUMBER", "row.SENT"]
    assert rows[5]["state"] == "residue"
    assert not any(value in ledger_csv(ledger) for value in VALUES)


def test_csv_by_file(mapping: Mapping, data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("NUMBER,REST\n9,x\n8,\n")
    ledger = coverage(mapping.package, mapping.plan, [data, other])
    rows = list(csv.DictReader(io.StringIO(ledger_csv(ledger, by="file"))))
    assert [(row["field"], row["records"], row["share"]) for row in rows if row["file"] == "other.csv"] == [
        ("row.NUMBER", "2", "1.0000"),
        ("row.REST", "1", "0.5000"),
    ]
    assert sum(int(row["records"]) for row in rows) == ledger.filled


def test_page(mapping: Mapping, data: Path) -> None:
    page = ledger_html(coverage(mapping.package, mapping.plan, [data]))
    assert "2 fields are neither used nor excused: 21.43% of all that was sent." in page
    assert page.count('<tr class="residue">') == 2
    assert "{{" not in page
    assert not any(value in page for value in VALUES)
    assert "it may be shown" in page
    assert "://" not in page  # it needs nothing else


def test_page_shows_values_when_told_to(mapping: Mapping, data: Path) -> None:
    ledger = coverage(mapping.package, mapping.plan, [data], reveal=True)
    assert "<code>Q (1)</code>" not in ledger_html(ledger)
    page = ledger_html(ledger, reveal=True)
    assert "<code>Q (1)</code>" in page
    assert "This page holds values of the data" in page


def test_page_is_safe_from_names() -> None:
    """What comes from a header or a file's name is text, in the table and in the script."""
    name = "</script><b>&"
    line = FieldLine(f"row.{name}", name, State.RESIDUE, (), "", 1, 1.0)
    groups = {name: Group(1, 1, Counter({line.source: 1})), "b": Group(1, 0, Counter())}
    page = ledger_html(Ledger("m", "1", name, 2, [line], groups, {}, {name: 1}, {}, {(name, name): 1}))
    assert name not in page
    assert page.count("</script>") == 2


def test_open_reasons(tmp_path: Path, data: Path) -> None:
    """A reason that begins with `open:` is excused, and named."""
    ignored = "source_path,reason\nrow.NOTE,it is for the clinic only\nrow.REST,open: Patient.contact\nrow.X*,x\n"
    columns = {"row": COLUMNS["row"] + " X EXTRA"}
    mapping = Mapping(write_package(tmp_path / "other", {**FILES, "ignored.csv": ignored + "row.EXTRA,x\n"}, columns))
    ledger = coverage(mapping.package, mapping.plan, [data])
    assert [line.source for line in ledger.lines if line.is_open] == ["row.REST"]
    assert ledger.residue == 0
    assert "is used, or excused with a reason. 1 reason names where it could go." in ledger_html(ledger)


def test_only_the_first_groups_keep_their_fields(mapping: Mapping, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:04}.csv" for number in range(DETAILED + 5)]
    for path in paths:
        path.write_text("NUMBER,REST\n1,x\n")
    ledger = coverage(mapping.package, mapping.plan, paths)
    assert sum(group.filled is not None for group in ledger.by_file.values()) == DETAILED
    assert {(group.records, group.residue) for group in ledger.by_file.values()} == {(1, 1)}
    assert ledger.residue == DETAILED + 5


def test_a_cut_time_is_a_loss(tmp_path: Path) -> None:
    """Midnight is none, and a time that the resource has elsewhere is none."""
    body = "$resource: Patient\n$for: row\nid: NUMBER\nbirthDate: BORN | date\n"
    whole = "deceasedDateTime: BORN | dateTime\n"
    data = tmp_path / "in.csv"
    data.write_text("NUMBER,BORN\n1,2020-01-01T10:30:00Z\n2,2020-01-01T00:00:00Z\n3,2020-01-01\n4,202001011030\n")
    lost = {}
    for name, text in {"cut": body, "whole": body + whole}.items():
        mapping = Mapping(
            write_package(
                tmp_path / name,
                {"Patient.yaml": text},
                {"row": "NUMBER BORN"},
                "source: {format: delimited, zone: Europe/London, tables: {row: {}}}\n",
            )
        )
        lost[name] = coverage(mapping.package, mapping.plan, [data]).lost
    assert lost == {"cut": {("Patient.birthDate", "time cut by `| date`"): 2}, "whole": {}}


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
