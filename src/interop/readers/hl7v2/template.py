"""Where the segments of a message stand, for every message with the same sequence of segments."""

from __future__ import annotations

from dataclasses import dataclass

from interop.limits import FIXED
from interop.readers.hl7v2.contexts import Context, GroupContexts, link_contexts
from interop.readers.hl7v2.grammar import Grammar
from interop.readers.hl7v2.message import Message, field_of
from interop.readers.hl7v2.placing import Notice, PlacedRow, Placing
from interop.readers.hl7v2.separators import COMPONENT, REPETITION, SUBCOMPONENT
from interop.spec.hl7v2_layout import Hl7v2Layout

UNKNOWN_STRUCTURE = "R614"

_REMEMBERED = FIXED.templates
_LONG = FIXED.template_segments
_TYPES = FIXED.structures


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The rows of a message.

    Shapes: by the number of each context that has some, outermost first: `rows` its rows in order, `parents` for each
    the place of the row around it among that context's. `structure` is None where none is known.
    """

    structure: str | None
    rows: dict[int, list[PlacedRow]]
    parents: dict[int, list[int]]
    notices: tuple[Notice, ...]


class Templates:
    """The templates of a layout, made when they are first asked for. A number of them is remembered."""

    def __init__(self, layout: Hl7v2Layout) -> None:
        self.contexts: tuple[Context, ...] = link_contexts(layout)
        self.layout = layout
        self._grammars: dict[str, tuple[Grammar, GroupContexts]] = {}
        self._structures: dict[str, str | None] = {}
        self._templates: dict[tuple[str | None, str], Template] = {}

    def of(self, message: Message) -> Template:
        """The template of a message."""
        return self.find(field_of(message, 9), "\r".join([line[:4] for line in message.lines]))

    def find(self, kind: str, heads: str) -> Template:
        """The template by MSH-9 and the first four characters of each line, carriage returns between them."""
        structure = self.structure(kind)
        key = structure, heads
        found = self._templates.get(key)
        if found is None:
            lines = heads.split("\r")
            found = self._make(structure, lines)
            if len(lines) <= _LONG:
                if len(self._templates) >= _REMEMBERED:
                    self._templates.clear()
                self._templates[key] = found
        return found

    def structure(self, kind: str) -> str | None:
        """The structure by MSH-9: its third component, or the event's; None when neither is known."""
        found = self._structures.get(kind, "")
        if found == "":
            found = self._find_structure(kind)
            if len(self._structures) >= _TYPES:
                self._structures.clear()
            self._structures[kind] = found
        return found

    def grammar(self, structure: str) -> tuple[Grammar, GroupContexts]:
        """A structure that is known, ready for walking, and the contexts of its groups."""
        if structure not in self._grammars:
            grammar = Grammar(self.layout.structures[structure])
            self._grammars[structure] = grammar, GroupContexts(self.contexts, grammar)
        return self._grammars[structure]

    def _find_structure(self, kind: str) -> str | None:
        parts = [part.partition(SUBCOMPONENT)[0] for part in kind.partition(REPETITION)[0].split(COMPONENT)]
        code, trigger, named = (*parts, "", "", "")[:3]
        for name in (named, self.layout.events.get((code, trigger)), f"{code}_{trigger}", code):
            if name in self.layout.structures:
                return name
        return None

    def _make(self, structure: str | None, heads: list[str]) -> Template:
        grammar, groups = self.grammar(structure) if structure is not None else (None, None)
        placing = Placing(self.contexts, grammar, groups)
        placing.place(heads)
        rows: dict[int, list[PlacedRow]] = {0: [placing.root]}
        parents: dict[int, list[int]] = {0: [0]}
        for number in range(len(self.contexts)):
            for place, row in enumerate(rows.get(number, ())):
                for inner, inside in row.inside():
                    rows.setdefault(inner, []).extend(inside)
                    parents.setdefault(inner, []).extend([place] * len(inside))
        rows, parents = dict(sorted(rows.items())), dict(sorted(parents.items()))
        unknown = (Notice(UNKNOWN_STRUCTURE, ""),) if structure is None else ()
        return Template(structure, rows, parents, (*unknown, *placing.notices))
