"""The output check on resources written by hand: good ones pass, each bad one has its one problem at its place."""

import copy

import orjson
import pytest

from interop.fhir.check import Problem, check_json, problems

SNOMED = "http://snomed.info/sct"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UNKNOWN = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "meta": {"profile": ["https://fhir.example.org/StructureDefinition/patient"]},
    "contained": [{"resourceType": "Organization", "id": "o1", "name": "Surgery"}],
    "identifier": [{"system": "https://fhir.example.org/id", "value": "1"}],
    "name": [{"family": "Doe", "given": ["Jane", None], "_given": [None, UNKNOWN]}],
    "gender": "female",
    "birthDate": "1970-02-28",
    "_birthDate": {
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
                "valueDateTime": "1970-02-28T04:05:00+01:00",
            }
        ]
    },
    "deceasedBoolean": False,
    "maritalStatus": {"text": "married"},
    "generalPractitioner": [{"reference": "#o1"}, {"reference": "Practitioner/x", "type": "Practitioner"}],
    "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en"}]}}],
}

IMMUNIZATION = {
    "resourceType": "Immunization",
    "status": "completed",
    "vaccineCode": {"coding": [{"system": SNOMED, "code": "1119349007"}]},
    "patient": {"reference": "Patient/p1"},
    "occurrenceDateTime": "2023-05",
    "doseQuantity": {"value": 0.5, "unit": "ml", "system": "http://unitsofmeasure.org", "code": "mL"},
    "protocolApplied": [{"doseNumberPositiveInt": 2}],
}

BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"fullUrl": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "resource": PATIENT},
        {
            "fullUrl": "https://fhir.example.org/Immunization/1",
            "resource": IMMUNIZATION | {"patient": {"reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}},
        },
    ],
}

GOOD = {
    "patient": PATIENT,
    "immunization": IMMUNIZATION,
    "bundle": BUNDLE,
    "absent status": {key: value for key, value in IMMUNIZATION.items() if key != "status"} | {"_status": UNKNOWN},
    "absent patient": IMMUNIZATION | {"patient": UNKNOWN},
    "absent choice": {key: value for key, value in IMMUNIZATION.items() if key != "occurrenceDateTime"}
    | {"_occurrenceDateTime": UNKNOWN},
    "other host": IMMUNIZATION | {"patient": {"reference": "https://other.example.org/Patient/1/_history/2"}},
    "identifier only": IMMUNIZATION | {"patient": {"identifier": {"value": "1"}, "type": "Patient"}},
    "conditional": IMMUNIZATION | {"patient": {"reference": "Patient?identifier=1"}},
    "unknown address": IMMUNIZATION | {"patient": {"reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239521"}},
    "parameters": {
        "resourceType": "Parameters",
        "parameter": [{"name": "a", "resource": PATIENT}, {"name": "b", "valueDecimal": 1.5}],
    },
    "member named resourceType": {
        "resourceType": "ExampleScenario",
        "status": "draft",
        "instance": [{"resourceId": "a", "resourceType": "Patient"}],
    },
}


@pytest.mark.parametrize("name", GOOD)
def test_good(name):
    assert problems(GOOD[name]) == []
    assert check_json(orjson.dumps(GOOD[name])) == []


def without(resource, *names):
    return {key: value for key, value in resource.items() if key not in names}


