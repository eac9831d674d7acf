"""Raw records are what was put in, whatever is cut out of them or joined."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.readers.raw_records import RawRecords, Single, Stretch

RECORDS = st.lists(st.binary(max_size=5) | st.sampled_from((b"\n", b"a\nb", b"\r\n", b"")), max_size=8)
Hold = Callable[[list[bytes]], RawRecords]
both = pytest.mark.parametrize("hold", [lambda records: Single(tuple(records)), Stretch.of], ids=["single", "stretch"])


@both
@given(records=RECORDS, one=st.integers(0, 8), other=st.integers(0, 8))
def test_slices(hold: Hold, records: list[bytes], one: int, other: int) -> None:
    raw = hold(records)
    first, end = sorted((min(one, len(records)), min(other, len(records))))
    assert list(raw.slice(first, end)) == records[first:end]
    assert len(raw.slice(first, end)) == end - first
    assert [raw[row] for row in range(len(raw))] == list(raw) == records


@both
@given(records=RECORDS, rows=st.sets(st.integers(0, 7)))
def test_some(hold: Hold, records: list[bytes], rows: set[int]) -> None:
    wanted = sorted(row for row in rows if row < len(records))
    found = hold(records).take(pl.Series(wanted, dtype=pl.UInt32))
    assert list(found) == [records[row] for row in wanted]


@both
@given(lots=st.lists(RECORDS, min_size=1, max_size=4))
def test_joined(hold: Hold, lots: list[list[bytes]]) -> None:
    first, *others = map(hold, lots)
    assert list(first.join(others)) == [record for records in lots for record in records]
