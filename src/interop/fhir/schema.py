"""The official JSON schema of R4, compiled for one resource type at a time.

A validator knows only the definitions that its type reaches, and compiles in milliseconds. Contained resources and the
entries of a Bundle are objects with a known `resourceType` to it: whoever validates goes into them by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import orjson

from interop.fhir.tables import read_table

__all__ = ["refusals", "validator"]

_REFERENCE = "#/definitions/"
_SAYINGS = {
    "const": "is not the value that R4 fixes",
    "enum": "is not a code of the required value set",
    "pattern": "does not have the form of its type",
}


@cache
def validator(name: str) -> jsonschema_rs.Draft6Validator:
    """The validator of a resource type, datatype or primitive type. Raises KeyError."""
    reached: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached[here] = _definitions()[here]
            waiting.extend(_references(reached[here]))
    return jsonschema_rs.Draft6Validator({"$ref": _REFERENCE + name, "definitions": reached})


def refusals(name: str, value: object) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What the schema refuses: the way from the value to the place, and why, in words without any value."""
    schema = validator(name)
    if schema.is_valid(value):
        return
    for error in schema.iter_errors(value):
        yield tuple(error.instance_path), _say(error.kind)


def _say(kind: jsonschema_rs.ValidationErrorKind) -> str:
    match kind:
        case jsonschema_rs.ValidationErrorKind.Type():
            return f"is not of JSON type {' or '.join(kind.types)}"
        case jsonschema_rs.ValidationErrorKind.Required():
            return f"lacks {str(kind.property).strip(chr(34))}, which R4 requires"
        case jsonschema_rs.ValidationErrorKind.AdditionalProperties():
            return "has members that R4 does not define"
    return _SAYINGS.get(kind.name, "is refused by R4's schema")


@cache
def _definitions() -> dict[str, Any]:
    return dict(orjson.loads(read_table("schema")))


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value.removeprefix(_REFERENCE)
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)
