"""Whether a Reference names what its element may refer to, as far as the resource itself can tell.

Source: FHIR R4 references.html; ElementDefinition.type.targetProfile; invariants ref-1 and bdl-7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from interop.fhir.definitions import is_resource
from interop.fhir.primitives import checker
from interop.values.failure import Failure

__all__ = ["Surroundings", "bundle_entries", "reference_faults", "referred_type"]


_check_id = checker("id")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The resources around a reference: its container, the contained ones by id, the Bundle's by fullUrl."""

    container: str
    contained: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, resource: dict[str, Any], entries: dict[str, str]) -> Surroundings:
        """The surroundings of the elements of a resource that stands on its own."""
        found = {}
        for item in _dicts(resource.get("contained")):
            if isinstance(item.get("id"), str):
                found[item["id"]] = str(item.get("resourceType"))
        return cls(str(resource.get("resourceType")), found, entries)


def bundle_entries(bundle: dict[str, Any]) -> dict[str, str]:
    """Full URL → resource type of the entries of a Bundle."""
    found = {}
    for entry in _dicts(bundle.get("entry")):
        url, resource = entry.get("fullUrl"), entry.get("resource")
        if isinstance(url, str) and isinstance(resource, dict):
            found[url] = str(resource.get("resourceType"))
    return found


def referred_type(reference: str, around: Surroundings) -> str | None:
    """The type of the resource that a reference names; None when it does not say."""
    if reference == "#":
        return around.container
    if reference.startswith("#"):
        return around.contained.get(reference[1:])
    if reference in around.entries:
        return around.entries[reference]
    path, _, query = reference.partition("?")
    kind, _, name = path.partition("/_history/")[0].rpartition("/")
    kind = name if query else kind.rpartition("/")[2]
    return kind if is_resource(kind) and (query or not isinstance(_check_id(name), Failure)) else None


def reference_faults(value: dict[str, Any], targets: tuple[str, ...], around: Surroundings) -> Iterator[str]:
    """What is wrong with a Reference of an element that allows these target types (none: any)."""
    said = value.get("type")
    kind = said if isinstance(said, str) and is_resource(said) else None
    reference = value.get("reference")
    if isinstance(reference, str):
        found = referred_type(reference, around)
        if found is None and reference.startswith("#"):
            yield "refers to a contained resource that is not there"
        elif found is None and ":" not in reference:
            yield "is not a reference: neither Type/id, nor an address, nor #id"
        if found and kind and found != kind:
            yield f"refers to a {found}, and its type says {kind}"
        kind = found or kind
    if kind and targets and kind not in targets:
        yield f"refers to a {kind}; R4 allows {', '.join(targets)}"


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