# what it is made of, the one problem's place, a word of its message
BAD = {
    "no type": ({"id": "a"}, "resource", "resourceType"),
    "unknown type": ({"resourceType": "Citation"}, "resource", "resourceType"),
    "unknown member": (PATIENT | {"sex": "f"}, "Patient.sex", "no member"),
    "choice without its type": (PATIENT | {"deceased": True}, "Patient.deceased", "no member"),
    "twin of an object": (PATIENT | {"_name": [{"id": "a"}]}, "Patient._name", "no member"),
    "null": (PATIENT | {"active": None}, "Patient.active", "null"),
    "null in a list": (PATIENT | {"name": [{"given": ["a", None]}]}, "Patient.name[0].given[1]", "null"),
    "null object in a list": (PATIENT | {"name": [None]}, "Patient.name[0]", "null"),
    "empty object": (PATIENT | {"maritalStatus": {}}, "Patient.maritalStatus", "empty object"),
    "empty list": (PATIENT | {"telecom": []}, "Patient.telecom", "empty list"),
    "text for an object": (PATIENT | {"maritalStatus": "M"}, "Patient.maritalStatus", "not an object"),
    "object for a text": (PATIENT | {"birthDate": {"value": "1970"}}, "Patient.birthDate", "type"),
    "object for a list": (PATIENT | {"name": {"family": "a"}}, "Patient.name", "not a list"),
    "list for a value": (PATIENT | {"gender": ["female"]}, "Patient.gender", "type"),
    "text for a boolean": (PATIENT | {"active": "true"}, "Patient.active", "type"),
    "number for a boolean": (PATIENT | {"active": 1}, "Patient.active", "type"),
    "boolean for a number": (
        without(PATIENT) | {"multipleBirthInteger": True},
        "Patient.multipleBirthInteger",
        "type",
    ),
    "part of a whole number": (PATIENT | {"multipleBirthInteger": 1.5}, "Patient.multipleBirthInteger", "type"),
    "large whole number": (PATIENT | {"multipleBirthInteger": 2**31}, "Patient.multipleBirthInteger", "type"),
    "zeroth": (
        IMMUNIZATION | {"protocolApplied": [{"doseNumberPositiveInt": 0}]},
        "Immunization.protocolApplied[0].doseNumberPositiveInt",
        "type",
    ),
    "text for a decimal": (
        IMMUNIZATION | {"doseQuantity": {"value": "0.5"}},
        "Immunization.doseQuantity.value",
        "type",
    ),
    "form of a date": (PATIENT | {"birthDate": "28.02.1970"}, "Patient.birthDate", "type"),
    "no such day": (PATIENT | {"birthDate": "1970-02-30"}, "Patient.birthDate", "no such day"),
    "time without offset": (
        IMMUNIZATION | {"occurrenceDateTime": "2023-05-01T10:00:00"},
        "Immunization.occurrenceDateTime",
        "type",
    ),
    "empty text": (PATIENT | {"language": ""}, "Patient.language", "type"),
    "white space": (PATIENT | {"name": [{"text": "a\u00a0b"}]}, "Patient.name[0].text", "white space"),
    "required code": (PATIENT | {"gender": "F"}, "Patient.gender", "value set"),
    "required concept": (
        {
            "resourceType": "Condition",
            "subject": {"reference": "Patient/1"},
            "clinicalStatus": {"coding": [{"system": SNOMED, "code": "active"}]},
        },
        "Condition.clinicalStatus",
        "value set",
    ),
    "required concept as text": (
        {"resourceType": "Condition", "subject": {"reference": "Patient/1"}, "clinicalStatus": {"text": "active"}},
        "Condition.clinicalStatus",
        "value set",
    ),
    "lacks an element": (without(IMMUNIZATION, "vaccineCode"), "Immunization", "lacks vaccineCode"),
    "lacks a code": (without(IMMUNIZATION, "status"), "Immunization", "lacks status"),
    "lacks a choice": (without(IMMUNIZATION, "occurrenceDateTime"), "Immunization", "lacks occurrence"),
    "lacks inside": (PATIENT | {"communication": [{"preferred": True}]}, "Patient.communication[0]", "lacks language"),
    "two of a choice": (PATIENT | {"deceasedDateTime": "2020"}, "Patient", "deceased[x] more than once"),
    "a choice and a twin": (PATIENT | {"_deceasedDateTime": UNKNOWN}, "Patient", "deceased[x] more than once"),
    "target type": (IMMUNIZATION | {"patient": {"reference": "Group/1"}}, "Immunization.patient", "allows Patient"),
    "target by type": (IMMUNIZATION | {"patient": {"type": "Group"}}, "Immunization.patient", "allows Patient"),
    "two types": (
        PATIENT | {"generalPractitioner": [{"reference": "Practitioner/1", "type": "Organization"}]},
        "Patient.generalPractitioner[0]",
        "its type says",
    ),
    "no reference": (IMMUNIZATION | {"patient": {"reference": "p1"}}, "Immunization.patient", "not a reference"),
    "reference without id": (
        IMMUNIZATION | {"patient": {"reference": "Patient/"}},
        "Immunization.patient",
        "not a reference",
    ),
    "contained is not there": (
        PATIENT | {"managingOrganization": {"reference": "#o2"}},
        "Patient.managingOrganization",
        "not there",
    ),
    "contained without id": (
        without(PATIENT, "generalPractitioner")
        | {"contained": [{"resourceType": "Organization", "name": "a"}]},
        "Patient.contained[0]",
        "no id",
    ),
    "contained in contained": (
        PATIENT
        | {"contained": [{"resourceType": "Organization", "id": "o1", "name": "a", "contained": [
            {"resourceType": "Basic", "id": "b", "code": {"text": "a"}}]}]},
        "Patient.contained[0]",
        "contains resources itself",
    ),
    "problem in contained": (
        PATIENT | {"contained": [{"resourceType": "Organization", "id": "o1", "name": "a", "active": "yes"}]},
        "Patient.contained[0].active",
        "type",
    ),
    "bad id": (PATIENT | {"id": "a b"}, "Patient.id", "type"),
    "long id": (PATIENT | {"id": "a" * 65}, "Patient.id", "type"),
    "extension with two": (
        PATIENT | {"extension": [{"url": "u", "valueCode": "a", "extension": [{"url": "b", "valueCode": "c"}]}]},
        "Patient.extension[0]",
        "ext-1",
    ),
    "narrative": (
        PATIENT | {"text": {"status": "generated", "div": "<div><script>a</script></div>"}},
        "Patient.text.div",
        "type",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad(name):
    resource, place, word = BAD[name]
    found = problems(resource)
    assert [problem.path for problem in found] == [place]
    assert word in found[0].message


def test_places_in_a_bundle():
    bundle = copy.deepcopy(BUNDLE)
    bundle["entry"][1]["resource"]["status"] = "done"
    bundle["entry"][1]["resource"]["patient"] = {"reference": bundle["entry"][1]["fullUrl"]}
    assert [problem.path for problem in problems(bundle)] == [
        "Bundle.entry[1].resource.status",
        "Bundle.entry[1].resource.patient",
    ]


def test_schema_is_asked_too():
    """The one thing that only the schema refuses: extensions of a canonical's twin, which it does not define."""
    found = problems(PATIENT | {"meta": {"profile": ["https://a"], "_profile": [UNKNOWN]}})
    assert [problem.path for problem in found] == ["Patient.meta"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"resourceType":"Patient","id":"a","id":"b"}', "has a key twice"),
        (b'{"resourceType":"Patient","multipleBirthInteger":NaN}', "is not JSON in UTF-8"),
        (b'{"resourceType":"Patient"', "is not JSON in UTF-8"),
        (b'{"resourceType":"Patient","id":"\xff"}', "is not JSON in UTF-8"),
        (b"[]", "is not an object"),
        (b"[" * 100_000, "is not JSON in UTF-8"),
    ],
)
def test_bad_json(line, message):
    assert check_json(line) == [Problem("resource", message)]


def test_deep_nesting_is_a_problem_and_no_traceback():
    extension = {"url": "https://a", "valueCode": "a"}
    for _ in range(2000):
        extension = {"url": "https://a", "extension": [extension]}
    assert problems(PATIENT | {"extension": [extension]}) == [Problem("Patient", "is nested too deeply to check")]


@pytest.mark.parametrize("name", BAD)
def test_no_value_in_a_message(name):
    marked = orjson.dumps(BAD[name][0]).replace(b'"F"', b'"SECRET"').replace(b'"a b"', b'"SECRET VALUE"')
    marked = marked.replace(b"28.02.1970", b"SECRET").replace(b'"Doe"', b'"SECRET"').replace(b"p1", b"SECRET")
    assert "SECRET" not in "".join(map(str, check_json(marked)))
