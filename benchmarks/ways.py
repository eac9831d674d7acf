"""The ways that are measured for each mapping, the first of them ours."""

from __future__ import annotations

from benchmarks.runs import Way, interop_command, module_command, with_nothing_kept, without_rust

OURS = "interop"
COLUMNS = "interop without Rust"
ROWS = "interop, row executor"
BY_HAND = "hand-written loop, orjson"
BY_MODELS = "fhir.resources loop"
DICTS_ALONE = "floor: orjson alone"
MODELS_ALONE = "floor: fhir.resources alone"
PYTHON_HL7 = "floor: python-hl7 parsing alone"
NAMES = (OURS, COLUMNS, ROWS, BY_HAND, BY_MODELS, PYTHON_HL7, DICTS_ALONE, MODELS_ALONE)
JOB, BARE = "interop", "bare executor"
"""What a job is compared with, at equal workers: `benchmarks.bare`."""
READ_ONLY = (PYTHON_HL7,)
"""Ways that make no resources."""
SLOW = 20_000  # records for ways that are slow: their time per record does not depend on the number

WRITTEN_OUT = ("mx/covid-linelist", "uk/immunisation")
"""Mappings that somebody has written as a loop by hand; the others are compared with the floors of floors.py."""

SHARES = {"us/cms-rif": 0.1, "br/sim": 0.25, "intl/hl7v2": 0.1}
"""Of the records asked for: a claim or a message is 20 KB of FHIR, a death record 10 KB."""

PARSERS = {"intl/hl7v2": Way(PYTHON_HL7, module_command("benchmarks.parsers.python_hl7"), SLOW // 4)}
"""What only reading the format costs others."""


def records_of(mapping: str, way: Way, rows: int) -> int:
    """How many records a way converts, of those asked for."""
    records = max(int(rows * SHARES.get(mapping, 1)), 1)
    return min(records, way.limit or records)


def ways(mapping: str) -> tuple[Way, ...]:
    """All ways to convert the input of a mapping."""
    ours = Way(OURS, interop_command(mapping))
    by_columns = Way(COLUMNS, without_rust(interop_command(mapping)))
    by_rows = Way(ROWS, interop_command(mapping, "--executor", "rows"), SLOW)
    if mapping not in WRITTEN_OUT:
        dicts = Way(DICTS_ALONE, module_command("benchmarks.floors", "dicts"), reads=ours)
        models = Way(MODELS_ALONE, module_command("benchmarks.floors", "models"), SLOW, reads=ours)
        parsers = (PARSERS[mapping],) if mapping in PARSERS else ()
        return ours, by_columns, by_rows, *parsers, dicts, models
    module = mapping.replace("/", "_").replace("-", "_")
    by_hand = Way(BY_HAND, module_command(f"benchmarks.by_hand.{module}"))
    by_models = Way(BY_MODELS, module_command(f"benchmarks.by_models.{module}"), SLOW)
    return ours, by_columns, by_rows, by_hand, by_models


def job_ways(mapping: str, workers: int) -> dict[str, Way]:
    """The job and the bare executor, with so many processes. The bare one takes a file for each; both check."""
    return {
        JOB: Way(JOB, with_nothing_kept(interop_command(mapping, "--workers", str(workers)))),
        BARE: Way(BARE, module_command("benchmarks.bare", mapping)),
    }
