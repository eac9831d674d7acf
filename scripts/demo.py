"""Converts the bundled samples of four mappings, and says in plain words what was done.

python scripts/demo.py OUT
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import interop
from interop.cli.tables import aligned

ROOT = Path(__file__).resolve().parents[1]
INTEROP = Path(sys.executable).with_name("interop")


@dataclass(frozen=True)
class Scene:
    """A mapping, and one of its columns with the element that it fills."""

    mapping: str
    people: str
    column: str
    element: str


SCENES = (
    Scene("uk/immunisation", "vaccinations reported to NHS England", "PERSON_DOB", "Patient.birthDate"),
    Scene("us/cms-rif", "claims of United States Medicare", "CLM_FROM_DT", "ExplanationOfBenefit.billablePeriod.start"),
    Scene("mx/covid-linelist", "Mexico's line list of respiratory disease", "SEXO", "Patient.gender"),
    Scene("br/sim", "Brazil's death records", "DTOBITO", "Patient.deceasedDateTime"),
)


def main(out: Path) -> int:
    print("This converts four countries' own record formats to HL7 FHIR R4. All samples are invented: no real person.")
    for number, scene in enumerate(SCENES, 1):
        if not play(number, scene, out / scene.mapping):
            return 1
    tool = shown(INTEROP)
    ways_on = [
        [f"{shown(out)}/*/*/Patient.ndjson", "the resources: one a line, one file a type"],
        [f"{shown(out)}/*/*/report.json", "the counts of each run"],
        ["mappings/uk/immunisation/Patient.yaml", "what a mapping looks like: it mirrors the FHIR resource"],
        [f"{tool} show uk/immunisation", "the same mapping in short"],
        [f"{tool} explain uk/immunisation", "which column fills which element"],
        [f"{tool} new zz/clinic", "begin a mapping of your own"],
        ["docs/language.md", "all that a mapping may say"],
    ]
    print("\nNow look around:\n" + aligned(ways_on, indent="  "))
    return 0


def play(number: int, scene: Scene, out: Path) -> bool:
    """Converts the samples of one mapping. False when the run did not end well."""
    mapping = interop.load(scene.mapping)
    inputs = [file for file in sorted((ROOT / "samples" / scene.mapping).iterdir()) if file.suffix != ".md"]
    print(f"\n{number}. {scene.mapping}: {scene.people}\n   {mapping.title}\n")
    command = [str(INTEROP), "convert", "-m", scene.mapping, "-o", str(out), *map(str, inputs)]
    typed = [shown(INTEROP), *command[1:6], *sorted({f"{shown(file.parent)}/*{file.suffix}" for file in inputs})]
    print("   $ " + " ".join(typed))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        print(done.stderr)
        return False
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    records, made = report["records"], report["resources"]
    names = ", ".join(file.name for file in inputs)
    print(f"\n   read      {plural(records['framed'], 'record')} in {plural(len(inputs), 'file')}: {names}")
    print(f"   wrote     {', '.join(f'{count} {kind}' for kind, count in made.items())}  in {shown(out)}/")
    if records["quarantined"]:
        held = plural(records["quarantined"], "record")
        print(f"   held back {held}: {shown(out)}/quarantine/ has them, with the reason")
    for found in report["findings"]:
        print(f"   noticed   {found['count']} × {found['code']} {found['title']}")
    for row in mapping.package.ignored[:1]:
        others = len(mapping.package.ignored) - 1
        more = f"; ignored.csv has {others} more" if others else ""
        print(f"   left out  on purpose {row.path}: {row.reason}{more}")
    example(mapping, scene, inputs)
    return True


def example(mapping: interop.Mapping, scene: Scene, inputs: list[Path]) -> None:
    """Shows one field of one sample record, and the element that came of it."""
    layout = mapping.package.layout
    kind, *path = scene.element.split(".")
    for file in inputs:
        with file.open(encoding=layout.charset, newline="") as lines:
            row = next(csv.DictReader(lines, delimiter=layout.delimiter, quotechar=layout.quote or '"'))
        if not row.get(scene.column):
            continue
        for resource in mapping.convert(row, file=file.name).resources:
            if resource["resourceType"] == kind and (value := found_at(resource, path)) is not None:
                print(f'   example   {scene.column} "{row[scene.column]}"  became  {scene.element} "{value}"')
                return


def found_at(resource: Any, path: list[str]) -> Any:
    for name in path:
        resource = resource.get(name) if isinstance(resource, dict) else None
    return resource


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def shown(path: Path) -> str:
    """A path as a reader in the checkout would type it."""
    whole = path.absolute()
    return str(whole.relative_to(ROOT)) if whole.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
