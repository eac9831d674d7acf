"""The tables of a batch as the part in Rust made them: for its executor as they are, for others when they ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from interop.readers.protocol import Table
from interop.rust import Sheets


class CompiledTables(Mapping[str, Table]):
    """The tables of contexts, by name.

    Args:
        sheets: Those that have rows.
        make: Makes the table of a context.
        names: Of the contexts that are read.
    """

    def __init__(self, sheets: Sheets, make: Callable[[str], Table], names: tuple[str, ...]) -> None:
        self.sheets = sheets
        self._make = make
        self._names = names
        self._known: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name not in self._known:
            self._known[name] = self._make(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
