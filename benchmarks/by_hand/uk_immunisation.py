"""The vaccination events of `uk/immunisation`, version 5, by a hand-written loop: csv, uuid and orjson.

The same resources as the mapping for the 34 columns of version 5; tests/benchmarks compares them.

    python -m benchmarks.by_hand.uk_immunisation INPUT OUT
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

MAPPING = Path(__file__).resolve().parents[2] / "mappings" / "uk" / "immunisation"
NAMESPACE = uuid5(NAMESPACE_URL, "urn:interop:uk/immunisation")
TYPES = ("Immunization", "Patient", "Practitioner")
SNOMED = "http://snomed.info/sct"
NUMBERS = "https://fhir.nhs.uk/Id/nhs-number"
PROCEDURE = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UNKNOWN = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}
NO_PRODUCT = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
            "code": "NAVU",
            "display": "Not available",
        }
    ]
}
EVERYBODY = {digit * 10 for digit in "0123456789"}
YES, NO = ("TRUE", "T", "YES", "Y", "1"), ("FALSE", "F", "NO", "N", "0")

Json = dict[str, Any]


def read_map(name: str) -> dict[str, list[Json]]:
    with (MAPPING / "codes" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        found: dict[str, list[Json]] = {}
        for row in csv.DictReader(lines):
            target = {"system": row["target_system"], "code": row["target_code"], "display": row["target_display"]}
            found.setdefault(row["source_code"], []).append(target)
    return found


GENDERS = {code: targets[0]["code"] for code, targets in read_map("gender").items()}
DISEASES = {code: [{"coding": [target]} for target in targets] for code, targets in read_map("disease").items()}


def identity(kind: str, *key: str) -> str:
    return str(uuid5(NAMESPACE, "\x1f".join((kind, *key))))


def day(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}"


def moment(text: str) -> str:
    """`YYYYMMDDThhmmss` and two digits: hours east of Greenwich."""
    return f"{day(text)}T{text[9:11]}:{text[11:13]}:{text[13:15]}+{text[15:17] or '00'}:00"


def concept(code: str, term: str) -> Json | None:
    coding: Json = {"system": SNOMED}
    if code:
        coding["code"] = code
    if term:
        coding["display"] = term
    return {"coding": [coding]} if len(coding) > 1 else None


def person_name(family: str, given: str) -> Json | None:
    name: Json = {}
    if family:
        name["family"] = family
    if given:
        name["given"] = [given]
    return name or None


def resources(row: dict[str, str], disease: str) -> Iterator[Json]:
    """The resources of one row."""
    system, number, flag = row["UNIQUE_ID_URI"], row["UNIQUE_ID"], row["ACTION_FLAG"].upper()
    made: Json = {"resourceType": "Immunization", "id": identity("Immunization", system, number)}
    if flag == "DELETE":
        yield deletion(row, made, disease)
        return
    event = f"{system}#{number}"
    patient = person(row, event)
    if patient is not None:
        yield patient
    family, given = row["PERFORMING_PROFESSIONAL_SURNAME"], row["PERFORMING_PROFESSIONAL_FORENAME"]
    nurse = person_name(family, given)
    nurse_id = identity("Practitioner", event) if nurse else ""
    if nurse:
        yield {"resourceType": "Practitioner", "id": nurse_id, "name": [nurse]}
    if procedure := concept(row["VACCINATION_PROCEDURE_CODE"], row["VACCINATION_PROCEDURE_TERM"]):
        made["extension"] = [{"url": PROCEDURE, "valueCodeableConcept": procedure}]
    made["identifier"] = [{"system": system, "value": number}]
    made["status"] = "completed"
    made["vaccineCode"] = concept(row["VACCINE_PRODUCT_CODE"], row["VACCINE_PRODUCT_TERM"]) or NO_PRODUCT
    made["patient"] = {"reference": f"Patient/{patient['id']}"} if patient is not None else UNKNOWN
    if when := row["DATE_AND_TIME"]:
        made["occurrenceDateTime"] = moment(when)
    else:
        made["occurrenceString"] = "Not recorded"
    if recorded := row["RECORDED_DATE"]:
        made["recorded"] = day(recorded)
    if (primary := row["PRIMARY_SOURCE"].upper()) in YES or primary in NO:
        made["primarySource"] = primary in YES
    if place := identifier(row["LOCATION_CODE_TYPE_URI"], row["LOCATION_CODE"]):
        made["location"] = {"identifier": place}
    product(row, made)
    performer: list[Json] = []
    if site := identifier(row["SITE_CODE_TYPE_URI"], row["SITE_CODE"]):
        performer.append({"actor": {"type": "Organization", "identifier": site}})
    if nurse:
        performer.append({"actor": {"reference": f"Practitioner/{nurse_id}"}})
    if performer:
        made["performer"] = performer
    if indication := concept(row["INDICATION_CODE"], ""):
        made["reasonCode"] = [indication]
    made["protocolApplied"] = [protocol(row["DOSE_SEQUENCE"], disease)]
    yield made


def person(row: dict[str, str], event: str) -> Json | None:
    number = row["NHS_NUMBER"].replace(" ", "")
    name = person_name(row["PERSON_SURNAME"], row["PERSON_FORENAME"])
    sex, born, postcode = row["PERSON_GENDER_CODE"], row["PERSON_DOB"], row["PERSON_POSTCODE"]
    if not (number or name or sex or born or postcode):
        return None
    key = number if number and number not in EVERYBODY else event
    made: Json = {"resourceType": "Patient", "id": identity("Patient", key)}
    if number:
        made["identifier"] = [{"system": NUMBERS, "value": number}]
    if name:
        made["name"] = [name]
    if gender := GENDERS.get(sex):
        made["gender"] = gender
    if born:
        made["birthDate"] = day(born)
    if postcode:
        made["address"] = [{"postalCode": postcode}]
    return made


def product(row: dict[str, str], made: Json) -> None:
    """The product, its batch, where and how much of it was given."""
    if maker := row["VACCINE_MANUFACTURER"]:
        made["manufacturer"] = {"display": maker}
    if batch := row["BATCH_NUMBER"]:
        made["lotNumber"] = batch
    if expiry := row["EXPIRY_DATE"]:
        made["expirationDate"] = day(expiry)
    if site := concept(row["SITE_OF_VACCINATION_CODE"], row["SITE_OF_VACCINATION_TERM"]):
        made["site"] = site
    if route := concept(row["ROUTE_OF_VACCINATION_CODE"], row["ROUTE_OF_VACCINATION_TERM"]):
        made["route"] = route
    dose: Json = {}
    if amount := row["DOSE_AMOUNT"]:
        dose["value"] = orjson.Fragment(amount.encode())  # as sent: 0.30 stays 0.30
    if unit := row["DOSE_UNIT_TERM"]:
        dose["unit"] = unit
    if code := row["DOSE_UNIT_CODE"]:
        dose["system"] = SNOMED
        dose["code"] = code
    if dose:
        made["doseQuantity"] = dose


def identifier(system: str, value: str) -> Json | None:
    made: Json = {}
    if system:
        made["system"] = system
    if value:
        made["value"] = value
    return made or None


def protocol(dose: str, disease: str) -> Json:
    made: Json = {}
    if targets := DISEASES.get(disease):
        made["targetDisease"] = targets
    if dose.isdecimal() and int(dose) > 0:
        made["doseNumberPositiveInt"] = int(dose)
    else:
        made["doseNumberString"] = dose or "Dose sequence not recorded"
    return made


def deletion(row: dict[str, str], made: Json, disease: str) -> Json:
    made["identifier"] = [{"system": row["UNIQUE_ID_URI"], "value": row["UNIQUE_ID"]}]
    made["status"] = "entered-in-error"
    made["vaccineCode"] = {"text": row["VACCINE_PRODUCT_TERM"] or "Not stated in the deletion"}
    if number := row["NHS_NUMBER"].replace(" ", ""):
        made["patient"] = {"identifier": {"system": NUMBERS, "value": number}}
    elif row["PERSON_FORENAME"] or row["PERSON_SURNAME"]:
        made["patient"] = {"display": " ".join(filter(None, (row["PERSON_FORENAME"], row["PERSON_SURNAME"])))}
    else:
        made["patient"] = UNKNOWN
    if when := row["DATE_AND_TIME"]:
        made["occurrenceDateTime"] = moment(when)
    else:
        made["_occurrenceDateTime"] = UNKNOWN
    if recorded := row["RECORDED_DATE"]:
        made["recorded"] = day(recorded)
    made["protocolApplied"] = [protocol(row["DOSE_SEQUENCE"], disease)]
    return made


def convert(source: Path, out: Path) -> int:
    """Converts a file to one NDJSON file a type. Returns the number of resources."""
    out.mkdir(parents=True, exist_ok=True)
    files = {kind: (out / f"{kind}.ndjson").open("wb", buffering=1 << 16) for kind in TYPES}
    count, dumps, newline = 0, orjson.dumps, orjson.OPT_APPEND_NEWLINE
    disease = source.name.split("_")[0].upper()
    with source.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text, delimiter="|"):
            for made in resources(row, disease):
                files[made["resourceType"]].write(dumps(made, option=newline))
                count += 1
    for file in files.values():
        file.close()
    return count


if __name__ == "__main__":
    print(convert(Path(sys.argv[1]), Path(sys.argv[2])))
