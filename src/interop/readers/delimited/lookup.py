"""Parent tables in memory: `person.SEX` of a row is the column of the person whose key the row has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from interop.errors import DataPlace, Finding
from interop.limits import Limits
from interop.readers.delimited.file import open_file, read_rows
from interop.readers.delimited.frames import nulls
from interop.readers.protocol import Input, Projection
from interop.spec.layout import DelimitedLayout, TableLayout

TWICE = "R521"
TOO_LARGE = "R522"
NOT_FOUND = "R520"


@dataclass(slots=True)
class Parents:
    """The parent tables of a job. Picklable: a worker gets the same.

    `frames` holds each table, one row a key; `files` names the inputs that were read for them, and `findings` what was
    wrong there.
    """

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    _rows: dict[str, dict[tuple[str | None, ...], int]] = field(default_factory=dict)

    def columns(self, table: TableLayout, names: tuple[str, ...], rows: pl.DataFrame) -> dict[str, pl.Series]:
        """Columns of parent tables for the rows of a child table, by their names in paths."""
        found: dict[str, pl.Series] = {}
        for parent, key in table.parents:
            wanted = [name for name in names if name.startswith(parent + ".")]
            if not wanted:
                continue
            if parent not in self.frames:
                found |= {name: nulls(rows.height) for name in wanted}
                continue
            joined = self._join(parent, key, rows)
            for name in wanted:
                column = name.removeprefix(parent + ".")
                found[name] = joined.get_column(column) if column in joined.columns else nulls(rows.height)
        return found

    def missing(self, table: TableLayout, names: tuple[str, ...], rows: pl.DataFrame) -> list[tuple[int, str]]:
        """Rows whose key is given and has no row in a parent table that is read: (row, parent), in order."""
        found: list[tuple[int, str]] = []
        for parent, key in table.parents:
            if not any(name.startswith(parent + ".") for name in names):
                continue
            given = rows.select(pl.all_horizontal(pl.col(*key).is_not_null())).to_series()
            hits = nulls(rows.height)
            if parent in self.frames:
                hits = self._join(parent, key, rows).get_column(_HIT)
            found += [(row, parent) for row in (given & hits.is_null()).arg_true().to_list()]
        return sorted(found)

    def find(self, parent: str, key: tuple[str | None, ...]) -> dict[str, str]:
        """One row of a parent table, without nulls; empty when there is none."""
        frame = self.frames.get(parent)
        if frame is None or None in key:
            return {}
        if parent not in self._rows:
            keys = frame.select(self.keys[parent]).rows()
            self._rows[parent] = {found: row for row, found in enumerate(keys)}
        row = self._rows[parent].get(key)
        if row is None:
            return {}
        return {name: text for name, text in frame.row(row, named=True).items() if text is not None and name != _HIT}

    def _join(self, parent: str, key: tuple[str, ...], rows: pl.DataFrame) -> pl.DataFrame:
        right = self.frames[parent]
        keys = rows.select(pl.col(name).alias(f"\0{place}") for place, name in enumerate(key))
        return keys.join(
            right,
            left_on=keys.columns,
            right_on=list(self.keys[parent]),
            how="left",
            maintain_order="left",
            coalesce=False,
        )


_HIT = "\0hit"


def load_parents(inputs: Iterable[Input], layout: DelimitedLayout, projection: Projection, limits: Limits) -> Parents:
    """Read the parent tables that the projection needs from those inputs that are theirs.

    Errors: R521 a key comes twice, the first row counts; R522 a table is too large and is not kept; and those of reading
        a file. Rows that cannot be read are left out, each with its finding.
    """
    wanted = _wanted(layout, projection)
    loaded = Parents(keys={name: layout.table(name).lookup for name in wanted})
    parts: dict[str, list[pl.DataFrame]] = {}
    files: list[str] = []
    if not any(table.lookup for table in layout.tables):
        return loaded
    for source in inputs:
        file = open_file(source, layout, limits)
        if file.table is None or not file.table.lookup:
            continue
        files.append(source.name)
        columns = wanted.get(file.table.name)
        if columns is None:
            continue
        for rows in read_rows(file, columns, layout, limits):
            parts.setdefault(file.table.name, []).append(rows.frame)
            loaded.findings += [
                Finding(bad.code, DataPlace(source.name, bad.number, offset=bad.offset, length=bad.size))
                for bad in rows.bad
            ]
        loaded.findings += file.findings
    loaded.files = tuple(files)
    for name, frames in parts.items():
        _keep(loaded, name, pl.concat(frames), limits)
    return loaded


def _keep(loaded: Parents, name: str, frame: pl.DataFrame, limits: Limits) -> None:
    """Keep a table with one row a key."""
    if frame.estimated_size() > limits.lookup_bytes:
        loaded.findings.append(Finding(TOO_LARGE, detail=f"table {name}"))
        return
    key = loaded.keys[name]
    frame = frame.filter(pl.all_horizontal(pl.col(*key).is_not_null()))
    unique = frame.unique(subset=list(key), keep="first", maintain_order=True)
    if twice := frame.height - unique.height:
        rows = "1 row" if twice == 1 else f"{twice} rows"
        loaded.findings.append(Finding(TWICE, detail=f"{rows} of table {name}"))
    loaded.frames[name] = unique.with_columns(pl.lit("1").alias(_HIT))


def _wanted(layout: DelimitedLayout, projection: Projection) -> dict[str, tuple[str, ...]]:
    """The columns of each parent table that some context reads, its key first."""
    read = {name for names in projection.columns.values() for name in names if "." in name}
    found: dict[str, tuple[str, ...]] = {}
    for table in layout.tables:
        columns = [column.name for column in table.columns if f"{table.name}.{column.name}" in read]
        if table.lookup and columns:
            found[table.name] = tuple(dict.fromkeys((*table.lookup, *columns)))
    return found
