"""The identity card of a package: mapping.yaml, as pydantic models.

They also give the editor's JSON Schema, so every field has a description.
Source: docs/language.md, mapping.yaml.
"""

from __future__ import annotations

import zoneinfo
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from interop.spec.charsets import find_charset
from interop.spec.suggestions import remedy

FORMATS = ("delimited",)

Filled = Annotated[str, StringConstraints(min_length=1)]


def _refuse(code: str, detail: str, fix: str) -> PydanticCustomError:
    # Both texts come from the mapping alone; `{` would be read as a hole by pydantic.
    return PydanticCustomError(code, "{detail}", {"detail": detail, "fix": fix})


def _flag(value: Any) -> Any:
    if value in ("true", "false"):
        return value == "true"
    raise _refuse("M103", "neither `true` nor `false`", "write `true` or `false`")


def _version(value: Any) -> Any:
    if value == "1":
        return 1
    raise _refuse("M103", "another version of the language", "write `interop: 1`")


def _tuple(value: Any) -> Any:
    """One name, or a list of them."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def _list(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _charset(value: Any) -> Any:
    found = find_charset(value) if isinstance(value, str) else None
    if found is None:
        raise _refuse("M105", f"`{value}`" if isinstance(value, str) else "no text", "")
    return found


def _zone(value: Any) -> Any:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        name = value if isinstance(value, str) else ""
        raise _refuse("M106", f"`{name}`", remedy(name, sorted(zoneinfo.available_timezones()), "zones")) from None
    return value


def _sign(value: Any) -> Any:
    value = "\t" if value == "tab" else value
    if not (isinstance(value, str) and len(value) == 1 and (" " <= value <= "~" or value == "\t")):
        raise _refuse("M103", "not one ASCII character", "write one character in quotes, or `tab`")
    return value


def _quote(value: Any) -> Any:
    return None if value == "none" else _sign(value)


def _numbers(value: Any) -> Any:
    first, dots, last = value.partition("..") if isinstance(value, str) else ("", "", "")
    if dots and first.isdecimal() and last.isdecimal() and len(last) < 5 and int(first) <= int(last):
        return int(first), int(last)
    raise _refuse("M107", "not a range of numbers", "write `numbers: 1..25`")


Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Names = Annotated[
    tuple[Filled, ...],
    BeforeValidator(_tuple),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
Texts = Annotated[tuple[Filled, ...], BeforeValidator(_list)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, values: Any) -> Any:
        """`zone: null` is as if `zone` was not there."""
        if not isinstance(values, dict):
            return values
        return {key: value for key, value in values.items() if value is not None or key not in cls.model_fields}


class Publication(_Part):
    """A specification that the mapping was written from."""

    title: Filled
    version: str | None = None
    url: str | None = None


class Target(_Part):
    """What comes out."""

    fhir: Literal["4.0.1"] = Field(default="4.0.1", description="The FHIR release.")
    bundle: Literal["collection"] = Field(default="collection", description="The type of Bundles.")
    base: Filled = Field(default="https://fhir.invalid", description="The base of `fullUrl` in Bundles.")
    profiles: Texts = Field(default=(), description="Profiles that the output is meant to fit.")


class When(_Part):
    """How a kind of file is told. Both: both hold."""

    columns: Names = Field(default=(), description="Names that its header has.")
    file: Filled | None = Field(default=None, description="A glob of its name; case does not matter.")


class GroupCard(_Part):
    """A child context of repeating columns: numbered `columns`, or plain `names`."""

    columns: dict[str, Filled] = Field(default={}, description="Short name: a column's name with `#` for the number.")
    numbers: Annotated[
        tuple[int, int] | None,
        BeforeValidator(_numbers),
        WithJsonSchema({"type": "string", "pattern": r"^\d+\.\.\d+$"}),
    ] = Field(default=None, description="The numbers: 1..25")
    names: Texts = Field(
        default=(), description="Names of columns; each that is not empty is a row of `name` and `value`."
    )
    of: Filled | None = Field(default=None, description="The child context that the group stands under.")


class TableCard(_Part):
    """One kind of file; its name is the context of its records."""

    columns: Filled | None = Field(default=None, description="Its columns; by default source/<table>.csv.")
    when: When | None = Field(default=None, description="How this kind of file is told.")
    record: Names = Field(default=(), description="The key whose adjacent rows are one record.")
    rows: Filled | None = Field(default=None, description="The child context of all rows of a record.")
    groups: dict[str, GroupCard] = Field(default={}, description="Child contexts of repeating columns.")
    lookup: Names = Field(default=(), description="The key that this parent table is looked up by.")
    parents: dict[str, Names] = Field(default={}, description="Parent table: the columns that hold its key.")


class DelimitedSource(_Part):
    """The syntax and the tables of delimited files."""

    format: Literal["delimited"]
    delimiter: Annotated[str, BeforeValidator(_sign)] = Field(default=",", description="One character; tab for a tab.")
    quote: Annotated[str | None, BeforeValidator(_quote), WithJsonSchema({"type": "string"})] = Field(
        default='"', description="One character, or none."
    )
    charset: Annotated[str, BeforeValidator(_charset)] = Field(
        default="utf-8", description="An ASCII superset; never guessed."
    )
    zone: Annotated[str | None, BeforeValidator(_zone), WithJsonSchema({"type": "string"})] = Field(
        default=None, description="For times that are sent without an offset."
    )
    header: Flag = Field(default=True, description="false: columns are positional.")
    trim: Flag = Field(default=True, description="Spaces around a value are not part of it.")
    quirks: Annotated[tuple[Literal["closing-delimiter"], ...], BeforeValidator(_list)] = Field(
        default=(),
        description="Leniencies that this source needs. closing-delimiter: one may follow the last field of a row.",
    )
    file: Filled | None = Field(
        default=None, description="The file's name, with names in braces that are read as file.<name>."
    )
    tables: dict[str, TableCard] = Field(description="The kinds of file, each with the name of its context.")


class Card(_Part):
    """The identity card of a package."""

    interop: Annotated[Literal[1], BeforeValidator(_version)] = Field(description="The language's version.")
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*$", description="<country or region>/<name>")
    title: Filled = Field(description="What becomes what, with versions.")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$", description="The package's version: 0.1.0")
    status: Literal["draft", "active", "retired"] = Field(description="The package's state.")
    licence: Filled = Field(description="SPDX identifier.")
    sources: Annotated[tuple[Publication, ...], BeforeValidator(_list)] = Field(
        default=(), description="The specifications that it was written from."
    )
    target: Target = Field(default_factory=Target, description="What comes out.")
    extends: Filled | None = Field(default=None, description="The id of the base package, for an overlay.")
    resources: Texts = Field(default=(), description="The order of the rules; by default by file name.")
    # The next format makes this a union, told apart by `format`: FORMATS names those that there are.
    source: DelimitedSource = Field(description="What goes in.")
