"""Parent tables: read first, looked up by key, in batches and in single records."""

from __future__ import annotations

import pickle

import pytest

from interop.limits import Limits
from interop.readers.delimited import DelimitedReader, Parents
from interop.readers.protocol import Batch, Input, Projection
from interop.spec.layout import DelimitedLayout, TableLayout
from tests.readers.reading import columns, read_batches, source

LAYOUT = DelimitedLayout(
    (
        TableLayout("person", columns("HOSP! PID! SEX BIRTH"), when_file="person*", lookup=("HOSP", "PID")),
        TableLayout(
            "service",
            columns("HOSPCODE PERSON SEQ"),
            when_file="service*",
            parents=(("person", ("HOSPCODE", "PERSON")),),
        ),
    ),
    delimiter="|",
)
READS = Projection({"service": ("SEQ", "person.SEX", "person.BIRTH")})
PERSONS = b"PID|HOSP|SEX|BIRTH|NAME\n1|A|1|1990\n1|B|2|\n2|A||2000\n1|A|9|1111\n||1|\n"
PERSONS = PERSONS.replace(b"|NAME", b"")
SERVICES = b"SEQ|HOSPCODE|PERSON\n10|A|1\n11|B|1\n12|A|2\n13|C|1\n14||1\n15|A|1\n"


def loaded(*inputs: Input, limits: Limits | None = None) -> DelimitedReader:
    reader = DelimitedReader(LAYOUT, limits)
    reader.load_parents(inputs, READS)
    return reader


def found(batch: Batch) -> list[tuple[str, int, str]]:
    return [(finding.code, finding.data.record, finding.detail) for finding in batch.findings if finding.data]


def test_columns_of_the_parent() -> None:
    reader = loaded(source(SERVICES, "SERVICE.txt"), source(PERSONS, "PERSON.txt"))
    (batch,) = read_batches(reader, source(SERVICES, "SERVICE.txt"), READS)
    assert batch.tables["service"].frame.rows() == [
        ("10", "1", "1990"),
        ("11", "2", None),
        ("12", None, "2000"),
        ("13", None, None),
        ("14", None, None),
        ("15", "1", "1990"),
    ]
    assert found(batch) == [("R520", 4, "person")]


def test_what_was_read_and_found() -> None:
    reader = loaded(source(SERVICES, "service.csv"), source(PERSONS + b"bad\n", "person.csv"))
    assert reader.parents.files == ("person.csv",)
    assert [finding.code for finding in reader.parents.findings] == ["R501", "R521"]
    assert reader.parents.findings[1].detail == "1 row of table person"


def test_only_the_columns_that_are_read_are_kept() -> None:
    reader = DelimitedReader(LAYOUT)
    reader.load_parents([source(PERSONS, "person.csv")], Projection({"service": ("person.SEX",)}))
    assert reader.parents.frames["person"].columns[:-1] == ["HOSP", "PID", "SEX"]


def test_a_parent_that_nothing_reads_is_not_kept() -> None:
    reader = DelimitedReader(LAYOUT)
    reader.load_parents([source(PERSONS, "person.csv")], Projection({"service": ("SEQ",)}))
    assert reader.parents.frames == {}
    assert reader.parents.files == ("person.csv",)


def test_several_files_of_a_parent() -> None:
    one, other = source(PERSONS, "person1.csv"), source(b"HOSP|PID|SEX\nC|1|2\n", "person2.csv")
    reader = loaded(one, other)
    (batch,) = read_batches(reader, source(SERVICES, "service.csv"), READS)
    assert batch.tables["service"].frame.row(3) == ("13", "2", None)
    assert found(batch) == []


def test_without_a_file_of_the_parent() -> None:
    reader = loaded(source(SERVICES, "service.csv"))
    (batch,) = read_batches(reader, source(SERVICES, "service.csv"), READS)
    assert batch.tables["service"].frame.row(0) == ("10", None, None)
    assert found(batch) == [("R523", 0, "person")]


def test_a_parent_beyond_the_limit_is_not_used() -> None:
    reader = loaded(source(PERSONS, "person.csv"), limits=Limits(lookup_bytes=10))
    assert reader.parents.frames == {}
    assert [finding.code for finding in reader.parents.findings] == ["R522"]


def test_a_damaged_parent_is_told() -> None:
    reader = loaded(source(b"\x1f\x8b\x08", "person.csv.gz"))
    assert reader.parents.files == ()
    (batch,) = read_batches(reader, source(b"\x1f\x8b\x08", "person.csv.gz"), READS)
    assert [one.findings[0].code for one in batch.rejected] == ["R210"]


def test_a_worker_gets_the_same_parents() -> None:
    reader = loaded(source(PERSONS, "person.csv"))
    parents: Parents = pickle.loads(pickle.dumps(reader.parents))
    other = DelimitedReader(LAYOUT, parents=parents)
    (batch,) = read_batches(other, source(SERVICES, "service.csv"), READS)
    assert batch.tables["service"].frame.row(0) == ("10", "1", "1990")


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ({"HOSPCODE": "A", "PERSON": "1", "SEQ": "1"}, {"person.SEX": "1", "person.BIRTH": "1990"}),
        ({"HOSPCODE": "A", "PERSON": "2"}, {"person.BIRTH": "2000"}),
        ({"HOSPCODE": "Z", "PERSON": "2"}, {}),
        ({"HOSPCODE": "A"}, {}),
    ],
)
def test_single_records(row: dict[str, str | None], values: dict[str, str]) -> None:
    reader = loaded(source(PERSONS, "person.csv"))
    record = reader.record(row, file="service.csv")
    looked_up = {name: text for name, text in record.row.values.items() if name in READS.columns["service"][1:]}
    assert looked_up == values


def test_a_caller_may_give_the_parents_columns() -> None:
    row = {"HOSPCODE": "A", "PERSON": "1", "person.SEX": "2"}
    assert DelimitedReader(LAYOUT).record(row, file="service.csv").row.values["person.SEX"] == "2"
