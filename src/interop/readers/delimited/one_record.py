"""One record from what an embedder holds, without a file: a mapping, a sequence of mappings, or a file's text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interop.errors import UsageError
from interop.limits import Limits
from interop.readers.delimited.embedded import Embedder
from interop.readers.delimited.lookup import Parents
from interop.readers.delimited.small import read_small
from interop.readers.delimited.syntax import Syntax
from interop.readers.file_name import file_values
from interop.readers.protocol import Record, Row
from interop.spec.layout import DelimitedLayout, TableLayout


class OneRecord:
    """Builds single records of a layout, at low latency."""

    def __init__(self, layout: DelimitedLayout, limits: Limits) -> None:
        self._layout, self._limits = layout, limits
        spaces = Syntax.of(layout).spaces.decode()
        self._embedders = {table.name: Embedder(table, spaces) for table in layout.tables}

    def build(self, data: object, file: str, parents: Parents) -> Record:
        """See `DelimitedReader.record`."""
        if isinstance(data, str | bytes):
            table, values, findings = read_small(data, file, self._layout, self._limits)
            embedder = self._embedders[table.name]
        else:
            rows = _mappings(data)
            embedder, findings = self._embedder(rows[0], file), []
            values = [embedder.values(row) for row in rows]
        if findings and not values:
            row = Row({})
        else:
            _check_one_record(values, embedder.table)
            row = embedder.record(values, parents)
        names = file_values(file, self._layout.file) or file_values(file, None) or {}
        return Record(embedder.table.name, row, 1, file, file_values=names, findings=tuple(findings))

    def _embedder(self, row: Mapping[str, str | None], file: str) -> Embedder:
        """The table that a row's columns, and the file's name if there is one, fit best."""
        if len(self._embedders) == 1:
            fitting = [embedder for embedder in self._embedders.values() if not embedder.columns.isdisjoint(row)]
        else:
            fitting = [embedder for embedder in self._embedders.values() if embedder.fits(row, file)]
            most = max((len(embedder.table.when_columns) for embedder in fitting), default=0)
            fitting = [embedder for embedder in fitting if len(embedder.table.when_columns) == most]
        if len(fitting) != 1:
            names = ", ".join(embedder.table.name for embedder in fitting or self._embedders.values())
            raise UsageError(f"the columns fit {'several' if fitting else 'none'} of the tables: {names}")
        return fitting[0]


def _mappings(data: object) -> Sequence[Mapping[str, str | None]]:
    """The rows of a record."""
    if isinstance(data, Mapping):
        return (data,)
    if not isinstance(data, Sequence) or not data or not all(isinstance(row, Mapping) for row in data):
        raise UsageError("a record is a mapping of column names to text, a sequence of such mappings, or a file's text")
    return data


def _check_one_record(values: Sequence[Mapping[str, str]], table: TableLayout) -> None:
    """Raises UsageError unless the rows are one record."""
    if len(values) == 1:
        return
    if not values or not table.record:
        raise UsageError(f"a record of table {table.name} is one row; {len(values)} were given")
    keys = {tuple(row.get(name) for name in table.record) for row in values}
    if len(keys) > 1 or None in keys.pop():
        raise UsageError(f"the rows are not one record: they must share {', '.join(table.record)}")
