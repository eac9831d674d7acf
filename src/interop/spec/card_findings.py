"""From positioned YAML to the card, and from pydantic's errors to findings in our words."""

from __future__ import annotations

import types
import typing
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from interop.errors import Finding, Place
from interop.spec.card import FORMATS, Card, DelimitedSource
from interop.spec.card_hl7v2 import Hl7v2Source
from interop.spec.suggestions import remedy
from interop.spec.yaml_text import Mapping, Node, Sequence, Text

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
Location: TypeAlias = tuple[int | str, ...]

_STAND_INS: dict[str, Plain] = {
    "interop": "1",
    "id": "none/none",
    "title": "none",
    "version": "0.0.0",
    "status": "draft",
    "licence": "none",
    "format": FORMATS[0],
}
_KINDS = {
    "string_type": "a text",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
}


def read_card(root: Node) -> tuple[Card | None, tuple[Finding, ...]]:
    """Validate mapping.yaml. With findings, the card is what is left without the keys that are wrong, if it can stand.

    Errors: M101 missing, M102 unknown key, M103 wrong value, M104 format, M105 charset, M106 zone, M107 numbers.
    """
    if not isinstance(root, Mapping):
        return None, (Finding("M103", rule=root.place, detail="not a mapping", fix="write `key: value` lines"),)
    values: dict[str, Plain] = _plain_members(root)
    findings = _settle_format(root, values)
    card, errors = _validate(values)
    findings += tuple(_finding(error, root) for error in errors)
    if any(finding.code == "M104" for finding in findings):
        return None, findings
    return card or _salvage(values, errors), findings


def _settle_format(root: Mapping, values: dict[str, Plain]) -> tuple[Finding, ...]:
    """Where `source` has no known format, gives it one, so that the other keys are checked."""
    source, plain = root.get("source"), values.get("source")
    if not isinstance(source, Mapping) or not isinstance(plain, dict):
        return ()
    name = source.get("format")
    if isinstance(name, Text) and not name.empty:
        if name.value in FORMATS:
            return ()
        values["source"] = {"format": FORMATS[0], "tables": {}}
        fix = remedy(name.value, FORMATS, "formats")
        return (Finding("M104", rule=name.place, detail=f"`{name.value}`", fix=fix),)
    plain["format"] = FORMATS[0]
    place = node_place(root, ("source", "format"))
    if name is None or isinstance(name, Text):
        return (Finding("M101", rule=place, detail="`format` in `source`"),)
    return (Finding("M103", rule=place, detail="`format`", fix=f"write {' or '.join(map(repr, FORMATS))}"),)


def _validate(values: dict[str, Plain]) -> tuple[Card | None, list[ErrorDetails]]:
    try:
        return Card.model_validate(values), []
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        for one in found:
            if one["loc"][:1] == ("source",) and len(one["loc"]) > 1:  # pydantic puts the format behind `source`
                one["loc"] = ("source", *one["loc"][2:])
        return None, found


def _salvage(values: dict[str, Plain], errors: list[ErrorDetails]) -> Card | None:
    """A card without what is wrong, so that the rest of the package is checked in the same run."""
    for _ in range(3):
        for error in sorted(errors, key=lambda error: str(error["loc"]), reverse=True):
            _mend(values, error)
        card, errors = _validate(values)
        if card is not None:
            return card
    return None


def _mend(values: dict[str, Plain], error: ErrorDetails) -> None:
    parent: Plain = values
    *way, last = error["loc"]
    for step in way:
        if isinstance(parent, dict):
            parent = parent.get(str(step))
        elif isinstance(parent, list) and isinstance(step, int) and step < len(parent):
            parent = parent[step]
    if isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        del parent[last]
    elif isinstance(parent, dict):
        if error["type"] == "missing" and str(last) in _STAND_INS:
            parent[str(last)] = _STAND_INS[str(last)]
        else:
            parent.pop(str(last), None)


def node_place(root: Node, location: Location) -> Place:
    """The place of a key or an item, by the way to it; of the nearest that is there."""
    node, place = root, root.place
    for step in location:
        if isinstance(node, Mapping) and (entry := node.entries.get(str(step))):
            node, place = entry.value, entry.key.place
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            place = node.place
    return place


def _plain(node: Node) -> Plain:
    """Without places. What was not written, or is `null`, is None."""
    if isinstance(node, Text):
        return None if node.empty else node.value
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return _plain_members(node)


def _plain_members(node: Mapping) -> dict[str, Plain]:
    return {key: _plain(entry.value) for key, entry in node.entries.items()}


def _finding(error: ErrorDetails, root: Node) -> Finding:
    location, kind, context = error["loc"], error["type"], error.get("ctx", {})
    place = node_place(root, location)
    name = str(location[-1])
    if kind == "missing":
        return Finding("M101", rule=place, detail=f"`{name}` in {_where(location[:-1])}")
    if kind == "extra_forbidden":
        known = _fields(location[:-1], root)
        return Finding("M102", rule=place, detail=f"`{name}`", fix=remedy(name, known, "keys"))
    if kind[0] == "M" and kind[1:].isdigit():
        return Finding(kind, rule=place, detail=f"`{name}`: {context['detail']}", fix=context["fix"])
    if kind == "literal_error":
        return Finding("M103", rule=place, detail=f"`{name}`", fix=f"write {context['expected']}")
    if kind == "string_pattern_mismatch":
        fix = "write `country/name`, in small letters" if name == "id" else "write three numbers: 0.1.0"
        return Finding("M103", rule=place, detail=f"`{name}`", fix=fix)
    return Finding("M103", rule=place, detail=f"`{name}`", fix=f"write {_KINDS.get(kind, 'a text that is not empty')}")


def _where(location: Location) -> str:
    return f"`{'.'.join(map(str, location))}`" if location else "mapping.yaml"


def _fields(location: Location, root: Node) -> tuple[str, ...]:
    """The keys that the model at that place has."""
    found: Any = Card
    if location[:1] == ("source",):
        source = root.get("source") if isinstance(root, Mapping) else None
        name = source.get("format") if isinstance(source, Mapping) else None
        messages = isinstance(name, Text) and name.value == "hl7v2"
        found, location = (Hl7v2Source if messages else DelimitedSource), location[1:]
    for step in location:
        if isinstance(found, type) and issubclass(found, BaseModel):
            field = found.model_fields.get(str(step))
            found = field.annotation if field else None
        else:  # dict[str, X] or tuple[X, ...]
            arguments = typing.get_args(found)
            found = arguments[1 if typing.get_origin(found) is dict else 0] if arguments else None
        if typing.get_origin(found) in (typing.Union, types.UnionType):
            found = typing.get_args(found)[0]  # X | None
    if not (isinstance(found, type) and issubclass(found, BaseModel)):
        return ()
    return tuple(field.alias or name for name, field in found.model_fields.items())
