"""The line list of `mx/covid-linelist` by a hand-written loop: csv, uuid and orjson, the same resources as the mapping.

Tuned as one would: constants and code lookups are made once, a resource shares what it has in common with others, each
id is hashed once, files are buffered. It takes the code tables of the mapping, so that both translate alike. It checks
nothing and reports nothing. tests/benchmarks compares its output with the mapping's.

    python -m benchmarks.by_hand.mx_covid_linelist INPUT OUT
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

MAPPING = Path(__file__).resolve().parents[2] / "mappings" / "mx" / "covid-linelist"
NAMESPACE = uuid5(NAMESPACE_URL, "urn:interop:mx/covid-linelist")
TYPES = ("Condition", "Encounter", "Observation", "Patient", "Procedure")

Json = dict[str, Any]


def coding(system: str, code: str, display: str = "") -> Json:
    return {"system": system, "code": code, "display": display} if display else {"system": system, "code": code}


def read_map(name: str) -> dict[str, list[Json]]:
    """A concept map: the codings of each source code."""
    with (MAPPING / "codes" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found: dict[str, list[Json]] = {row["source_code"]: [] for row in rows}
    for row in rows:
        if row["target_code"]:
            target = coding(row["target_system"], row["target_code"], row["target_display"])
            found[row["source_code"]].append(target)
    return found


def read_codes(name: str) -> dict[str, object]:
    return {code: targets[0]["code"] for code, targets in read_map(name).items() if targets}


def read_displays(name: str) -> dict[str, object]:
    return {code: targets[0]["display"] for code, targets in read_map(name).items() if targets}


def concepts(name: str) -> dict[str, Json]:
    return {code: {"coding": targets} for code, targets in read_map(name).items() if targets}


def variables(name: str) -> dict[str, Json]:
    """Concepts of column names, with the column's name in words."""
    found = read_map(name).items()
    return {code: ({"coding": targets} if targets else {}) | {"text": VARIABLES[code]} for code, targets in found}


VARIABLES = read_displays("variable")
SEX = read_codes("sexo")
STATES = read_displays("entidad")
STATES |= {code.lstrip("0"): display for code, display in STATES.items()}
SECTORS = read_displays("sector")
ORIGINS = read_displays("origen")
NATIONALITIES = read_map("nacionalidad")
VISITS = read_codes("estado-atencion")
CLASSES = {code: targets[0] for code, targets in read_map("tipo-paciente").items()}
ILLNESSES = variables("comorbilidad")
HISTORY = variables("antecedente")
PRESENCE = concepts("presencia")
QUESTIONS = variables("pregunta")
COVID = {code: {"coding": targets, "text": "COVID-19"} for code, targets in read_map("covid").items()}
COVID_NAMES = read_displays("clasificacion-covid")
COVID_CERTAINTY = concepts("verificacion-covid")
CERTAINTY = concepts("verificacion")
PROCEDURES = read_codes("estado-procedimiento")
PREGNANCY = concepts("embarazo")
SMOKING = concepts("tabaquismo")
ANTIGEN = concepts("resultado-antigeno")
ANTIGEN_STATUS = read_codes("estado-antigeno")
LAB = concepts("resultado-lab")
LAB_STATUS = read_codes("estado-resultado")

UNKNOWN = ("97", "98", "99", "")
NEVER = "9999-99-99"
NO_COUNTRY = (*UNKNOWN, "SE DESCONOCE")
HL7 = "http://terminology.hl7.org/CodeSystem"
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
SURVEY = [{"coding": [coding(f"{HL7}/observation-category", "survey")]}]
LABORATORY = [{"coding": [coding(f"{HL7}/observation-category", "laboratory")]}]
SOCIAL = [{"coding": [coding(f"{HL7}/observation-category", "social-history")]}]
DIAGNOSIS = [{"coding": [coding(f"{HL7}/condition-category", "encounter-diagnosis")]}]
PROBLEM = [{"coding": [coding(f"{HL7}/condition-category", "problem-list-item")]}]
ACTIVE = {"coding": [coding(f"{HL7}/condition-clinical", "active")]}
CONFIRMED = {"coding": [coding(f"{HL7}/condition-ver-status", "confirmed")]}
ASSIGNER = {"display": "Dirección General de Epidemiología"}
AGE = {"coding": [coding(LOINC, "30525-0", "Age")]}
ONSET = {"coding": [coding(LOINC, "65222-2", "Date and time of symptom onset")]}
PREGNANT = {"coding": [coding(LOINC, "82810-3", "Pregnancy status")]}
SMOKES = {"coding": [coding(LOINC, "72166-2", "Tobacco smoking status")]}
TOGETHER = {"coding": [coding(SNOMED, "398192003", "Co-morbid conditions")]}
ANTIGEN_TEST = {
    "coding": [
        coding(
            LOINC,
            "94558-4",
            "SARS-CoV-2 (COVID-19) Ag [Presence] in Respiratory system specimen by Rapid immunoassay",
        )
    ]
}
LAB_TEST = {
    "coding": [
        coding(
            LOINC,
            "94500-6",
            "SARS-CoV-2 (COVID-19) RNA [Presence] in Respiratory system specimen by NAA with probe detection",
        )
    ]
}
INADEQUATE = {"coding": [coding(f"{HL7}/data-absent-reason", "error", "Error")], "text": "Resultado no adecuado"}
PNEUMONIA = {
    "coding": [
        coding(SNOMED, "233604007", "Pneumonia"),
        coding("http://hl7.org/fhir/sid/icd-10", "J18.9", "Pneumonia, unspecified"),
    ],
    "text": "Neumonía",
}
INTUBATION = {"coding": [coding(SNOMED, "112798008", "Insertion of endotracheal tube")]}
MIGRANT = {"text": "Migrante"}
LEFT = {"text": "País de origen"}
NOT_KNOWN = {
    "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
}
BIRTHPLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
NATIONALITY = "http://hl7.org/fhir/StructureDefinition/patient-nationality"
ILL = list(ILLNESSES)
ASKED = list(QUESTIONS)


