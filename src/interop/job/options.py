"""How a run goes."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from interop.immutable import immutable
from interop.limits import MIB, Limits

__all__ = ["MIB", "Options"]


@immutable()
class Options:
    """How a run goes.

    Units: `batch_rows` records a batch at most, None for what fits the number of workers; `max_quarantine` a share from
    0 to 1, above which the exit code is 5; `part_bytes` of decompressed input a part, None for what fits the format;
    `workers` processes that convert, None for as many as there are processors and parts; `limit` the first records,
    `sample` a share of them from 0 to 1; `memory` bytes that all processes together should stay under, None for what
    they need. `dry_run` writes nothing. `executor` changes no byte: auto is rust where it is
    compiled, else columns; rows for a handful of records.

    `meta_source` names file and record in each resource; `provenance` is the instant that a Provenance for each part is
    recorded with, None for none; `outcomes` writes the findings as FHIR too. `limits` bound what the input may ask.
    """

    shape: Literal["ndjson", "bundle"] = "ndjson"
    executor: Literal["auto", "rust", "columns", "rows"] = "auto"
    batch_rows: int | None = None
    latest: bool = False
    max_quarantine: float | None = None
    workers: int | None = None
    part_bytes: int | None = None
    resume: bool = False
    limit: int | None = None
    sample: float | None = None
    dry_run: bool = False
    memory: int | None = None
    meta_source: bool = False
    provenance: str | None = None
    outcomes: bool = False
    limits: Limits = field(default_factory=Limits)
