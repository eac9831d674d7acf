"""The filled fields of a delimited file, by column of its header."""

from __future__ import annotations

from interop.limits import Limits
from interop.readers.census import Census
from interop.readers.delimited.file import drain, open_file, read_rows
from interop.readers.protocol import Input
from interop.spec.layout import DelimitedLayout


def take_census(source: Input, layout: DelimitedLayout, limits: Limits) -> list[Census]:
    """The census of a file: nothing for one that fits no table. Rows that cannot be read are not counted."""
    file = open_file(source, layout, limits)
    if file.table is None:
        drain(file)
        return []
    found = Census(source.name)
    for rows in read_rows(file, tuple(dict.fromkeys(file.header))):
        found.records += rows.frame.height
        for name, empty in zip(rows.frame.columns, rows.frame.null_count().row(0), strict=True):
            if rows.frame.height > empty:
                found.filled[f"{file.table.name}.{name}"] += rows.frame.height - empty
    return [found]
