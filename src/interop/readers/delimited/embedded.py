"""One record from what an embedder holds: a mapping, a sequence of mappings, or text with a header line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interop.errors import UsageError
from interop.readers.delimited.lookup import Parents
from interop.readers.file_name import fits
from interop.readers.protocol import Row
from interop.spec.layout import Group, TableLayout

Values = dict[str, str]


class Embedder:
    """Builds the records of one table. Made once a table: what repeats is worked out here."""

    def __init__(self, table: TableLayout, spaces: str) -> None:
        self.table = table
        self.columns = frozenset(column.name for column in table.columns)
        self._spaces = spaces
        self._own = [(group, _instances(group)) for group in table.groups if group.of is None]
        self._inner = [(group, _instances(group)) for group in table.groups if group.of is not None]
        self._parents = tuple(table.parents)

    def fits(self, row: Mapping[str, str | None], file: str) -> bool:
        """Whether a row's columns fit the table's `when`, and the file's name too where one is given."""
        table = self.table
        if table.lookup or not row.keys() >= set(table.when_columns):
            return False
        if table.when_file is None or not file:
            return bool(table.when_columns)
        return fits(file, table.when_file)

    def values(self, row: Mapping[str, str | None]) -> Values:
        """A row's texts, trimmed, without those that are empty."""
        spaces = self._spaces
        found: Values = {}
        for name, text in row.items():
            if text is None:
                continue
            if not isinstance(text, str):
                raise UsageError(f"column `{_shown(name)}` is not text: give every value as str or None")
            if trimmed := text.strip(spaces) if spaces else text:
                found[name] = trimmed
        return found

    def record(self, rows: Sequence[Values], parents: Parents) -> Row:
        """The tree of a record's rows. The record has the columns of the first."""
        root = Row(rows[0])
        for parent, key in self._parents:
            looked_up = parents.find(parent, tuple(root.values.get(name) for name in key))
            if looked_up:
                root.values = {f"{parent}.{name}": text for name, text in looked_up.items()} | root.values
        if self.table.rows:
            lines = [Row(dict(values), number, root) for number, values in enumerate(rows, start=1)]
            root.children[self.table.rows] = lines
            for group, instances in self._inner:
                for line in lines:
                    line.children[group.name] = _group_rows(group, instances, line)
        for group, instances in self._own:
            root.children[group.name] = _group_rows(group, instances, root)
        return root


def _instances(group: Group) -> list[tuple[int, list[tuple[str, str]]]]:
    """What repeats: the number, and the pairs of short name and column."""
    if group.names:
        return [(0, [("value", name)]) for name in group.names]
    return [
        (number, [(short, group.numbered(short, number)) for short, _ in group.columns])
        for number in range(group.first, group.last + 1)
    ]


def _group_rows(group: Group, instances: list[tuple[int, list[tuple[str, str]]]], parent: Row) -> list[Row]:
    values = parent.values
    found: list[Row] = []
    for number, columns in instances:
        present = {short: values[name] for short, name in columns if name in values}
        if present:
            if group.names:
                present["name"] = columns[0][1]
            found.append(Row(present, number or len(found) + 1, parent))
    return found


def _shown(name: object) -> str:
    """A column's name for an error: names only, nothing that may be data."""
    return name if isinstance(name, str) and name.isidentifier() and len(name) <= 64 else "?"
