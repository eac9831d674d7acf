"""SS-MIX2 storage of 20 invented patients, and the tables from which it was generated.

The reading of the messages here is this file's own: plain splitting of decoded text, not the project's reader.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from interop.fhir.check import check_json
from tests.mapping_cases import ROOT, Outcome, convert

from .corpora import corpus

Resource = dict[str, Any]

JLAC10 = "http://medis.or.jp/CodeSystem/master-JLAC10-17digits"
HOT13 = "http://medis.or.jp/CodeSystem/master-HOT13"
DISEASE = "http://medis.or.jp/CodeSystem/master-disease-keyNumber"
ICD10 = "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full"
REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"

COUNTED = {
    "OBX": "Observation",
    "AL1": "AllergyIntolerance",
    "PRB": "Condition",
    "RXE": "MedicationRequest",
    "OBR": "DiagnosticReport",
    "SPM": "Specimen",
    "IN1": "Coverage",
}

SAME_AS_ANOTHER = frozenset(
    [f"ADT_{event}_PV1 to Encounter" for event in ("21", "22", "51", "52", "XX")] + ["OML_11_ORC to DiagnosticReport"]
)
"""Sheets of the draft that are older, or copies."""


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message: the parts of its file's name, and its segments as lists of fields (`[0]` is the name)."""

    path: Path
    segments: tuple[tuple[str, ...], ...]

    @property
    def patient(self) -> str:
        return self.path.name.split("_")[0]

    @property
    def kind(self) -> str:
        return self.path.name.split("_")[2]

    def all(self, name: str) -> list[tuple[str, ...]]:
        return [fields for fields in self.segments if fields[0] == name]


@lru_cache(maxsize=1)
def read_messages() -> list[Message]:
    files = sorted(path for path in corpus("jp-ssmix2").glob("source/storage/**/*") if path.is_file())
    messages = []
    for path in files:
        lines = path.read_bytes().decode("iso2022_jp").replace("\r", "\n").split("\n")
        messages.append(Message(path, tuple(tuple(line.split("|")) for line in lines if line)))
    return messages


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    paths = [message.path for message in read_messages()]
    return convert(ROOT / "mappings" / "jp" / "ss-mix2", paths, "columns", tmp_path_factory.mktemp("jp"))


@pytest.fixture(scope="module")
def resources(outcome: Outcome) -> list[Resource]:
    return [json.loads(line) for line in outcome.output.splitlines()]


def of_type(resources: list[Resource], name: str) -> Iterator[Resource]:
    return (one for one in resources if one["resourceType"] == name)


def coded(concept: Resource, system: str) -> str:
    return next((one["code"] for one in concept.get("coding", ()) if one.get("system") == system), "")


def minute(time: str) -> str:
    """`2024-01-16T11:30:00+09:00` as the tables have it: `202401161130`."""
    assert time.endswith("+09:00")
    return time[:16].replace("-", "").replace("T", "").replace(":", "")


def test_every_message_converts(outcome: Outcome) -> None:
    assert outcome.exit_code == 0, "no record in quarantine"
    assert {str(one) for line in outcome.output.splitlines() for one in check_json(line)} == set()


def test_executors_agree(outcome: Outcome, tmp_path: Path) -> None:
    paths = [message.path for message in read_messages()]
    assert convert(ROOT / "mappings" / "jp" / "ss-mix2", paths, "rows", tmp_path) == outcome


def test_every_segment_has_its_resource(resources: list[Resource]) -> None:
    """An allergy that one message lists twice is one resource."""
    sent = Counter(fields[0] for message in read_messages() for fields in message.segments)
    sent["AL1"] = sum(len({fields[3] for fields in message.all("AL1")}) for message in read_messages())
    built = Counter(one["resourceType"] for one in resources)
    assert {name: built[kind] for name, kind in COUNTED.items()} == {name: sent[name] for name in COUNTED}


def test_names_in_kanji_and_kana(resources: list[Resource]) -> None:
    """The kanji name is sent with a component missing, so that its representation stands one place further left."""
    sent: Counter[tuple[str, ...]] = Counter()
    for message in read_messages():
        kanji, kana = (name.split("^") for name in message.all("PID")[0][5].split("~"))
        sent[(message.patient, "IDE", *kanji[:2], "SYL", *kana[:2])] += 1
    built: Counter[tuple[str, ...]] = Counter()
    for patient in of_type(resources, "Patient"):
        parts: list[str] = [patient["identifier"][0]["value"]]
        for name in patient["name"]:
            (representation,) = [one for one in name["extension"] if one["url"] == REPRESENTATION]
            parts += [representation["valueCode"], name["family"], *name["given"]]
            assert "suffix" not in name
        built[tuple(parts)] += 1
    assert built == sent


