"""A resource checked element by element against R4's definitions, and each resource in it by the official schema.

The definitions say what a JSON schema cannot, and what the official one leaves out: it lets a text stand where an
object belongs. The schema is a second opinion, made from the same definitions by another program.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import isfinite
from typing import Any

from interop.fhir.bindings import binding_fault
from interop.fhir.definitions import Child, child, children, is_primitive, is_resource, primitive, required
from interop.fhir.invariants import broken_invariants
from interop.fhir.primitives import checker
from interop.fhir.problem import Problem
from interop.fhir.references import Surroundings, reference_faults
from interop.fhir.schema import refusals
from interop.values.failure import Failure

__all__ = ["walk_resource"]

_SAYINGS = {
    "V201": "is not of its type",
    "V202": "is not a code of the required value set",
    "V212": "is no such day or time",
}


def walk_resource(resource: dict[str, Any], path: str, entries: dict[str, str] | None = None) -> Iterator[Problem]:
    """All problems of a resource that stands on its own: the root, or that of a Bundle's entry."""
    yield from _Walk(Surroundings.of(resource, entries or {})).resource(resource, path)


class _Walk:
    """One pass over one resource, its contained ones included."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def resource(self, value: dict[str, Any], path: str) -> Iterator[Problem]:
        kind = value.get("resourceType")
        if not isinstance(kind, str) or not is_resource(kind):
            yield Problem(path, "has no resourceType of R4")
            return
        found = list(self.members(value, kind, path))
        yield from found
        seen = {problem.path for problem in found}
        for steps, text in refusals(kind, value):
            place = path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
            if not _is_known(place, seen) and not _is_gap(value, steps):
                yield Problem(place, text)

    def members(self, value: dict[str, Any], place: str, path: str) -> Iterator[Problem]:
        if not value:
            yield Problem(path, "is an empty object")
            return
        for name, item in value.items():
            plain = name[1:] if name.startswith("_") else name
            found = child(place, plain)
            if found is None or (plain != name and not is_primitive(found.path)):
                yield Problem(f"{path}.{_show(name)}", "is no member that R4 defines here")
            else:
                twin = value.get(f"_{name}") if plain == name else value.get(plain)
                yield from self.member(item, found, f"{path}.{name}", twin=twin, shadow=plain != name)
        for element in required(place):
            if not any(name in value or f"_{name}" in value for name in element.members):
                yield Problem(path, f"lacks {element.name}, which R4 requires")
        for stem, group in _choices(place):
            if len({name.lstrip("_") for name in value} & group) > 1:
                yield Problem(path, f"has {stem} more than once")
        for key, text in broken_invariants(value, place):
            yield Problem(path, f"breaks {key}: {text}")

    def member(self, item: object, found: Child, path: str, *, twin: object, shadow: bool) -> Iterator[Problem]:
        """A member's value. `twin` is that of `_name` beside `name`, or the other way about; `shadow` is `_name`."""
        if item is None:
            yield Problem(path, "is null")
        elif not found.element.is_list:
            yield from self.value(item, found, path, shadow=shadow)
        elif not isinstance(item, list):
            yield Problem(path, "is not a list")
        elif not item:
            yield Problem(path, "is an empty list")
        else:
            twins = twin if isinstance(twin, list) else []
            for index, entry in enumerate(item):
                here = f"{path}[{index}]"
                if entry is not None:
                    yield from self.value(entry, found, here, shadow=shadow)
                elif not (is_primitive(found.path) and index < len(twins) and twins[index] is not None):
                    yield Problem(here, "is null")

    def value(self, item: object, found: Child, path: str, *, shadow: bool) -> Iterator[Problem]:
        if is_primitive(found.path) and not shadow:
            fault = _primitive_fault(item, found)
            if fault:
                yield Problem(path, fault)
        elif not isinstance(item, dict):
            yield Problem(path, "is not an object")
        elif found.path == "Resource":
            yield from self.inner_resource(item, found, path)
        else:
            yield from self.members(item, found.path, path)
            if found.path == "Reference":
                for fault in reference_faults(item, found.element.targets, self._around):
                    yield Problem(path, fault)
            fault = binding_fault(item, found.element, found.type)
            if fault:
                yield Problem(path, fault)

    def inner_resource(self, item: dict[str, Any], found: Child, path: str) -> Iterator[Problem]:
        """A contained resource shares its container's references; one of an entry or a parameter has its own."""
        if found.element.name != "contained":
            yield from walk_resource(item, path, self._around.entries)
            return
        if not isinstance(item.get("id"), str):
            yield Problem(path, "is contained and has no id")
        if "contained" in item:
            yield Problem(path, "is contained and contains resources itself")
        yield from self.resource(item, path)


def _primitive_fault(item: object, found: Child) -> str | None:
    kind = primitive(found.type)
    if kind.json == "boolean":
        return None if isinstance(item, bool) else _SAYINGS["V201"]
    if kind.json == "number":
        whole = isinstance(item, int) and not isinstance(item, bool)
        if kind.name == "decimal":
            return None if whole or (isinstance(item, float) and isfinite(item)) else _SAYINGS["V201"]
        return None if whole and not isinstance(checker(kind.name)(str(item)), Failure) else _SAYINGS["V201"]
    if not isinstance(item, str):
        return _SAYINGS["V201"]
    binding = found.element.binding
    outcome = checker(kind.name, binding.codes if binding and binding.required else None)(item)
    if isinstance(outcome, Failure):
        return _SAYINGS[outcome.code]
    return None if outcome == item else "has white space that R4 does not allow"


def _is_known(path: str, seen: set[str]) -> bool:
    """Whether something has been said about this place or one below it."""
    return any(other == path or other.startswith((f"{path}.", f"{path}[")) for other in seen)


def _is_gap(value: Any, steps: tuple[str | int, ...]) -> bool:
    """A null in a list: legal where it keeps the places of the `_` list beside it, though not to the schema."""
    for step in steps:
        value = value[step]
    return value is None and bool(steps) and isinstance(steps[-1], int)


@cache
def _choices(place: str) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((element.name, frozenset(element.members)) for element in children(place) if element.is_choice)


def _show(name: str) -> str:
    """A member's name, unless it may be anything but one."""
    return name if name.isidentifier() and name.isascii() and len(name) <= 64 else "?"
