"""Which table a file is, and what its name says."""

from __future__ import annotations

import pytest

from interop.readers.delimited import DelimitedReader
from interop.readers.file_name import file_values
from interop.readers.protocol import Batch, Projection
from interop.spec.layout import DelimitedLayout, TableLayout
from tests.readers.reading import columns, layout, read, read_batches, source


def table(name: str, names: str, when: str = "", file: str | None = None) -> TableLayout:
    return TableLayout(name, columns(names), when_columns=tuple(when.split()), when_file=file)


CLAIMS = DelimitedLayout(
    (
        table("inpatient", "ID DRG DAYS X", "DRG DAYS"),
        table("carrier", "ID CARR X", "CARR"),
        table("event", "ID DRG", "DRG"),
        table("person", "ID SEX", file="person*"),
        table("address", "ID SEX", "SEX", file="addr*.txt"),
    )
)


def batch(name: str, data: bytes) -> Batch:
    (found,) = read_batches(DelimitedReader(CLAIMS), source(data, name), Projection({}))
    return found


@pytest.mark.parametrize(
    ("name", "header", "root"),
    [
        ("a.csv", "ID,DRG,DAYS", "inpatient"),
        ("a.csv", "DAYS,Y,DRG,ID", "inpatient"),
        ("a.csv", "ID,DRG", "event"),
        ("a.csv", "CARR,ID", "carrier"),
        ("PERSON.TXT", "ID,SEX", "person"),
        ("person.csv.gz", "ID", "person"),
        ("personal.csv", "ID,SEX", "person"),
        ("ADDRESS.txt", "ID,SEX", "address"),
    ],
)
def test_table(name: str, header: str, root: str) -> None:
    data = header.encode() + b"\n"
    if name.endswith(".gz"):
        import gzip

        data = gzip.compress(data)
    assert batch(name, data).root == root


@pytest.mark.parametrize(
    ("name", "header", "code", "detail"),
    [
        ("a.csv", "ID,OTHER", "R201", "the tables are inpatient, carrier, event, person, address"),
        ("address.csv", "ID,SEX", "R201", "the tables are inpatient, carrier, event, person, address"),
        ("a.csv", "ID,DRG,CARR", "R202", "carrier, event"),
    ],
)
def test_refusal(name: str, header: str, code: str, detail: str) -> None:
    (rejected,) = batch(name, header.encode() + b"\nJane,Doe,1\n").rejected
    (finding,) = rejected.findings
    assert (rejected.number, rejected.data, finding.code, finding.detail) == (0, b"", code, detail)
    assert "OTHER" not in str(finding)


def test_a_header_of_one_column_asks_for_the_delimiter() -> None:
    (rejected,) = batch("a.csv", b"ID|DRG|DAYS\n").rejected
    assert rejected.findings[0].fix == "check `delimiter:` in mapping.yaml: the header is one column"


def test_without_header_only_the_name_tells() -> None:
    tables = (table("person", "A B", file="p*"), table("visit", "A B C", file="v*"))
    reader = DelimitedReader(DelimitedLayout(tables, header=False))
    (found,) = read_batches(reader, source(b"1,2,3\n", "visits.csv"), Projection({"visit": ("C",)}))
    assert found.tables["visit"].frame.rows() == [("3",)]


@pytest.mark.parametrize(
    ("name", "pattern", "values"),
    [
        ("RSV_Vaccinations_v5_20240101.csv", "{disease}_Vaccinations_v5_*", {"disease": "RSV"}),
        ("rsv_vaccinations_V5_.csv.gz", "{disease}_Vaccinations_v5_*", {"disease": "rsv"}),
        ("F_10953.TXT", "{kind}_{hospital}", {"kind": "F", "hospital": "10953"}),
        ("a.b.csv", "{kind}", {"kind": "a.b"}),
        ("a.b.csv", "{kind}.csv", {"kind": "a.b"}),
        ("visit-7.csv", "visit-?", {}),
        ("x(1).csv", "x(1)", {}),
        ("other.csv", "{disease}_Vaccinations_v5_*", None),
        ("_Vaccinations_v5_x", "{disease}_Vaccinations_v5_*", None),
    ],
)
def test_values_of_the_name(name: str, pattern: str, values: dict[str, str] | None) -> None:
    plain = name.removesuffix(".gz")
    assert file_values(name, pattern) == ({"name": plain} | values if values is not None else None)


def test_values_are_in_every_batch() -> None:
    reader = DelimitedReader(layout(file="{disease}_*", file_names=("disease",)))
    item = source(b"A|B|C\n1||\n2||\n", "RSV_1.csv")
    batches = read_batches(reader, item, Projection({"row": ("A",)}), batch_rows=1)
    assert [one.file_values for one in batches] == [{"name": "RSV_1.csv", "disease": "RSV"}] * 2


def test_a_name_that_does_not_follow_the_pattern_is_told() -> None:
    found = read(b"A|B|C\n1||\n", layout(file="{disease}_*"), name="x.csv")
    assert found.findings == [("R207", 0, "`{disease}_*`")]
    assert found.rows == [("1", None, None)]
