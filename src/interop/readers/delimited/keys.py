"""What is odd about the keys and columns of grouped records, and costs none of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from interop.errors import DataPlace, Finding
from interop.readers.delimited.records import Records

SEEN_BEFORE = "R511"
DIFFERS = "R512"


@dataclass(slots=True)
class SeenKeys:
    """The keys of a file's records as 64-bit hashes, up to `most`."""

    most: int
    _hashes: list[pl.Series] = field(default_factory=list)
    _numbers: list[pl.Series] = field(default_factory=list)
    _held: int = 0

    def add(self, keys: pl.DataFrame, numbers: pl.Series) -> None:
        """Remember keys, each with the number of its record."""
        room = self.most - self._held
        if keys.height and room > 0:
            self._hashes.append(keys.head(room).hash_rows(seed=0))
            self._numbers.append(numbers.head(room))
            self._held += min(room, keys.height)

    def repeated(self, file: str) -> Finding | None:
        """One finding for all records whose key an earlier record has, at the first of them."""
        if not self._hashes:
            return None
        again = ~pl.concat(self._hashes).is_first_distinct()
        count = int(again.sum())
        if not count:
            return None
        first = int(pl.concat(self._numbers).gather(again.arg_true().head(1)).item())
        records = "1 record" if count == 1 else f"{count} records, of which this is the first"
        return Finding(SEEN_BEFORE, DataPlace(file, first), detail=records)


def find_differences(file: str, records: Records, read: tuple[str, ...]) -> list[Finding]:
    """R512, one a record and column: a column that a record has from its first row, and that differs in another."""
    if records.first is None or records.owner is None or records.rows.height == len(records.first):
        return []
    more = pl.Series([True]).new_from_index(0, records.rows.height).scatter(records.first, False).arg_true()
    owner = records.owner.gather(more)
    head = records.first.gather(owner)
    found: list[tuple[int, str]] = []
    for name in read:
        column = records.rows.get_column(name)
        differs = column.gather(more).ne_missing(column.gather(head))
        if differs.any():
            found += [(record, name) for record in owner.filter(differs).unique(maintain_order=True)]
    found.sort(key=lambda one: one[0])
    return [Finding(DIFFERS, _place(file, records, record, name)) for record, name in found]


def _place(file: str, records: Records, record: int, name: str) -> DataPlace:
    offset, length = int(records.offsets[record]), int(records.lengths[record])
    return DataPlace(file, int(records.numbers[record]), name, offset, length)
