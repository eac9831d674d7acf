"""Contexts of delimited files: tables, their rows, their groups.

Source: docs/language.md, Tables of a delimited source.
"""

from __future__ import annotations

from collections.abc import Mapping

from interop.spec.contexts import FILE_PATHS, ColumnRead, Columns, Context, Read, children_of, read_around
from interop.spec.layout import Column, DelimitedLayout, Group, TableLayout
from interop.spec.suggestions import nearest, remedy
from interop.spec.tree import Path


class TableContexts:
    """The contexts that a layout's tables open. Parent tables open none: they are looked up.

    Of two contexts with one name, which M107 refuses, the first stands.
    """

    def __init__(self, layout: DelimitedLayout) -> None:
        self.layout = layout
        self._contexts: dict[str, Context] = {}
        self._tables: dict[str, TableLayout] = {}
        self._columns: dict[str, Mapping[str, Columns]] = {}
        for table in layout.tables:
            if not table.lookup:
                self._add_table(table)

    def _add_table(self, table: TableLayout) -> None:
        own: dict[str, Columns] = {column.name: ((table.name, column.name),) for column in table.columns}
        self._add(Context(table.name, None, table.name), table, own)
        if table.rows:
            self._add(Context(table.rows, table.name, table.name), table, own)
        for group in table.groups:
            parent = group.of if group.of in self._contexts else table.name
            context = Context(group.name, parent, table.name, numbered=not group.names, names=group.names)
            self._add(context, table, _columns(group, table.name))

    def _add(self, context: Context, table: TableLayout, columns: Mapping[str, Columns]) -> None:
        if context.name not in self._contexts:
            self._contexts[context.name] = context
            self._tables[context.name] = table
            self._columns[context.name] = columns

    def declared(self) -> tuple[Context, ...]:
        return tuple(self._contexts.values())

    def get(self, name: str) -> Context | None:
        return self._contexts.get(name)

    def built_for(self, written: str) -> tuple[str, ...]:
        return (written,) if written in self._contexts else ()

    def opened(self, written: str, chain: tuple[str, ...]) -> str | None:
        context = self.get(written)
        return written if context is not None and context.parent in chain else None

    def resolve(self, path: Path, chain: tuple[str, ...]) -> Read | None:
        found = read_around(path, self.layout, chain)
        if found is not None or path.parts[-1] == "#":
            return found
        match path.parts:
            case (name,):
                for up, context in enumerate(chain):
                    if columns := self._columns[context].get(name):
                        return ColumnRead(context, name, up, columns)
            case (context, name) if context in chain:
                if columns := self._columns[context].get(name):
                    return ColumnRead(context, name, chain.index(context), columns)
            case (parent, name) if chain and parent in dict(self._tables[chain[-1]].parents):
                if any(column.name == name for column in self._parent_columns(parent)):
                    return ColumnRead(chain[-1], f"{parent}.{name}", len(chain) - 1, ((parent, name),))
        return None

    def _parent_columns(self, parent: str) -> tuple[Column, ...]:
        return next((other.columns for other in self.layout.tables if other.name == parent), ())

    def path_remedy(self, path: Path, chain: tuple[str, ...]) -> str:
        name = path.parts[-1]
        if len(path.parts) == 1:
            for context in self._contexts.values():
                if name in self._columns[context.name] and context.name not in chain:
                    inside = context.parent in chain
                    open_it = f"open it by `$each: {context.name}`" if inside else "its rows are not read here"
                    return f"it is a column of `{context.name}`; {open_it}"
        known = [column for at in chain for column in self._columns[at]]
        parents = [parent for parent, _ in self._tables[chain[-1]].parents] if chain else []
        looked_up = (table for table in self.layout.tables if table.name in parents)
        known += [f"{table.name}.{column.name}" for table in looked_up for column in table.columns]
        known += [f"file.{name}" for name in (*FILE_PATHS, *self.layout.file_names)] + ["record.number"]
        near = nearest(str(path), known)
        if near:
            return f"did you mean `{near}`?"
        before = [*chain, *parents, "file", "record"]
        if len(path.parts) > 1 and chain and path.parts[0] not in before:
            return f"before the dot stands one of: {', '.join(before)}"
        return f"name a column of `{chain[0]}`; a constant is written `= {name}`" if chain else ""

    def each_remedy(self, written: str, chain: tuple[str, ...]) -> str:
        below = children_of(self, chain[0])
        context = self.get(written)
        if context is None:
            return remedy(written, below, f"contexts in `{chain[0]}`")
        if context.parent in below:
            return f"it stands in `{context.parent}`: open that first"
        return f"the contexts in `{chain[0]}` are: {', '.join(below) or 'none'}"

    def for_remedy(self, written: str) -> str:
        if any(table.name == written for table in self.layout.tables):
            return f"it is a parent table: read its columns as `{written}.COLUMN` in a rule of another table"
        return remedy(written, self._contexts, "contexts")


def _columns(group: Group, table: str) -> dict[str, Columns]:
    """The columns of a group's context, and those of the table behind each."""
    if group.names:
        named = tuple((table, name) for name in group.names)
        return {"name": named, "value": named}
    numbers = range(group.first, group.last + 1)
    return {
        short: tuple((table, pattern.replace("#", str(number))) for number in numbers)
        for short, pattern in group.columns
    }
