"""Runs the tables of this folder: text through a step, and arguments through its check."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from interop.finding_codes import CODES
from interop.values.failure import Failure, Noted, Outcome, Step
from interop.values.steps import STEPS, StepContext
from interop.values.zones import find_zone

FOLDER = Path(__file__).parent
TABLES = sorted(path for path in FOLDER.glob("*.yaml") if path.stem != "arguments")
KEYS = {"title", "step", "zone", "in", "out", "finding"}

OIDS = {"2.16.840.1.113883.6.96": "http://snomed.info/sct", "2.16.840.1.113883.6.1": "http://loinc.org"}


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    system: str = "http://unitsofmeasure.org"
    display: str = ""


UNITS = {"mcg": (Unit("ug"),), "IU": (Unit("[iU]"),), "PILL": (Unit(""),)}


def rows(path: Path) -> list[dict[str, str]]:
    """A table; all its scalars are text."""
    table: list[dict[str, str]] = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    return table


CASES = [pytest.param(row, id=f"{path.stem}: {row['step']}: {row['title']}") for path in TABLES for row in rows(path)]


def built(call: str, zone: str = "") -> Step:
    name, *arguments = shlex.split(call)
    spec = STEPS[name]
    assert spec.check(tuple(arguments)) is None
    assert spec.build is not None
    found = find_zone(zone) if zone else None
    assert bool(found) == bool(zone)
    return spec.build(tuple(arguments), StepContext(zone=found, oid_uri=OIDS.get, maps={"units": UNITS}))


def expected(row: dict[str, str]) -> Outcome:
    if "finding" not in row:
        return row.get("out")
    assert row["finding"] in CODES
    return Noted(row["out"], row["finding"]) if "out" in row else Failure(row["finding"])


@pytest.mark.parametrize("row", CASES)
def test_a_row_of_a_table(row: dict[str, str]) -> None:
    assert row.keys() <= KEYS
    assert built(row["step"], row.get("zone", ""))(row["in"]) == expected(row)


@pytest.mark.parametrize("row", rows(FOLDER / "arguments.yaml"), ids=lambda row: row["step"])
def test_a_check_of_arguments(row: dict[str, str]) -> None:
    assert row.keys() <= {"step", "refused"}
    name, *arguments = shlex.split(row["step"])
    assert STEPS[name].check(tuple(arguments)) == row.get("refused")


def test_titles_are_told_apart() -> None:
    for path in TABLES:
        titles = [(row["title"], row["step"]) for row in rows(path)]
        assert len(set(titles)) == len(titles)


def test_every_step_is_in_the_tables() -> None:
    tested = {shlex.split(row["step"])[0] for path in FOLDER.glob("*.yaml") for row in rows(path)}
    assert tested == STEPS.keys()
