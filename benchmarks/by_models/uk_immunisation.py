"""The vaccination events of `uk/immunisation` through fhir.resources (R4B), from the dicts of the hand-written loop.

python -m benchmarks.by_models.uk_immunisation INPUT OUT
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from fhir.resources.R4B.immunization import Immunization
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.practitioner import Practitioner

from benchmarks.by_hand.uk_immunisation import resources

MODELS = {"Immunization": Immunization, "Patient": Patient, "Practitioner": Practitioner}


def convert(source: Path, out: Path) -> int:
    """Converts a file to one NDJSON file a type. Returns the number of resources."""
    out.mkdir(parents=True, exist_ok=True)
    files = {kind: (out / f"{kind}.ndjson").open("w", encoding="utf-8") for kind in MODELS}
    count = 0
    disease = source.name.split("_")[0].upper()
    with source.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text, delimiter="|"):
            for made in resources(row, disease):
                kind = made["resourceType"]
                if "doseQuantity" in made:  # models take a number, not text as sent
                    made["doseQuantity"]["value"] = row["DOSE_AMOUNT"]
                files[kind].write(MODELS[kind].model_validate(made).model_dump_json() + "\n")
                count += 1
    for file in files.values():
        file.close()
    return count


if __name__ == "__main__":
    print(convert(Path(sys.argv[1]), Path(sys.argv[2])))
