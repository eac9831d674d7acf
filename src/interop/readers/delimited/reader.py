"""The reader of delimited files: CSV and its kin, one table a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from interop.limits import Limits
from interop.readers.census import Census
from interop.readers.delimited.batches import read_batches, refused_batch
from interop.readers.delimited.census import take_census
from interop.readers.delimited.charset import codec_of
from interop.readers.delimited.contexts import context_parents
from interop.readers.delimited.file import open_file
from interop.readers.delimited.lookup import Parents, load_parents
from interop.readers.delimited.of_frame import frame_batches
from interop.readers.delimited.one_record import OneRecord
from interop.readers.delimited.raw import shred_raw
from interop.readers.protocol import Batch, Input, Projection, Record
from interop.spec.layout import DelimitedLayout


class DelimitedReader:
    """Reads the files of one layout.

    Holds no state between files but `parents`, the parent tables: `load_parents` fills them, once a job, before the
    first `batches` or `record` whose plan reads one.
    """

    def __init__(self, layout: DelimitedLayout, limits: Limits | None = None, parents: Parents | None = None) -> None:
        """Raises UsageError when the layout's charset is not known."""
        codec_of(layout.charset)
        self.layout = layout
        self.limits = limits or Limits()
        self.parents = parents or Parents()
        self._one_record = OneRecord(layout, self.limits)

    def context_parents(self, root: str) -> dict[str, str | None]:
        """The contexts of a table's records, outermost first, each with the one that it stands in.

        Raises:
            KeyError: There is no table of that name.
        """
        return context_parents(self.layout.table(root))

    def load_parents(self, inputs: Iterable[Input], projection: Projection) -> Parents:
        """Read the parent tables among the inputs and keep them.

        Every input is opened, those of other tables only as far as their header. The result's `files` are those that
        were read here: they have no records of their own.
        """
        self.parents = load_parents(inputs, self.layout, projection, self.limits)
        return self.parents

    def batches(self, source: Input, projection: Projection, *, batch_rows: int, spans: bool = True) -> Iterator[Batch]:
        """The records of a file, in order, at most `batch_rows` rows a batch (or one record that has more).

        A file that is refused gives one batch with one rejected record, number 0. The last batch has the counts:
        `framed` records, and `counted`, which is rows counted independently, less those that joined the record before
        them. A file of a parent table, or of a table that the projection does not name, gives batches without tables.
        """
        file = open_file(source, self.layout, self.limits)
        if file.table is None:
            yield refused_batch(file)
            return
        yield from read_batches(file, file.table, projection, self.parents, batch_rows=batch_rows)

    def framed(self, source: Input, projection: Projection, *, batch_rows: int) -> Iterator[Batch]:
        """The same, raw where a record is a row, and needs no other table."""
        file = open_file(source, self.layout, self.limits)
        if file.table is None:
            yield refused_batch(file)
            return
        apart = not file.table.record and not file.table.parents
        yield from read_batches(file, file.table, None if apart else projection, self.parents, batch_rows=batch_rows)

    def shred(self, batch: Batch, projection: Projection) -> Batch:
        """A raw batch with its tables. All its records can be read: `framed` has seen to that."""
        return batch if batch.raw is None else shred_raw(batch, self.layout, projection, self.limits)

    def frame_batches(self, frame: pl.DataFrame, projection: Projection, *, file: str = "") -> Iterator[Batch]:
        """The records of rows that are in memory already. Raises UsageError when they fit none of the tables."""
        return frame_batches(frame, file, projection, layout=self.layout, limits=self.limits, parents=self.parents)

    def census(self, source: Input) -> list[Census]:
        """How often each column of a file is filled, those that the layout does not name too."""
        return take_census(source, self.layout, self.limits)

    def record(self, data: object, *, file: str = "") -> Record:
        """One record from a mapping of columns (a row), a sequence of these (rows of one key), or a file's text.

        The table is the one whose `when` columns the row has, or the only one. Texts are trimmed as in a file, and
        empty ones are null. A row of a file's text that cannot be read is an error among the record's findings.

        Raises:
            UsageError: `data` is of another type, fits none of the tables or several, or holds several records.
        """
        return self._one_record.build(data, file, self.parents)
