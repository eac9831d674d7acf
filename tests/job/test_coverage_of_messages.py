"""The ledger of messages: fields, their parts and repetitions, senders; what an element has no room for."""

from __future__ import annotations

from pathlib import Path

import pytest

import interop
from interop.api import Mapping
from interop.job.coverage import coverage
from interop.job.ledger import Ledger
from interop.job.ledger_page import ledger_html
from interop.job.ledger_text import ledger_csv
from tests.spec.messages import MESSAGES

RULES = {
    "Patient.yaml": """\
$resource: Patient
$for: patient
id: PID-3
identifier:
  - {value: PID-3, assigner: {display: PID-3.4.2}}
name:
  - {$each: PID-5, family: XPN.1}
""",
    "Practitioner.yaml": "$resource: Practitioner\n$for: PV1-7\n$id: XCN.1\nname: [{family: XCN.2}]\n",
    "Specimen.yaml": "$resource: Specimen\n$for: specimen\n$id: SPM-2\nidentifier: [{value: SPM-2}]\n",
    "Observation.yaml": """\
$resource: Observation
$for: observation
id: "{PID-3}-{#}"
status: = final
code: {text: OBX-3}
valueString: OBX-5.*
performer: [{$ref: Practitioner, $each: PV1-7}]
specimen: {$ref: Specimen, $each: specimen}
""",
    "ignored.csv": "source_path,reason\n"
    + "".join(f"{path},not for this test\n" for path in ("MSH-7", "OBX-11", "PID-30")),
}
ONE = (
    "MSH|^~\\&|LAB|NORTH|||20240131||ORU^R01^ORU_R01|1|P|2.5\r"
    "PID|||p1^7^^A&B~p2||Lee^Ann~Li||^|secret\r"
    "PV1|||||||d1^Okafor~d2\rOBR||||CBC\rOBX|||WBC^Leukocytes||1^few||||||F\rSPM||s1\rSPM||s2\r"
)
TWO = "MSH|^~\\&|ADT|NORTH|||20240131||ADT^A01|2|P|2.5\rPID|||p3||Lee\rPV1|\rZZZ|x|left\r"


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    folder = tmp_path / "package"
    for name, text in {**MESSAGES, **RULES}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return interop.load(folder)


@pytest.fixture
def ledger(mapping: Mapping, tmp_path: Path) -> Ledger:
    path = tmp_path / "in.hl7"
    path.write_bytes((ONE + TWO).encode())
    return coverage(mapping.package, mapping.plan, [path])


def test_states(ledger: Ledger) -> None:
    assert {line.source: (str(line.state), line.records) for line in ledger.lines} == {
        "MSH-3": ("residue", 2),
        "MSH-4": ("residue", 2),
        "MSH-7": ("excused", 2),
        "MSH-9": ("residue", 2),
        "MSH-10": ("residue", 2),
        "MSH-11": ("residue", 2),
        "MSH-12": ("residue", 2),
        "PID-3": ("used", 2),
        "PID-5": ("used", 2),
        "PID-8": ("residue", 1),
        "PV1-7": ("used", 1),
        "OBR-4": ("residue", 1),
        "OBX-3": ("used", 1),
        "OBX-5": ("used", 1),
        "OBX-11": ("excused", 1),
        "SPM-2": ("used", 1),
        "ZZZ-1": ("residue", 1),
        "ZZZ-2": ("residue", 1),
    }


def test_repetitions_and_parts(ledger: Ledger) -> None:
    """PID-3 is read in its first repetition, parts 1 and 4; PID-5 in all, part 1; OBX-5 whole."""
    by_name = {line.source: line for line in ledger.lines}
    assert {name: line.lossy for name, line in by_name.items() if line.lossy} == {"PID-3": 1}
    assert {name: line.unread for name, line in by_name.items() if line.unread} == {
        "PID-3": (("PID-3.2", 1),),
        "PID-5": (("PID-5.2", 1),),
        "OBX-3": (("OBX-3.2", 1),),
    }


def test_an_element_that_takes_one(ledger: Ledger) -> None:
    """Two specimens and one place for them; two performers, and a list for them."""
    assert ledger.lost == {("Observation.specimen", "takes the first of several specimen"): 1}


def test_senders_are_numbered(ledger: Ledger) -> None:
    assert {name: group.records for name, group in ledger.by_sender.items()} == {"NORTH · LAB": 1, "NORTH · ADT": 1}
    for text in (ledger_html(ledger), ledger_csv(ledger, by="sender"), ledger_csv(ledger)):
        assert "NORTH" not in text
    rows = ledger_csv(ledger, by="sender").splitlines()
    assert "sender 1,ZZZ-2,,residue,1,1.0000,," in rows  # ADT
    assert not any(row.startswith("sender 2,ZZZ-2") for row in rows)
    assert "NORTH · ADT,ZZZ-2" in ledger_csv(ledger, by="sender", reveal=True)
    assert "NORTH · ADT" in ledger_html(ledger, reveal=True)


def test_file_names_that_hold_values(mapping: Mapping, tmp_path: Path) -> None:
    """A package that reads names from the file's name says that they are values of the data."""
    card = mapping.package.folder / "mapping.yaml"
    card.write_text(card.read_text().replace("format: hl7v2", 'format: hl7v2\n  file: "{person}_*"'))
    named = interop.load(mapping.package.folder)
    paths = [tmp_path / "p1_a.hl7", tmp_path / "p3_b.hl7"]
    for path, message in zip(paths, (ONE, TWO), strict=True):
        path.write_bytes(message.encode())
    for loaded, shown in ((named, False), (mapping, True)):
        ledger = coverage(loaded.package, loaded.plan, paths)
        assert ("p3_b.hl7" in ledger_html(ledger)) is shown
        assert ("p3_b.hl7" in ledger_csv(ledger, by="file")) is shown
