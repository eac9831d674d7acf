"""The ways that are measured for each mapping, the first of them ours."""

from __future__ import annotations

from benchmarks.runs import Way, interop_command, module_command

OURS = "interop"
ROWS = "interop, row executor"
BY_HAND = "hand-written loop, orjson"
BY_MODELS = "fhir.resources loop"
SLOW = 20_000  # records for ways that are slow: their time per record does not depend on the number


def ways(mapping: str) -> tuple[Way, ...]:
    """All ways to convert the input of a mapping."""
    module = mapping.replace("/", "_").replace("-", "_")
    ours = [Way(OURS, interop_command(mapping)), Way(ROWS, interop_command(mapping, "--executor", "rows"), SLOW)]
    if mapping in COMPARED:
        ours.append(Way(BY_HAND, module_command(f"benchmarks.by_hand.{module}")))
        ours.append(Way(BY_MODELS, module_command(f"benchmarks.by_models.{module}"), SLOW))
    return tuple(ours)


COMPARED = ("mx/covid-linelist", "uk/immunisation")
