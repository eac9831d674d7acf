"""The line list of `mx/covid-linelist` through fhir.resources (R4B): a model for each resource, `model_dump_json`.

The members of each resource come from the hand-written loop as plain dicts, which is the quickest way into the models.

    python -m benchmarks.by_models.mx_covid_linelist INPUT OUT
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from fhir.resources.R4B.condition import Condition
from fhir.resources.R4B.encounter import Encounter
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.procedure import Procedure

from benchmarks.by_hand.mx_covid_linelist import resources

MODELS = {
    "Condition": Condition,
    "Encounter": Encounter,
    "Observation": Observation,
    "Patient": Patient,
    "Procedure": Procedure,
}


def convert(source: Path, out: Path) -> int:
    """Converts a file to one NDJSON file a type. Returns the number of resources."""
    out.mkdir(parents=True, exist_ok=True)
    files = {kind: (out / f"{kind}.ndjson").open("w", encoding="utf-8") for kind in MODELS}
    count = 0
    with source.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            for made in resources(row):
                kind = str(made["resourceType"])
                files[kind].write(MODELS[kind].model_validate(made).model_dump_json() + "\n")
                count += 1
    for file in files.values():
        file.close()
    return count


if __name__ == "__main__":
    print(convert(Path(sys.argv[1]), Path(sys.argv[2])))
