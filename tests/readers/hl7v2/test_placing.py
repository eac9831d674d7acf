"""Where segments stand: the cases of placing.yaml, as a single record and as a batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from interop.readers.hl7v2 import Hl7v2Reader
from interop.readers.protocol import Projection, Row
from interop.readers.rows import rows_of
from tests.readers.hl7v2.layouts import CONTEXTS
from tests.readers.hl7v2.reading import LAYOUT, batches, reader_of, shortened

CASES: list[dict[str, Any]] = yaml.load((Path(__file__).parent / "placing.yaml").read_text("utf-8"), yaml.BaseLoader)
FIRST = {"MSH": "MSH-3", "EVN": "EVN-1"}
SEGMENTS = {one.name: (*one.holds, *one.opens) for one in CONTEXTS}
PROJECTION = Projection(
    {name: tuple(column for one in segments for column in (one, f"{one}-1")) for name, segments in SEGMENTS.items()}
)


def message(text: str) -> bytes:
    name, *segments = text.split()
    code, trigger = name.split("_")
    lines = [f"MSH|^~\\&|||||||{code}^{trigger}^{name}"] + [segment.replace(":", "|") for segment in segments]
    return "\r".join(lines).encode()


def lines(row: Row, context: str, reader: Hl7v2Reader, deep: int = 0) -> Iterator[str]:
    """A row and those in it, as placing.yaml has them."""
    words = {one: row.values.get(f"{one}-1") for one in SEGMENTS[context] if row.values.get(one)}
    texts = [one if word is None or one == "MSH" else f"{one}:{word}" for one, word in words.items()]
    yield "  " * deep + " ".join([context, *texts])
    for child, parent in reader.context_parents(LAYOUT.root).items():
        if parent == context and "/" not in child:
            for inner in row.children.get(child, ()):
                yield from lines(inner, child, reader, deep + 1)


def in_order(text: str) -> list[str]:
    """The lines of a case with the segments of a row in the order of its context."""
    found = []
    for line in text.splitlines():
        context, *segments = line.split()
        segments.sort(key=lambda one: SEGMENTS[context].index(one[:3]))
        found.append(line[: len(line) - len(line.lstrip())] + " ".join([context, *segments]))
    return found


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    reader = reader_of()
    data = message(case["message"])
    record = reader.record(data)
    assert list(lines(record.row, "message", reader)) == in_order(case["rows"])
    notices = [f"{code} {field}".strip() for code, _, field in shortened(record.findings)]
    assert notices == case.get("notices", [])
    (batch,) = batches(data, reader, PROJECTION)
    (again,) = rows_of(batch, reader)
    assert list(lines(again.row, "message", reader)) == in_order(case["rows"])
    assert shortened(batch.findings) == shortened(record.findings)


def test_ten_thousand_segments() -> None:
    reader = reader_of()
    text = "ORU_R01 PID " + " ".join(f"OBR:{order} OBX:1 NTE OBX:2 SPM OBX:3" for order in range(2000))
    record = reader.record(message(text))
    orders = record.row.children.get("patient")[0].children.get("order")
    assert len(orders) == 2000
    assert [len(order.children.get("observation")) for order in orders] == [2] * 2000
    assert record.findings == ()
