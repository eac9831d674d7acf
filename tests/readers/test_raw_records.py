"""Raw records are what was put in, whatever is cut out of them or joined."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.readers.raw_records import RawRecords, Scattered, Stretch

RECORDS = st.lists(st.binary(max_size=5) | st.sampled_from((b"\n", b"a\nb", b"\r\n", b"")), max_size=8)
Hold = Callable[[list[bytes]], RawRecords]


def scattered(records: list[bytes]) -> Scattered:
    """Records with something between them."""
    lengths = list(map(len, records))
    starts = [3 * (number + 1) + sum(lengths[:number]) for number in range(len(records))]
    return Scattered(b"".join(b"###" + record for record in records) + b"##", starts, lengths)


both = pytest.mark.parametrize("hold", [scattered, Scattered.of, Stretch.of], ids=["scattered", "of", "stretch"])


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


def test_joined_takes_no_more_than_it_has() -> None:
    """Some of a stretch hold on to all of it, which is not to be sent to a worker."""
    raw = scattered([b"a" * 9, b"b", b"c" * 5, b"d" * 9]).slice(1, 3)
    assert raw.join(()).data == b"b###ccccc"
    assert raw.join([raw]).data == b"b###cccccb###ccccc"
    whole = Scattered.of([b"a", b"b"])
    assert whole.join(()) is whole
