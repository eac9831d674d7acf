"""What a template puts where, as plain numbers: those of a batch's messages are laid out together."""

from __future__ import annotations

from dataclasses import dataclass, field

from interop.readers.hl7v2.reads import ContextReads
from interop.readers.hl7v2.template import Template

_REMEMBERED = 1_000_000  # numbers, of 8 bytes


@dataclass(slots=True)
class Outline:
    """The rows of a message, by context, and its lines that are read; those of several messages, one after another.

    Shapes: `contexts`, `backs` one a row: the number of its context, and how far before it in the message the row
    around it stands (0: there is none). `stores`, `rows`, `lines` one a line that is read: the segment of a context
    that it is read for, its row among the message's, its place among the message's lines.
    """

    contexts: list[int] = field(default_factory=list)
    backs: list[int] = field(default_factory=list)
    stores: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def extend(self, other: Outline) -> None:
        """Add another message's."""
        self.contexts += other.contexts
        self.backs += other.backs
        self.stores += other.stores
        self.rows += other.rows
        self.lines += other.lines


class Outlines:
    """The outlines of templates, made when they are first asked for. A number of them is remembered."""

    def __init__(self, reads: tuple[ContextReads, ...]) -> None:
        self._reads = reads
        self._stores = [{name: one.store for name, one in context.segments.items()} for context in reads]
        self._outlines: dict[Template, Outline] = {}
        self._size = 0

    def of(self, template: Template) -> Outline:
        """The outline of a template."""
        found = self._outlines.get(template)
        if found is None:
            if self._size > _REMEMBERED:
                self._outlines.clear()
                self._size = 0
            found = self._outlines[template] = self._make(template)
            self._size += len(found.contexts) + len(found.stores)
        return found

    def _make(self, template: Template) -> Outline:
        made = Outline()
        first: dict[int, int] = {}
        for number, rows in template.rows.items():
            start = first[number] = len(made.contexts)
            around = self._reads[number].context.parent
            stores = self._stores[number]
            for row, (placed, above) in enumerate(zip(rows, template.parents[number], strict=True), start):
                made.contexts.append(number)
                made.backs.append(row - first[around.number] - above if around is not None else 0)
                for name, line in placed.lines.items():
                    store = stores.get(name)
                    if store is not None:
                        made.stores.append(store)
                        made.rows.append(row)
                        made.lines.append(line)
        return made
