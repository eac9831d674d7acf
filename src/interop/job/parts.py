"""A run's input, cut into parts: what is converted, committed and resumed as a whole.

Where a part ends depends on the input alone (every `part_bytes` of it, at the next record), never on batches or
workers, so that the same input gives the same files.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from interop.immutable import immutable
from interop.job.order import InOrder
from interop.job.selection import split_batch
from interop.job.spans import SpanReader
from interop.plan.model import Context
from interop.readers.protocol import Batch


@dataclass(slots=True)
class File:
    """A file of a run, the `number`-th of its inputs (from 1).

    Units: `before` records of the run's earlier files, `start` bytes of them on disk; `preamble` bytes before its first
    record, None before that is known.
    """

    name: str
    number: int
    spans: SpanReader
    before: int = 0
    start: int = 0
    said: InOrder = field(default_factory=InOrder)
    preamble: int | None = None


@immutable()
class Entry:
    """Some records of a file, and what its reader says of them. The last one of a file has its counts."""

    file: File
    batch: Batch
    left_out: int = 0  # records of the batch that were not chosen
    left_out_bytes: int = 0
    cut: bool = False  # the run ends here, before its input does

    def done(self, shredded: Batch | None = None) -> Entry:
        """The same, converted: what was read of its records goes, what is said of them stays.

        Args:
            shredded: What a raw batch turned out to be, and what is said of its records beyond their frames.
        """
        batch = replace(self.batch, tables={}, raw=None)
        if shredded is not None:
            batch.numbers, batch.offsets, batch.lengths = shredded.numbers, shredded.offsets, shredded.lengths
            batch.findings = [*batch.findings, *shredded.findings]
            batch.rejected = [*batch.rejected, *shredded.rejected]
        return replace(self, batch=batch)


@dataclass(slots=True)
class Part:
    """Records that are converted and committed together, by batches. `number` counts from 1; there may be gaps."""

    number: int
    entries: list[Entry] = field(default_factory=list)


def number_parts(
    entries: Iterable[Entry], part_bytes: int, contexts: Mapping[str, Context]
) -> Iterator[tuple[int, Entry]]:
    """The entries of all files, in order, each with its part's number; those that reach over a part's end are cut.

    Small files share a part; a record belongs to where it begins.
    """
    current = 1
    before = 0  # decompressed bytes of the files before
    for entry in entries:
        cuts = list(_cuts(entry.batch.offsets, before, part_bytes)) or [(current, 0)]
        pieces = split_entry(entry, [end for _, end in cuts], contexts)
        for (number, _), piece in zip(cuts, pieces, strict=True):
            current = max(current, number)
            yield current, piece
        if entry.batch.last:
            before += entry.batch.size


def _cuts(offsets: pl.Series, before: int, part_bytes: int) -> Iterator[tuple[int, int]]:
    """The parts that records are of, by their offsets in a file: each with the row after its last one."""
    row = 0
    while row < len(offsets):
        number = (before + int(offsets[row])) // part_bytes + 1
        row = bisect_left(offsets, number * part_bytes - before, row)
        yield number, row


def split_entry(entry: Entry, ends: Sequence[int], contexts: Mapping[str, Context]) -> Iterator[Entry]:
    """The entry in pieces, see `split_batch`. What is said comes at once, with the first: it is put in order later."""
    if len(ends) <= 1:
        yield entry
        return
    left_out, size = entry.left_out, entry.left_out_bytes
    for piece in split_batch(entry.batch, ends, contexts):
        yield Entry(entry.file, piece, left_out, size, entry.cut and piece.last)
        left_out = size = 0
