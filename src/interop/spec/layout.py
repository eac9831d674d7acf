"""The layout of a delimited source: its syntax, its tables, and the contexts that they open.

Written by `spec` from mapping.yaml and source/*.csv; read by the reader, the plan and the lint.
Source: docs/language.md, Tables of a delimited source.
"""

from __future__ import annotations

from dataclasses import field

from interop.immutable import immutable


@immutable()
class Column:
    """A row of source/<table>.csv. `modifies` names resource types, or `*`."""

    name: str
    required: bool = False
    modifies: tuple[str, ...] = ()
    title: str = ""


@immutable()
class Group:
    """Repeating columns as a child context: either numbered `columns` or plain `names`.

    `columns` pairs each short name with a pattern that holds one `#`; `first` and `last` bound the number.
    """

    name: str
    columns: tuple[tuple[str, str], ...] = ()
    first: int = 1
    last: int = 0
    names: tuple[str, ...] = ()
    of: str | None = None  # the child context that it stands under; None: the record

    def numbered(self, short: str, number: int) -> str:
        """The full name of a short column at a number: `("code", 7)` → `ICD_DGNS_CD7`."""
        return dict(self.columns)[short].replace("#", str(number))

    @property
    def short_names(self) -> tuple[str, ...]:
        """The columns of the context: short names, or `name` and `value`."""
        return ("name", "value") if self.names else tuple(short for short, _ in self.columns)


@immutable()
class TableLayout:
    """One kind of file. `name` is the context of its records."""

    name: str
    columns: tuple[Column, ...]
    when_columns: tuple[str, ...] = ()
    when_file: str | None = None
    record: tuple[str, ...] = ()  # key of a record of several rows; empty: a record is a row
    rows: str | None = None  # child context of all rows of a record
    groups: tuple[Group, ...] = ()
    lookup: tuple[str, ...] = ()  # this is a parent table, looked up by these columns
    parents: tuple[tuple[str, tuple[str, ...]], ...] = ()  # parent table → columns of this table


@immutable()
class DelimitedLayout:
    """The whole source. `delimiter` and `quote` are single ASCII characters; `quote` is None for none."""

    tables: tuple[TableLayout, ...]
    delimiter: str = ","
    quote: str | None = '"'
    charset: str = "utf-8"
    header: bool = True
    trim: bool = True
    zone: str | None = None
    file: str | None = None  # pattern of the file name: "{disease}_Vaccinations_v5_*"
    format: str = "delimited"
    quirks: tuple[str, ...] = ()  # declared leniencies: "closing-delimiter"
    file_names: tuple[str, ...] = field(default=())  # the names in `file`: ("disease",)

    def table(self, name: str) -> TableLayout:
        """The table of that name. Raises KeyError."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)
