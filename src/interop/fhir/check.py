"""The check of our own output: whether a resource is valid FHIR R4, as far as the official definitions can tell.

The official JSON schema, and what it does not say: cardinality, choices, required bindings, days that do not exist,
empty objects and lists, null members, reference targets, the simple invariants. Messages never hold a value. Profiles,
and terminology beyond the required bindings, are not looked at.
"""

from __future__ import annotations

import json
from typing import Any

from interop.fhir.definitions import is_resource
from interop.fhir.problem import Problem
from interop.fhir.references import bundle_entries
from interop.fhir.walk import walk_resource

__all__ = ["Problem", "check_json", "problems"]


def problems(resource: dict[str, Any]) -> list[Problem]:
    """All problems of a resource (a Bundle: of its entries too), in the order of the resource; empty when it is valid.

    >>> problems({"resourceType": "Patient", "birthDate": "2023-02-30"})
    [Problem(path='Patient.birthDate', message='is no such day or time')]
    """
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not is_resource(kind):
        return [Problem("resource", "has no resourceType of R4")]
    try:
        return list(walk_resource(resource, kind, bundle_entries(resource) if kind == "Bundle" else {}))
    except RecursionError:
        return [Problem(kind, "is nested too deeply to check")]


def check_json(line: bytes) -> list[Problem]:
    """The same of a resource as JSON bytes, an NDJSON line; also what a parser would hide: twice the same key, NaN."""
    twice: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            twice.append("has a key twice")
        return members

    def refuse(_: str) -> Any:
        raise ValueError

    try:
        resource = json.loads(line.decode(), object_pairs_hook=collect, parse_constant=refuse)
    except (ValueError, RecursionError):
        return [Problem("resource", "is not JSON in UTF-8")]
    if not isinstance(resource, dict):
        return [Problem("resource", "is not an object")]
    return [*(Problem("resource", text) for text in twice), *problems(resource)]
