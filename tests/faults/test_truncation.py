"""A sample cut off at every byte: records or findings, every byte accounted for, nothing is raised."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest

import interop
from interop.find import packages
from interop.job.conversion import Converter
from interop.job.options import Options
from interop.job.outputs import NoOutput
from interop.job.quarantine import rejected_bytes
from interop.readers import open_reader
from interop.readers.protocol import Input, Projection
from tests.mapping_cases import ROOT

SAMPLES = [
    pytest.param(ref.id, path, id=f"{ref.id} {path.name}")
    for ref in packages()
    for path in [next((p for p in sorted((ROOT / "samples" / ref.id).glob("*")) if p.suffix != ".md"), None)]
    if path is not None
]
LONGEST = int(os.environ.get("INTEROP_BYTES", "150"))  # bytes that are tried one by one
CONVERTED = 60  # one in so many is converted too


@pytest.mark.parametrize(("name", "path"), SAMPLES)
def test_every_byte(name: str, path: Path) -> None:
    mapping = interop.load(name)
    reader = open_reader(mapping.package.layout)
    converter = Converter(mapping.plan, mapping.package.layout, Options())
    whole = path.read_bytes()[:LONGEST]
    for length in range(len(whole) + 1):
        data = whole[:length]
        accounted = framed = seen = 0
        source = Input(path.name, lambda data=data: BytesIO(data))
        for batch in reader.batches(source, Projection(mapping.plan.reads), batch_rows=100):
            accounted += int(batch.lengths.sum()) + sum(map(rejected_bytes, batch.rejected)) + batch.skipped
            seen += len(batch.numbers) + sum(1 for one in batch.rejected if one.number)
            framed += batch.framed
            assert batch.framed == batch.counted
            if length % CONVERTED == 0:
                done = converter.convert(batch, NoOutput())
                assert done.converted + len(done.failed) == len(batch.numbers)
        assert accounted == length
        assert seen == framed
