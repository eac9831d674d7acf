"""The same records through each way: file to file, each in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.generate import GENERATORS, generated
from benchmarks.runs import Run, Way, run_way
from benchmarks.ways import records_of, ways

CASES = [pytest.param(mapping, way, id=f"{mapping}: {way.name}") for mapping in GENERATORS for way in ways(mapping)]


@pytest.mark.parametrize(("mapping", "way"), CASES)
def test_conversion(benchmark: BenchmarkFixture, mapping: str, way: Way, rows: int, data: Path, scratch: Path) -> None:
    records = records_of(mapping, way, rows)
    inputs = generated(mapping, records, data)
    benchmark.group = mapping
    runs: list[Run] = []
    benchmark.pedantic(lambda: runs.append(run_way(way, inputs, records, scratch)), rounds=1, iterations=1)
    best = min(runs, key=lambda run: run.seconds)
    benchmark.extra_info.update(best.as_json(), mapping=mapping, way=way.name)
    assert best.resources >= records
