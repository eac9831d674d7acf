"""The view as fhir.resources objects, and what is known of the difference between R4B and R4."""

import re

import pytest

from interop.errors import UsageError
from interop.fhir.definitions import child, is_primitive, members
from interop.fhir.models import R4B_ABSENT, R4B_DIFFERENCES, model
from interop.fhir.tables import element_table


def class_name(path):
    return "".join(step[0].upper() + step[1:] for step in path.split("."))


def differences(kind):
    """How R4B's class and those of its backbone elements differ from R4's definition."""
    from fhir.resources.R4B import get_fhir_model_class

    for path in element_table()[kind]["paths"]:
        fields = {
            field.alias or name: field
            for name, field in get_fhir_model_class(class_name(path)).model_fields.items()
            if (field.json_schema_extra or {}).get("element_property") and not (field.alias or name).startswith("_")
        }
        here = path.removeprefix(kind).removeprefix(".")
        prefix = f"{here}." if here else ""
        ours = set(members(path))
        yield from (f"-{prefix}{name}" for name in ours - set(fields))
        yield from (f"+{prefix}{name}" for name in set(fields) - ours)
        for name in ours & set(fields):
            found, field = child(path, name), fields[name]
            annotation = str(field.annotation)
            same = found.element.is_list == ("List[" in annotation)
            if not is_primitive(found.path):
                same = same and re.search(r"(\w+)Type\b", annotation)[1] == class_name(found.path)
            least = bool(field.json_schema_extra.get("element_required")) or field.is_required()
            if not same or least != (found.element.min > 0 and not found.element.is_choice):
                yield f"!{prefix}{name}"


def test_the_differences_are_the_known_ones():
    from fhir.resources.R4B import get_fhir_model_class

    absent, changed = set(), {}
    for kind in element_table():
        try:
            get_fhir_model_class(kind)
        except ValueError:
            absent.add(kind)
            continue
        found = frozenset(differences(kind))
        if found:
            changed[kind] = found
    assert absent == R4B_ABSENT
    assert changed == dict(R4B_DIFFERENCES)


def test_model():
    made = model({"resourceType": "Patient", "id": "a", "birthDate": "1970-01-02", "name": [{"family": "Doe"}]})
    assert type(made).__name__ == "Patient"
    assert made.birthDate.year == 1970
    assert made.name[0].family == "Doe"


@pytest.mark.parametrize(
    ("resource", "text"),
    [
        ({"resourceType": "Nobody"}, "no such resourceType"),
        ({"resourceType": 1}, "no such resourceType"),
        ({}, "no such resourceType"),
        ({"resourceType": "MedicinalProduct"}, "no class for MedicinalProduct"),
        ({"resourceType": "Patient", "birthDate": "SECRET", "name": [{"family": {"SECRET": 1}}]}, "Patient.birthDate"),
        ({"resourceType": "Observation", "status": "final"}, "Observation.code"),
        ({"resourceType": "Patient", "contained": [{"resourceType": "SECRET"}]}, "inside"),
    ],
)
def test_refused_without_a_value(resource, text):
    with pytest.raises(UsageError, match=text) as caught:
        model(resource)
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
