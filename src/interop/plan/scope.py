"""Names in scope: which context a path of the mapping reads, and how far above the current one it stands."""

from __future__ import annotations

from dataclasses import dataclass

from interop.plan.model import Column, Context, FileValue, RecordNumber
from interop.spec.layout import DelimitedLayout, Group, TableLayout
from interop.spec.tree import Path

NUMBER = "#"


def contexts_of(layout: DelimitedLayout) -> dict[str, Context]:
    """Every context that the layout's tables open. Parent tables open none: they are looked up."""
    found: dict[str, Context] = {}
    for table in layout.tables:
        if table.lookup:
            continue
        found[table.name] = Context(name=table.name, parent=None, root=table.name, depth=0)
        if table.rows:
            found[table.rows] = Context(name=table.rows, parent=table.name, root=table.name, depth=1)
        for group in table.groups:
            parent = group.of or table.name
            found[group.name] = Context(
                name=group.name,
                parent=parent,
                root=table.name,
                depth=found[parent].depth + 1,
                numbered=not group.names,
                names=group.names,
            )
    return found


@dataclass(frozen=True, slots=True)
class Scope:
    """The contexts around a node, innermost first, and the layout that names their columns."""

    layout: DelimitedLayout
    names: tuple[str, ...]  # ("amount", "line", "carrier")

    @property
    def table(self) -> TableLayout:
        return self.layout.table(self.names[-1])

    def enter(self, context: str) -> Scope:
        """The scope inside a child context."""
        return Scope(self.layout, (context, *self.names))

    def columns(self, context: str) -> tuple[str, ...]:
        """The columns of a context, in layout order."""
        table = self.table
        if context in (table.name, table.rows):
            return tuple(column.name for column in table.columns)
        return self._group(context).short_names

    def _group(self, context: str) -> Group:
        return next(group for group in self.table.groups if group.name == context)

    def resolve(self, path: Path) -> Column | FileValue | RecordNumber | None:
        """What a path reads, or None when nothing in scope has that name."""
        match path.parts:
            case ("#",):
                return Column(self.names[0], NUMBER, 0)
            case ("file", name):
                return FileValue(name) if name == "name" or name in self.layout.file_names else None
            case ("record", "number"):
                return RecordNumber()
            case (name,):
                for up, context in enumerate(self.names):
                    if name in self.columns(context):
                        return Column(context, name, up)
            case (context, name) if context in self.names:
                if name == NUMBER or name in self.columns(context):
                    return Column(context, name, self.names.index(context))
            case (parent, name) if parent in dict(self.table.parents):
                if any(column.name == name for column in self.layout.table(parent).columns):
                    return Column(self.names[-1], f"{parent}.{name}", len(self.names) - 1)
        return None
