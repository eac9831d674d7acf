"""Contexts of HL7 v2 messages: those that the card declares, and the repetitions of fields.

Source: docs/hl7v2.md, The card and Paths.
"""

from __future__ import annotations

import re
from functools import lru_cache

from interop.immutable import immutable
from interop.spec.contexts import FILE_PATHS, ColumnRead, Context, Read, read_around
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.path_grammar import DELETED
from interop.spec.suggestions import nearest, remedy
from interop.spec.tree import Path

STRUCTURE = "record.structure"
SEPARATOR = "/"

_SEGMENT = re.compile(r"([A-Z][A-Z0-9]{2})(?:-([0-9]+)(?:\[([0-9]+)\])?)?")


@immutable()
class _Written:
    """A path in a message, taken apart. `field` is empty for the segment itself; `index` is None where none stands.

    The column has the name `column` in the table of what holds the segment, `repetition` in that of the field itself.
    """

    segment: str
    field: str
    index: int | None
    column: str
    repetition: str


@lru_cache(maxsize=65536)
def _take_apart(parts: tuple[str, ...]) -> _Written | None:
    *before, last = parts
    first, *components = (*before, last.removesuffix(DELETED))
    found = _SEGMENT.fullmatch(first)
    if found is None:
        return None
    segment, number, index = found.groups()
    well_formed = all(part.isdigit() and part != "0" for part in components) or components == ["*"]
    if not well_formed or index == "0" or (number is None and (components or last.endswith(DELETED))):
        return None
    field = f"{segment}-{int(number)}" if number else ""
    while components and components[-1] == "1":  # trailing first components do not change what is read
        components.pop()
    rest = "".join([f".{component}" for component in components]) + (DELETED if last.endswith(DELETED) else "")
    repetition, at = (field or segment) + rest, int(index or 1)
    column = f"{field}[{at}]{rest}" if at > 1 else repetition
    return _Written(segment, field, at if index else None, column, repetition)


class MessageContexts:
    """The contexts of messages. A repetition's is named `<owner>/<SEG-n>`, and is there when it is asked for."""

    def __init__(self, layout: Hl7v2Layout) -> None:
        self.layout = layout
        root = layout.root
        self._contexts = {card.name: Context(card.name, card.parent, root) for card in layout.contexts}
        self._segments = {card.name: frozenset((*card.opens, *card.holds)) for card in layout.contexts}
        self._repetitions: dict[str, Context | None] = {}  # those that were asked for; None for what is none
        self._found: dict[tuple[tuple[str, ...], tuple[str, ...]], Read | None] = {}  # path, chain: what is read

    def declared(self) -> tuple[Context, ...]:
        return tuple(self._contexts.values())

    def get(self, name: str) -> Context | None:
        if name in self._contexts or SEPARATOR not in name:
            return self._contexts.get(name)
        if name not in self._repetitions:
            self._repetitions[name] = self._repetition(name)
        return self._repetitions[name]

    def _repetition(self, name: str) -> Context | None:
        owner, _, written = name.partition(SEPARATOR)
        field = self.layout.fields.get(written)
        if field is None or field.segment not in self._segments.get(owner, ()):
            return None
        return Context(name, owner, self.layout.root, numbered=True, repeats=field.repeats)

    def built_for(self, written: str) -> tuple[str, ...]:
        if self.get(written) is not None:
            return (written,)
        names = (f"{owner}{SEPARATOR}{written}" for owner in self._contexts)
        return tuple(name for name in names if self.get(name) is not None)

    def opened(self, written: str, chain: tuple[str, ...]) -> str | None:
        context = self.get(written)
        if context is not None:
            return written if context.parent in chain else None
        names = (f"{owner}{SEPARATOR}{written}" for owner in chain if owner in self._contexts)
        return next((name for name in names if self.get(name) is not None), None)

    def resolve(self, path: Path, chain: tuple[str, ...]) -> Read | None:
        key = path.parts, chain
        if key not in self._found:
            self._found[key] = self._resolve(path, chain)
        return self._found[key]

    def _resolve(self, path: Path, chain: tuple[str, ...]) -> Read | None:
        if not chain:
            return None
        found = read_around(path, self.layout, chain)
        if found is not None:
            return found
        if path.parts == ("record", "structure"):
            return ColumnRead(chain[-1], STRUCTURE, len(chain) - 1)
        parts, within = path.parts, chain
        if parts[0] in chain and len(parts) > 1:
            parts, within = parts[1:], (parts[0],)
        written = _take_apart(parts)
        if written is None or (written.field and written.field not in self.layout.fields):
            return None
        for context in within:
            name = self._column(written, context)
            if name is not None:
                return ColumnRead(context, name, chain.index(context), ((written.segment, written.field),))
        return None

    def _column(self, written: _Written, context: str) -> str | None:
        """The name of the column in the table of a context; None when that has no such segment or field."""
        _, slash, field = context.partition(SEPARATOR)
        if slash:
            return written.repetition if field == written.field and written.index is None else None
        return written.column if written.segment in self._segments[context] else None

    def path_remedy(self, path: Path, chain: tuple[str, ...]) -> str:
        if path.relative:
            return "it starts from `$from`, or from `$each` or `$for` of a field: write one of these, or the whole path"
        written = _take_apart(path.parts[1:] if path.parts[0] in chain and len(path.parts) > 1 else path.parts)
        if written is not None and (not written.field or written.field in self.layout.fields):
            owners = [name for name, segments in self._segments.items() if written.segment in segments]
            if not owners:
                return f"no context opens or holds `{written.segment}`: name it in mapping.yaml, `source.contexts`"
            inside = [name for name in owners if self._contexts[name].parent in chain]
            if inside:
                return f"it stands in `{inside[0]}`: open it by `$each: {inside[0]}`"
            return f"it stands in {', '.join(f'`{name}`' for name in owners)}, which is not around `{chain[0]}`"
        if path.parts[-1] == "*":
            return "the text as sent is that of a field: `OBX-5.*`"
        known = [*self.layout.fields, *self.layout.datatypes, "record.number", STRUCTURE]
        known += [f"file.{name}" for name in (*FILE_PATHS, *self.layout.file_names)]
        tried = written.field if written is not None else path.parts[0] if len(path.parts) < 3 else str(path)
        near = nearest(str(path) if path.parts[0] in ("file", "record") else tried, known)
        if written is not None and written.field:
            more = f"did you mean `{near}`? " if near else ""
            return f"{more}fields are those of source/fields.csv"
        return f"did you mean `{near}`?" if near else f"write a field, `PID-3.1`; a constant is written `= {path}`"

    def each_remedy(self, written: str, chain: tuple[str, ...]) -> str:
        context = self.get(written)
        if context is not None:
            return f"it stands in `{context.parent}`, which is not around `{chain[0]}`: open that first"
        owners = [name.partition(SEPARATOR)[0] for name in self.built_for(written)]
        if owners:
            return f"its segment stands in {', '.join(f'`{name}`' for name in owners)}: open that first"
        if "-" in written:
            return self._field_remedy(written)
        near = [name for name, known in self._contexts.items() if known.parent in chain]
        return remedy(written, near, f"contexts from `{chain[0]}`")

    def for_remedy(self, written: str) -> str:
        return self._field_remedy(written) if "-" in written else remedy(written, self._contexts, "contexts")

    def _field_remedy(self, written: str) -> str:
        segment = written.partition(SEPARATOR)[2] or written
        if segment in self.layout.fields:
            return "no context there opens or holds its segment: mapping.yaml, `source.contexts`"
        return remedy(written, [*self._contexts, *self.layout.fields], "contexts and fields")
