"""The same records through each way: file to file, each in a process of its own."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.generate import GENERATORS, generated
from benchmarks.runs import Run, Way, run_way
from benchmarks.ways import records_of, ways

CASES = [pytest.param(mapping, way, id=f"{mapping}: {way.name}") for mapping in GENERATORS for way in ways(mapping)]
ROUNDS = 3
"""At most; the best counts. Others may use the machine as well, and change its pace by a fifth within minutes."""
ENOUGH = 15.0
"""Seconds of rounds after which there is no other: what takes long is measured once."""


@pytest.mark.parametrize(("mapping", "way"), CASES)
def test_conversion(benchmark: BenchmarkFixture, mapping: str, way: Way, rows: int, data: Path, scratch: Path) -> None:
    records = records_of(mapping, way, rows)
    inputs = generated(mapping, records, data)
    benchmark.group = mapping
    runs: list[Run] = []

    def run(*, watched: bool) -> Run:
        os.sync()  # what the run before has left to write shall not be written during this one
        folder = scratch / str(len(runs))
        folder.mkdir(exist_ok=True)
        return run_way(way, inputs, records, folder, watched=watched)

    def rounds() -> None:
        while len(runs) < ROUNDS and sum(run.seconds for run in runs) < ENOUGH:
            runs.append(run(watched=False))

    benchmark.pedantic(rounds, rounds=1, iterations=1)
    best = min(runs, key=lambda run: run.seconds)
    peak_memory = run(watched=True).peak_memory  # to look at it takes time of it: in a run that is not timed
    benchmark.extra_info.update(replace(best, peak_memory=peak_memory).as_json(), mapping=mapping, way=way.name)
    assert best.resources >= records
