"""A batch that broke its converter: the records that did it are found by halving, and cost no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from interop.errors import DataPlace, Finding
from interop.job.parts import Entry
from interop.job.selection import select_records
from interop.limits import FIXED
from interop.plan.model import Context
from interop.readers.protocol import Batch, Rejected

BREAKS = "D405"
MOST = FIXED.breaking_records

Stands = Callable[[Batch], bool]


def mend_entry(entry: Entry, stands: Stands, contexts: Mapping[str, Context]) -> Entry:
    """The entry without the records that no converter stands; they are rejected, with their bytes.

    Args:
        entry: One whose batch broke a converter.
        stands: Whether a converter stands a batch.
        contexts: Of the plan.

    Raises:
        RuntimeError: Too many records of the batch do.
    """
    batch = entry.batch
    guilty: list[int] = []
    _find(batch, _rows(len(batch.numbers)), stands, contexts, guilty)
    rejected = list(batch.rejected)
    for row in guilty:
        number, offset, length = batch.numbers[row], batch.offsets[row], batch.lengths[row]
        finding = Finding(BREAKS, DataPlace(batch.file, number, offset=offset, length=length))
        rejected.append(Rejected(number, offset, entry.file.spans.read(offset, length), (finding,), length))
    innocent = _rows(len(batch.numbers)).filter(
        ~_rows(len(batch.numbers)).is_in(pl.Series(guilty, dtype=pl.UInt32).implode())
    )
    return replace(entry, batch=replace(select_records(batch, innocent, contexts), rejected=rejected))


def _rows(height: int) -> pl.Series:
    return pl.Series(range(height), dtype=pl.UInt32)


def _find(batch: Batch, rows: pl.Series, stands: Stands, contexts: Mapping[str, Context], guilty: list[int]) -> None:
    """Adds the rows that break a converter. Units: two trials for each halving on the way to each of them."""
    if len(rows) == 0 or stands(select_records(batch, rows, contexts)):
        return
    if len(guilty) >= MOST:
        raise RuntimeError("the converter breaks on too many records")
    if len(rows) == 1:
        guilty.append(rows.item())
        return
    before = len(guilty)
    half = len(rows) // 2
    for some in (rows.slice(0, half), rows.slice(half)):
        _find(batch, some, stands, contexts, guilty)
    if len(guilty) == before:  # they break it together and not alone: all of them, rather than none
        guilty.extend(rows.to_list())
