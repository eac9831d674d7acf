"""Loading a mapping: by its id, by its folder, from folders that are named; and pickling it."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import interop
from interop.errors import MappingError, UsageError
from tests.mapping_cases import ROOT
from tests.plans.snippets import CARD, write_package

PATIENT = "$resource: Patient\n$for: row\nid: NUMBER\nname: [{text: NAME}]\n"
FOLDER = ROOT / "mappings" / "uk" / "immunisation"


def package(root: Path, identity: str, text: str = "gender: = unknown\n") -> Path:
    folder = root / identity
    write_package(folder, {"Patient.yaml": PATIENT + text}, {"row": "NUMBER NAME"})
    card = folder / "mapping.yaml"
    card.write_text(card.read_text().replace("zz/snippet", identity))
    return folder


def overlay(root: Path) -> Path:
    """A package with a base: `zz/over` over `zz/base`."""
    package(root, "zz/base")
    folder = root / "zz" / "over"
    folder.mkdir()
    (folder / "mapping.yaml").write_text(CARD.replace("zz/snippet", "zz/over") + "extends: zz/base\n")
    (folder / "Patient.yaml").write_text("active: = true\n")
    return folder


@pytest.mark.parametrize("name", ["uk/immunisation", str(FOLDER), FOLDER])
def test_by_id_and_by_folder(name: str | Path) -> None:
    mapping = interop.load(name)
    assert (mapping.id, mapping.version) == ("uk/immunisation", "0.1.0")
    assert mapping.status in {"draft", "active", "retired"}
    assert mapping.title.startswith("NHS England")
    assert mapping.findings == mapping.package.warnings


@pytest.mark.parametrize("name", ["uk/immunization", "", "nowhere", "uk"])
def test_unknown_package_names_those_that_there_are(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        interop.load(name)
    for known in ("br/sim", "mx/covid-linelist", "uk/immunisation", "us/cms-rif"):
        assert known in str(refused.value)
    assert f"`{name}`" in str(refused.value)


def test_named_folders_come_before_what_is_installed(tmp_path: Path) -> None:
    package(tmp_path, "zz/mine")
    package(tmp_path, "uk/immunisation")
    assert interop.load("zz/mine", mappings=[tmp_path]).id == "zz/mine"
    assert interop.load("uk/immunisation", mappings=[tmp_path]).title == "A case"
    assert interop.load("br/sim", mappings=[tmp_path]).id == "br/sim"


def test_refused_package_has_all_its_findings(tmp_path: Path) -> None:
    folder = package(tmp_path, "zz/broken")
    (folder / "Patient.yaml").write_text(PATIENT + "gendre: = male\nbirthDate: BORN\n")
    with pytest.raises(MappingError) as refused:
        interop.load(folder)
    assert [finding.code for finding in refused.value.findings] == ["M131", "M121"]


def test_overlay_finds_its_base_in_named_folders(tmp_path: Path) -> None:
    mapping = interop.load(overlay(tmp_path), mappings=[tmp_path])
    (text,) = mapping.convert({"NUMBER": "1", "NAME": "Ana"}).texts
    assert text == '{"resourceType":"Patient","id":"1","name":[{"text":"Ana"}],"gender":"unknown","active":true}'
    with pytest.raises(MappingError):
        interop.load(tmp_path / "zz" / "over")


def test_pickled_mapping_converts_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An overlay that was found by relative folders, from another folder."""
    overlay(tmp_path)
    monkeypatch.chdir(tmp_path)
    mapping = interop.load("zz/over", mappings=[Path()])
    monkeypatch.chdir("/")
    again = pickle.loads(pickle.dumps(mapping))
    record = {"NUMBER": "1", "NAME": "Ana"}
    assert again.convert(record).texts == mapping.convert(record).texts
    assert pickle.loads(pickle.dumps(again)).plan.hash == mapping.plan.hash


def test_pickle_is_a_place_and_not_a_plan() -> None:
    assert len(pickle.dumps(interop.load("us/cms-rif"))) < 1000


def test_another_process_reads_the_pickle(tmp_path: Path) -> None:
    mapping = interop.load(package(tmp_path, "zz/mine"))
    words = "import pickle, sys; print(*pickle.loads(sys.stdin.buffer.read()).convert({'NUMBER': '1'}).texts)"
    done = subprocess.run([sys.executable, "-c", words], input=pickle.dumps(mapping), capture_output=True, check=True)
    assert done.stdout.decode().splitlines() == list(mapping.convert({"NUMBER": "1"}).texts)
