"""Names in scope: which context a path of the mapping reads, and how far above the current one it stands.

`spec.contexts` knows the contexts of every format; here its answers become the plan's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interop.plan.model import Column, Context, FileValue, RecordNumber
from interop.spec.contexts import ColumnRead, Contexts, FileRead, RecordNumberRead, chain_of
from interop.spec.tree import Path, Rule
from interop.spec.walk import opened_in


def contexts_used(contexts: Contexts, rules: Iterable[Rule]) -> dict[str, Context]:
    """The contexts that the layout declares, and the repetitions of fields that some rule opens."""
    names = [context.name for context in contexts.declared()]
    bodies: dict[int, Rule] = {}  # rules of several contexts share theirs, and what it opens has its full name
    for rule in rules:
        names.append(rule.context)
        if bodies.setdefault(id(rule.body), rule) is rule:
            names += opened_in(rule.body)
    return {name: _context(contexts, name) for name in dict.fromkeys(names)}


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


@dataclass(frozen=True, slots=True)
class Scope:
    """The contexts around a node, innermost first."""

    contexts: Contexts
    names: tuple[str, ...]  # ("amount", "line", "carrier")

    @classmethod
    def of(cls, contexts: Contexts, context: str) -> Scope:
        """The scope in the rows of a context: it and those around it in the tree."""
        return cls(contexts, chain_of(contexts, context))

    def enter(self, context: str) -> Scope:
        """The scope in the rows of a context, wherever it is opened from."""
        return Scope.of(self.contexts, context)

    def resolve(self, path: Path) -> Column | FileValue | RecordNumber | None:
        """What a path reads, or None when nothing in scope has that name."""
        match self.contexts.resolve(path, self.names):
            case ColumnRead(context, name, up):
                return Column(context, name, up)
            case FileRead(name):
                return FileValue(name)
            case RecordNumberRead():
                return RecordNumber()
        return None
