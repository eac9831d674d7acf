"""What a job costs over the bare executor: the same records, with as many processes."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.generate import generated
from benchmarks.runs import Run, run_way
from benchmarks.shares import shared_out
from benchmarks.ways import BARE, JOB, job_ways

SHARES = {"mx/covid-linelist": 1.0, "intl/hl7v2": 0.1}
"""Of the records asked for: enough for the start not to count."""
ROUNDS = 5
"""Of both, an odd number. The job comes second, then first, and so on: others may use the machine as well, and change
its pace by a fifth within minutes."""


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("mapping", SHARES)
def test_job_cost(
    benchmark: BenchmarkFixture, mapping: str, workers: int, rows: int, data: Path, scratch: Path
) -> None:
    records = max(int(rows * SHARES[mapping]), workers)
    inputs = shared_out(generated(mapping, records, data), workers, scratch)
    benchmark.group = f"{mapping}, the job"
    ways = job_ways(mapping, workers)
    jobs: list[Run] = []
    bare: list[Run] = []

    def run(name: str) -> Run:
        os.sync()  # what the run before has left to write shall not be written during this one
        return run_way(ways[name], inputs, records, scratch, watched=False)

    def before() -> None:
        done = len(jobs)
        while len(bare) <= done - done % 2:
            bare.append(run(BARE))

    benchmark.pedantic(lambda: jobs.append(run(JOB)), setup=before, rounds=ROUNDS, iterations=1, warmup_rounds=0)
    seconds, bare_seconds = (median(run.seconds for run in runs) for runs in (jobs, bare))
    told = jobs[0].as_json() | {"seconds": seconds, "bare_seconds": bare_seconds}
    benchmark.extra_info.update(told, mapping=mapping, way=JOB, workers=workers)
    assert all(run.resources >= records for run in (*jobs, *bare))
