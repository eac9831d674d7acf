"""Batches as records of rows: what the row executor reads when it runs over a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from interop.errors import Finding
from interop.readers.protocol import Batch, Record, Row, Table

NUMBER = "#"


class KnowsContexts(Protocol):
    """A reader that can say how contexts stand in each other."""

    def context_parents(self, root: str) -> Mapping[str, str | None]:
        """The contexts of a kind of record, outermost first, each with the one that it stands in."""
        ...


def rows_of(batch: Batch, reader: KnowsContexts) -> Iterator[Record]:
    """The records of a batch, in order, each a tree of the rows of its contexts.

    A finding of the batch goes with the record that it names. Rejected records are not given. A context that the
    projection did not name has no rows; when the record's own has none, nothing is given.
    """
    if batch.root not in batch.tables:
        return
    contexts = reader.context_parents(batch.root)
    roots = _rows(batch.tables[batch.root])
    built: dict[str, list[Row]] = {batch.root: roots}
    for context, parent in contexts.items():
        if parent is None or context not in batch.tables or parent not in built:
            continue
        table = batch.tables[context]
        built[context] = _rows(table)
        for above in built[parent]:
            above.children[context] = []
        assert table.parent is not None
        numbered = NUMBER in table.frame.columns
        for row, place in zip(built[context], table.parent.to_list(), strict=True):
            above = built[parent][place]
            siblings = above.children[context]
            siblings.append(row)
            row.parent = above
            if not numbered:
                row.number = len(siblings)
    found: dict[int, list[Finding]] = {}
    for finding in batch.findings:
        if finding.data is not None and finding.data.record:
            found.setdefault(finding.data.record, []).append(finding)
    spans = zip(roots, batch.numbers.to_list(), batch.offsets.to_list(), batch.lengths.to_list(), strict=True)
    for row, number, offset, length in spans:
        findings = tuple(found.get(number, ()))
        yield Record(batch.root, row, number, batch.file, offset, length, batch.file_values, findings)


def _rows(table: Table) -> list[Row]:
    """A table's rows without nulls; their numbers where the table has them."""
    height = table.frame.height
    if not height:
        return []
    columns = {column.name: column.to_list() for column in table.columns()}
    numbers = columns.pop(NUMBER, None) or ["1"] * height
    texts = zip(*columns.values(), strict=True) if columns else [()] * height
    return [
        Row({name: text for name, text in zip(columns, row, strict=True) if text is not None}, int(number))
        for row, number in zip(texts, numbers, strict=True)
    ]
