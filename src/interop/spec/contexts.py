"""Contexts of a layout: which stands in which, which columns each has, and what a path reads there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from interop.spec.layout import DelimitedLayout, TableLayout
from interop.spec.suggestions import nearest
from interop.spec.tree import Path

Columns = tuple[tuple[str, str], ...]
"""Columns of tables: `(("row", "NHS_NUMBER"),)`."""

RECORD_PATHS = ("number",)
FILE_PATHS = ("name",)


@dataclass(frozen=True, slots=True)
class Context:
    """A context: its parent (None: a record), its table, and for each of its names the columns behind it."""

    name: str
    parent: str | None
    table: TableLayout
    columns: Mapping[str, Columns] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Contexts:
    """All contexts of a layout. Parent tables open none: they are looked up."""

    layout: DelimitedLayout
    by_name: Mapping[str, Context] = field(hash=False)

    def chain(self, name: str) -> tuple[str, ...]:
        """The context and those around it, innermost first; nothing for an unknown one."""
        names: list[str] = []
        context = self.by_name.get(name)
        while context is not None:
            names.append(context.name)
            context = self.by_name.get(context.parent) if context.parent else None
        return tuple(names)

    def children(self, name: str) -> tuple[str, ...]:
        """The contexts right below one."""
        return tuple(context.name for context in self.by_name.values() if context.parent == name)

    def resolve(self, path: Path, chain: tuple[str, ...]) -> Columns | None:
        """The columns that a path reads, none for `#`, `file.…` and `record.…`; None when there is no such path."""
        match path.parts:
            case ("#",):
                return ()
            case ("file", name):
                return () if name in FILE_PATHS or name in self.layout.file_names else None
            case ("record", name):
                return () if name in RECORD_PATHS else None
            case (name,):
                return next((found for at in chain if (found := self.by_name[at].columns.get(name))), None)
            case (context, "#"):
                return () if context in chain else None
            case (context, name) if context in chain:
                return self.by_name[context].columns.get(name)
            case (parent, name) if chain:
                return self._looked_up(self.by_name[chain[-1]].table, parent, name)
        return None

    def _looked_up(self, table: TableLayout, parent: str, name: str) -> Columns | None:
        if parent not in dict(table.parents):
            return None
        columns = next((other.columns for other in self.layout.tables if other.name == parent), ())
        return ((parent, name),) if any(column.name == name for column in columns) else None

    def remedy(self, path: Path, chain: tuple[str, ...]) -> str:
        """What to write instead of a path that reads nothing."""
        name = path.parts[-1]
        if len(path.parts) == 1:
            for context in self.by_name.values():
                if name in context.columns and context.name not in chain:
                    inside = context.parent in chain
                    open_it = f"open it by `$each: {context.name}`" if inside else "its rows are not read here"
                    return f"it is a column of `{context.name}`; {open_it}"
        known = [column for at in chain for column in self.by_name[at].columns]
        if chain:
            table = self.by_name[chain[-1]].table
            parents = {parent for parent, _ in table.parents}
            looked_up = (t for t in self.layout.tables if t.name in parents)
            known += [f"{parent.name}.{column.name}" for parent in looked_up for column in parent.columns]
        known += [f"file.{name}" for name in (*FILE_PATHS, *self.layout.file_names)] + ["record.number"]
        near = nearest(str(path), known)
        if near:
            return f"did you mean `{near}`?"
        if len(path.parts) > 1 and chain:
            before = [*chain, *(parent for parent, _ in self.by_name[chain[-1]].table.parents), "file", "record"]
            if path.parts[0] not in before:
                return f"before the dot stands one of: {', '.join(before)}"
        return f"name a column of `{chain[0]}`; a constant is written `= {name}`" if chain else ""


def contexts_of(layout: DelimitedLayout) -> Contexts:
    """The contexts that the layout's tables open. Of two with one name, which M107 refuses, the first stands."""
    found: dict[str, Context] = {}
    for table in layout.tables:
        if table.lookup:
            continue
        own: dict[str, Columns] = {column.name: ((table.name, column.name),) for column in table.columns}
        found.setdefault(table.name, Context(table.name, None, table, own))
        if table.rows:
            found.setdefault(table.rows, Context(table.rows, table.name, table, own))
        for group in table.groups:
            columns: dict[str, Columns] = {}
            numbers = range(group.first, group.last + 1)
            for short, pattern in group.columns:
                columns[short] = tuple((table.name, pattern.replace("#", str(number))) for number in numbers)
            if group.names:
                named = tuple((table.name, name) for name in group.names)
                columns = {"name": named, "value": named}
            parent = group.of if group.of in found else table.name
            found.setdefault(group.name, Context(group.name, parent, table, columns))
    return Contexts(layout, found)
