"""One id built twice within a record: the same content is one resource, other content needs a declared merge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import orjson

from interop.engine.result import Resource

Merge = Literal["first", "richest", "union"] | None


def settle(resources: Sequence[Resource], merges: Sequence[Merge], clash: Callable[[Resource], None]) -> list[Resource]:
    """The resources of one record with one for each id, in the order of their first.

    Args:
        resources: In the order that they were built.
        merges: For each rule number, what its file declares.
        clash: Called for a resource whose content differs and whose rule declares nothing (finding D402).
    """
    kept: dict[tuple[str, str], Resource] = {}
    for resource in resources:
        key = (resource.type, resource.id)
        before = kept.get(key)
        if before is None:
            kept[key] = resource
        elif before.text != resource.text:
            merge = merges[resource.rule] or merges[before.rule]
            if merge is None:
                clash(resource)
            else:
                kept[key] = Resource(before.rule, *key, merged(before.text, resource.text, merge))
    return list(kept.values())


def merged(one: str, other: str, how: Literal["first", "richest", "union"]) -> str:
    """Two contents of one resource as one.

    `first` keeps the earlier; `richest` the longer (the earlier of equals); `union` adds to the earlier the members it
    lacks and the list items it does not hold.
    """
    match how:
        case "first":
            return one
        case "richest":
            return other if len(other.encode()) > len(one.encode()) else one
        case "union":
            return orjson.dumps(_union(orjson.loads(one), orjson.loads(other))).decode()


def _union(one: object, other: object) -> object:
    if isinstance(one, dict) and isinstance(other, dict):
        both = {name: _union(value, other[name]) if name in other else value for name, value in one.items()}
        return both | {name: value for name, value in other.items() if name not in one}
    if isinstance(one, list) and isinstance(other, list):
        return one + [item for item in other if item not in one]
    return one
