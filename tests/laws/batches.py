"""Batches and records straight from rows, without a file: the executors' two inputs, made by one plain function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import polars as pl

from interop.plan.model import Plan
from interop.readers.protocol import Batch, Record, Row, Table
from interop.spec.layout import DelimitedLayout, Group

FILE = {"name": "test.csv"}


def records(layout: DelimitedLayout, rows: Sequence[dict[str, str]]) -> Iterator[Record]:
    """Adjacent rows of one key as records, with all contexts of the layout."""
    (table,) = layout.tables
    for number, (_, group) in enumerate(groupby(rows, key=lambda row: row["KEY"]), 1):
        lines = list(group)
        root = Row(dict(lines[0]))
        root.children["line"] = [Row(dict(line), n, root) for n, line in enumerate(lines, 1)]
        for child in table.groups:
            for parent in root.children["line"] if child.of else [root]:
                parent.children[child.name] = list(_group_rows(child, parent))
        yield Record("claim", root, number, FILE["name"], 10 * number, 10, dict(FILE))


def _group_rows(group: Group, parent: Row) -> Iterator[Row]:
    if group.names:
        present = [name for name in group.names if name in parent.values]
        for number, name in enumerate(present, 1):
            yield Row({"name": name, "value": parent.values[name]}, number, parent)
        return
    for number in range(group.first, group.last + 1):
        found = {short: parent.values.get(group.numbered(short, number)) for short in group.short_names}
        values = {short: text for short, text in found.items() if text is not None}
        if values:
            yield Row(values, number, parent)


def batch(compiled: Plan, found: Sequence[Record]) -> Batch:
    """The same records as a batch of tables, with the plan's projection."""
    tables: dict[str, Table] = {}
    rows: dict[str, list[tuple[int, Row]]] = {"claim": [(0, record.row) for record in found]}
    for context in sorted(compiled.reads, key=lambda name: compiled.contexts[name].depth):
        parent = compiled.contexts[context].parent
        if parent is not None:
            rows[context] = [
                (at, child) for at, (_, row) in enumerate(rows[parent]) for child in row.children.get(context, ())
            ]
        columns = {
            name: [str(row.number) if name == "#" else row.values.get(name) for _, row in rows[context]]
            for name in compiled.reads[context]
        }
        schema = dict.fromkeys(columns, pl.String)
        frame = pl.DataFrame(columns, schema=schema) if columns else pl.DataFrame(height=len(rows[context]))
        owner = pl.Series([at for at, _ in rows[context]], dtype=pl.UInt32) if parent is not None else None
        tables[context] = Table(frame, owner)
    return Batch(
        file=FILE["name"],
        root="claim",
        tables=tables,
        numbers=pl.Series([record.number for record in found], dtype=pl.UInt32),
        offsets=pl.Series([record.offset for record in found], dtype=pl.UInt64),
        lengths=pl.Series([record.length for record in found], dtype=pl.UInt32),
        file_values=dict(FILE),
    )
