"""JSON Schemas (draft-07) for editors: completion, hover and a first check while a package is written.

They accept every package that `load_package` accepts; what they let through, the load still finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from interop.fhir import definitions as r4
from interop.spec.card import Card
from interop.spec.directives import DIRECTIVES, FILE
from interop.spec.rules import MERGES

Schema: TypeAlias = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
MOST_CODES = 60
"""Codes of a value set that are offered for completion."""

_SCALAR = ["string", "number", "boolean"]


def schema(kind: Literal["mapping", "resource", "part"]) -> Schema:
    """The schema of mapping.yaml, of resource files, or of part files."""
    if kind == "mapping":
        return _mapping()
    return _resource() if kind == "resource" else _part()


def _mapping() -> Schema:
    """A whole card, or that of an overlay, which may leave out what its base says."""
    whole = Card.model_json_schema(ref_template="#/definitions/{model}")
    definitions: Schema = whole.pop("$defs")
    definitions["Card"] = whole
    definitions |= {f"Overlay{name}": _partial(piece) for name, piece in definitions.items()}
    return {
        "$schema": DRAFT,
        "title": "mapping.yaml",
        "if": {"required": ["extends"], "properties": {"extends": {"type": "string"}}},
        "then": {"$ref": "#/definitions/OverlayCard"},
        "else": {"$ref": "#/definitions/Card"},
        "definitions": definitions,
    }


def _partial(piece: Any) -> Any:
    """A piece of the card's schema without what is required, of either format."""
    if isinstance(piece, list):
        return [_partial(item) for item in piece]
    if not isinstance(piece, dict):
        return piece
    words = {"oneOf": "anyOf"}
    made = {
        words.get(key, key): _partial(item) for key, item in piece.items() if key not in ("required", "discriminator")
    }
    if isinstance(reference := made.get("$ref"), str):
        made["$ref"] = reference.replace("#/definitions/", "#/definitions/Overlay")
    return made


def _part() -> Schema:
    return {
        "$schema": DRAFT,
        "title": "A part",
        "type": "object",
        "properties": _directives(name for name in DIRECTIVES if name not in FILE or name in ("$when", "$resource")),
        "definitions": {"leaf": {"type": _SCALAR}},
    }


def _resource() -> Schema:
    definitions: Schema = {
        "leaf": {"type": _SCALAR},
        "directives": {"properties": _directives(name for name in DIRECTIVES if name != "$parameters")},
        "Resource": _any_resource(),
    }
    members: dict[str, str] = {}
    waiting = [*r4.resource_names(), "Extension"]
    while waiting:
        place = waiting.pop()
        if place in definitions:
            continue
        if r4.is_primitive(place):
            definitions[place] = _primitive()
        else:
            definitions[place] = _object(place, members)
            waiting += _deeper(place)
    definitions["members"] = {name: json.loads(text) for text, name in members.items()}
    return {
        "$schema": DRAFT,
        "title": "A resource file",
        "type": "object",
        "required": ["$resource", "$for"],
        "allOf": [{"$ref": "#/definitions/Resource"}],
        "definitions": dict(sorted(definitions.items())),
    }


def _any_resource() -> Schema:
    """The object of whatever type `$resource` names."""
    branches = [
        {
            "if": {"properties": {"$resource": {"const": name}}, "required": ["$resource"]},
            "then": {"$ref": f"#/definitions/{name}"},
        }
        for name in r4.resource_names()
    ]
    return {"type": "object", "properties": {"$resource": {"enum": list(r4.resource_names())}}, "allOf": branches}


def _object(place: str, members: dict[str, str]) -> Schema:
    """An object of a type or backbone path; a string where a concept map may make it.

    Args:
        place: The type or path.
        members: The schemas of all members so far, as text → the name under which they stand. Grows.
    """
    properties = {}
    for member in r4.members(place):
        child = r4.child(place, member)
        if child is not None:
            text = json.dumps(_member(child))
            properties[member] = {"$ref": f"#/definitions/members/{members.setdefault(text, str(len(members)))}"}
    return {
        "type": ["object", "string"] if place in ("Coding", "CodeableConcept") else "object",
        "allOf": [{"$ref": "#/definitions/directives"}],
        "properties": properties,
        "patternProperties": {r"^\$": {}},
        "additionalProperties": False,
    }


def _member(child: r4.Child) -> Schema:
    element = child.element
    value: Schema = {"$ref": f"#/definitions/{child.path}"}
    codes = sorted(element.binding.codes) if element.binding and element.binding.codes else []
    if 0 < len(codes) <= MOST_CODES and child.type == "code":
        value = {"anyOf": [{"enum": [f"= {code}" for code in codes]}, value]}
    shown = f"{element.min}..{element.max or '*'} {child.type}"
    if element.targets:
        shown += f" of {', '.join(element.targets)}"
    if element.is_list:
        return {"description": shown, "type": "array", "items": value}
    return {"description": shown, "allOf": [value]}


def _primitive() -> Schema:
    """A leaf, or an object of directives with the extensions of the value."""
    return {
        "anyOf": [
            {"$ref": "#/definitions/leaf"},
            {
                "type": "object",
                "allOf": [{"$ref": "#/definitions/directives"}],
                "properties": {"extension": {"type": "array", "items": {"$ref": "#/definitions/Extension"}}},
                "patternProperties": {r"^\$": {}},
                "additionalProperties": False,
            },
        ]
    }


def _deeper(place: str) -> list[str]:
    found = (r4.child(place, member) for member in r4.members(place))
    return [child.path for child in found if child is not None]


def _directives(names: Iterable[str]) -> Schema:
    return {name: {"description": DIRECTIVES[name], **_directive(name)} for name in names}


def _directive(name: str) -> Schema:
    match name:
        case "$merge":
            return {"enum": list(MERGES)}
        case "$unique" | "$remove":
            return {"type": "boolean"}
        case "$absent":
            return {"enum": sorted(r4.data_absent_reasons)}
        case "$with":
            return {"type": "object", "additionalProperties": {"$ref": "#/definitions/leaf"}}
        case "$first":
            return {"type": "array", "minItems": 1}
        case "$parameters":
            return {"type": "array", "items": {"type": "string"}}
        case "$for":
            return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
        case "$id":
            return {
                "anyOf": [{"$ref": "#/definitions/leaf"}, {"type": "array", "items": {"$ref": "#/definitions/leaf"}}]
            }
        case "$resource":
            return {"enum": list(r4.resource_names())}
    return {"type": _SCALAR}
