"""What a mapping does with each source field: the edges of its plan, and ignored.csv."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from interop.errors import Place
from interop.plan.lineage import Role, lineage
from interop.plan.model import Plan
from interop.spec.contexts import ColumnRead
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.layout import DelimitedLayout
from interop.spec.package import Package
from interop.spec.tree import Path

NOWHERE = Place("", 0, 0)
WHOLE = "*"  # of a field as sent


class State(StrEnum):
    """What becomes of a field."""

    USED = "used"
    EXCUSED = "excused"
    RESIDUE = "residue"


class Accounts:
    """What a mapping does with each source field: `row.SEX`, `PID-8`.

    Attributes:
        titles: What the package calls a field, in the order of the layout.
        first_only: Fields of messages of which no repetition but the first is read.
    """

    def __init__(self, package: Package, compiled: Plan) -> None:
        self._ignored = package.ignored
        self._messages = isinstance(package.layout, Hl7v2Layout)
        self.titles = dict(_titles(package))
        self._order = {source: number for number, source in enumerate(self.titles)}
        self._targets: dict[str, set[str]] = {}
        self._parts: dict[str, set[str]] = {}
        self._reasons: dict[str, str] = {}
        every: set[str] = set()  # fields of which each repetition is read
        contexts = package.contexts
        for edge in lineage(compiled):
            read = contexts.resolve(Path(tuple(edge.column.split(".")), NOWHERE), compiled.path(edge.context))
            columns = read.columns if isinstance(read, ColumnRead) else ()
            for table, column in columns:
                source = column if self._messages else f"{table}.{column}"
                target = edge.target if edge.role is Role.VALUE else f"({edge.target})"
                self._targets.setdefault(source, set()).add(target)
                self._parts.setdefault(source, set()).add(_component(edge.column))
                if edge.context.endswith(f"/{source}") or f"{source}[" in edge.column:
                    every.add(source)
        for source in _keys(package.layout):
            self._targets.setdefault(source, set())
        self.first_only = {source for source in self._targets if self._messages and source not in every}

    def kind(self, source: str) -> str:
        """The table of a field; messages are all of one kind."""
        return "" if self._messages else source.partition(".")[0]

    def order(self, source: str) -> tuple[int, str]:
        """Fields in the order of the layout, then the others."""
        return self._order.get(source, len(self._order)), source

    def state(self, source: str) -> State:
        if source in self._targets:
            return State.USED
        return State.EXCUSED if self.reason(source) else State.RESIDUE

    def reads(self, source: str, component: str) -> bool:
        """Whether a component of a message's field is read: `PID-3`, `4`."""
        read = self._parts.get(source, ())
        return component in read or WHOLE in read

    def targets(self, source: str) -> tuple[str, ...]:
        """Elements that a field reaches: those that it only decides on come last, in parentheses."""
        return tuple(sorted(self._targets.get(source, ()), key=lambda target: (target.startswith("("), target)))

    def reason(self, source: str) -> str:
        """Why ignored.csv excuses a field; empty when it does not."""
        if source not in self._reasons:
            self._reasons[source] = next((row.reason for row in self._ignored if row.matches(source)), "")
        return self._reasons[source]


def _component(column: str) -> str:
    """The component that a column of messages reads: `4` of `PID-3.4.2`, `1` of `PID-3[2]`, `*` of `OBX-5.*`."""
    parts = column.split(".")
    return parts[1].split(" ")[0] if len(parts) > 1 else "1"


def _titles(package: Package) -> Iterable[tuple[str, str]]:
    """The fields of a layout, in its order."""
    layout = package.layout
    if isinstance(layout, Hl7v2Layout):
        yield from ((field.name, field.title) for field in layout.fields.values())
        return
    for table in layout.tables:
        yield from ((f"{table.name}.{column.name}", column.title) for column in table.columns)


def _keys(layout: DelimitedLayout | Hl7v2Layout) -> Iterator[str]:
    """Fields that the layout itself reads: they hold records together."""
    if isinstance(layout, Hl7v2Layout):
        return
    for table in layout.tables:
        for column in (*table.record, *table.lookup, *(column for _, key in table.parents for column in key)):
            yield f"{table.name}.{column}"
