"""Lint of datatypes whose members depend on each other: Extension, Quantity and its kin."""

from __future__ import annotations

from collections.abc import Iterator

from interop.errors import Finding
from interop.spec.tree import Object

_QUANTITIES = frozenset(("Quantity", "SimpleQuantity", "MoneyQuantity", "Age", "Count", "Distance", "Duration"))


def lint_datatype(node: Object, kind: str) -> Iterator[Finding]:
    """Errors: M139 a Quantity's code without system, M140 and M141 extensions.

    Source: FHIR R4 datatypes, invariants qty-3 and ext-1.
    """
    given = [name for name, _ in node.members]
    if kind in _QUANTITIES and "code" in given and "system" not in given:
        yield Finding("M139", rule=node.places["code"])
    if kind != "Extension":
        return
    if "url" not in given:
        yield Finding("M141", rule=node.place)
    values = [name for name in given if name.startswith("value")]
    if values and "extension" in given:
        yield Finding("M140", rule=node.places["extension"], detail=f"both `{values[0]}` and `extension` are given")
    elif not values and "extension" not in given:
        fix = "add `valueString: …` or another type, or `extension: […]`"
        yield Finding("M140", rule=node.place, detail="neither is given", fix=fix)
