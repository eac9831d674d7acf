"""One id built twice within a record: the same content is one resource, other content needs a declared merge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from interop.engine.fragments import unite
from interop.engine.result import Resource

Merge = Literal["first", "richest", "union"] | None


@dataclass(slots=True)
class _Contents:
    """What one id was built with so far: the rule of the first, and texts that are still to be united."""

    rule: int
    texts: dict[str, None]

    def text(self) -> str:
        if len(self.texts) > 1:
            self.texts = {unite(list(self.texts)): None}
        return next(iter(self.texts))


def settle(resources: Sequence[Resource], merges: Sequence[Merge], clash: Callable[[Resource], None]) -> list[Resource]:
    """The resources of one record with one for each id, in the order of their first.

    Args:
        resources: In the order that they were built.
        merges: For each rule number, what its file declares.
        clash: Called for a resource whose content differs and whose rule declares nothing (finding D402).
    """
    kept: dict[tuple[str, str], _Contents] = {}
    for resource in resources:
        key = (resource.type, resource.id)
        before = kept.get(key)
        if before is None:
            kept[key] = _Contents(resource.rule, {resource.text: None})
        elif (merge := merges[resource.rule] or merges[before.rule]) == "union":
            before.texts[resource.text] = None  # united at the end, all at once
        elif (text := before.text()) != resource.text:
            if merge is None:
                clash(resource)
            else:
                before.texts = {merged(text, resource.text, merge): None}
    return [Resource(before.rule, *key, before.text()) for key, before in kept.items()]


def merged(one: str, other: str, how: Literal["first", "richest", "union"]) -> str:
    """Two contents of one resource as one.

    `first` keeps the earlier; `richest` the longer (the earlier of equals); `union` adds to the earlier the members it
    lacks and the list items it does not hold, all as they are written.
    """
    match how:
        case "first":
            return one
        case "richest":
            return other if len(other.encode()) > len(one.encode()) else one
        case "union":
            return unite([one, other])
