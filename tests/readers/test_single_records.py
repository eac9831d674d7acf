"""Single records of an embedder, and batches as records: both must be what the tables say."""

from __future__ import annotations

import pytest

from interop.errors import UsageError
from interop.readers.delimited import DelimitedReader
from interop.readers.protocol import Projection, Row
from interop.readers.rows import rows_of
from interop.spec.layout import DelimitedLayout, TableLayout
from tests.readers.reading import columns, layout, read_batches, source
from tests.readers.test_recognition import CLAIMS
from tests.readers.test_records import CLAIM

DATA = b"ID,S,L,D1,V1,D2,V2,P,Q\n1,s,a,x,,y,9,5,\n1,s,b,x,,y,9,6,7\n2,,c,,8,,,,\nbad\n2,t,d,,8,,,,\n3,,,,,,,,\n"
ALL = ("ID", "S", "L", "D1", "V1", "D2", "V2", "P", "Q")
READS = Projection(
    {
        "claim": ALL,
        "line": (*ALL, "#"),
        "dx": ("code", "ver", "#"),
        "amt": ("name", "value", "#"),
    }
)


def tree(row: Row) -> object:
    return row.values, row.number, {name: [tree(child) for child in rows] for name, rows in row.children.items()}


def assert_linked(row: Row) -> None:
    for rows in row.children.values():
        for child in rows:
            assert child.parent is row
            assert_linked(child)


def test_batches_as_records() -> None:
    reader = DelimitedReader(DelimitedLayout((CLAIM,)))
    (batch,) = read_batches(reader, source(DATA), READS)
    records = list(rows_of(batch, reader))
    assert [(record.number, record.offset, record.length) for record in records] == [(1, 23, 32), (3, 85, 9)]
    for record in records:
        assert_linked(record.row)
    assert tree(records[1].row) == ({"ID": "3"}, 1, {"line": [({"ID": "3"}, 1, {"amt": []})], "dx": []})


def test_a_single_record_is_the_one_of_a_file() -> None:
    reader = DelimitedReader(DelimitedLayout((CLAIM,)))
    (batch,) = read_batches(reader, source(DATA), READS)
    first = next(rows_of(batch, reader))
    header, *lines = DATA.decode().splitlines()
    rows = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines[:2]]
    for data in (rows, tuple(rows), "\n".join([header, *lines[:2]]), b"\r\n".join(DATA.splitlines()[:3])):
        record = reader.record(data, file="a.csv")
        assert tree(record.row) == tree(first.row)
        assert_linked(record.row)
        assert (record.root, record.number, record.file, record.findings) == ("claim", 1, "a.csv", ())
        assert record.file_values == batch.file_values


def test_findings_go_with_their_records() -> None:
    reader = DelimitedReader(DelimitedLayout((CLAIM,)))
    data = b"ID,S,L\n1,s,a\n1,t,b\n2,s,c\n"
    (batch,) = read_batches(reader, source(data), Projection({"claim": ("S",)}))
    assert [[finding.code for finding in record.findings] for record in rows_of(batch, reader)] == [["R512"], []]


def test_no_records_of_a_table_that_is_not_read() -> None:
    reader = DelimitedReader(DelimitedLayout((CLAIM,)))
    (batch,) = read_batches(reader, source(DATA), Projection({}))
    assert list(rows_of(batch, reader)) == []


def test_texts_are_trimmed_and_empty_ones_left_out() -> None:
    reader = DelimitedReader(layout())
    assert reader.record({"A": " 1\t", "B": "  ", "C": None}).row.values == {"A": "1"}
    assert DelimitedReader(layout(trim=False)).record({"A": " 1", "B": ""}).row.values == {"A": " 1"}


@pytest.mark.parametrize(
    ("row", "file", "root"),
    [
        ({"ID": "1", "DRG": None, "DAYS": "2"}, "", "inpatient"),
        ({"ID": "1", "DRG": "2"}, "", "event"),
        ({"ID": "1", "CARR": "2"}, "", "carrier"),
        ({"ID": "1", "SEX": "2"}, "person.csv", "person"),
        ({"ID": "1", "SEX": "2"}, "", "address"),
    ],
)
def test_table_of_a_mapping(row: dict[str, str | None], file: str, root: str) -> None:
    assert DelimitedReader(CLAIMS).record(row, file=file).root == root


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (7, "a record is a mapping"),
        ([], "a record is a mapping"),
        (["A"], "a record is a mapping"),
        ({"Jane": "Doe"}, "fit none of the tables"),
        ({"A": 7}, "column `A` is not text"),
        ({"A": "1", "Jane Doe": 7}, r"column `\?` is not text"),
        ([{"A": "1"}, {"A": "1"}], "a record of table row is one row; 2 were given"),
        ("A|B|C\n1|2|3\n4|5|6\n", "is one row; 2 were given"),
        ("A|B|C\n", "is one row; 0 were given"),
        ("", "R201|R208"),
        ("Jane|Doe\n1|2\n", "R201"),
        (b"A|B|C\n\xff|2|3\n", "R505"),
    ],
)
def test_wrong_use(data: object, words: str) -> None:
    with pytest.raises(UsageError, match=words) as raised:
        DelimitedReader(layout()).record(data)
    assert "Doe" not in str(raised.value)


def test_rows_of_two_records_are_refused() -> None:
    reader = DelimitedReader(DelimitedLayout((CLAIM,)))
    for rows in ([{"ID": "1"}, {"ID": "2"}], [{"ID": None}, {"ID": None}]):
        with pytest.raises(UsageError, match="they must share ID"):
            reader.record(rows)


def test_a_row_of_a_text_that_cannot_be_read_is_an_error_of_the_record() -> None:
    record = DelimitedReader(layout()).record("A|B|C\n1|2\n")
    assert [finding.code for finding in record.findings] == ["R501"]
    assert record.row.values == {}


def test_many_rows_of_a_text_are_read_in_one_pass() -> None:
    reader = DelimitedReader(DelimitedLayout((CLAIM,)))
    rows = ["7,s,a", "", '7,s,"two\nlines"'] * 2000
    record = reader.record("ID,S,L\n" + "\n".join(rows))
    assert [line.values["L"] for line in record.row.children["line"]] == ["a", "two\nlines"] * 2000


def test_columns_without_header_are_those_of_the_layout() -> None:
    reader = DelimitedReader(layout(header=False))
    assert reader.record("1||3\r\n").row.values == {"A": "1", "C": "3"}


def test_contexts() -> None:
    parents = {"claim": None, "line": "claim", "dx": "claim", "amt": "line"}
    assert DelimitedReader(DelimitedLayout((CLAIM,))).context_parents("claim") == parents


def test_a_charset_that_is_no_superset_of_ascii_is_refused() -> None:
    for charset in ("utf-16", "utf-7", "iso-2022-jp", "nonsense"):
        with pytest.raises(UsageError, match=charset):
            DelimitedReader(DelimitedLayout((TableLayout("row", columns("A")),), charset=charset))
