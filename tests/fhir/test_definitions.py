"""Looking things up: places, members, what is required, what was meant."""

import subprocess
import sys

import pytest

from interop.fhir.definitions import (
    child,
    children,
    is_complex,
    is_place,
    is_primitive,
    members,
    primitive,
    required,
    suggest,
)
from interop.fhir.tables import element_table


@pytest.mark.parametrize(
    ("place", "member"),
    [
        ("Immunization", "occurrence"),
        ("Immunization", "occurrence[x]"),
        ("Immunization", "occurrenceDate"),
        ("Patient", "birthdate"),
        ("Patient", "_birthDate"),
        ("HumanName", "resourceType"),
        ("Nobody", "id"),
        ("Patient.nothing", "id"),
        ("", ""),
    ],
)
def test_what_is_no_member(place, member):
    assert child(place, member) is None


def test_resource_type_is_a_code_of_one_value():
    found = child("Patient", "resourceType")
    assert (found.type, found.element.min, found.element.binding.codes) == ("code", 1, {"Patient"})
    assert "resourceType" not in members("Patient")


def test_children_of_unknown_places():
    assert children("Nobody") == ()
    assert not is_place("Nobody")
    assert is_place("Patient.contact")


def test_children_of_a_primitive():
    assert members("date") == ("id", "extension")


def test_every_place_that_a_member_leads_to_exists():
    lost = [
        f"{path}.{member}"
        for item in element_table().values()
        for path in item["paths"]
        for member in members(path)
        if not is_place(child(path, member).path)
    ]
    assert lost == []


def test_kinds_of_types():
    assert is_complex("HumanName")
    assert is_complex("BackboneElement")
    assert is_complex("Extension")
    assert not is_complex("Patient")
    assert not is_complex("date")
    assert is_primitive("xhtml")
    assert not is_primitive("HumanName")


def test_required_elements_with_their_members():
    found = {element.name: element.members for element in required("Immunization")}
    assert found == {
        "status": ("status",),
        "vaccineCode": ("vaccineCode",),
        "patient": ("patient",),
        "occurrence[x]": ("occurrenceDateTime", "occurrenceString"),
    }
    assert required("Patient") == ()


@pytest.mark.parametrize(
    ("place", "wrong", "meant"),
    [
        ("Patient", "birthdate", "birthDate"),
        ("Patient", "adress", "address"),
        ("Patient", "birthDay", "birthDate"),
        ("Immunization", "occurrence", "occurrenceDateTime"),
        ("Immunization", "occurrence[x]", "occurrenceDateTime"),
        ("Immunization", "occuranceDateTime", "occurrenceDateTime"),
        ("Patient.contact", "relationships", "relationship"),
        ("Patient", "qqqqqqq", None),
        ("Nobody", "id", None),
    ],
)
def test_suggestions(place, wrong, meant):
    assert suggest(place, wrong) == meant


@pytest.mark.parametrize(
    ("name", "kind"),
    [("boolean", "boolean"), ("decimal", "number"), ("positiveInt", "number"), ("date", "string"), ("uri", "string")],
)
def test_json_kinds(name, kind):
    assert primitive(name).json == kind


def test_unknown_primitive():
    with pytest.raises(KeyError):
        primitive("HumanName")


def test_what_a_mapping_needs_imports_nothing_heavy():
    heavy = "polars", "fhir.resources", "jsonschema_rs", "pydantic", "lxml", "yaml"
    code = f"""
import sys
from interop.fhir import definitions, primitives, uris
definitions.child("Patient", "name"), primitives.checker("date"), uris.oid_uri("1")
print([name for name in {heavy!r} if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"
