"""Parent tables in memory: `person.SEX` of a row is the column of the person whose key the row has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from interop.errors import DataPlace, Finding
from interop.limits import Limits
from interop.readers.delimited.file import OpenFile, open_file, read_rows
from interop.readers.delimited.frames import nulls
from interop.readers.protocol import Input, Projection
from interop.spec.layout import DelimitedLayout, TableLayout

TWICE = "R521"
TOO_LARGE = "R522"


@dataclass(slots=True)
class LookedUp:
    """Columns of parent tables, by their names in paths.

    `missing` names the rows whose key has no row in a parent table, and the parent; `absent` the parents that were
    never loaded.
    """

    columns: dict[str, pl.Series] = field(default_factory=dict)
    missing: list[tuple[int, str]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


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

    def look_up(self, table: TableLayout, names: tuple[str, ...], rows: pl.DataFrame) -> LookedUp:
        """Columns of parent tables for rows of a child table.

        Args:
            table: The child.
            names: Columns by their names in paths, `person.SEX`; others are passed over.
            rows: Rows of the child, with the columns of the key.
        """
        found = LookedUp()
        for parent, key in table.parents:
            wanted = [name for name in names if name.startswith(parent + ".")]
            if not wanted:
                continue
            if parent not in self.frames:
                found.absent.append(parent)
                found.columns |= {name: nulls(rows.height) for name in wanted}
                continue
            joined = self._join(parent, key, rows)
            found.columns |= {name: joined.get_column(name.removeprefix(parent + ".")) for name in wanted}
            given = rows.select(pl.all_horizontal(pl.col(*key).is_not_null())).to_series()
            missing = given & joined.get_column(_HIT).is_null()
            found.missing += [(row, parent) for row in missing.arg_true().to_list()]
        found.missing.sort()
        return found

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

    Errors: R521 a key comes twice, the first row counts; R522 a table is too large and is not kept; and those of
        reading a file. Rows that cannot be read are left out, each with its finding.
    """
    wanted = _wanted(layout, projection)
    loaded = Parents(keys={name: layout.table(name).lookup for name in wanted})
    parts: dict[str, list[pl.DataFrame]] = {}
    files: list[str] = []
    for source in inputs if any(table.lookup for table in layout.tables) else ():
        file = open_file(source, layout, limits)
        if file.table is None or not file.table.lookup:
            continue
        files.append(source.name)
        if file.table.name in wanted:
            frames = parts.setdefault(file.table.name, [])
            _read_parent(loaded, frames, file, wanted[file.table.name])
    loaded.files = tuple(files)
    for name, frames in parts.items():
        if frames:
            _keep(loaded, name, pl.concat(frames, rechunk=True))
    return loaded


def _read_parent(loaded: Parents, frames: list[pl.DataFrame], file: OpenFile, columns: tuple[str, ...]) -> None:
    """Add a file's rows to a parent table; a table that grows too large is given up."""
    size = sum(frame.estimated_size() for frame in frames)
    for rows in read_rows(file, columns):
        frames.append(rows.frame)
        size += rows.frame.estimated_size()
        loaded.findings += [
            Finding(bad.code, DataPlace(file.name, bad.number, offset=bad.offset, length=bad.size)) for bad in rows.bad
        ]
        if size > file.limits.lookup_bytes:
            frames.clear()
            loaded.findings.append(Finding(TOO_LARGE, DataPlace(file.name)))
            break
    loaded.findings += file.take_findings()
    if (damage := file.damage()) is not None:
        loaded.findings.append(damage)


def _keep(loaded: Parents, name: str, frame: pl.DataFrame) -> None:
    """Keep a table with one row a key."""
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
