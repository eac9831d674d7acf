"""Files that were made, or broke, to hurt the delimited reader: each costs its own records, and little memory."""

from __future__ import annotations

import gzip
import io
import tracemalloc

import pytest

from interop.limits import Limits
from interop.readers.delimited import DelimitedReader
from interop.readers.protocol import Input, Projection
from tests.readers.reading import layout, read

MIB = 1024 * 1024
SECRET = "Jane"


class Endless(io.RawIOBase):
    """A header, then `size` bytes of a pattern, then an end, made as they are read."""

    def __init__(self, size: int, pattern: bytes = b"x", end: bytes = b"") -> None:
        self._parts = [b"A|B|C\n"]
        self._left, self._pattern, self._end = size, pattern, end

    def read(self, size: int = -1) -> bytes:
        if self._parts:
            return self._parts.pop()
        if self._left:
            block = (self._pattern * (max(size, 1) // len(self._pattern) + 1))[: min(self._left, size)]
            self._left -= len(block)
            return block
        end, self._end = self._end, b""
        return end


def test_two_hundred_megabytes_on_one_line() -> None:
    item = Input("a.csv", lambda: Endless(200 * MIB, end=b"\n1|2|3\n"))  # type: ignore[arg-type,return-value]
    reader = DelimitedReader(layout(), Limits(record_bytes=MIB))
    tracemalloc.start()
    (batch,) = reader.batches(item, Projection({"row": ("A",)}), batch_rows=1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (rejected,) = batch.rejected
    assert (rejected.number, rejected.offset, rejected.length, len(rejected.data)) == (1, 6, 200 * MIB, MIB)
    assert [finding.code for finding in rejected.findings] == ["R507"]
    assert batch.tables["row"].frame.rows() == [("1",)]
    assert batch.framed == batch.counted == 2
    assert peak < 32 * MIB


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
@pytest.mark.parametrize("chunk", [7, 4096])
def test_a_line_beyond_the_limit_between_others(end: str, chunk: int) -> None:
    data = f"A|B|C\n1|2|3\n{'x' * 300}{end}".encode() + (b"4|5|6\n" if end else b"")
    found = read(data, limits=Limits(chunk_bytes=chunk, record_bytes=100))
    assert found.rejected == [(2, 12, b"x" * 100, 300, ("R507",))]
    assert [row[0] for row in found.rows] == (["1", "4"] if end else ["1"])
    assert found.accounted == found.size == len(data)
    assert found.framed == found.counted


def test_a_header_beyond_the_limit() -> None:
    found = read(b"A|B|C" + b"x" * 500 + b"\n1|2|3\n", limits=Limits(chunk_bytes=16, record_bytes=100))
    assert found.codes == [(0, "R208")]
    assert found.size == 512


def test_four_thousand_columns() -> None:
    names = [f"C{number}" for number in range(4000)]
    rows = [[f"{row}.{number}" if number % 7 else "" for number in range(4000)] for row in range(20)]
    rows[3][3999] = '"x|y"'
    data = "\n".join(["|".join(names), *("|".join(row) for row in rows), "1|2"]).encode()
    found = read(data, layout(" ".join(names)))
    assert found.codes == [(21, "R501")]
    assert found.rows[1][:8] == (None, "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", None)
    assert found.rows[3][3999] == "x|y"
    assert found.framed == found.counted == 21


def test_more_columns_than_the_limit() -> None:
    found = read(b"|".join(b"C%d" % number for number in range(5000)) + b"\n")
    assert found.codes == [(0, "R209")]


def test_quotes_that_never_close_cost_a_line_each() -> None:
    lines = [b'1|"abc|3'] * 500 + [b"4|5|6"] * 500
    found = read(b"A|B|C\n" + b"\n".join(lines))
    assert len(found.rows) == 500
    assert [number for number, _ in found.codes] == list(range(1, 501))
    assert found.framed == found.counted == 1000


def test_a_quote_that_never_closes_before_a_megabyte() -> None:
    data = b'A|B|C\n1|"abc|3\n' + b"4|5|6\n" * 200_000
    found = read(data, limits=Limits(chunk_bytes=64 * 1024, quoted_bytes=256 * 1024))
    assert found.codes == [(1, "R503")]
    assert len(found.rows) == 200_000
    assert found.framed == found.counted == 200_001


def test_chains_of_quoted_line_ends_are_bounded_by_the_columns() -> None:
    found = read(b"A|B|C\n" + b'x"|"x\n' * 3000)
    assert found.framed == found.counted == 3000
    assert found.rows == []


def test_a_quoted_field_beyond_its_limits() -> None:
    field = b"line\n" * 50
    for limits in (Limits(quoted_lines=50), Limits(quoted_bytes=200)):
        found = read(b'A|B|C\n1|2|"' + field + b'"\n4|5|6\n', limits=limits)
        assert found.codes[0] == (1, "R503")
        assert found.rows == [("4", "5", "6")]
        assert found.framed == found.counted == 52
    assert len(read(b'A|B|C\n1|2|"' + field + b'"\n', limits=Limits(quoted_lines=51)).rows) == 1


def test_bad_rows_without_end_are_read_in_turns() -> None:
    data = b"A|B|C\n" + b"x\n" * 5000 + b"1|2|3\n"
    found = read(data, limits=Limits(bad_rows=100), batch_rows=64)
    assert found.codes == [(number, "R501") for number in range(1, 5001)]
    assert found.numbers == [5001]
    assert found.accounted == len(data)


def test_very_short_lines_are_read_in_small_pieces() -> None:
    data = b"A|B|C\n" + b"||\n" * 20_000 + b"\n" * 20_000 + b"1|2|3"
    found = read(data, limits=Limits(chunk_lines=500), batch_rows=10_000)
    assert found.framed == found.counted == len(found.rows) == 20_001
    assert found.skipped == 6 + 20_000 + 20_000


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 1000,
        b"\0\n" * 100,
        bytes(range(256)) * 20,
        b"\xff\xfe" + "A|B|C\n1|2|3\n".encode("utf-16-le"),
        b"\x1f\x8b\x08\0not gzip at all",
        b"PK\x03\x04" + bytes(200),
        b'"' * 999,
        b"|" * 999,
        b"\r" * 999,
        b"\n\r" * 999,
    ],
)
def test_what_is_no_such_file_is_refused_or_empty(data: bytes) -> None:
    found = read(data)
    assert found.rows == []
    assert found.codes in ([(0, "R208")], [(0, "R201")], [(0, "R204")], [])
    assert found.size == len(data)


def test_nul_in_every_other_row() -> None:
    found = read(b"A|B|C\n" + b"1|2|3\n\0|2|3\n" * 100)
    assert found.numbers == list(range(1, 201, 2))
    assert found.codes == [(number, "R506") for number in range(2, 201, 2)]


def test_the_wrong_charset_costs_the_lines_that_show_it() -> None:
    rows = ["é|2|3", "1|2|3", "ü|2|3"]
    found = read(("A|B|C\n" + "\n".join(rows)).encode("cp1252"))
    assert found.codes == [(1, "R505"), (3, "R505")]
    assert found.rows == [("1", "2", "3")]


def test_a_gzip_bomb_is_read_in_bounded_memory() -> None:
    bomb = gzip.compress(b"A|B|C\n" + b" " * (64 * MIB))
    tracemalloc.start()
    found = read(bomb, name="bomb.csv.gz", limits=Limits(record_bytes=MIB))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.codes == [(1, "R507")]
    assert found.size == 64 * MIB + 6
    assert peak < 32 * MIB


def test_no_finding_holds_what_the_file_says() -> None:
    rows = [f"{SECRET}|2", f"{SECRET}|2|3|4", f'"{SECRET}|2|3', f'"{SECRET}"x|2|3', f"{SECRET}\0|2|3", "1|2|3"]
    data = ("A|B|C\n" + "\n".join(rows)).encode() + f"\n{SECRET}".encode() + b"\xff|2|3\n"
    reader = DelimitedReader(layout())
    item = Input("a.csv", lambda: io.BytesIO(data))
    (batch,) = reader.batches(item, Projection({"row": ("A",)}), batch_rows=100)
    assert len(batch.rejected) == 6
    texts = [str(finding) for rejected in batch.rejected for finding in rejected.findings]
    assert not any(SECRET in text for text in texts + list(map(str, batch.findings)))


def test_a_first_row_taken_for_a_header_is_not_shown() -> None:
    for data in (f"{SECRET}|Doe|1990\n", f"{SECRET}|A|Doe|x\n", f"{SECRET}|{SECRET}|A\n"):
        reader = DelimitedReader(layout())
        item = Input("a.csv", lambda data=data: io.BytesIO(data.encode()))  # type: ignore[misc]
        (batch,) = reader.batches(item, Projection({"row": ("A",)}), batch_rows=100)
        found = [*batch.findings, *(finding for one in batch.rejected for finding in one.findings)]
        assert found
        assert not any(SECRET in str(finding) for finding in found)
