"""The comparison of the benchmarks is honest: every way gives the same resources for the same records."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import orjson
import pytest

import interop
from benchmarks import bare
from benchmarks.generate import GENERATORS, generated
from benchmarks.shares import shared_out
from benchmarks.ways import WRITTEN_OUT
from interop.job.run import run_job

RECORDS = 300


def read(folder: Path) -> dict[str, dict[str, object]]:
    """All resources of a folder by type and id."""
    found = {}
    for file in sorted(folder.glob("*.ndjson")):
        if file.stem != "findings":
            for line in file.read_bytes().splitlines():
                resource = orjson.loads(line)
                found[f"{resource['resourceType']}/{resource['id']}"] = resource
    return found


@pytest.mark.parametrize("mapping", WRITTEN_OUT)
@pytest.mark.parametrize("package", ["by_hand", "by_models"])
def test_other_ways_give_the_same_resources(mapping: str, package: str, tmp_path: Path) -> None:
    inputs = generated(mapping, RECORDS, tmp_path)
    loaded = interop.load(mapping)
    report = run_job(loaded.plan, loaded.package.layout, inputs, tmp_path / "ours")
    assert report.converted == RECORDS
    assert not report.findings
    name = mapping.replace("/", "_").replace("-", "_")
    convert: Callable[[Path, Path], int] = import_module(f"benchmarks.{package}.{name}").convert
    count = convert(*inputs, tmp_path / "other")
    ours, other = read(tmp_path / "ours"), read(tmp_path / "other")
    if package == "by_models":  # which write UTC as `Z`, whatever was sent
        ours = orjson.loads(orjson.dumps(ours).replace(b'+00:00"', b'Z"'))
    assert count == len(other) == len(ours)
    for key in ours:
        assert other[key] == ours[key]


@pytest.mark.parametrize("mapping", ["mx/covid-linelist", "intl/hl7v2"])
def test_the_bare_executor_makes_what_the_job_does(mapping: str, tmp_path: Path) -> None:
    inputs = shared_out(generated(mapping, 60, tmp_path), 2, tmp_path)
    assert len(inputs) == 2
    loaded = interop.load(mapping)
    run_job(loaded.plan, loaded.package.layout, inputs, tmp_path / "ours")
    (tmp_path / "bare").mkdir()
    for numbered in enumerate(inputs, 1):
        bare.convert(mapping, tmp_path / "bare", 1, numbered)
    assert read(tmp_path / "bare") == read(tmp_path / "ours")


@pytest.mark.parametrize("mapping", GENERATORS)
def test_longer_input_begins_with_the_shorter(mapping: str, tmp_path: Path) -> None:
    short = generated(mapping, 10, tmp_path)
    long = generated(mapping, 25, tmp_path)
    for one, other in zip(short, long, strict=True):
        assert other.read_bytes().startswith(one.read_bytes())
        assert len(one.read_bytes()) < len(other.read_bytes())
