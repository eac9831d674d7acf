"""Random damage to the samples of every package, through the whole of a run: each record is converted or in quarantine
with findings, nothing is raised, nothing hangs.

`INTEROP_FUZZ=100000 python -m pytest tests/hostile/test_mutants.py tests/readers/hl7v2/test_fuzz.py` tries so many
mutants for each reader instead of the few of a normal run, and the packages that are overlays too.
"""

from __future__ import annotations

import os
import signal
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from random import Random
from typing import Any

import pytest

from interop.api import Mapping
from interop.job.run import Options
from tests.hostile.mutants import Seed, mutants, seeds
from tests.laws.runs import run_file
from tests.laws.sampled import OWN, SAMPLED, of_messages
from tests.laws.silence import load

ASKED = os.environ.get("INTEROP_FUZZ")
MUTANTS = int(ASKED or 2000)  # a reader
TRIED = SAMPLED if ASKED else OWN
ALIKE = Counter(map(of_messages, TRIED))  # packages by reader: they share its mutants among them
SIZES = (1, 10, 100, 300, 300)  # mutants of a file
PATIENCE = 60  # seconds for a file, of which none should need one


@pytest.mark.parametrize("name", TRIED)
def test_mutants_of_samples(name: str) -> None:
    mapping = load(name)
    found = seeds(mapping)
    left = MUTANTS // ALIKE[of_messages(name)]
    for lot in count():
        chance = Random(f"{name} {lot}")
        seed, size = found[lot % len(found)], min(left, chance.choice(SIZES))
        with patience():
            withstand(mapping, seed, mutants(chance, seed, size), some_options(chance, size))
        left -= size
        if left <= 0:
            break


@pytest.mark.parametrize("name", ["us/cms-rif", "intl/hl7v2"])
def test_mutants_are_worth_it(name: str) -> None:
    """A run would stand anything that no record can be read of."""
    mapping = load(name)
    seed, *_ = seeds(mapping)
    report, _ = run_file(mapping, b"".join(mutants(Random(name), seed, 200)), Options(workers=1), seed.name)
    assert min(report.converted, report.quarantined) > 10
    assert len(report.findings) > 5


def some_options(chance: Random, size: int) -> Options:
    """Some of those that change no byte, and the row executor where it is not slow."""
    executor = chance.choice(["columns", "auto", "rows"]) if size < SIZES[-1] else "columns"
    batch_rows = chance.choice([None, None, 7 * size // 10 + 1])
    shape = chance.choice(["ndjson", "bundle"])
    return Options(workers=1, shape=shape, executor=executor, batch_rows=batch_rows)  # type: ignore[arg-type]


def withstand(mapping: Mapping, seed: Seed, parts: list[bytes], options: Options) -> None:
    """Fails where a run over these bytes is not as it should be, and shows the one mutant that does it alone."""
    fault = fault_of(mapping, seed, b"".join(parts), options)
    if fault is None:
        return
    head, *records = parts
    alone = [one for one in records if fault_of(mapping, seed, head + one, options)]
    pytest.fail(f"{seed.name}, {options}: {fault}; alone: {alone[:1] or 'none'}; in {parts if not alone else ''}")


def fault_of(mapping: Mapping, seed: Seed, data: bytes, options: Options) -> str | None:
    """What is wrong with a run over a file of these bytes; None where it stands."""
    try:
        report, left = run_file(mapping, data, options, seed.name)
    except Exception as raised:
        return f"raised {type(raised).__name__}: {raised}"
    if report.broken_laws:
        return f"laws: {report.broken_laws}"
    if report.framed != report.converted + report.quarantined or report.framed != report.counted:
        return "records do not balance"
    if not report.bytes_in == report.bytes_accounted == len(data):
        return "bytes do not balance"
    if "D405" in report.findings:
        return "a record stops the converter"
    if report.exit_code != (1 if report.quarantined or report.rejected_files else 0):
        return f"exit code {report.exit_code}"
    return fault_in_quarantine(left.quarantine, data, report.quarantined + report.rejected_files)


def fault_in_quarantine(entries: list[dict[str, Any]], data: bytes, expected: int) -> str | None:
    if len(entries) != expected:
        return f"{len(entries)} entries in quarantine of {expected}"
    for entry in entries:
        kept = b64decode(entry["data"] or b"")
        if entry["record"] and kept != data[entry["offset"] : entry["offset"] + entry["length"]]:
            return f"quarantine does not hold the bytes of record {entry['record']}"
        if not any(found["severity"] == "error" for found in entry["findings"]):
            return f"record {entry['record']} is in quarantine for no reason"
    return None


@contextmanager
def patience() -> Iterator[None]:
    """Fails what lasts too long."""

    def give_up(number: int, frame: object) -> None:
        raise TimeoutError(f"not done in {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