def identity(kind: str, key: str) -> str:
    return str(uuid5(NAMESPACE, f"{kind}\x1f{key}"))


def resources(row: dict[str, str]) -> Iterator[Json]:
    """The resources of one row."""
    key = row["ID_REGISTRO"]
    person, visit = identity("Patient", key), identity("Encounter", key)
    subject, encounter = {"reference": f"Patient/{person}"}, {"reference": f"Encounter/{visit}"}
    arrived, began = row["FECHA_INGRESO"], row["FECHA_SINTOMAS"]
    if arrived == NEVER:
        arrived = ""
    if began == NEVER:
        began = ""
    yield patient(row, key, person)
    yield contact(row, visit, subject, arrived)
    yield from survey(row, key, subject, arrived, began)
    tests = laboratory(row, key, subject, encounter)
    yield from tests
    yield from conditions(row, key, subject, encounter, began, tests)
    if (answer := row["INTUBADO"]) not in UNKNOWN:
        yield {
            "resourceType": "Procedure",
            "id": identity("Procedure", f"{key}\x1fINTUBADO"),
            "status": PROCEDURES[answer],
            "code": INTUBATION,
            "subject": subject,
            "encounter": encounter,
        }


def patient(row: dict[str, str], key: str, person: str) -> Json:
    extension: list[Json] = []
    if born := STATES.get(row["ENTIDAD_NAC"]):
        extension.append({"url": BIRTHPLACE, "valueAddress": {"state": born}})
    nationality: Json = {}
    if codings := NATIONALITIES.get(row["NACIONALIDAD"]):
        nationality["coding"] = codings
    if (country := row["PAIS_NACIONALIDAD"]) not in NO_COUNTRY:
        nationality["text"] = country
    if nationality:
        extension.append({"url": NATIONALITY, "extension": [{"url": "code", "valueCodeableConcept": nationality}]})
    made: Json = {"resourceType": "Patient", "id": person}
    if extension:
        made["extension"] = extension
    made["identifier"] = [{"value": key, "assigner": ASSIGNER}]
    if sex := SEX.get(row["SEXO"]):
        made["gender"] = sex
    if (died := row["FECHA_DEF"]) == NEVER:
        made["deceasedBoolean"] = False
    elif died:
        made["deceasedDateTime"] = died
    state, town = row["ENTIDAD_RES"], row["MUNICIPIO_RES"]
    address: Json = {"use": "home"}
    if state and town and state not in ("36", *UNKNOWN) and town not in ("997", "998", "999"):
        address["district"] = state.rjust(2, "0") + town.rjust(3, "0")
    if lives := STATES.get(state):
        address["state"] = lives
    if len(address) > 1:
        address["country"] = "MX"
        made["address"] = [address]
    return made


def contact(row: dict[str, str], visit: str, subject: Json, arrived: str) -> Json:
    kind = row["TIPO_PACIENTE"] or "99"
    made: Json = {"resourceType": "Encounter", "id": visit, "status": VISITS[kind], "class": CLASSES[kind]}
    if origin := ORIGINS.get(row["ORIGEN"]):
        made["type"] = [{"text": origin}]
    made["subject"] = subject
    if arrived:
        made["period"] = {"start": arrived}
    provider = [name for name in (SECTORS.get(row["SECTOR"]), STATES.get(row["ENTIDAD_UM"])) if name]
    if provider:
        made["serviceProvider"] = {"display": ", ".join(map(str, provider))}
    return made


def observation(name: str, key: str, category: object, code: object, subject: Json) -> Json:
    return {
        "resourceType": "Observation",
        "id": identity("Observation", f"{key}\x1f{name}"),
        "status": "final",
        "category": category,
        "code": code,
        "subject": subject,
    }


