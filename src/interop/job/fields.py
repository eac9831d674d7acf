"""How many fields of its layout a mapping uses, excuses and leaves over: told by the plan alone, without any data.

`interop coverage` weighs them by how often they are filled; this is what a run knows before its first record.
"""

from __future__ import annotations

from collections.abc import Iterator

from interop.errors import Place
from interop.immutable import immutable
from interop.plan.model import Plan
from interop.spec.contexts import ColumnRead
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.package import Package
from interop.spec.tree import Path

NOWHERE = Place("", 0, 0)


@immutable()
class FieldCounts:
    """Fields of a layout: columns of tables, or fields of segments."""

    used: int
    excused: int
    left_over: int

    @property
    def all(self) -> int:
        """Fields of the layout."""
        return self.used + self.excused + self.left_over


def count_fields(package: Package, compiled: Plan) -> FieldCounts:
    """The fields of a package's layout by what becomes of them."""
    named = dict.fromkeys(_fields(package))
    used = {*_read(package, compiled), *_keys(package), "MSH-1", "MSH-2"} & named.keys()
    rest = dict.fromkeys(name for name in named if name not in used)
    excused = {name for row in package.ignored for name in row.matching(rest)}
    return FieldCounts(len(used), len(excused), len(rest) - len(excused))


def _fields(package: Package) -> Iterator[str]:
    """The fields of a layout: `row.SEX`, `PID-8`."""
    layout = package.layout
    if isinstance(layout, Hl7v2Layout):
        yield from layout.fields
    else:
        yield from (f"{table.name}.{column.name}" for table in layout.tables for column in table.columns)


def _read(package: Package, compiled: Plan) -> Iterator[str]:
    """The fields that the plan reads."""
    contexts = package.contexts
    messages = isinstance(package.layout, Hl7v2Layout)
    for context, names in compiled.reads.items():
        around = compiled.path(context)
        for name in dict.fromkeys(name.partition(".")[0] for name in names) if messages else names:
            read = contexts.resolve(Path(tuple(name.split(".")), NOWHERE), around)
            if isinstance(read, ColumnRead):
                yield from (column if messages else f"{table}.{column}" for table, column in read.columns)


def _keys(package: Package) -> Iterator[str]:
    """Fields that the layout itself reads: they hold records together."""
    layout = package.layout
    if not isinstance(layout, Hl7v2Layout):
        for table in layout.tables:
            keys = (*table.record, *table.lookup, *(column for _, key in table.parents for column in key))
            yield from (f"{table.name}.{column}" for column in keys)
