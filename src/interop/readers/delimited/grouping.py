"""Adjacent rows that share a key, as one record.

The last group of a lot is held back: its next row may be in the next lot. A record converts or is rejected as a whole,
so a row that cannot be read and lies between two rows of one record takes the record with it; elsewhere it goes alone,
as its key is not known. A row without a key, or with a part of it missing, is a record by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from interop.errors import DataPlace, Finding
from interop.limits import Limits
from interop.readers.delimited.frames import counting
from interop.readers.delimited.keys import SeenKeys, find_differences
from interop.readers.delimited.marks import BadPlaces, Marked, mark_groups, place_bad
from interop.readers.delimited.records import Records, drop_records, no_records, reject
from interop.readers.delimited.rows import BadRow, Rows, join_rows, slice_rows
from interop.readers.protocol import Rejected

ROW_UNREADABLE = "R508"
TOO_LARGE = "R509"
WITHOUT_KEY = "R514"


@dataclass(slots=True)
class _Dropped:
    """Rows let go from the middle of the group that is held back, since it is too large and will be rejected."""

    rows: int = 0
    content: int = 0  # their bytes


class Grouper:
    """Groups the rows of one file by the columns of `key`; a record has the columns of `read` from its first row.

    `records` counts the records so far, `merged` the rows that joined a record before them, and `inside` the bytes
    between the rows of records.
    """

    def __init__(self, file: str, key: tuple[str, ...], read: tuple[str, ...], limits: Limits) -> None:
        self.records = self.merged = self.inside = 0
        self._file, self._key, self._read, self._limits = file, key, read, limits
        self._held: Rows | None = None
        self._dropped = _Dropped()
        self._seen = SeenKeys(limits.seen_keys)

    def group(self, lots: Iterator[Rows]) -> Iterator[Records]:
        """The records of a file, in order."""
        lot = next(lots, None)
        while lot is not None:
            following = next(lots, None)
            rows = lot if self._held is None else join_rows([self._held, lot])
            yield from self._add(rows, final=following is None)
            lot = following

    def repeated(self) -> Finding | None:
        """A finding when keys came again after other records; to be asked at the end of the file."""
        return self._seen.repeated(self._file)

    def _add(self, rows: Rows, *, final: bool) -> Iterator[Records]:
        if not rows.frame.height:
            yield no_records(self._alone(rows.bad, _NONE), rows.frame)
            return
        marked = mark_groups(rows, self._key, self._limits)
        places = place_bad(marked)
        final = final or _too_far(marked, places, self._limits)
        if final:
            places.alone += places.behind
            yield self._close(marked, places)
            self._held = None
            return
        cut = int(marked.first[-1])
        inside = places.inside.pop(len(marked.first) - 1, [])
        if cut:
            yield self._close(_closed(marked, cut), places)
        elif places.alone:
            yield no_records(self._alone(places.alone, _NONE), rows.frame)
        self._held = self._shrunk(slice_rows(rows, cut, rows.frame.height, places.behind), inside)

    def _close(self, marked: Marked, places: BadPlaces) -> Records:
        """Number the groups, reject those that must be, and find what is odd about the others."""
        rows, first, last = marked.rows, marked.first, marked.last
        offsets = rows.offsets.gather(first)
        lengths = rows.offsets.gather(last) + rows.sizes.gather(last) - offsets
        bad = [row for group in places.inside.values() for row in group]
        self.merged += rows.frame.height - len(first) + len(bad) + self._dropped.rows
        self.inside += int(lengths.sum()) - int(rows.sizes.sum()) - sum(row.size for row in bad) - self._dropped.content
        codes = dict.fromkeys(places.inside, ROW_UNREADABLE)
        large = (last - first >= self._limits.group_rows) | (lengths > self._limits.record_bytes)
        codes |= dict.fromkeys(large.arg_true().to_list(), TOO_LARGE)
        if self._dropped.rows:
            codes[0] = TOO_LARGE
        self._dropped = _Dropped()
        started = rows.numbers.gather(first)
        alone = self._alone(places.alone, started)
        numbers = self._numbers(started, places.alone)
        self.records += len(first) + len(alone)
        records = Records(rows.frame, numbers, offsets, lengths, first, marked.owner)
        rejected = [self._rejected(records, group, code, rows, places) for group, code in codes.items()]
        keyed = ~marked.keyless
        self._seen.add(rows.frame.select(self._key)[first.filter(keyed)], numbers.filter(keyed))
        records.findings = [
            Finding(WITHOUT_KEY, DataPlace(self._file, number)) for number in numbers.filter(marked.keyless).to_list()
        ]
        records = drop_records(records, list(codes))
        records.lengths = records.lengths.cast(pl.UInt32)
        records.findings += find_differences(self._file, records, self._read)
        records.rejected = sorted(alone + rejected, key=lambda one: one.number)
        return records

    def _numbers(self, started: pl.Series, alone: list[BadRow]) -> pl.Series:
        """Each group's number in the file, rows that go alone counted between them. Shape: u32[g]."""
        before = pl.Series([row.number for row in alone], dtype=pl.UInt32).search_sorted(started)
        return counting(self.records + 1, len(started)) + before

    def _alone(self, bad: list[BadRow], started: pl.Series) -> list[Rejected]:
        """Bad rows as records, numbered among the groups that start at these rows."""
        if not bad:
            return []
        before = started.search_sorted(pl.Series([row.number for row in bad], dtype=pl.UInt32)).to_list()
        found = [
            reject(self._file, self.records + place + groups, row)
            for place, (row, groups) in enumerate(zip(bad, before, strict=True), start=1)
        ]
        if not len(started):
            self.records += len(found)
        return found

    def _rejected(self, records: Records, group: int, code: str, rows: Rows, places: BadPlaces) -> Rejected:
        """A group as a rejected record, with its bytes and what was wrong with its rows.

        Of one that is too large nothing is said of its rows: its middle may not have been kept.
        """
        number, offset, length = (int(part[group]) for part in (records.numbers, records.offsets, records.lengths))
        findings = [Finding(code, DataPlace(self._file, number, offset=offset, length=length))]
        for row in places.inside.get(group, ()) if code != TOO_LARGE else ():
            findings.append(Finding(row.code, DataPlace(self._file, number, offset=row.offset, length=row.size)))
        data = _extract(rows.raw, offset, min(length, self._limits.record_bytes))
        return Rejected(number, offset, data, tuple(findings), length=length)

    def _shrunk(self, rows: Rows, inside: list[BadRow]) -> Rows:
        """The group that is held back, less its middle when it is too large to be kept."""
        height = rows.frame.height
        start, end = int(rows.offsets[0]), int(rows.offsets[-1]) + int(rows.sizes[-1])
        if height <= self._limits.group_rows and end - start <= self._limits.record_bytes and not self._dropped.rows:
            rows.bad = inside + rows.bad
            return rows
        if height > 1:
            self._dropped.rows += height - 2 + len(inside)
            self._dropped.content += int(rows.sizes.slice(1, height - 2).sum()) + sum(row.size for row in inside)
        ends = [0, height - 1] if height > 1 else [0]
        raw = [(at, data) for at, data in rows.raw if at < start + self._limits.record_bytes]
        numbers, offsets, sizes = (part.gather(ends) for part in (rows.numbers, rows.offsets, rows.sizes))
        return Rows(rows.frame[ends], numbers, offsets, sizes, rows.bad, raw)


_NONE = pl.Series(dtype=pl.UInt32)


def _too_far(marked: Marked, places: BadPlaces, limits: Limits) -> bool:
    """Whether so many bad rows follow the last row that its group ends there."""
    if not places.behind:
        return False
    end = int(marked.rows.offsets[-1]) + int(marked.rows.sizes[-1])
    return len(places.behind) > limits.group_rows or places.behind[-1].offset - end > limits.record_bytes


def _closed(marked: Marked, cut: int) -> Marked:
    """All groups but the last, which begins at row `cut`."""
    groups = len(marked.first) - 1
    rows = slice_rows(marked.rows, 0, cut, [])
    return Marked(rows, marked.first.head(groups), marked.owner.head(cut), marked.keyless.head(groups))


def _extract(raw: list[tuple[int, bytes]], start: int, length: int) -> bytes:
    """Bytes of the input, as far as they are held without a gap."""
    parts: list[bytes] = []
    at, end = start, start + length
    for offset, data in raw:
        if offset <= at < min(end, offset + len(data)):
            part = data[at - offset : end - offset]
            parts.append(part)
            at += len(part)
    return b"".join(parts)
