"""From the card's `source` and source/ to the layout of messages, with every name checked.

Source: docs/hl7v2.md, The card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from interop.errors import Finding
from interop.spec.card_findings import Location, node_place
from interop.spec.card_hl7v2 import Hl7v2Source, MessageContextCard
from interop.spec.csv_table import CsvTable
from interop.spec.hl7v2_layout import FieldLayout, GroupSlot, Hl7v2Layout, MessageContext, Slot, Structure
from interop.spec.hl7v2_tables import DATATYPES, EVENTS, FIELDS, STRUCTURES, read_datatypes, read_events, read_fields
from interop.spec.source_layout import RESERVED, read_file_names
from interop.spec.structures import read_structures
from interop.spec.suggestions import remedy
from interop.spec.yaml_text import Node

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_NONE = CsvTable((), ())


def build_message_layout(
    source: Hl7v2Source, tables: Mapping[str, CsvTable], structures: Node | None, root: Node
) -> tuple[Hl7v2Layout, tuple[Finding, ...]]:
    """Build the layout.

    Args:
        source: The card's `source`.
        tables: The files of source/ by relative name.
        structures: source/structures.yaml; None when it is not there.
        root: mapping.yaml, for places.

    Errors: M103 names of `file`, M130, M160 to M163, Y106 a file of source/ that is not there.
    """
    findings: list[Finding] = []
    here = node_place(root, ("source", "format"))
    missing = [name for name in (FIELDS, DATATYPES, EVENTS) if name not in tables]
    missing += [STRUCTURES] if structures is None else []
    findings += (Finding("Y106", rule=here, detail=name, fix="add it: docs/hl7v2.md, Structures") for name in missing)
    shapes, unread = read_structures(structures)
    findings += unread
    datatypes, wrong = read_datatypes(tables.get(DATATYPES, _NONE))
    findings += wrong
    fields, wrong = read_fields(tables.get(FIELDS, _NONE), datatypes)
    findings += wrong
    events, wrong = read_events(tables.get(EVENTS, _NONE), shapes)
    findings += wrong if not unread else ()
    findings += _Checker(source.contexts, shapes, fields, root, known=not missing and not unread).findings()
    names, unread = read_file_names(source.file, root)
    findings += unread
    layout = Hl7v2Layout(
        contexts=_contexts(source.contexts),
        structures=shapes,
        events=events,
        fields=fields,
        datatypes=datatypes,
        charset=source.charset,
        zone=source.zone,
        file=source.file,
        quirks=source.quirks,
        file_names=names,
    )
    return layout, tuple(findings)


def _contexts(cards: Mapping[str, MessageContextCard]) -> tuple[MessageContext, ...]:
    """The tree. Where it is not one, which has its finding, a context stands in the message."""
    made: dict[str, MessageContext] = {}
    for name, card in cards.items():
        parent = card.in_ if card.in_ in made else next(iter(made), None)
        made[name] = MessageContext(name, parent, card.groups, card.opens, card.holds)
    return tuple(made.values()) or (MessageContext("message"),)


class _Checker:
    """Checks the tree of contexts: M161 its shape, M162 groups and segments that no structure has."""

    def __init__(
        self,
        contexts: Mapping[str, MessageContextCard],
        structures: Mapping[str, Structure],
        fields: Mapping[str, FieldLayout],
        root: Node,
        *,
        known: bool,
    ) -> None:
        self.contexts = contexts
        self.known = known  # else not all groups and segments could be read
        self.root = root
        self.groups = {name for shape in structures.values() for name in _groups(shape.slots)}
        self.groups |= {f"{shape.name}.{name}" for shape in structures.values() for name in _groups(shape.slots)}
        self.segments = {name for shape in structures.values() for name in _segments(shape.slots)}
        self.segments |= {field.segment for field in fields.values()}

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the contexts, in order."""
        if not self.contexts:
            yield self._find("M161", (), "no contexts", "name the message: `contexts: {message: {holds: [MSH]}}`")
        above: list[str] = []
        owner: dict[str, str] = {}
        for name, card in self.contexts.items():
            yield from self._tree(name, card, above)
            yield from self._names(name, card, owner)
            above.append(name)

    def _tree(self, name: str, card: MessageContextCard, above: list[str]) -> Iterator[Finding]:
        if name in RESERVED or not _NAME.fullmatch(name):
            fix = "use small letters, digits, `-` and `_`, and neither `file` nor `record`"
            yield self._find("M161", (name,), f"`{name}` cannot name a context", fix)
        if not above:
            if card.in_ is not None or card.groups or card.opens:
                fix = "the first context is the message: it only `holds` segments"
                yield self._find("M161", (name,), f"`{name}` is not the whole message", fix)
            return
        if card.in_ is None:
            yield self._find("M161", (name,), f"`{name}` stands in no context", f"write `in: {above[0]}`")
        elif card.in_ not in above:
            fix = "declare it above" if card.in_ in self.contexts else remedy(card.in_, above, "contexts above")
            yield self._find("M161", (name, "in"), f"`in: {card.in_}`", fix)
        if not card.groups and not card.opens:
            fix = "say what makes a row of it: `groups` or `opens`"
            yield self._find("M161", (name,), f"`{name}` has no rows", fix)

    def _names(self, name: str, card: MessageContextCard, owner: dict[str, str]) -> Iterator[Finding]:
        for number, group in enumerate(card.groups):
            if group not in self.groups and self.known:
                fix = remedy(group, sorted(self.groups), "groups")
                yield self._find("M162", (name, "groups", number), f"`{group}`", fix)
            elif owner.setdefault(group, name) != name:
                detail = f"group `{group}` is that of `{owner[group]}` already"
                yield self._find("M161", (name, "groups", number), detail, "a group is one context's")
        for key, segments in (("opens", card.opens), ("holds", card.holds)):
            for number, segment in enumerate(segments):
                if segment not in self.segments and self.known:
                    fix = f"{remedy(segment, sorted(self.segments), 'segments')}; a Z segment needs its fields"
                    yield self._find("M162", (name, key, number), f"`{segment}`", fix)
                elif key == "holds" and segment in card.opens:
                    fix = "a segment that opens rows is read in them"
                    yield self._find("M161", (name, key, number), f"`{segment}` is opened too", fix)

    def _find(self, code: str, location: Location, detail: str, fix: str) -> Finding:
        place = node_place(self.root, ("source", "contexts", *location))
        return Finding(code, rule=place, detail=detail, fix=fix)


def _groups(slots: tuple[Slot, ...]) -> Iterator[str]:
    for slot in slots:
        if isinstance(slot, GroupSlot):
            yield slot.name
            yield from _groups(slot.slots)


def _segments(slots: tuple[Slot, ...]) -> Iterator[str]:
    for slot in slots:
        if isinstance(slot, GroupSlot):
            yield from _segments(slot.slots)
        else:
            yield slot.name
