"""Raw records are what was put in, whatever is cut out of them or joined."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from interop.readers.raw_records import RawRecords, joined

RECORDS = st.lists(st.binary(max_size=5) | st.sampled_from((b"\n", b"a\nb", b"\r\n", b"")), max_size=8)


@given(RECORDS, st.integers(0, 8), st.integers(0, 8))
def test_slices(records: list[bytes], one: int, other: int) -> None:
    raw = RawRecords.of(records)
    first, end = sorted((min(one, len(records)), min(other, len(records))))
    assert list(raw.slice(first, end)) == records[first:end]
    assert len(raw.slice(first, end)) == end - first
    assert [raw[row] for row in range(len(raw))] == list(raw) == records


@given(RECORDS, st.sets(st.integers(0, 7)))
def test_some(records: list[bytes], rows: set[int]) -> None:
    wanted = sorted(row for row in rows if row < len(records))
    found = RawRecords.of(records).take(pl.Series(wanted, dtype=pl.UInt32))
    assert list(found) == [records[row] for row in wanted]


@given(st.lists(RECORDS, min_size=1, max_size=4))
def test_joined(lots: list[list[bytes]]) -> None:
    assert list(joined(map(RawRecords.of, lots))) == [record for records in lots for record in records]
