"""What a reader gives: batches of tables for the columnar executor, trees of rows for the row executor.

A *context* is what `$for` and `$each` name: the record's own context, or a child of it. In a batch each context is one
table of nullable text, each row with its parent's row number; in a single record it is a list of `Row`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

from interop.errors import Finding
from interop.immutable import immutable

if TYPE_CHECKING:
    import polars as pl

    from interop.readers.raw_records import RawRecords


@immutable()
class Input:
    """A named source of bytes. `name` is the base name without folders; `open` may be called more than once.

    Compression is the reader's business: it goes by the name's ending (`.gz`, `.zst`).
    """

    name: str
    open: Callable[[], BinaryIO]


@immutable()
class Projection:
    """What a plan reads: for each context the columns, in a fixed order; parent-table columns as `person.SEX`.

    A context that is not named is not shredded. `#` stands among the columns where the plan reads row numbers.
    """

    columns: Mapping[str, tuple[str, ...]]

    def reads(self, context: str) -> bool:
        return context in self.columns


@dataclass(slots=True)
class Table:
    """A context's rows in a batch.

    Shapes: `frame` utf8[n, columns], all nullable, named as in the projection (`#` too, as text);
    `parent` u32[n], the row of the parent context's table, ascending; None for the record's own context. `filled` are
    the columns that may have a value, all others are null; None: any may.
    """

    frame: pl.DataFrame
    parent: pl.Series | None = None
    filled: set[str] | None = None

    def columns(self) -> list[pl.Series]:
        """The columns that may have a value."""
        if self.filled is None:
            return self.frame.get_columns()
        return [self.frame.get_column(name) for name in self.filled]


@dataclass(slots=True)
class Rejected:
    """A record that could not be read: its bytes and why."""

    number: int  # in its file, from 1; 0 for a whole file
    offset: int
    data: bytes  # of a record beyond the limit only the beginning
    findings: tuple[Finding, ...]
    length: int = -1  # of the record in the decompressed input; -1: that of `data`


@dataclass(slots=True)
class Batch:
    """Some records of one file, in input order.

    Shapes: the record context's table has `len(numbers)` rows, one a record;
    `numbers` u32[n] counts from 1 in the file (rejected records are counted too, so there may be gaps);
    `offsets` u64[n] and `lengths` u32[n] are the byte spans in the decompressed input; `raw` [n] their bytes, where the
    records are framed and not yet shredded: then there are no tables.
    """

    file: str
    root: str  # the record's own context
    tables: Mapping[str, Table]
    numbers: pl.Series
    offsets: pl.Series
    lengths: pl.Series
    file_values: dict[str, str] = field(default_factory=dict)  # `name`, and the names of `source.file`
    findings: list[Finding] = field(default_factory=list)  # that cost no record
    rejected: list[Rejected] = field(default_factory=list)
    last: bool = False  # the last batch of its file carries the file's counts:
    framed: int = 0  # records framed in the whole file, rejected ones included
    counted: int = 0  # the same by an independent count
    size: int = 0  # bytes of the decompressed file
    skipped: int = 0  # its bytes that are in no record: header, line ends between records, blank lines
    raw: RawRecords | None = None
    header: tuple[str, ...] = ()  # of a delimited file whose records are raw: its columns


@dataclass(slots=True)
class Row:
    """A row of a context, with the rows of its child contexts. `values` holds no empty text and no None.

    `read` gives the value of a column or None, as `values.get` does; a reader may have a faster way.
    """

    values: dict[str, str]
    number: int = 1  # `#`
    parent: Row | None = None
    children: dict[str, list[Row]] = field(default_factory=dict)
    read: Callable[[str], str | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.read = self.values.get


@dataclass(slots=True)
class Record:
    """One record for the row executor.

    `lacks` tells whether none of some columns, each with its context, has a value in the record (an empty name: whether
    the context has no row); where a reader cannot tell at little cost, it is None. It may be false where it could be
    true.
    """

    root: str
    row: Row
    number: int = 1
    file: str = ""
    offset: int = -1
    length: int = -1
    file_values: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    lacks: Callable[[frozenset[tuple[str, str]]], bool] | None = None


class Reader(Protocol):
    """One syntax. `batches` frames and shreds an input; `record` shreds what a caller of `.convert()` holds.

    Framing can be done apart from shredding: `framed` gives batches that may be raw, and `shred` makes tables of one,
    in another process too.
    """

    def batches(self, source: Input, projection: Projection, *, batch_rows: int, spans: bool = True) -> Iterator[Batch]:
        """The records of an input, in order. Bad data never raises: it is a finding or a rejected record."""
        ...

    def framed(self, source: Input, projection: Projection, *, batch_rows: int) -> Iterator[Batch]:
        """The same, raw where the reader can shred a batch by itself. Raw batches may hold fewer records."""
        ...

    def shred(self, batch: Batch, projection: Projection) -> Batch:
        """A raw batch with tables, without the records that cannot be read: those are rejected. Others as they are."""
        ...

    def record(self, data: object, *, file: str = "") -> Record:
        """One record from what an embedder has: for delimited, a mapping (a row), several (rows of one key), or text.

        Raises:
            UsageError: `data` is of another type, or fits none of the tables.
        """
        ...
