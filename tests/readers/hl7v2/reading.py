"""What the tests of the HL7 v2 reader share: files in memory, everything that reading them gives, trees of rows."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from interop.errors import Finding
from interop.limits import Limits
from interop.readers.hl7v2 import Hl7v2Reader
from interop.readers.protocol import Batch, Input, Projection, Record, Row
from interop.readers.rows import rows_of
from interop.spec.hl7v2_layout import Hl7v2Layout
from tests.readers.hl7v2.layouts import layout

LAYOUT = layout()
NOTHING = Projection({})
EVERYTHING = Projection(
    {
        context: tuple(names.replace("_", " ").split(","))
        for context, names in {
            "message": "MSH-1,MSH-2,MSH-3,MSH-4.2,MSH-9,MSH-9.2,MSH-10,MSH-18[2],EVN-2,TXA,record.structure,#",
            "message/MSH-18": "MSH-18,#",
            "software": "SFT",
            "patient": "PID,PID-1,PID-3,PID-3.4,PID-3.4.2,PID-3[2],PID-3[2].4.2,PID-3.*,PID-3[2].*,PID-3_deleted,PID-5,"
            "PID-5.2,PID-5.2_deleted,PID-5.1.2,PID-8,PV1-3.4,PV1,PD1,MRG,#",
            "patient/PID-3": "PID-3,PID-3.4,PID-3.4.2,PID-3.*,PID-3.4_deleted,#,PID-8",
            "patient/PID-5": "PID-5.2,PID-5.8",
            "patient-note": "NTE-3",
            "next-of-kin": "NK1-2.2",
            "allergy": "AL1-3.2,#",
            "diagnosis": "DG1",
            "procedure": "PR1",
            "procedure-role": "ROL",
            "order": "ORC,ORC-1,OBR,OBR-2,OBR-4.2,OBR-16,RXA,RXR,RXE,TXA",
            "order/OBR-16": "OBR-16,OBR-16.2",
            "order-note": "NTE-3",
            "timing": "TQ1",
            "observation": "OBX-1,OBX-2,OBX-3,OBX-3.2,OBX-5,OBX-5.2,OBX-5.*,OBX-5[2],OBX-5_deleted,OBX-11,OBX-14,#",
            "observation/OBX-5": "OBX-5,OBX-5.*,#",
            "observation-note": "NTE-1,NTE-3,#",
            "specimen": "SPM-2,SPM,SAC",
            "specimen-observation": "OBX-3,OBX-5.*",
        }.items()
    }
)

Tree = dict[str, Any]


@dataclass
class Read:
    """All batches of a file, joined."""

    trees: list[Tree] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    rejected: list[tuple[int, str, bytes]] = field(default_factory=list)
    rejected_bytes: int = 0
    findings: list[tuple[str, int, str]] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)
    framed: int = 0
    counted: int = 0
    size: int = 0
    skipped: int = 0

    @property
    def accounted(self) -> int:
        """Bytes of messages, of what was rejected, and between them."""
        return sum(length for _, length in self.spans) + self.rejected_bytes + self.skipped


def reader_of(source: Hl7v2Layout = LAYOUT, limits: Limits | None = None) -> Hl7v2Reader:
    return Hl7v2Reader(source, limits)


def batches(
    data: bytes, reader: Hl7v2Reader, projection: Projection = EVERYTHING, batch_rows: int = 1000, name: str = "a.hl7"
) -> list[Batch]:
    found = list(reader.batches(Input(name, lambda: io.BytesIO(data)), projection, batch_rows=batch_rows))
    assert [batch.last for batch in found] == [False] * (len(found) - 1) + [True]
    return found


def read(
    data: bytes,
    reader: Hl7v2Reader | None = None,
    projection: Projection = EVERYTHING,
    batch_rows: int = 1000,
    name: str = "a.hl7",
) -> Read:
    """Read a file whole."""
    reader = reader or reader_of()
    found = Read()
    for batch in batches(data, reader, projection, batch_rows, name):
        found.trees += [tree(record.row, record.root, projection, reader) for record in rows_of(batch, reader)]
        for name_, table in batch.tables.items():
            assert tuple(table.frame.columns) == projection.columns[name_]
        found.numbers += batch.numbers.to_list()
        found.heights.append(len(batch.numbers))
        found.spans += zip(batch.offsets.to_list(), batch.lengths.to_list(), strict=True)
        for one in batch.rejected:
            found.rejected.append((one.number, one.findings[0].code, one.data))
            found.rejected_bytes += one.length
            place = one.findings[0].data
            assert place is not None
            assert one.number == place.record
        found.findings += shortened(batch.findings)
        found.details += [finding.detail for finding in batch.findings]
        found.framed, found.counted = batch.framed, batch.counted
        found.size, found.skipped = batch.size, batch.skipped
    return found


def shortened(findings: Iterable[Finding]) -> list[tuple[str, int, str]]:
    """Code, record and field."""
    return [(one.code, one.data.record if one.data else 0, one.data.field if one.data else "") for one in findings]


def tree(row: Row, context: str, projection: Projection, reader: Hl7v2Reader) -> Tree:
    """A row's values that are not null, and under `>` and a context's name the rows inside."""
    found: Tree = {}
    for name in projection.columns.get(context, ()):
        value = str(row.number) if name == "#" else row.values.get(name)
        if value is not None:
            found[name] = value
    for child, parent in reader.context_parents(reader.layout.root).items():
        if parent == context and (rows := row.children.get(child, ())):
            found[f">{child}"] = [tree(one, child, projection, reader) for one in rows]
    return found


def one_tree(record: Record, reader: Hl7v2Reader, projection: Projection = EVERYTHING) -> Tree:
    """A single record's tree: only what the projection names, as batches have it."""
    return _only(tree(record.row, record.root, projection, reader), projection)


def _only(found: Tree, projection: Projection) -> Tree:
    kept: Tree = {}
    for name, value in found.items():
        if not name.startswith(">"):
            kept[name] = value
        elif projection.reads(name[1:]):
            kept[name] = [_only(one, projection) for one in value]
    return kept
