"""The source of mapping.yaml when it is HL7 v2, as pydantic models.

Source: docs/hl7v2.md, The card.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from interop.spec.card_values import AnyCharset, CardPart, Filled, Texts, Zone


class MessageContextCard(CardPart):
    """A context of the tree that every message is brought into. The first is the message."""

    in_: Filled | None = Field(default=None, alias="in", description="The context around it.")
    groups: Texts = Field(default=(), description="Groups, `ORDER` or `OUL_R22.ORDER`: each instance is a row.")
    opens: Texts = Field(default=(), description="Segments of which each occurrence is a row.")
    holds: Texts = Field(default=(), description="Segments that are read in the row that they stand in.")


class Hl7v2Source(CardPart):
    """Messages of HL7 v2, of any version."""

    format: Literal["hl7v2"]
    charset: AnyCharset = Field(default="utf-8", description="Where MSH-18 is empty.")
    zone: Zone = Field(default=None, description="For times that are sent without an offset.")
    file: Filled | None = Field(
        default=None, description="The file's name, with names in braces that are read as file.<name>."
    )
    quirks: Texts = Field(default=(), description="Leniencies that this source needs.")
    contexts: dict[str, MessageContextCard] = Field(description="The tree of contexts; the first is the message.")
