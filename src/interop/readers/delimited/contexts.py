"""Records to the tables of contexts that a projection names.

Source: docs/language.md, Tables of a delimited source.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from interop.readers.delimited.frames import counting, frame_of
from interop.readers.delimited.records import Records
from interop.readers.protocol import Projection, Table
from interop.spec.layout import Group, TableLayout

NUMBER = "#"


def context_parents(table: TableLayout) -> dict[str, str | None]:
    """Every context of a table's records and the context that it stands in, outermost first."""
    found: dict[str, str | None] = {table.name: None}
    if table.rows:
        found[table.rows] = table.name
    return found | {group.name: group.of or table.name for group in table.groups}


def columns_of(table: TableLayout, projection: Projection) -> tuple[str, ...]:
    """The file's columns that the contexts need, in layout order: those read, those that make groups, and keys."""
    needed: set[str] = set(table.record)
    parents = dict(table.parents)
    for context in context_parents(table):
        for name in projection.columns.get(context, ()):
            needed.add(name)
            parent = name.split(".", 1)[0]
            needed.update(parents.get(parent, ()) if "." in name else ())
    for group in table.groups:
        if projection.reads(group.name):
            needed.update(group_columns(group))
    return tuple(column.name for column in table.columns if column.name in needed)


def record_columns(table: TableLayout, projection: Projection) -> tuple[str, ...]:
    """The columns that a record has from its first row, as the projection reads them."""
    read = set(projection.columns.get(table.name, ()))
    for group in table.groups:
        if group.of is None and projection.reads(group.name):
            read.update(group_columns(group))
    return tuple(column.name for column in table.columns if column.name in read)


def group_columns(group: Group) -> Iterable[str]:
    """The file's columns that a group is made of."""
    if group.names:
        return group.names
    numbers = range(group.first, group.last + 1)
    return (group.numbered(short, number) for number in numbers for short, _ in group.columns)


def build_tables(
    table: TableLayout, projection: Projection, records: Records, looked_up: dict[str, pl.Series]
) -> dict[str, Table]:
    """The tables of all contexts that the projection names.

    Args:
        table: The file's.
        projection: What is read.
        records: Records of the file.
        looked_up: Columns of parent tables, a row a record.
    """
    found: dict[str, Table] = {}
    heads = records.heads
    if projection.reads(table.name):
        one = {NUMBER: pl.repeat("1", heads.height, dtype=pl.String, eager=True)}
        found[table.name] = Table(_select(projection.columns[table.name], heads, one | looked_up))
    owner = records.owner if records.owner is not None else counting(0, records.rows.height)
    if table.rows and projection.reads(table.rows):
        first = records.first if records.first is not None else owner
        number = (counting(1, len(owner)) - first.gather(owner)).cast(pl.String)
        found[table.rows] = Table(_select(projection.columns[table.rows], records.rows, {NUMBER: number}), owner)
    for group in table.groups:
        if projection.reads(group.name):
            rows = heads if group.of is None else records.rows
            found[group.name] = _group(group, projection.columns[group.name], rows)
    return found


def _select(names: tuple[str, ...], rows: pl.DataFrame, given: dict[str, pl.Series]) -> pl.DataFrame:
    """The columns of a context: the file's own, and those that are given."""
    return frame_of({name: given[name] if name in given else rows.get_column(name) for name in names}, rows.height)


def _group(group: Group, names: tuple[str, ...], rows: pl.DataFrame) -> Table:
    """Repeating columns as rows, in the order of their parents and then of the columns."""
    if group.names:
        return _named_group(group.names, names, rows)
    parts: list[pl.DataFrame] = []
    owners: list[pl.Series] = []
    for place, (number, shorts) in enumerate(_instances(group)):
        full = rows.select(pl.col(column).alias(short) for short, column in shorts.items())
        present = full.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_true().cast(pl.UInt32)
        if not len(present):
            continue
        place_of = pl.lit(place, dtype=pl.UInt32).alias(_PLACE)
        parts.append(full[present].with_columns(pl.lit(str(number)).alias(NUMBER), place_of))
        owners.append(present)
    if not parts:
        return Table(pl.DataFrame(schema=dict.fromkeys(names, pl.String)), counting(0, 0))
    frame, owner = pl.concat(parts), pl.concat(owners)
    if len(parts) > 1:
        order = pl.DataFrame({"owner": owner, "place": frame.get_column(_PLACE)}).select(
            pl.arg_sort_by("owner", "place")
        )
        frame, owner = frame[order.to_series()], owner.gather(order.to_series())
    return Table(frame_of({name: frame.get_column(name) for name in names}, frame.height), owner)


_PLACE = "\0place"


def _named_group(columns: tuple[str, ...], names: tuple[str, ...], rows: pl.DataFrame) -> Table:
    """The same for a group by names: a row for each column that is not empty."""
    long = (
        rows.select(columns)
        .with_row_index(_PLACE)
        .unpivot(index=_PLACE, variable_name="name", value_name="value")
        .drop_nulls("value")
        .sort(_PLACE, maintain_order=True)
    )
    owner = long.get_column(_PLACE).alias("owner")
    if NUMBER in names:
        running = pl.int_range(1, pl.len() + 1).over(_PLACE).cast(pl.String)
        long = long.with_columns(running.alias(NUMBER))
    return Table(frame_of({name: long.get_column(name) for name in names}, long.height), owner)


def _instances(group: Group) -> list[tuple[int, dict[str, str]]]:
    """What repeats: for each number the short names and the file's columns."""
    return [
        (number, {short: group.numbered(short, number) for short, _ in group.columns})
        for number in range(group.first, group.last + 1)
    ]
