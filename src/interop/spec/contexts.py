"""Contexts of a source, whatever its format: which stands in which, and what a path reads there.

`contexts_of` is the one place that knows. The lint asks it for findings, `plan` for columns.
"""

from __future__ import annotations

from typing import Protocol

from interop.immutable import immutable
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.layout import DelimitedLayout
from interop.spec.tree import Path

Layout = DelimitedLayout | Hl7v2Layout

Columns = tuple[tuple[str, str], ...]
"""Columns of sources: `(("row", "NHS_NUMBER"),)`, `(("PID", "PID-3"),)`."""

NUMBER = "#"
RECORD_PATHS = ("number",)
FILE_PATHS = ("name",)


@immutable()
class Context:
    """A context. `parent` is None for a record's own.

    Args:
        name: Its full name: `patient`, `patient/PID-3`.
        parent: The context around it.
        root: The record's own context.
        numbered: `#` is the number in the columns' names, and rows may be missing between.
        names: Of a group by names, the columns that its rows are made of.
        repeats: Of a field's repetitions, whether the field repeats; else true.
    """

    name: str
    parent: str | None
    root: str
    numbered: bool = False
    names: tuple[str, ...] = ()
    repeats: bool = True


@immutable()
class ColumnRead:
    """A column of the context `up` levels above the current one.

    Args:
        context: The context.
        name: The column's name in its table: `SEX`, `person.SEX`, `PID-3.4`, `#`.
        up: Levels; 0 is the current context.
        columns: The columns of the source behind it; none for `#` and the like.
    """

    context: str
    name: str
    up: int
    columns: Columns = ()


@immutable()
class FileRead:
    """`file.name`, `file.disease`."""

    name: str


@immutable()
class RecordNumberRead:
    """`record.number`."""


Read = ColumnRead | FileRead | RecordNumberRead


class Contexts(Protocol):
    """The contexts of a layout."""

    def declared(self) -> tuple[Context, ...]:
        """Those that mapping.yaml declares, a context after the one around it."""
        ...

    def get(self, name: str) -> Context | None:
        """The context of a full name."""
        ...

    def built_for(self, written: str) -> tuple[str, ...]:
        """The full names of the contexts that a word of `$for` means; none for an unknown one."""
        ...

    def opened(self, written: str, chain: tuple[str, ...]) -> str | None:
        """The full name of the context that `$each` means in `chain` (innermost first): it stands in one of these."""
        ...

    def resolve(self, path: Path, chain: tuple[str, ...]) -> Read | None:
        """What a path reads in `chain`; None when there is no such path."""
        ...

    def path_remedy(self, path: Path, chain: tuple[str, ...]) -> str:
        """What to write instead of a path that reads nothing."""
        ...

    def each_remedy(self, written: str, chain: tuple[str, ...]) -> str:
        """What to write instead of a `$each` that opens nothing."""
        ...

    def for_remedy(self, written: str) -> str:
        """What to write instead of a `$for` that means nothing."""
        ...


def contexts_of(layout: Layout) -> Contexts:
    """The contexts of a layout."""
    if isinstance(layout, Hl7v2Layout):
        from interop.spec.message_contexts import MessageContexts

        return MessageContexts(layout)
    from interop.spec.table_contexts import TableContexts

    return TableContexts(layout)


def chain_of(contexts: Contexts, name: str) -> tuple[str, ...]:
    """The context and those around it, innermost first; nothing for an unknown one."""
    names: list[str] = []
    context = contexts.get(name)
    while context is not None:
        names.append(context.name)
        context = contexts.get(context.parent) if context.parent else None
    return tuple(names)


def children_of(contexts: Contexts, name: str) -> tuple[str, ...]:
    """The declared contexts right below one."""
    return tuple(context.name for context in contexts.declared() if context.parent == name)


def read_around(path: Path, layout: Layout, chain: tuple[str, ...]) -> Read | None:
    """What `#`, `file.…` and `record.number` read, which are the same for every format."""
    if path.parts[0] not in {"file", "record"} and path.parts[-1] != NUMBER:  # most of all
        return None
    match path.parts:
        case ("#",) if chain:
            return ColumnRead(chain[0], NUMBER, 0)
        case ("file", name) if name in FILE_PATHS or name in layout.file_names:
            return FileRead(name)
        case ("record", "number"):
            return RecordNumberRead()
        case (context, "#") if context in chain:
            return ColumnRead(context, NUMBER, chain.index(context))
    return None
