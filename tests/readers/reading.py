"""What the tests of the delimited reader share: an input in memory, and everything that reading it gives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from unittest.mock import patch

from interop.limits import Limits
from interop.readers.delimited import DelimitedReader, shred
from interop.readers.delimited.frames import none
from interop.readers.delimited.text import Text
from interop.readers.protocol import Batch, Input, Projection
from interop.spec.layout import Column, DelimitedLayout, TableLayout


def source(data: bytes, name: str = "a.csv") -> Input:
    return Input(name, lambda: io.BytesIO(data))


def columns(names: str) -> tuple[Column, ...]:
    """`A B! C`: three columns, of which B is required."""
    return tuple(Column(name.rstrip("!"), required=name.endswith("!")) for name in names.split())


def layout(names: str = "A B C", **syntax: object) -> DelimitedLayout:
    """A layout of one table, `row`."""
    return DelimitedLayout((TableLayout("row", columns(names)),), **{"delimiter": "|", **syntax})  # type: ignore[arg-type]


@contextmanager
def exact_only(really: bool = True) -> Iterator[None]:
    """The reader without its fast way."""

    def no_line(text: Text, columns: int, syntax: object) -> object:
        return none(len(text.lines))

    with patch.object(shred, "find_regular", no_line) if really else nullcontext():
        yield


@dataclass
class Read:
    """All batches of a file, joined."""

    rows: list[tuple[str | None, ...]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    rejected: list[tuple[int, int, bytes, int, tuple[str, ...]]] = field(default_factory=list)
    findings: list[tuple[str, int, str]] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)
    framed: int = 0
    counted: int = 0
    size: int = 0
    skipped: int = 0

    @property
    def codes(self) -> list[tuple[int, str]]:
        """The rejected records: number and first code."""
        return [(number, codes[0]) for number, _, _, _, codes in self.rejected]

    @property
    def accounted(self) -> int:
        """Bytes of records, rejected records and separators."""
        lengths = sum(length for _, length in self.spans)
        return lengths + sum(length for _, _, _, length, _ in self.rejected) + self.skipped


def read_batches(
    reader: DelimitedReader, item: Input, projection: Projection, batch_rows: int = 1000, *, apart: bool = False
) -> list[Batch]:
    if apart:
        framed = reader.framed(item, projection, batch_rows=batch_rows)
        batches = [reader.shred(batch, projection) for batch in framed]
    else:
        batches = list(reader.batches(item, projection, batch_rows=batch_rows))
    assert [batch.last for batch in batches] == [False] * (len(batches) - 1) + [True]
    return batches


def read(
    data: bytes,
    source_layout: DelimitedLayout | None = None,
    *,
    limits: Limits | None = None,
    name: str = "a.csv",
    wanted: tuple[str, ...] | None = None,
    batch_rows: int = 1000,
    apart: bool = False,
) -> Read:
    """Read a file of one table whole; `apart`: rows are framed, and then shredded."""
    source_layout = source_layout or layout()
    table = source_layout.tables[0]
    names = wanted if wanted is not None else tuple(column.name for column in table.columns)
    reader = DelimitedReader(source_layout, limits)
    found = Read()
    for batch in read_batches(reader, source(data, name), Projection({table.name: names}), batch_rows, apart=apart):
        if table.name in batch.tables:
            frame = batch.tables[table.name].frame
            assert frame.columns == list(names)
            found.rows += frame.rows() if names else [()] * frame.height
            found.heights.append(frame.height)
        found.numbers += batch.numbers.to_list()
        found.spans += zip(batch.offsets.to_list(), batch.lengths.to_list(), strict=True)
        for one in batch.rejected:
            codes = tuple(finding.code for finding in one.findings)
            found.rejected.append((one.number, one.offset, one.data, one.length, codes))
        for finding in batch.findings:
            found.findings.append((finding.code, finding.data.record if finding.data else 0, finding.detail))
        found.framed, found.counted = batch.framed, batch.counted
        found.size, found.skipped = batch.size, batch.skipped
    return found
