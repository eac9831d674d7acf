"""What a message is said to lack: never a column that it has a value of, and most of the others."""

from __future__ import annotations

from collections.abc import Iterator

from interop.readers.protocol import Record, Row
from tests.readers.hl7v2.reading import reader_of

MESSAGE = 'MSH|^~\\&|A||||||ADT^A01^ADT_A01|1\rPID|1||A^B~~C^^^&1.2~""~D||\\T\\||""\rNK1|1|X^Y\rNK1|2||~P^^Q'
FIELDS = [f"{segment}-{number}" for segment in ("MSH", "PID", "NK1", "EVN") for number in range(1, 10)]
COLUMNS = ["MSH", "PID", "NK1", "EVN", "record.structure"] + [
    field + part for field in FIELDS for part in ("", ".2", ".3", ".4.2", "[2]", "[2].3", "[3].4", ".*", " deleted")
]


def record() -> Record:
    found = reader_of().record(MESSAGE)
    assert not found.findings
    assert found.lacks is not None
    return found


def rows(context: str, row: Row) -> Iterator[tuple[str, Row]]:
    """All rows of a tree, and those of repetitions."""
    yield context, row
    for inner in ("patient", "next-of-kin", *(f"{context}/{field}" for field in FIELDS)):
        for child in row.children.get(inner, ()):
            yield from rows(inner, child)


def test_it_lacks_nothing_that_it_has() -> None:
    found = record()
    assert found.lacks is not None
    seen = list(rows(found.root, found.row))
    assert len(seen) > 10
    for context, row in seen:
        assert not found.lacks(frozenset({(context, "")}))
        there = [name for name in COLUMNS if row.values.get(name) is not None]
        assert [name for name in there if found.lacks(frozenset({(context, name)}))] == []
        assert not found.lacks(frozenset({("next-of-kin", "NK1-9"), *((context, name) for name in there[:1])}))


def test_it_lacks_what_is_not_there() -> None:
    lacks = record().lacks
    assert lacks is not None
    absent = {
        "patient": ("PID-2", "PID-3.3", "PID-9", "EVN-1", "EVN"),
        "next-of-kin": ("NK1-4", "NK1-2.3"),
        "patient/PID-3": ("PID-3.3",),
        "patient/PID-9": ("",),
        "visit": ("",),
    }
    for context, columns in absent.items():
        for column in columns:
            assert lacks(frozenset({(context, column)})), (context, column)
    assert lacks(frozenset((context, column) for context, columns in absent.items() for column in columns))
