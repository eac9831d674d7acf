"""Names in scope: which context a path of the mapping reads, and how far above the current one it stands.

`spec.contexts` knows the contexts of every format; here its answers become the plan's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from interop.plan.model import Column, Context, FileValue, RecordNumber
from interop.spec.contexts import ColumnRead, Contexts, FileRead, RecordNumberRead, chain_of
from interop.spec.tree import Path

Read: TypeAlias = Column | FileValue | RecordNumber


def contexts_used(contexts: Contexts, named: Iterable[str]) -> dict[str, Context]:
    """The contexts that the layout declares, and those that rules name: repetitions of fields."""
    declared = (context.name for context in contexts.declared())
    return {name: _context(contexts, name) for name in dict.fromkeys((*declared, *named))}


def _context(contexts: Contexts, name: str) -> Context:
    found = contexts.get(name)
    assert found is not None
    return Context(
        name=found.name,
        parent=found.parent,
        root=found.root,
        depth=len(chain_of(contexts, name)) - 1,
        numbered=found.numbered,
        names=found.names,
    )


class Scopes:
    """The scopes of a source, each made once: what a path reads there is looked up once."""

    def __init__(self, contexts: Contexts) -> None:
        self.contexts = contexts
        self._known: dict[str, Scope] = {}

    def of(self, context: str) -> Scope:
        """The scope in the rows of a context: it and those around it in the tree."""
        known = self._known.get(context)
        if known is None:
            known = self._known[context] = Scope(self, chain_of(self.contexts, context))
        return known


class Scope:
    """The contexts around a node, innermost first: `names` are `("amount", "line", "carrier")`."""

    __slots__ = ("_read", "_scopes", "names")

    def __init__(self, scopes: Scopes, names: tuple[str, ...]) -> None:
        self._scopes = scopes
        self.names = names
        self._read: dict[tuple[str, ...], Read] = {}

    def enter(self, context: str) -> Scope:
        """The scope in the rows of a context, wherever it is opened from."""
        return self._scopes.of(context)

    def resolve(self, path: Path) -> Read | None:
        """What a path reads, or None when nothing in scope has that name."""
        found = self._read.get(path.parts)
        if found is None and (found := self._resolve(path)) is not None:
            self._read[path.parts] = found
        return found

    def _resolve(self, path: Path) -> Read | None:
        found = self._scopes.contexts.resolve(path, self.names)
        if isinstance(found, ColumnRead):  # most of all
            return Column(found.context, found.name, found.up)
        match found:
            case FileRead(name):
                return FileValue(name)
            case RecordNumberRead():
                return RecordNumber()
        return None
