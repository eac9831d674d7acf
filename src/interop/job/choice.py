"""Some of the records only: the first ones, or a share of them that is the same in every run."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import polars as pl

from interop.job.parts import Entry
from interop.job.selection import select_records
from interop.plan.model import Context
from interop.readers.protocol import Batch

SPREAD = 2654435761  # Knuth's multiplier: spreads consecutive numbers over 32 bits
WHOLE = 1 << 32


def choose(
    entries: Iterable[Entry], limit: int | None, sample: float | None, contexts: Mapping[str, Context]
) -> Iterator[Entry]:
    """The entries with the records that are chosen, those left out counted.

    Args:
        entries: What is read.
        limit: So many records are chosen, and nothing is read beyond them.
        sample: The share of records, from 0 to 1, told by their file's name and number alone.
        contexts: Of the plan.
    """
    left = limit
    for entry in entries:
        chosen = entry if sample is None else _sampled(entry, sample, contexts)
        if left is None or len(chosen.batch.numbers) < left:
            if left is not None:
                left -= len(chosen.batch.numbers)
            yield chosen
            continue
        yield _cut(chosen, left, contexts)
        return


def _sampled(entry: Entry, share: float, contexts: Mapping[str, Context]) -> Entry:
    numbers = entry.batch.numbers.cast(pl.UInt64)
    spread = (numbers * SPREAD + zlib.crc32(entry.file.name.encode())) % WHOLE
    return _keep(entry, (spread < int(share * WHOLE)).arg_true().cast(pl.UInt32), contexts)


def _keep(entry: Entry, rows: pl.Series, contexts: Mapping[str, Context]) -> Entry:
    batch = entry.batch
    kept = select_records(batch, rows, contexts)
    gone = len(batch.numbers) - len(kept.numbers)
    size = int(batch.lengths.sum()) - int(kept.lengths.sum())
    return replace(entry, batch=kept, left_out=entry.left_out + gone, left_out_bytes=entry.left_out_bytes + size)


def _cut(entry: Entry, left: int, contexts: Mapping[str, Context]) -> Entry:
    """The last entry of a run that ends before its input does; what stands beyond its last record is not spoken of."""
    batch = entry.batch
    if left >= len(batch.numbers):
        return replace(entry, batch=batch if batch.last else _closed(batch), cut=True)
    last = int(batch.numbers[left - 1]) if left else 0
    kept = select_records(batch, pl.Series(range(left), dtype=pl.UInt32), contexts)
    rejected = [one for one in batch.rejected if 0 < one.number < last]
    findings = [one for one in batch.findings if one.data is None or one.data.record <= last]
    return replace(entry, batch=_closed(replace(kept, rejected=rejected, findings=findings)), cut=True)


def _closed(batch: Batch) -> Batch:
    """The batch as the last of its file."""
    framed = int(batch.numbers[-1]) if len(batch.numbers) else 0
    return replace(batch, last=True, framed=framed, counted=framed)
