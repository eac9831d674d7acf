"""Rows to records and their contexts: the cases of records.yaml, in one piece and line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from interop.limits import Limits
from interop.readers.delimited import DelimitedReader
from interop.readers.protocol import Batch, Projection
from interop.spec.layout import DelimitedLayout, Group, TableLayout
from tests.readers.reading import columns, read_batches, source
from tests.readers.test_rows import nulls

CASES: list[dict[str, Any]] = yaml.load((Path(__file__).parent / "records.yaml").read_text("utf-8"), yaml.BaseLoader)

CLAIM = TableLayout(
    "claim",
    columns("ID S L D1 V1 D2 V2 P Q"),
    record=("ID",),
    rows="line",
    groups=(
        Group("dx", columns=(("code", "D#"), ("ver", "V#")), first=1, last=2),
        Group("amt", names=("P", "Q"), of="line"),
    ),
)
PARENTS = {"line": "claim", "dx": "claim", "amt": "line"}


def all_rows(batches: list[Batch], context: str) -> list[tuple[str | None, ...]]:
    """A context's rows in all batches, each led by the number of its parent's row in the file."""
    found: list[tuple[str | None, ...]] = []
    before = 0
    for batch in batches:
        table = batch.tables[context]
        rows = table.frame.rows() if table.frame.width else [()] * table.frame.height
        if table.parent is None:
            found += rows
            continue
        parents = table.parent.to_list()
        assert parents == sorted(parents)
        found += [(str(parent + before), *row) for parent, row in zip(parents, rows, strict=True)]
        above = batch.tables[PARENTS[context]]
        before += len(above.parent) if above.parent is not None else above.frame.height
    return found


@pytest.mark.parametrize("chunk", [1, 4096], ids=["by line", "whole"])
@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_case(case: dict[str, Any], chunk: int) -> None:
    limits = Limits(chunk_bytes=chunk, **{name: int(value) for name, value in case.get("limits", {}).items()})
    reader = DelimitedReader(DelimitedLayout((CLAIM,)), limits)
    projection = Projection({context: tuple(names.split()) for context, names in case["reads"].items()})
    data = case["bytes"].encode()
    batches = read_batches(reader, source(data), projection, batch_rows=min(chunk, 100))
    rejected = [
        [str(one.number), " ".join(finding.code for finding in one.findings), one.data.decode()]
        for batch in batches
        for one in batch.rejected
    ]
    if "refused" in case:
        assert rejected == [["0", case["refused"][0], ""]]
        assert batches[0].rejected[0].findings[0].detail == case["refused"][1]
        return
    for context, rows in case["tables"].items():
        assert all_rows(batches, context) == nulls(rows), context
    assert rejected == case.get("rejected", [])
    findings = [
        [finding.code, str(finding.data.record), finding.detail or finding.data.field]
        for batch in batches
        for finding in batch.findings
        if finding.data
    ]
    assert findings == case.get("findings", [])
    last = batches[-1]
    records = sum(len(batch.numbers) for batch in batches)
    assert last.framed == last.counted == records + len(rejected)
    lengths = sum(int(batch.lengths.sum()) for batch in batches)
    lost = sum(one.length for batch in batches for one in batch.rejected)
    assert last.size == len(data) == lengths + lost + last.skipped


def test_spans_hold_all_rows_of_a_record() -> None:
    data = b"ID,S,L\n1,s,a\n\n1,s,b\r\n2,t,c"
    reader = DelimitedReader(DelimitedLayout((CLAIM,)))
    (batch,) = read_batches(reader, source(data), Projection({"claim": ("ID",)}))
    spans = zip(batch.offsets.to_list(), batch.lengths.to_list(), strict=True)
    assert [data[offset : offset + length] for offset, length in spans] == [b"1,s,a\n\n1,s,b", b"2,t,c"]


def test_a_record_is_never_split_between_batches() -> None:
    data = b"ID,S,L\n" + b"".join(b"%d,s,%d\n" % (row // 3, row) for row in range(30))
    reader = DelimitedReader(DelimitedLayout((CLAIM,)))
    projection = Projection({"claim": ("ID",), "line": ("L",)})
    batches = read_batches(reader, source(data), projection, batch_rows=7)
    assert len(batches) > 3
    assert all(batch.tables["line"].frame.height <= 7 for batch in batches)
    assert [row[0] for row in all_rows(batches, "claim")] == [str(number) for number in range(10)]
    assert [row[0] for row in all_rows(batches, "line")] == [str(row // 3) for row in range(30)]


def test_a_key_of_two_columns() -> None:
    table = TableLayout("claim", columns("A B C"), record=("A", "B"), rows="line")
    reader = DelimitedReader(DelimitedLayout((table,)))
    data = b"A,B,C\n1,1,a\n1,1,b\n1,2,c\n11,2,d\n1,,e\n1,,f\n"
    (batch,) = read_batches(reader, source(data), Projection({"claim": ("A", "B"), "line": ("C",)}))
    assert batch.tables["line"].parent is not None
    assert batch.tables["line"].parent.to_list() == [0, 0, 1, 2, 3, 4]


def test_many_rows_of_one_record_are_let_go_but_counted() -> None:
    data = b"ID,S,L\n" + b"7,s,x\n" * 500 + b"8,s,y\n"
    reader = DelimitedReader(DelimitedLayout((CLAIM,)), Limits(chunk_bytes=64, group_rows=20, record_bytes=256))
    batches = read_batches(reader, source(data), Projection({"claim": ("ID",)}), batch_rows=10)
    (rejected,) = [one for batch in batches for one in batch.rejected]
    assert (rejected.number, rejected.offset, rejected.length) == (1, 7, 500 * 6 - 1)
    assert rejected.data == data[7 : 7 + 256]
    assert batches[-1].framed == batches[-1].counted == 2


def test_bad_rows_beyond_a_records_bound_part_it() -> None:
    table = TableLayout("claim", columns("A B"), record=("A",))
    limits = Limits(group_rows=3)
    reader = DelimitedReader(DelimitedLayout((table,)), limits)
    data = b"A,B\n1,a\n" + b"bad\n" * 4 + b"1,b\n"
    (batch,) = read_batches(reader, source(data), Projection({"claim": ("A", "B")}))
    assert batch.tables["claim"].frame.rows() == [("1", "a"), ("1", "b")]
    assert len(batch.rejected) == 4
