"""Bytes to messages: the cases of framing.yaml in one piece and byte by byte; compressed and damaged files."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from interop.limits import Limits
from interop.readers import streams
from interop.readers.hl7v2 import Hl7v2Reader
from interop.readers.protocol import Input, Projection
from tests.readers.hl7v2.layouts import layout
from tests.readers.hl7v2.reading import NOTHING, Read, batches, read, reader_of

CASES: list[dict[str, Any]] = yaml.load((Path(__file__).parent / "framing.yaml").read_text("utf-8"), yaml.BaseLoader)
NUMBERS = Projection({"message": ("MSH-10",)})
ONE = b"MSH|^~\\&|||||||ADT^A01|1\rPID|1\r"


def numbers(found: Read) -> list[str]:
    return [tree["MSH-10"] for tree in found.trees]


@pytest.mark.parametrize("block", [1, 2, 5, 1 << 18])
@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_case(case: dict[str, Any], block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BLOCK_BYTES", block)
    data = case["bytes"].encode("latin-1")
    limits = Limits(record_bytes=int(case["limit"])) if "limit" in case else None
    found = read(data, reader_of(limits=limits), NUMBERS)
    assert found.size == len(data) == found.accounted
    assert numbers(found) == case.get("messages", [])
    rejected = [[str(number), code, held.decode("latin-1")] for number, code, held in found.rejected]
    assert rejected == case.get("rejected", [])
    findings = [
        [code, str(number), detail] for (code, number, _), detail in zip(found.findings, found.details, strict=True)
    ]
    assert [one for one in findings if one[0] != "R613"] == case.get("findings", [])
    assert found.framed == found.counted == len(found.numbers) + len(found.rejected)
    for (offset, length), name in zip(found.spans, numbers(found), strict=True):
        assert data[offset : offset + length].split(b"|")[9].startswith(name.encode())


def test_a_compressed_file() -> None:
    assert read(gzip.compress(ONE * 3), projection=NOTHING, name="a.hl7.gz").numbers == [1, 2, 3]


def test_a_damaged_file_loses_its_last_message() -> None:
    packed = gzip.compress(b"".join(b"MSH|^~\\&|||||||ADT^A01|%d\rPID|%d\r" % (n, n * n) for n in range(9000)))
    found = read(packed[: len(packed) // 2], projection=NOTHING, name="a.hl7.gz")
    assert [(number, code) for number, code, _ in found.rejected] == [(len(found.numbers) + 1, "R607"), (0, "R210")]
    assert found.framed == found.counted == len(found.numbers) + 1
    assert found.size == found.accounted


def test_batches_end_at_rows_and_at_bytes() -> None:
    assert read(ONE * 7, projection=NOTHING, batch_rows=3).heights == [3, 3, 1]
    by_bytes = reader_of(limits=Limits(message_bytes=2 * len(ONE)))
    assert read(ONE * 7, by_bytes, NOTHING).heights == [3, 3, 1]


def test_the_file_name_is_read() -> None:
    reader = Hl7v2Reader(layout(file="{pid}_{date}_*"))
    (batch,) = batches(ONE, reader, name="77_2024_x.hl7")
    assert batch.file_values == {"name": "77_2024_x.hl7", "pid": "77", "date": "2024"}
    assert reader.record(ONE, file="77_2024_x.hl7").file_values == batch.file_values
    assert read(ONE, reader, name="other.hl7").findings[0][0] == "R207"


def test_a_long_message_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.RawIOBase):
        left = 200

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return ONE if self.left == 199 else b"x" * 10_000 if self.left > 0 else b""

    limits = Limits(record_bytes=50_000)
    found = list(reader_of(limits=limits).batches(Input("a", Endless), NOTHING, batch_rows=9))  # type: ignore[arg-type]
    (rejected,) = found[-1].rejected
    assert (len(rejected.data), rejected.length) == (50_000, found[-1].size)
    assert rejected.findings[0].code == "R606"
