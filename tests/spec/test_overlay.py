"""Overlays: what is merged, what is replaced, what is removed, and what is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from interop.errors import MappingError
from interop.spec.layout import DelimitedLayout
from interop.spec.load import load_package
from interop.spec.package import Package
from tests.spec.conftest import DEFAULTS, Write
from tests.spec.notation import show, show_node

BASE = {
    "Patient.yaml": """\
$resource: Patient
$for: row
$id: [ID, A]
gender: SEX | code sex
birthDate: A | date
name:
  - {$name: official, use: = official, family: B}
  - {$name: usual, use: = usual, family: A}
identifier:
  - value: ID
""",
    "Group.yaml": "$resource: Group\n$for: row\n$id: ID\ntype: = person\nactual: = true\nname: B\n",
    "parts/language.yaml": "$parameters: [code]\ncoding: [{code: code}]\n",
    "ignored.csv": "source_path,reason\nrow.C,never sent\nrow.D,local\n",
    "source/row.csv": DEFAULTS["source/row.csv"] + "C,no,,\nD,no,,\n",
}
CARD = "extends: xx/test\nid: yy/over\ntitle: Over\n"


def overlay(write: Write, files: dict[str, str]) -> Package:
    base = write(BASE, name="base")

    def find_base(name: str) -> Path:
        return {"xx/test": base}[name]

    return load_package(write({"mapping.yaml": CARD, **files}, name="over", bare=True), find_base)


def test_nothing_but_a_card(write: Write) -> None:
    package = overlay(write, {})
    assert (package.card.id, package.card.title, package.card.version) == ("yy/over", "Over", "0.1.0")
    assert [rule.name for rule in package.rules] == ["Group", "Patient"]
    assert package.files == ("mapping.yaml",)


def test_members_items_and_files(write: Write) -> None:
    package = overlay(
        write,
        {
            "mapping.yaml": CARD + "source: {zone: Europe/Paris}\n",
            "Patient.yaml": """\
$id: [ID]
birthDate: {$remove: true}
active: = true
name:
  - {$name: usual, $remove: true}
  - {$name: official, family: A, given: [B]}
  - {use: = old, family: B}
identifier:
  - {system: = http://y.org, value: ID}
communication: [{language: {$part: language, $with: {code: C, term: D}}}]
""",
            "Group.yaml": "$remove: true\n",
            "parts/language.yaml": "$parameters: [code, term]\ntext: term\n",
        },
    )
    assert package.layout.zone == "Europe/Paris"
    assert [rule.name for rule in package.rules] == ["Patient"]
    patient = package.rule("Patient")
    assert [show(value) for value in patient.key] == ["ID"]
    assert show_node(patient.body) == {
        "gender": "(SEX | code[sex])",
        "name": [
            {"$name": "official", "use": "'official'", "family": "A", "given": ["B"]},
            {"use": "'old'", "family": "B"},
        ],
        "identifier": [{"value": "ID"}, {"system": "'http://y.org'", "value": "ID"}],
        "active": "'true'",
        "communication": [{"language": {"coding": [{"code": "C"}], "text": "D"}}],
    }


def test_alternatives(write: Write) -> None:
    """An alternative of `$first` is changed by its name, where it stands; new ones are the last."""
    base = "$resource: Group\n$for: row\n$id: ID\ntype: = person\nactual: = true\n"
    first = "name:\n  $first:\n    - {$name: one, $when: A = '1', $value: A}\n    - {$name: two, $value: B}\n"
    folder = write({**BASE, "Group.yaml": base + first}, name="named")
    files = {"Group.yaml": "name: {$first: [{$name: one, $when: A = '2'}, {$name: two, $remove: true}, = C]}\n"}
    package = load_package(write({"mapping.yaml": CARD, **files}, name="over", bare=True), lambda _: folder)
    (_, name) = package.rule("Group").body.members[2]
    assert show_node(name) == {"$first": [{"$value": "A", "$when": "A = '2'"}, "'C'"]}


def test_tables(write: Write) -> None:
    package = overlay(
        write,
        {
            "codes/sex.csv": "source_code,target_system,target_code,target_display,equivalence,comment\n"
            "F,,,,,no such code any more\n"
            "X,http://hl7.org/fhir/administrative-gender,other,,wider,\n",
            "ignored.csv": "source_path,reason\nrow.D,private\nrow.E,new\n",
            "source/row.csv": "column,required,modifies,title\nE,no,,\nA,yes,,Birth\n",
        },
    )
    rows = package.maps["sex"].rows
    assert {code: [target.code for target in targets] for code, targets in rows.items()} == {
        "M": ["male"],
        "F": [],
        "X": ["other"],
    }
    assert [(row.path, row.reason) for row in package.ignored] == [
        ("row.C", "never sent"),
        ("row.D", "private"),
        ("row.E", "new"),
    ]
    assert isinstance(package.layout, DelimitedLayout)
    columns = package.layout.table("row").columns
    assert [column.name for column in columns] == ["ID", "A", "B", "SEX", "C", "D", "E"]
    assert (columns[1].required, columns[1].title) == (True, "Birth")


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"mapping.yaml": CARD.replace("xx/test", "xx/none")}, ["M109 mapping.yaml:1:10"]),
        ({"mapping.yaml": CARD, "Patient.yaml": "brithDate: {$remove: true}\n"}, ["M150 Patient.yaml:1:1"]),
        ({"Patient.yaml": "name: [{$name: off, $remove: true}]\n"}, ["M150 Patient.yaml:1:8"]),
        ({"Patient.yaml": "name: [{$remove: true}]\n"}, ["M150 Patient.yaml:1:8"]),
        ({"Grop.yaml": "$remove: true\n"}, ["M150 Grop.yaml:1:1"]),
    ],
)
def test_what_does_not_fit_the_base(files: dict[str, str], found: list[str], write: Write) -> None:
    with pytest.raises(MappingError) as raised:
        overlay(write, files)
    places = [(finding.code, finding.rule) for finding in raised.value.findings]
    shown = [f"{code} {rule.file.rpartition('/')[2]}:{rule.line}:{rule.column}" for code, rule in places if rule]
    assert set(found) <= set(shown)


def test_a_package_that_extends_itself(write: Write) -> None:
    folder = write({"mapping.yaml": DEFAULTS["mapping.yaml"] + "extends: xx/test\n"})
    with pytest.raises(MappingError) as raised:
        load_package(folder, lambda name: folder)
    assert "M109" in {finding.code for finding in raised.value.findings}


def test_the_hash_covers_the_base(write: Write) -> None:
    first = overlay(write, {}).hash
    assert overlay(write, {}).hash == first
    write({"codes/sex.csv": DEFAULTS["codes/sex.csv"] + "\n"}, name="base")
    base = write(BASE | {"codes/sex.csv": DEFAULTS["codes/sex.csv"] + "\n"}, name="base")
    assert load_package(write({"mapping.yaml": CARD}, name="over", bare=True), lambda name: base).hash != first


def test_the_hash_does_not_cover_what_has_no_meaning(write: Write) -> None:
    first = load_package(write(name="one"), Path)
    notes = {"README.md": "x", "CHANGELOG.md": "x", "NOTICE": "x", "tests/001/in.csv": "x"}
    assert load_package(write(notes, name="two"), Path).hash == first.hash
    changed = write({"parts/x.yaml": "text: A\n"}, name="three")
    assert load_package(changed, Path).hash != first.hash
