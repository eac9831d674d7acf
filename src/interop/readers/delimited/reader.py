"""The reader of delimited files: CSV and its kin, one table a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from interop.errors import DataPlace, Finding, UsageError
from interop.limits import Limits
from interop.readers.delimited.charset import codec_of
from interop.readers.delimited.contexts import build_tables, columns_of, context_parents, record_columns
from interop.readers.delimited.embedded import Embedder
from interop.readers.delimited.file import OpenFile, drain, open_file, read_rows
from interop.readers.delimited.file_name import file_values
from interop.readers.delimited.grouping import Grouper
from interop.readers.delimited.lookup import NOT_FOUND, Parents, load_parents
from interop.readers.delimited.pool import pooled
from interop.readers.delimited.records import Records, rows_as_records, split_records
from interop.readers.delimited.small import read_small
from interop.readers.delimited.syntax import Syntax
from interop.readers.protocol import Batch, Input, Projection, Record, Rejected, Row
from interop.spec.layout import DelimitedLayout, TableLayout


class DelimitedReader:
    """Reads the files of one layout.

    Holds no state between files but `parents`, the parent tables: `load_parents` fills them, once a job, before the first
    `batches` or `record` whose plan reads one.
    """

    def __init__(self, layout: DelimitedLayout, limits: Limits | None = None, parents: Parents | None = None) -> None:
        """Raises UsageError when the layout's charset is not known."""
        codec_of(layout.charset)
        self.layout = layout
        self.limits = limits or Limits()
        self.parents = parents or Parents()
        spaces = Syntax.of(layout).spaces.decode()
        self._embedders = [Embedder(table, spaces) for table in layout.tables]

    def context_parents(self, root: str) -> dict[str, str | None]:
        """The contexts of a table's records, outermost first, each with the one that it stands in.

        Raises:
            KeyError: There is no table of that name.
        """
        return context_parents(self.layout.table(root))

    def load_parents(self, inputs: Iterable[Input], projection: Projection) -> Parents:
        """Read the parent tables among the inputs and keep them. Their files are `files`; they have no records of their own.

        Every input is opened, the others only as far as their header.
        """
        self.parents = load_parents(inputs, self.layout, projection, self.limits)
        return self.parents

    def batches(self, source: Input, projection: Projection, *, batch_rows: int, spans: bool = True) -> Iterator[Batch]:
        """The records of a file, in order, at most `batch_rows` rows a batch (or one record that has more).

        A file that is refused gives one batch with one rejected record, number 0. The counts of the last batch: `framed`
        records, and `counted`, which counts rows independently, less those that joined the record before them. A file of
        a parent table, or of a table that the projection does not name, gives batches without tables.
        """
        file = open_file(source, self.layout, self.limits)
        if file.table is None:
            yield _refused(file)
            return
        table = file.table
        wanted = columns_of(table, projection)
        rows = read_rows(file, wanted, self.layout, self.limits, keep_raw=bool(table.record))
        lots = pooled(rows, batch_rows, self.limits.batch_bytes)
        grouper = Grouper(file.name, table.record, record_columns(table, projection), self.limits)
        grouped = grouper.group(lots) if table.record else rows_as_records(file.name, lots)
        held: Batch | None = None
        for some in grouped:
            for records in split_records(some, batch_rows):
                if held is not None:
                    yield held
                held = self._batch(file, table, projection, records)
        last = held or _empty(file, table.name)
        if (repeated := grouper.repeated()) is not None:
            last.findings.append(repeated)
        _count(last, file, grouper)
        yield last

    def record(self, data: object, *, file: str = "") -> Record:
        """One record from a mapping of columns (a row), a sequence of these (rows of one key), or text with a header line.

        The table is the one whose `when` columns the row has, or the only one. Texts are trimmed and emptied as in a file.

        Raises:
            UsageError: `data` is of another type, fits none of the tables or several, or holds several records.
        """
        if isinstance(data, str | bytes):
            table, values, findings = read_small(data, file, self.layout, self.limits)
            embedder = self._embedders[self.layout.tables.index(table)]
        else:
            rows = _mappings(data)
            embedder, findings = self._embedder(rows[0], file), []
            values = [embedder.values(row) for row in rows]
        values_of_name = file_values(file, self.layout.file) or {"name": file}
        if not values and findings:
            row = Row({})
        else:
            _check_one_record(values, embedder.table)
            row = embedder.record(values, self.parents)
        return Record(embedder.table.name, row, 1, file, file_values=values_of_name, findings=tuple(findings))

    def _embedder(self, row: Mapping[str, str | None], file: str) -> Embedder:
        """The table that a row's columns, and the file's name if there is one, fit best."""
        if len(self._embedders) == 1:
            fitting = self._embedders if not self._embedders[0].columns.isdisjoint(row) else []
        else:
            fitting = [embedder for embedder in self._embedders if embedder.fits(row, file)]
            most = max((len(embedder.table.when_columns) for embedder in fitting), default=0)
            fitting = [embedder for embedder in fitting if len(embedder.table.when_columns) == most]
        if len(fitting) != 1:
            names = ", ".join(embedder.table.name for embedder in fitting or self._embedders)
            raise UsageError(f"the columns fit {'several' if fitting else 'none'} of the tables: {names}")
        return fitting[0]

    def _batch(self, file: OpenFile, table: TableLayout, projection: Projection, records: Records) -> Batch:
        tables = build_tables(table, projection, records, self.parents)
        names = projection.columns.get(table.name, ())
        findings = file.findings + records.findings
        file.findings = []
        for row, parent in self.parents.missing(table, names, records.heads):
            place = DataPlace(
                file.name,
                int(records.numbers[row]),
                offset=int(records.offsets[row]),
                length=int(records.lengths[row]),
            )
            findings.append(Finding(NOT_FOUND, place, detail=parent))
        spans = (records.numbers, records.offsets, records.lengths)
        return Batch(file.name, table.name, tables, *spans, dict(file.values), findings, records.rejected)


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


def _empty(file: OpenFile, root: str) -> Batch:
    spans = (pl.Series(dtype=pl.UInt32), pl.Series(dtype=pl.UInt64), pl.Series(dtype=pl.UInt32))
    return Batch(file.name, root, {}, *spans, dict(file.values))


def _refused(file: OpenFile) -> Batch:
    """A file that fits no table, or has nothing in it."""
    drain(file)
    batch = _empty(file, "")
    batch.findings = file.findings
    batch.last, batch.size, batch.skipped = True, file.tally.size, file.tally.skipped
    if file.refusal is not None:
        place = DataPlace(file.name, 0, offset=0, length=file.tally.size)
        batch.rejected = [Rejected(0, 0, b"", (file.refusal.at(place),), length=file.tally.size)]
        batch.skipped = 0
    return batch


def _count(batch: Batch, file: OpenFile, grouper: Grouper) -> None:
    """The file's counts and late findings, into its last batch."""
    tally = file.tally
    batch.findings += file.findings
    batch.last = True
    batch.framed, batch.counted = tally.rows - grouper.merged, tally.counted - grouper.merged
    batch.size, batch.skipped = tally.size, tally.skipped - grouper.inside
