"""R4's types and elements: is it one, what is in it, what must be in it, what was meant.

A *place* is a type (`Patient`, `HumanName`, `date`) or the path of a backbone element (`Patient.contact`,
`Timing.repeat`). All tables load on first use, element records place by place.
Source: StructureDefinitions of hl7.fhir.r4.core 4.0.1.
"""

from __future__ import annotations

from functools import cache

from interop.fhir.elements import Binding, Child, Element, Primitive, Strength
from interop.fhir.tables import ElementRow, code_table, element_table, primitive_table

__all__ = [
    "Binding",
    "Child",
    "Element",
    "Primitive",
    "child",
    "children",
    "coded",
    "data_absent_reasons",
    "is_complex",
    "is_place",
    "is_primitive",
    "is_resource",
    "members",
    "primitive",
    "required",
    "resource_names",
    "suggest",
]

data_absent_reasons: frozenset[str] = frozenset(
    {
        "unknown",
        "asked-unknown",
        "temp-unknown",
        "not-asked",
        "asked-declined",
        "masked",
        "not-applicable",
        "unsupported",
        "as-text",
        "error",
        "not-a-number",
        "negative-infinity",
        "positive-infinity",
        "not-performed",
        "not-permitted",
    }
)
"""The codes of http://terminology.hl7.org/CodeSystem/data-absent-reason."""

_BACKBONES = frozenset({"BackboneElement", "Element"})


def is_resource(name: str) -> bool:
    """Whether it is a resource type that can be built: `Patient`, not `DomainResource`."""
    return element_table().get(name, {}).get("kind") == "resource"


@cache
def resource_names() -> tuple[str, ...]:
    """All resource types that can be built, sorted."""
    return tuple(sorted(filter(is_resource, element_table())))


def is_complex(name: str) -> bool:
    """Whether it is a complex datatype: `HumanName`, `Extension`, also the abstract `BackboneElement`."""
    item = element_table().get(name, {})
    return item.get("kind") == "complex" or name in _BACKBONES


def is_primitive(name: str) -> bool:
    """Whether it is a primitive type: `date`, `code`, `xhtml`."""
    return name in primitive_table()


@cache
def primitive(name: str) -> Primitive:
    """The primitive type of that name. Raises KeyError."""
    kind, pattern = primitive_table()[name]
    assert kind in {"string", "number", "boolean"}
    return Primitive(name, kind, pattern)  # type: ignore[arg-type]


@cache
def coded(value_set: str) -> frozenset[tuple[str, str]] | None:
    """All (system, code) of a value set of a required binding; None when the package cannot expand it."""
    systems = code_table().get(value_set)
    if systems is None:
        return None
    return frozenset((system, code) for system, codes in systems.items() for code in codes)


def is_place(place: str) -> bool:
    """Whether something can be looked up under it."""
    return _rows(place) is not None


@cache
def children(place: str) -> tuple[Element, ...]:
    """The elements right below a place, inherited ones included, in the order of the definition.

    A primitive type has `id` and `extension`. An unknown place has none.
    """
    return tuple(_element(place, row) for row in _rows(place) or ())


@cache
def members(place: str) -> tuple[str, ...]:
    """The JSON members that a place allows, `_value` twins and `resourceType` left out."""
    return tuple(member for element in children(place) for member in element.members)


def child(place: str, member: str) -> Child | None:
    """A JSON member of a place: `("Immunization", "occurrenceDateTime")`, `("Patient.contact", "name")`.

    Returns None for a member that is not defined: a wrong name, a choice without its type (`occurrence`), a `_value`
    twin. `resourceType` of a resource is a code with one value.
    """
    return _members(place).get(member)


@cache
def required(place: str) -> tuple[Element, ...]:
    """The elements of a place with a minimum of 1; `Element.members` names what may stand for each."""
    return tuple(element for element in children(place) if element.min > 0)


def suggest(place: str, wrong_name: str) -> str | None:
    """The member that was probably meant by a name that is none. Choices are suggested with their type."""
    names = members(place)
    for name in names:
        if name.lower() == wrong_name.lower():
            return name
    stem = wrong_name.removesuffix("[x]")
    for element in children(place):
        if element.is_choice and element.name[:-3] == stem:
            return element.members[0]
    from difflib import get_close_matches

    close = get_close_matches(wrong_name, names, n=1, cutoff=0.6)
    return close[0] if close else None


@cache
def _rows(place: str) -> list[ElementRow] | None:
    item = element_table().get(place.partition(".")[0])
    if item is not None:
        rows: list[ElementRow] | None = item["paths"].get(place)
        return rows
    return _rows("Element") if is_primitive(place) else None


@cache
def _members(place: str) -> dict[str, Child]:
    found: dict[str, Child] = {}
    if is_resource(place):
        only = Binding("required", "http://hl7.org/fhir/ValueSet/resource-types", frozenset({place}))
        element = Element(f"{place}.resourceType", "resourceType", ("code",), 1, 1, only)
        found["resourceType"] = Child(element, "code", "code")
    for row, element in zip(_rows(place) or (), children(place), strict=True):
        reference = row[7] if len(row) > 7 else None
        for member, kind in zip(element.members, element.types, strict=True):
            deeper = reference or (element.path if kind in _BACKBONES else kind)
            found[member] = Child(element, kind, deeper)
    return found


def _element(place: str, row: ElementRow) -> Element:
    name, types, least, most, strength, value_set, targets, _ = (row + [None] * 8)[:8]
    binding = _binding(strength, value_set) if strength and value_set else None
    return Element(
        path=f"{place}.{name}",
        name=name,
        types=tuple(types) or ("BackboneElement",),  # a contentReference repeats a backbone element
        min=least,
        max=most,
        binding=binding,
        targets=tuple(targets or ()),
    )


@cache
def _binding(strength: Strength, value_set: str) -> Binding:
    systems = code_table().get(value_set) if strength == "required" else None
    codes = None if systems is None else frozenset(code for codes in systems.values() for code in codes)
    return Binding(strength, value_set, codes)
