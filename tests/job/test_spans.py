"""Spans of an input, read again."""

from __future__ import annotations

import gzip
import io

import pytest

from interop.job.spans import SpanReader
from interop.readers import streams
from interop.readers.protocol import Input

DATA = bytes(range(256)) * 40


@pytest.fixture(params=["a.csv", "a.csv.gz"])
def spans(request, monkeypatch) -> SpanReader:
    monkeypatch.setattr(streams, "BLOCK_BYTES", 100)
    data = gzip.compress(DATA) if request.param.endswith(".gz") else DATA
    return SpanReader(Input(request.param, lambda: io.BytesIO(data)))


@pytest.mark.parametrize(
    "asked",
    [
        [(0, 5)],
        [(300, 5)],
        [(99, 2), (100, 1), (101, 700), (5000, 1)],
        [(5000, 10), (10, 10), (10, 10), (0, 10240), (9999, 1)],
        [(0, 10240)],
        [(500, 0)],
    ],
)
def test_spans(spans: SpanReader, asked: list[tuple[int, int]]) -> None:
    for offset, length in asked:
        assert spans.read(offset, length) == DATA[offset : offset + length]


def test_beyond_the_end(spans: SpanReader) -> None:
    assert spans.read(10_200, 100) == DATA[10_200:]
    assert spans.read(20_000, 5) == b""
    assert spans.read(3, 5) == DATA[3:8]