def survey(row: dict[str, str], key: str, subject: Json, arrived: str, began: str) -> Iterator[Json]:
    """The answers of the case report."""

    def asked(name: str, code: object, category: object = SURVEY) -> Json:
        made = observation(name, key, category, code, subject)
        if arrived:
            made["effectiveDateTime"] = arrived
        return made

    if age := row["EDAD"]:
        made = asked("EDAD", AGE)
        made["valueQuantity"] = {"value": int(age), "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}
        yield made
    if began:
        made = observation("FECHA_SINTOMAS", key, SURVEY, ONSET, subject)
        made["valueDateTime"] = began
        yield made
    for name in ASKED:
        if (answer := row[name]) not in UNKNOWN:
            made = asked(name, QUESTIONS[name])
            made["valueBoolean"] = answer == "1"
            yield made
    if (answer := row["EMBARAZO"]) not in UNKNOWN:
        made = asked("EMBARAZO", PREGNANT)
        made["valueCodeableConcept"] = PREGNANCY[answer]
        yield made
    if (answer := row["TABAQUISMO"]) not in UNKNOWN:
        made = asked("TABAQUISMO", SMOKES, SOCIAL)
        made["valueCodeableConcept"] = SMOKING[answer]
        yield made
    answer, country = row["MIGRANTE"], row["PAIS_ORIGEN"]
    if answer not in UNKNOWN or country not in NO_COUNTRY:
        made = asked("MIGRANTE", MIGRANT)
        if answer not in UNKNOWN:
            made["valueBoolean"] = answer == "1"
        else:
            made["_valueBoolean"] = NOT_KNOWN
        if country not in NO_COUNTRY:
            made["component"] = [{"code": LEFT, "valueString": country}]
        yield made
    components = [
        {"code": HISTORY[name], "valueCodeableConcept": PRESENCE[answer]}
        for name in ILL
        if (answer := row[name]) not in UNKNOWN
    ]
    if components:
        made = asked("comorbidities", TOGETHER)
        made["component"] = components
        yield made


def laboratory(row: dict[str, str], key: str, subject: Json, encounter: Json) -> list[Json]:
    """The laboratory test, then the antigen test."""
    tests = []
    for result, taken, code, values, statuses in (
        ("RESULTADO_LAB", "TOMA_MUESTRA_LAB", LAB_TEST, LAB, LAB_STATUS),
        ("RESULTADO_ANTIGENO", "TOMA_MUESTRA_ANTIGENO", ANTIGEN_TEST, ANTIGEN, ANTIGEN_STATUS),
    ):
        answer = row[result]
        if answer in UNKNOWN and not (row[taken] == "1" and not answer):
            continue
        made = observation(result, key, LABORATORY, code, subject)
        made["status"] = statuses.get(answer, "unknown") if answer else "registered"
        made["encounter"] = encounter
        if value := values.get(answer):
            made["valueCodeableConcept"] = value
        if result == "RESULTADO_LAB" and answer == "4":
            made["dataAbsentReason"] = INADEQUATE
        tests.append(made)
    return tests


def conditions(
    row: dict[str, str], key: str, subject: Json, encounter: Json, began: str, tests: list[Json]
) -> Iterator[Json]:
    """The comorbidities that were affirmed, pneumonia, and the case itself."""

    def condition(name: str, category: object, code: object, clinical: object, certainty: object) -> Json:
        made: Json = {"resourceType": "Condition", "id": identity("Condition", f"{key}\x1f{name}")}
        if clinical is not None:
            made["clinicalStatus"] = clinical
        made["verificationStatus"] = certainty
        made["category"] = category
        made["code"] = code
        made["subject"] = subject
        made["encounter"] = encounter
        return made

    for name in ILL:
        if row[name] == "1":
            yield condition(name, PROBLEM, ILLNESSES[name], ACTIVE, CONFIRMED)
    if (answer := row["NEUMONIA"]) not in UNKNOWN:
        yield condition("NEUMONIA", DIAGNOSIS, PNEUMONIA, ACTIVE if answer == "1" else None, CERTAINTY[answer])
    if final := row["CLASIFICACION_FINAL"]:
        ill = final != "7"
        made = condition("covid-19", DIAGNOSIS, COVID[final], ACTIVE if ill else None, COVID_CERTAINTY[final])
        if ill and began:
            made["onsetDateTime"] = began
        evidence: Json = {"code": [{"text": COVID_NAMES[final]}]}
        if tests:
            evidence["detail"] = [{"reference": f"Observation/{test['id']}"} for test in tests]
        made["evidence"] = [evidence]
        yield made


def convert(source: Path, out: Path) -> int:
    """Converts a file to one NDJSON file a type. Returns the number of resources."""
    out.mkdir(parents=True, exist_ok=True)
    files = {kind: (out / f"{kind}.ndjson").open("wb", buffering=1 << 16) for kind in TYPES}
    count, dumps, newline = 0, orjson.dumps, orjson.OPT_APPEND_NEWLINE
    with source.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            for made in resources(row):
                files[made["resourceType"]].write(dumps(made, option=newline))
                count += 1
    for file in files.values():
        file.close()
    return count


if __name__ == "__main__":
    print(convert(Path(sys.argv[1]), Path(sys.argv[2])))
