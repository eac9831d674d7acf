"""Paths of messages against datatypes, where they are written: once for each text, whatever uses it.

Source: docs/hl7v2.md, Paths.
"""

from __future__ import annotations

from interop.errors import Finding
from interop.immutable import immutable
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.hl7v2_tables import OPEN, PRIMITIVES
from interop.spec.path_grammar import DELETED, PathGrammar, message_paths
from interop.spec.tree import Path


def grammar_of(layout: Hl7v2Layout) -> PathGrammar:
    """How paths are written in this source: its datatypes may begin one."""
    return message_paths(frozenset((*layout.datatypes, *PRIMITIVES)))


@immutable()
class PathDepth:
    """Checks that a path reads components that its datatype has."""

    layout: Hl7v2Layout

    def check(self, path: Path) -> Finding | None:
        """M164: a component that the datatype does not have, or a level that messages do not have."""
        for number, part in enumerate(path.parts):
            first = part.removesuffix(DELETED).partition("[")[0]
            field = self.layout.fields.get(first)
            if field is not None:
                return self._check(path, field.datatype, path.parts[number + 1 :])
        if path.relative:
            return self._check(path, path.parts[0].removesuffix(DELETED), path.parts[1:])
        return None

    def _check(self, path: Path, datatype: str, components: tuple[str, ...]) -> Finding | None:
        components = tuple(part.removesuffix(DELETED) for part in components)
        while components and components[-1] in ("1", "*"):
            components = components[:-1]
        for number in components[:2]:
            if datatype in OPEN or not number.isdigit():
                datatype = "CM"
                continue
            parts = self.layout.datatypes.get(datatype, ())
            if int(number) > max(len(parts), 1):
                has = f"has {len(parts)} components" if parts else "has no components"
                return Finding("M164", rule=path.place, detail=f"`{path}`", fix=f"{datatype} {has}")
            datatype = parts[int(number) - 1] if parts and int(number) else datatype
        if len(components) > 2:
            fix = "a path ends at the subcomponent: `PID-3.4.2`"
            return Finding("M164", rule=path.place, detail=f"`{path}`", fix=fix)
        return None
