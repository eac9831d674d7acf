"""Kinds of values in mapping.yaml: each checked, and refused in our words."""

from __future__ import annotations

import zoneinfo
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from interop.spec.charsets import find_any_charset, find_charset
from interop.spec.suggestions import remedy

Filled = Annotated[str, StringConstraints(min_length=1)]


def refuse(code: str, detail: str, fix: str) -> PydanticCustomError:
    """An error of pydantic's that `card_findings` turns into a finding of this code."""
    # Both texts come from the mapping alone; `{` would be read as a hole by pydantic.
    return PydanticCustomError(code, "{detail}", {"detail": detail, "fix": fix})


def _flag(value: Any) -> Any:
    if value in ("true", "false"):
        return value == "true"
    raise refuse("M103", "neither `true` nor `false`", "write `true` or `false`")


def _version(value: Any) -> Any:
    if value == "1":
        return 1
    raise refuse("M103", "another version of the language", "write `interop: 1`")


def _tuple(value: Any) -> Any:
    """One name, or a list of them."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


def as_list(value: Any) -> Any:
    """A list as a tuple, for frozen models."""
    return tuple(value) if isinstance(value, list) else value


def _charset(value: Any) -> Any:
    found = find_charset(value) if isinstance(value, str) else None
    if found is None:
        raise refuse("M105", f"`{value}`" if isinstance(value, str) else "no text", "")
    return found


def _any_charset(value: Any) -> Any:
    found = find_any_charset(value) if isinstance(value, str) else None
    if found is None:
        fix = "name a charset that Python knows: utf-8, cp1252, iso2022_jp"
        raise refuse("M105", f"`{value}`" if isinstance(value, str) else "no text", fix)
    return found


def _zone(value: Any) -> Any:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        name = value if isinstance(value, str) else ""
        raise refuse("M106", f"`{name}`", remedy(name, sorted(zoneinfo.available_timezones()), "zones")) from None
    return value


def _sign(value: Any) -> Any:
    value = "\t" if value == "tab" else value
    if not (isinstance(value, str) and len(value) == 1 and (" " <= value <= "~" or value == "\t")):
        raise refuse("M103", "not one ASCII character", "write one character in quotes, or `tab`")
    return value


def _quote(value: Any) -> Any:
    return None if value == "none" else _sign(value)


def _numbers(value: Any) -> Any:
    first, dots, last = value.partition("..") if isinstance(value, str) else ("", "", "")
    if dots and first.isdecimal() and last.isdecimal() and len(last) < 5 and int(first) <= int(last):
        return int(first), int(last)
    raise refuse("M107", "not a range of numbers", "write `numbers: 1..25`")


Version = Annotated[Literal[1], BeforeValidator(_version)]
Charset = Annotated[str, BeforeValidator(_charset), WithJsonSchema({"type": "string"})]
AnyCharset = Annotated[str, BeforeValidator(_any_charset), WithJsonSchema({"type": "string"})]
Zone = Annotated[str | None, BeforeValidator(_zone), WithJsonSchema({"type": "string"})]
Sign = Annotated[str, BeforeValidator(_sign)]
Quote = Annotated[str | None, BeforeValidator(_quote), WithJsonSchema({"type": "string"})]
Numbers = Annotated[
    tuple[int, int] | None,
    BeforeValidator(_numbers),
    WithJsonSchema({"type": "string", "pattern": r"^\d+\.\.\d+$"}),
]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Names = Annotated[
    tuple[Filled, ...],
    BeforeValidator(_tuple),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
Texts = Annotated[tuple[Filled, ...], BeforeValidator(as_list)]


class CardPart(BaseModel):
    """A mapping of mapping.yaml: its keys are these, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, values: Any) -> Any:
        """`zone: null` is as if `zone` was not there."""
        if not isinstance(values, dict):
            return values
        return {key: value for key, value in values.items() if value is not None or key not in cls.model_fields}
