"""The identity card of a package: mapping.yaml, as pydantic models.

They also give the editor's JSON Schema, so every field has a description.
Source: docs/language.md, mapping.yaml.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from interop.spec.card_hl7v2 import Hl7v2Source
from interop.spec.card_values import (
    CardPart,
    Charset,
    Filled,
    Flag,
    Names,
    Numbers,
    Quote,
    Sign,
    Texts,
    Version,
    Zone,
    as_list,
)

FORMATS = ("delimited", "hl7v2")


class Publication(CardPart):
    """A specification that the mapping was written from."""

    title: Filled
    version: str | None = None
    url: str | None = None


class Target(CardPart):
    """What comes out."""

    fhir: Literal["4.0.1"] = Field(default="4.0.1", description="The FHIR release.")
    bundle: Literal["collection"] = Field(default="collection", description="The type of Bundles.")
    base: Filled = Field(default="https://fhir.invalid", description="The base of `fullUrl` in Bundles.")
    profiles: Texts = Field(default=(), description="Profiles that the output is meant to fit.")


class When(CardPart):
    """How a kind of file is told. Both: both hold."""

    columns: Names = Field(default=(), description="Names that its header has.")
    file: Filled | None = Field(default=None, description="A glob of its name; case does not matter.")


class GroupCard(CardPart):
    """A child context of repeating columns: numbered `columns`, or plain `names`."""

    columns: dict[str, Filled] = Field(default={}, description="Short name: a column's name with `#` for the number.")
    numbers: Numbers = Field(default=None, description="The numbers: 1..25")
    names: Texts = Field(
        default=(), description="Names of columns; each that is not empty is a row of `name` and `value`."
    )
    of: Filled | None = Field(default=None, description="The child context that the group stands under.")


class TableCard(CardPart):
    """One kind of file; its name is the context of its records."""

    columns: Filled | None = Field(default=None, description="Its columns; by default source/<table>.csv.")
    when: When | None = Field(default=None, description="How this kind of file is told.")
    record: Names = Field(default=(), description="The key whose adjacent rows are one record.")
    rows: Filled | None = Field(default=None, description="The child context of all rows of a record.")
    groups: dict[str, GroupCard] = Field(default={}, description="Child contexts of repeating columns.")
    lookup: Names = Field(default=(), description="The key that this parent table is looked up by.")
    parents: dict[str, Names] = Field(default={}, description="Parent table: the columns that hold its key.")


class DelimitedSource(CardPart):
    """The syntax and the tables of delimited files."""

    format: Literal["delimited"]
    delimiter: Sign = Field(default=",", description="One character; tab for a tab.")
    quote: Quote = Field(default='"', description="One character, or none.")
    charset: Charset = Field(default="utf-8", description="An ASCII superset; never guessed.")
    zone: Zone = Field(default=None, description="For times that are sent without an offset.")
    header: Flag = Field(default=True, description="false: columns are positional.")
    trim: Flag = Field(default=True, description="Spaces around a value are not part of it.")
    quirks: Annotated[tuple[Literal["closing-delimiter"], ...], BeforeValidator(as_list)] = Field(
        default=(),
        description="Leniencies that this source needs. closing-delimiter: one may follow the last field of a row.",
    )
    file: Filled | None = Field(
        default=None, description="The file's name, with names in braces that are read as file.<name>."
    )
    tables: dict[str, TableCard] = Field(description="The kinds of file, each with the name of its context.")


class Card(CardPart):
    """The identity card of a package."""

    interop: Version = Field(description="The language's version.")
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*$", description="<country or region>/<name>")
    title: Filled = Field(description="What becomes what, with versions.")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$", description="The package's version: 0.1.0")
    status: Literal["draft", "active", "retired"] = Field(description="The package's state.")
    licence: Filled = Field(description="SPDX identifier.")
    sources: Annotated[tuple[Publication, ...], BeforeValidator(as_list)] = Field(
        default=(), description="The specifications that it was written from."
    )
    target: Target = Field(default_factory=Target, description="What comes out.")
    extends: Filled | None = Field(default=None, description="The id of the base package, for an overlay.")
    resources: Texts = Field(default=(), description="The order of the rules; by default by file name.")
    source: DelimitedSource | Hl7v2Source = Field(discriminator="format", description="What goes in.")
