"""Bytes to values: the cases of values.yaml, by the batch reader and as a single record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from interop.readers.protocol import Projection
from interop.readers.rows import rows_of
from tests.readers.hl7v2.reading import EVERYTHING, batches, one_tree, read, reader_of, shortened

CASES: list[dict[str, Any]] = yaml.load((Path(__file__).parent / "values.yaml").read_text("utf-8"), yaml.BaseLoader)
USUAL = "MSH|^~\\&|A||||||ADT^A01^ADT_A01"


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "among others"])
@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_case(case: dict[str, Any], alone: bool) -> None:
    data = "\r".join([case.get("msh", USUAL), *case["message"]]).encode(case.get("codec", "utf-8"))
    expected = {
        context: {name: value for name, value in columns.items() if value != "~"}
        for context, columns in case["read"].items()
    }
    projection = Projection({context: tuple(columns) for context, columns in case["read"].items()})
    reader = reader_of()
    other = (USUAL + "\rPID|9||Z^Y&X\\T\\~W\rNK1|8\r").encode()
    (batch,) = batches(data if alone else other + data + b"\r" + other, reader, projection)
    found = {
        context: {name: value for name, value in table.frame.row(0 if alone else 1, named=True).items() if value}
        for context, table in batch.tables.items()
    }
    assert found == expected
    findings = [f"{one[0]} {one[2]}".strip() for one in shortened(batch.findings)]
    assert findings == case.get("findings", [])

    record = reader.record(data)
    assert [f"{one[0]} {one[2]}".strip() for one in shortened(record.findings)] == findings
    for context, columns in case["read"].items():
        row = record.row if context == "message" else record.row.children.get("patient")[0]
        row = row.children.get(context)[0] if context == "next-of-kin" else row
        assert {name: row.values.get(name) for name in columns if row.values.get(name)} == expected[context]


def test_repetitions_are_rows() -> None:
    lines = ['PID|1||A^B~~C^^^&1.2~""~D', "NK1|1", "NK1|2"]
    projection = Projection({"patient": ("PID-1",), "patient/PID-3": ("#", "PID-3", "PID-3.4.2", "PID-3[2]", "PID-1")})
    reader = reader_of()
    (batch,) = batches("\r".join([USUAL, *lines]).encode(), reader, projection)
    table = batch.tables["patient/PID-3"]
    assert table.parent is not None
    assert table.parent.to_list() == [0, 0, 0]
    assert table.frame.rows() == [
        ("1", "A", None, None, None),
        ("3", "C", "1.2", None, None),
        ("5", "D", None, None, None),
    ]
    record = reader.record("\r".join([USUAL, *lines]))
    rows = record.row.children.get("patient")[0].children.get("patient/PID-3")
    assert [(row.number, row.values.get("PID-3"), row.values.get("PID-3.4.2")) for row in rows] == [
        (1, "A", None),
        (3, "C", "1.2"),
        (5, "D", None),
    ]
    assert rows[0].parent is record.row.children.get("patient")[0]


def test_contexts_without_columns_have_rows() -> None:
    projection = Projection({"message": (), "patient": (), "next-of-kin": (), "order": ("OBR-1",)})
    (batch,) = batches((USUAL + "\rPID|1\rNK1|1\rNK1|2").encode(), reader_of(), projection)
    assert [(name, table.frame.shape) for name, table in batch.tables.items()] == [
        ("message", (1, 0)),
        ("patient", (1, 0)),
        ("next-of-kin", (2, 0)),
        ("order", (0, 1)),
    ]


def test_nothing_is_collected_for_a_projection_of_nothing() -> None:
    (batch,) = batches((USUAL + "\rPID|1").encode(), reader_of(), Projection({}))
    assert (batch.tables, batch.numbers.to_list(), batch.root) == ({}, [1], "message")
    reader = reader_of()
    (batch,) = batches((USUAL + "\rPID|1").encode(), reader, Projection({"patient": ("PID-1",)}))
    assert list(rows_of(batch, reader)) == []


@pytest.mark.parametrize("data", [USUAL + "\rPID|1||A~B\rNK1||X^Y\r", "﻿\x0b" + USUAL + "\rPID|é\r\x1c\r"])
def test_text_and_bytes_are_the_same_record(data: str) -> None:
    reader = reader_of()
    assert one_tree(reader.record(data), reader) == one_tree(reader.record(data.encode()), reader)
    assert one_tree(reader.record(data), reader) == read(data.encode(), reader, EVERYTHING).trees[0]
