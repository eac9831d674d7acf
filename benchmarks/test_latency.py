"""What one record costs in a service, and what the command line costs before it does anything."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import interop
from benchmarks.generate import generated

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


@pytest.mark.parametrize("mapping", ["uk/immunisation", "mx/covid-linelist", "br/sim"])
def test_one_record(benchmark: BenchmarkFixture, mapping: str) -> None:
    loaded = interop.load(mapping)
    file = next(file for file in sorted((SAMPLES / mapping).iterdir()) if file.suffix != ".md")
    with file.open(encoding="utf-8", newline="") as lines:
        row = next(csv.DictReader(lines, delimiter=loaded.package.layout.delimiter))
    benchmark.group = "one record by .convert()"
    done = benchmark(loaded.convert, row, file=file.name)
    benchmark.extra_info.update(mapping=mapping, way="latency", resources=len(done.texts))
    assert done.texts


def test_one_message(benchmark: BenchmarkFixture, data: Path) -> None:
    mapping = "intl/hl7v2"
    loaded = interop.load(mapping)
    file = generated(mapping, 100, data)[0]
    message = b"MSH" + file.read_bytes().split(b"\rMSH")[1]
    benchmark.group = "one record by .convert()"
    done = benchmark(loaded.convert, message, file=file.name)
    benchmark.extra_info.update(mapping=mapping, way="latency", resources=len(done.texts))
    assert done.texts


@pytest.mark.parametrize("words", [["--help"], ["list"]], ids=" ".join)
def test_command(benchmark: BenchmarkFixture, words: list[str]) -> None:
    program = str(Path(sys.executable).with_name("interop"))
    benchmark.group = "the command line"
    benchmark.pedantic(lambda: subprocess.run([program, *words], check=True, capture_output=True), rounds=5)
    benchmark.extra_info.update(mapping="interop " + " ".join(words), way="start")
