"""What a source has, column by column: the tables of delimited files, the segments of messages.

For the lint: which columns there are, how ignored.csv writes them, which the layout itself needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from interop.errors import Place
from interop.immutable import immutable
from interop.spec.csv_table import CsvTable
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.hl7v2_tables import FIELDS
from interop.spec.layout import Column, DelimitedLayout, TableLayout


@immutable()
class Source:
    """A table, or a segment.

    Args:
        name: `row`, `PID`.
        columns: `NHS_NUMBER`, `PID-3`.
        keys: Columns that the layout itself reads.
        places: Where each column is declared.
        segment: A segment, of which unread fields are one finding.
        placed: Some context has it; what no context has, no rule can read.
    """

    name: str
    columns: tuple[Column, ...]
    keys: frozenset[str]
    places: Mapping[str, Place]
    segment: bool = False
    placed: bool = True

    def path(self, column: str) -> str:
        """The column as ignored.csv writes it: `row.NHS_NUMBER`, `PID-3`."""
        return column if self.segment else f"{self.name}.{column}"


def sources_of(
    layout: DelimitedLayout | Hl7v2Layout, tables: Mapping[str, CsvTable], files: Mapping[str, str]
) -> tuple[Source, ...]:
    """The sources of a layout: all tables, or all segments that have fields.

    Args:
        layout: The layout.
        tables: The files of source/ by relative name, for places.
        files: Table → the relative name of its columns' file.
    """
    if isinstance(layout, Hl7v2Layout):
        return _segments(layout, tables.get(FIELDS))
    return tuple(_table(table, tables.get(files.get(table.name, ""))) for table in layout.tables)


def _table(table: TableLayout, rows: CsvTable | None) -> Source:
    keys = frozenset((*table.record, *table.lookup, *(column for _, key in table.parents for column in key)))
    places = {row.values[0].strip(): row.place for row in rows.rows} if rows else {}
    return Source(table.name, table.columns, keys, places)


def _segments(layout: Hl7v2Layout, rows: CsvTable | None) -> tuple[Source, ...]:
    columns: dict[str, list[Column]] = {}
    for field in layout.fields.values():
        columns.setdefault(field.segment, []).append(Column(field.name, False, field.modifies, field.title))
    places = {f"{row.values[0].strip()}-{row.values[1].strip()}": row.place for row in rows.rows} if rows else {}
    placed = {name for context in layout.contexts for name in (*context.opens, *context.holds)}
    return tuple(
        Source(name, tuple(fields), frozenset(), places, segment=True, placed=name in placed)
        for name, fields in columns.items()
    )
