"""What a job costs over the bare executor: the same records, with as many processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.generate import generated
from benchmarks.runs import Run, run_way
from benchmarks.shares import shared_out
from benchmarks.ways import BARE, JOB, job_ways

SHARES = {"mx/covid-linelist": 1.0, "intl/hl7v2": 0.1}
"""Of the records asked for: enough for the start not to count."""
ROUNDS = 3
CASES = [
    pytest.param(mapping, way, workers, id=f"{mapping}: {way}, {workers}")
    for mapping in SHARES
    for workers in (1, 2)
    for way in (JOB, BARE)
]


@pytest.mark.parametrize(("mapping", "way", "workers"), CASES)
def test_job_cost(
    benchmark: BenchmarkFixture, mapping: str, way: str, workers: int, rows: int, data: Path, scratch: Path
) -> None:
    records = max(int(rows * SHARES[mapping]), workers)
    inputs = shared_out(generated(mapping, records, data), workers, scratch)
    benchmark.group = f"{mapping}, the job"
    runs: list[Run] = []
    command = job_ways(mapping, workers)[way]
    benchmark.pedantic(
        lambda: runs.append(run_way(command, inputs, records, scratch)), rounds=ROUNDS, iterations=1, warmup_rounds=0
    )
    best = min(runs, key=lambda run: run.seconds)
    benchmark.extra_info.update(best.as_json(), mapping=mapping, way=way, workers=workers)
    assert best.resources >= records
