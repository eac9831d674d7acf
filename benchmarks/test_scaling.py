"""How time and memory grow with the input: they should grow linearly, and not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.generate import generated
from benchmarks.runs import Run, run_way
from benchmarks.ways import ways

MAPPING = "mx/covid-linelist"


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 2.0])
def test_scaling(benchmark: BenchmarkFixture, share: float, rows: int, data: Path, scratch: Path) -> None:
    records = max(int(rows * share), 1)
    inputs = generated(MAPPING, records, data)
    benchmark.group = f"{MAPPING}, by size"
    runs: list[Run] = []
    benchmark.pedantic(lambda: runs.append(run_way(ways(MAPPING)[0], inputs, records, scratch)), rounds=1, iterations=1)
    benchmark.extra_info.update(runs[0].as_json(), mapping=MAPPING, way="scaling")
    assert runs[0].resources >= records
