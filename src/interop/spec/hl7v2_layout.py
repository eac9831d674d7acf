"""The layout of an HL7 v2 source: message structures, and the tree of contexts that every message is brought into.

Written by `spec` from mapping.yaml and source/; read by the reader, the plan and the lint. Source: docs/hl7v2.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from interop.immutable import immutable


@immutable()
class SegmentSlot:
    """A segment in a structure."""

    name: str
    optional: bool = False
    repeats: bool = False


@immutable()
class GroupSlot:
    """A group in a structure: its slots in order."""

    name: str
    slots: tuple[Slot, ...]
    optional: bool = False
    repeats: bool = False


Slot: TypeAlias = SegmentSlot | GroupSlot


@immutable()
class Structure:
    """A message structure: `ORU_R01` and the slots of its abstract syntax."""

    name: str
    slots: tuple[Slot, ...]


@immutable()
class MessageContext:
    """A context of the tree. `parent` is None for the first, which is the message.

    `groups` are names of groups, `ORDER` or `OUL_R22.ORDER`; `opens` and `holds` are segments.
    """

    name: str
    parent: str | None = None
    groups: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


@immutable()
class FieldLayout:
    """A row of source/fields.csv. `number` from 1; `modifies` names resource types, or `*`."""

    segment: str
    number: int
    datatype: str
    repeats: bool = False
    modifies: tuple[str, ...] = ()
    title: str = ""

    @property
    def name(self) -> str:
        return f"{self.segment}-{self.number}"


@immutable()
class Hl7v2Layout:
    """The whole source. `contexts` stand outermost first: a context comes after the one that it is in.

    `fields` by `PID-3`; `datatypes` by `CX`: the datatypes of its components, in order.
    """

    contexts: tuple[MessageContext, ...]
    structures: Mapping[str, Structure] = field(hash=False)
    events: Mapping[tuple[str, str], str] = field(hash=False)  # ("ADT", "A04") → "ADT_A01"
    fields: Mapping[str, FieldLayout] = field(hash=False)
    datatypes: Mapping[str, tuple[str, ...]] = field(hash=False)
    charset: str = "utf-8"
    zone: str | None = None
    file: str | None = None
    format: str = "hl7v2"
    quirks: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The context of a message."""
        return self.contexts[0].name

    def context(self, name: str) -> MessageContext:
        """The context of that name. Raises KeyError."""
        for context in self.contexts:
            if context.name == name:
                return context
        raise KeyError(name)