def test_addresses_and_telephones(resources: list[Resource]) -> None:
    sent = {}
    for message in read_messages():
        pid = message.all("PID")[0]
        address = pid[11].split("^")
        numbers = [number for field in pid[13:15] if (number := field.split("^")[-1])]
        sent[message.patient] = (address[4], address[7], numbers)
    built = {
        patient["identifier"][0]["value"]: (
            patient["address"][0]["postalCode"],
            patient["address"][0]["text"],
            [one["value"] for one in patient["telecom"]],
        )
        for patient in of_type(resources, "Patient")
    }
    assert built == sent


def test_every_row_of_the_draft_is_decided() -> None:
    """FIELDS.md has each row of the draft's tables for which the draft names an element."""
    written = (ROOT / "mappings" / "jp" / "ss-mix2" / "FIELDS.md").read_text(encoding="utf-8")
    decided: set[tuple[str, str, str]] = set()
    sheet = ""
    for line in written.splitlines():
        if line.startswith("## "):
            sheet = line[3:]
        elif line.startswith("| ") and not line.startswith(("| field", "| ---")):
            field, element, state, reason = (cell.strip() for cell in line.strip("|").split(" | "))
            assert state == "done" or (state in ("ignored", "open") and reason)
            decided.add((sheet, field, element.strip("`")))
    for path in corpus("jp-ssmix2").glob("layout/fsh/Segment *.csv"):
        sheet = path.stem.removeprefix("Segment ")
        if sheet in SAME_AS_ANOTHER:
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            for _, field, _, element, *_ in list(csv.reader(file))[1:]:
                row = (sheet, " ".join(field.replace("–", "-").split()), " ".join(element.split()))
                assert not row[2] or row in decided


def truths() -> list[list[tuple[str, ...]]]:
    """The rows of each table, as (kind, minute, what, codes …), sorted."""
    tables = []
    for path in sorted(corpus("jp-ssmix2").glob("source/truth_csv/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables.append(sorted(truth(row) for row in csv.DictReader(file)))
    return sorted(tables)


def truth(row: dict[str, str]) -> tuple[str, ...]:
    at = row["timestamp"][:12]
    match row["type"]:
        case "0":
            return ("admission", at)
        case "1":
            return ("discharge", at, row["discharge_disposition"])
        case "2":
            return ("diagnosis", row["text"], row["icd10"], row["mdcdx2"], row["provisional"])
        case "3":
            return ("prescription", at, row["text"], row["hot"])
        case "4":
            return ("injection", at, row["text"], row["hot"])
        case _:
            return ("test", at, row["text"], row["jlac10"], row["lab_value"], row["unit"])


def findings_of(one: Resource) -> Iterator[tuple[str, ...]]:
    """What a resource says of the truth: nothing, one row, or a row for each drug of an injection."""
    match one["resourceType"]:
        case "Encounter" if one["class"]["code"] == "IMP" and one["status"] == "arrived":
            yield "admission", minute(one["period"]["start"])
        case "Encounter" if one["status"] == "finished":
            disposition = one["hospitalization"]["dischargeDisposition"]["coding"][0]["code"]
            yield "discharge", minute(one["period"]["end"]), disposition
        case "Condition":
            status = coded(
                one.get("verificationStatus", {}), "http://terminology.hl7.org/CodeSystem/condition-ver-status"
            )
            text = one["code"]["text"].removesuffix("の疑い")
            yield (
                "diagnosis",
                text,
                coded(one["code"], ICD10),
                coded(one["code"], DISEASE),
                {"unconfirmed": "1"}.get(status, ""),
            )
        case "MedicationRequest":
            at = minute(one["authoredOn"])
            if drug := one.get("medicationCodeableConcept"):
                yield "prescription", at, drug["text"], coded(drug, HOT13)
            for item in one["contained"][0]["ingredient"] if "contained" in one else ():
                drug = item["itemCodeableConcept"]
                yield "injection", at, drug["text"], coded(drug, HOT13)
        case "Observation" if "specimen" in one:
            quantity = one["valueQuantity"]
            test = one["code"]
            at = minute(one["effectiveDateTime"])
            yield "test", at, test["text"], coded(test, JLAC10), str(quantity["value"]), quantity["unit"]


def test_truth(outcome: Outcome) -> None:
    """What comes out of a patient's messages is what one of the tables has, for all 20."""
    patient_of: dict[str, str] = {}
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    found = [json.loads(line, parse_float=str, parse_int=str) for line in outcome.output.splitlines()]
    for patient in of_type(found, "Patient"):
        patient_of[f"Patient/{patient['id']}"] = patient["identifier"][0]["value"]
    for one in found:
        subject = one.get("subject", {}).get("reference", "")
        rows[patient_of.get(subject, "")] += findings_of(one)
    assert sorted(sorted(rows[patient]) for patient in set(patient_of.values())) == truths()
