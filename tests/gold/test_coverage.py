"""Every field that a public corpus fills is used by its package, or excused with a reason.

A rest that is known is listed here, by its package; a field that joins or leaves it fails the test.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import interop
from interop.job.inputs import open_input
from interop.job.ledger import State, make_ledger
from interop.readers import open_reader

from .corpora import corpus

CORPORA = [
    ("uk-nhs-immunisation-csv", "source*/*.csv", "uk/immunisation"),
    ("us-cms-rif-claims", "source/*.txt", "us/cms-rif"),
    ("mx-covid-linelist", "source/*.csv", "mx/covid-linelist"),
    ("br-datasus", "source/sim_do.csv", "br/sim"),
    ("us-hl7v2-reportstream", "source/**/*", "us/elr"),
    ("us-hl7v2-msconverter", "source/**/*", "intl/hl7v2"),
    ("jp-ssmix2", "source/storage/**/*", "jp/ss-mix2"),
]
REST: dict[str, frozenset[str]] = {}  # package: fields of its corpus that are neither used nor excused


@pytest.mark.parametrize(("name", "files", "package"), CORPORA, ids=lambda value: str(value).replace("/", "-"))
def test_residue(name: str, files: str, package: str, tmp_path: Path) -> None:
    paths = sorted(path for path in corpus(name).glob(files) if path.is_file())
    mapping = interop.load(package)
    reader = open_reader(mapping.package.layout)
    censuses = [census for path in paths for census in reader.census(open_input(path, tmp_path))]
    ledger = make_ledger(mapping.package, mapping.plan, censuses)
    assert {census.file for census in censuses} == {path.name for path in paths}, "every file fits the package"
    assert ledger.lines
    left = {line.source for line in ledger.lines if line.state is State.RESIDUE}
    assert left == REST.get(package, frozenset())
    assert all(line.reason for line in ledger.lines if line.state is State.EXCUSED)
