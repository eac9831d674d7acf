"""Edges of a plan: what reaches an element, and how."""

from __future__ import annotations

from pathlib import Path

from interop.api import Mapping
from interop.plan.lineage import Role, lineage
from tests.plans.snippets import write_package

FILES = {
    "Patient.yaml": """\
$resource: Patient
$for: row
$id: NUMBER
$when: SENT exists
name:
  - {text: "{GIVEN} {FAMILY}", family: FAMILY}
birthDate: {$value: BORN | date, $when: KNOWN = 'yes'}
gender: SEX | code sex
""",
    "Observation.yaml": """\
$resource: Observation
$for: row
id: "o-{NUMBER}"
status: = final
code: {text: NAME ?? OTHER}
subject: {$ref: Patient}
""",
    "codes/sex.csv": (
        "source_code,target_system,target_code,target_display,equivalence,comment\n"
        "M,http://hl7.org/fhir/administrative-gender,male,Male,equal,\n"
    ),
}
COLUMNS = {"row": "NUMBER SENT GIVEN FAMILY BORN KNOWN SEX NAME OTHER UNUSED"}


def test_every_way_of_reaching_an_element(tmp_path: Path) -> None:
    mapping = Mapping(write_package(tmp_path, FILES, COLUMNS))
    found = {(edge.target, str(edge.role), edge.column) for edge in lineage(mapping.plan)}
    assert found == {
        ("Patient.id", "key", "NUMBER"),
        ("Patient", "condition", "SENT"),
        ("Patient.name.text", "value", "GIVEN"),
        ("Patient.name.text", "value", "FAMILY"),
        ("Patient.name.family", "value", "FAMILY"),
        ("Patient.birthDate", "value", "BORN"),
        ("Patient.birthDate", "condition", "KNOWN"),
        ("Patient.gender", "value", "SEX"),
        ("Observation.id", "key", "NUMBER"),
        ("Observation.code.text", "value", "NAME"),
        ("Observation.code.text", "value", "OTHER"),
        ("Observation.subject.reference", "key", "NUMBER"),
    }
    assert all(edge.context == "row" and edge.place.line for edge in lineage(mapping.plan))


def test_what_is_read_has_an_edge(tmp_path: Path) -> None:
    """The plan reads no column that lineage does not show, in any bundled package."""
    import interop
    from interop.find import packages

    for package in packages():
        mapping = interop.load(package.folder)
        shown = {(edge.context, edge.column) for edge in lineage(mapping.plan)}
        read = {(context, column) for context, columns in mapping.plan.reads.items() for column in columns}
        assert {pair for pair in read if pair[1] != "#"} <= shown, package.id


def test_roles_are_words() -> None:
    assert [str(role) for role in Role] == ["value", "condition", "key"]
