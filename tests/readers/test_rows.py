"""Bytes to rows: the cases of rows.yaml, in one piece, line by line, and by the exact way alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from interop.limits import Limits
from interop.readers.delimited import DelimitedReader
from interop.readers.protocol import Projection
from interop.spec.layout import DelimitedLayout
from tests.readers.reading import exact_only, layout, read, read_batches, source

CASES: list[dict[str, Any]] = yaml.load((Path(__file__).parent / "rows.yaml").read_text("utf-8"), yaml.BaseLoader)


def case_layout(case: dict[str, Any]) -> DelimitedLayout:
    return layout(
        case.get("columns", "A B C"),
        delimiter=case.get("delimiter", "|"),
        quote=case.get("quote", '"') or None,
        trim=case.get("trim") != "no",
        charset=case.get("charset", "utf-8"),
        header=case.get("header") != "no",
    )


def nulls(rows: list[list[str]]) -> list[tuple[str | None, ...]]:
    return [tuple(None if value == "~" else value for value in row) for row in rows]


@pytest.mark.parametrize("way", ["whole", "by line", "exact"])
@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_case(case: dict[str, Any], way: str) -> None:
    data = case["bytes"].encode("latin-1")
    limits = Limits(chunk_bytes=1) if way == "by line" else Limits()
    with exact_only(way == "exact"):
        found = read(data, case_layout(case), limits=limits)
    assert found.size == len(data) == found.accounted
    if "refused" in case:
        assert [(number, codes) for number, _, _, _, codes in found.rejected] == [(0, (case["refused"][0],))]
        assert (found.rows, found.framed, found.counted) == ([], 0, 0)
        return
    assert found.rows == nulls(case.get("rows", []))
    rejected = [[str(number), codes[0], held.decode("latin-1")] for number, _, held, _, codes in found.rejected]
    assert rejected == case.get("rejected", [])
    assert [list(map(str, finding)) for finding in found.findings] == case.get("findings", [])
    assert found.framed == found.counted == len(found.rows) + len(found.rejected)
    numbers = [*found.numbers, *(number for number, *_ in found.rejected)]
    assert sorted(numbers) == list(range(1, found.framed + 1))


@pytest.mark.parametrize(
    "case", [case for case in CASES if "refused" in case], ids=[case["title"] for case in CASES if "refused" in case]
)
def test_refusal_says_what_and_how_to_mend_it(case: dict[str, Any]) -> None:
    reader = DelimitedReader(case_layout(case))
    (batch,) = read_batches(reader, source(case["bytes"].encode("latin-1")), Projection({"row": ("A",)}))
    (finding,) = batch.rejected[0].findings
    assert [finding.code, finding.detail, finding.fix] == case["refused"]
    assert (batch.root, batch.tables, batch.rejected[0].data) == ("", {}, b"")
    assert "Jane" not in str(finding)


def test_rows_by_number_of_each_batch() -> None:
    found = read(b"A|B|C\n1||\n2||\nbad\n3||\n4||\n5||\nbad\n", batch_rows=2)
    assert [row[0] for row in found.rows] == ["1", "2", "3", "4", "5"]
    assert found.numbers == [1, 2, 4, 5, 6]
    assert found.heights == [2, 1, 2, 0]


def test_nothing_is_read_of_a_table_that_the_projection_does_not_name() -> None:
    (batch,) = read_batches(DelimitedReader(layout()), source(b"A|B|C\n1|2|3\nbad\n"), Projection({}))
    assert batch.tables == {}
    assert batch.numbers.to_list() == [1]
    assert (batch.framed, batch.counted, len(batch.rejected)) == (2, 2, 1)


def test_a_context_without_columns_has_a_height() -> None:
    found = read(b"A|B|C\n1|2|3\n4|5|6\n", wanted=())
    assert found.rows == [(), ()]


def test_row_numbers_of_a_record_of_one_row_are_one() -> None:
    assert read(b"A|B|C\n1|2|3\n4|5|6\n", wanted=("#", "B")).rows == [("1", "2"), ("1", "5")]
