"""Framed messages put together: no more than fit, none over the end of a part or a file, and nothing is lost."""

from __future__ import annotations

from io import BytesIO

import polars as pl
import pytest

from interop.errors import DataPlace, Finding
from interop.job.gather import gather_raw
from interop.job.parts import Entry, File
from interop.job.spans import SpanReader
from interop.readers.protocol import Batch, Input, Rejected, Table
from interop.readers.raw_records import Scattered


def file_of(name: str) -> File:
    return File(name, 1, SpanReader(Input(name, lambda: BytesIO(b""))))


def entry(file: File, *numbers: int, raw: bool = True, last: bool = False, left_out: int = 0) -> Entry:
    batch = Batch(
        file.name,
        "message",
        {} if raw else {"message": Table(pl.DataFrame(height=len(numbers)))},
        pl.Series(numbers, dtype=pl.UInt32),
        pl.Series([10 * number for number in numbers], dtype=pl.UInt64),
        pl.Series([9] * len(numbers), dtype=pl.UInt32),
        findings=[Finding("R608", DataPlace(file.name, numbers[0]))] if numbers else [],
        rejected=[Rejected(number, 0, b"", ()) for number in numbers[:1]],
        last=last,
        framed=99 if last else 0,
        raw=Scattered.of([b"%d" % number for number in numbers]) if raw else None,
    )
    return Entry(file, batch, left_out=left_out, left_out_bytes=7 * left_out)


def told(entries: list[tuple[int, Entry]]) -> list[tuple[int, str, list[int]]]:
    return [(number, one.file.name, one.batch.numbers.to_list()) for number, one in entries]


def test_as_many_as_fit_of_one_part_and_file() -> None:
    a, b = file_of("a"), file_of("b")
    given = [
        (1, entry(a, 1, 2)),
        (1, entry(a, 3, 4)),
        (1, entry(a, 5)),
        (2, entry(a, 6)),
        (2, entry(a, 7, last=True)),
        (2, entry(b, 1)),
        (2, entry(b, 2, last=True)),
    ]
    found = list(gather_raw(given, 4))
    assert told(found) == [(1, "a", [1, 2, 3, 4]), (1, "a", [5]), (2, "a", [6, 7]), (2, "b", [1, 2])]
    raw = [list(one.batch.raw or ()) for _, one in found]
    assert raw == [[b"1", b"2", b"3", b"4"], [b"5"], [b"6", b"7"], [b"1", b"2"]]
    assert [(one.batch.last, one.batch.framed) for _, one in found] == [(False, 0), (False, 0), (True, 99), (True, 99)]


def test_what_is_said_and_left_out_stays() -> None:
    file = file_of("a")
    ((_, whole),) = gather_raw([(1, entry(file, 1, 2, left_out=3)), (1, entry(file, 4, left_out=1))], 10)
    assert [one.data.record for one in whole.batch.findings if one.data] == [1, 4]
    assert [one.number for one in whole.batch.rejected] == [1, 4]
    assert (whole.left_out, whole.left_out_bytes) == (4, 28)
    assert whole.batch.offsets.to_list() == [10, 20, 40]


def test_tables_pass_in_their_place() -> None:
    file = file_of("a")
    given = [(1, entry(file, 1)), (1, entry(file, 2, raw=False)), (1, entry(file, 3)), (1, entry(file))]
    assert told(list(gather_raw(given, 10))) == [(1, "a", [1]), (1, "a", [2]), (1, "a", [3])]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 7, 8, 20])
def test_batches_are_full_and_none_has_a_few_records(most: int) -> None:
    file = file_of("a")
    given = [
        (1, entry(file, 1, 2, 3, left_out=2)),
        (1, entry(file, 4, 5, 6, 7, 8, 9)),
        (2, entry(file, 10)),
        (2, entry(file, 11, 12, left_out=1, last=True)),
    ]
    found = list(gather_raw(given, most))
    for part, numbers in ((1, range(1, 10)), (2, range(10, 13))):
        batches = [one.batch for number, one in found if number == part]
        assert [number for batch in batches for number in batch.numbers] == list(numbers)
        assert [int(one) for batch in batches for one in batch.raw or ()] == list(numbers)
        assert [len(batch.numbers) for batch in batches[:-1]] == [most] * (len(batches) - 1)
        assert len(batches[-1].numbers) <= most + most // 8
    assert sum(one.left_out for _, one in found) == 3
    assert [one.number for _, entry in found for one in entry.batch.rejected] == [1, 4, 10, 11]
    assert [one.batch.framed for _, one in found if one.batch.last] == [99]
    assert found[-1][1].batch.last
