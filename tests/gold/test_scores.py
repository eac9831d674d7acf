"""Scores against pairs of records and the FHIR that their origin declares: a floor for each, raised when we get better.

`recall` and `precision` are shares of leaves; `meaning` is the share of the statuses, intents and negations.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from .corpora import corpus, scoring_tool


@dataclass(frozen=True, slots=True)
class Floor:
    corpus: str
    package: str
    recall: float
    precision: float
    meaning: float


FLOORS = [
    # The origin leaves a deleted event `completed`; ours is `entered-in-error` (the package's README): 2 of 3 statuses.
    Floor("uk-nhs-immunisation-csv", "uk/immunisation", recall=0.98, precision=0.95, meaning=0.66),
    Floor("us-cms-rif-claims", "us/cms-rif", recall=0.85, precision=0.9, meaning=0.9),
]


@pytest.mark.parametrize("floor", FLOORS, ids=lambda floor: floor.package)
def test_score(floor: Floor) -> None:
    tool, folder = scoring_tool(), corpus(floor.corpus)
    command = [sys.executable, "-c", "from interop.cli import main; main()", "convert", "-m", floor.package, "{}"]
    done = subprocess.run(
        [sys.executable, str(tool), "score", str(folder), "--json", "--", *command],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    score = json.loads(done.stdout)
    assert score["without_output"] == 0
    assert score["recall"] >= floor.recall
    assert score["precision"] >= floor.precision
    assert score["meaning"] >= floor.meaning
