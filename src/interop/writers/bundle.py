"""Bundles: one of type collection for each record, its resources as entries in the order of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

OPENING = '{"resourceType":"Bundle","type":"collection","entry":['
CLOSING = "]}"


def entry_parts(base: str, resource_type: str) -> tuple[str, str, str]:
    """The texts around an entry's id and resource: `before + id + between + resource + after`.

    `fullUrl` is absolute (`<base>/<type>/<id>`), so that the relative references inside the Bundle resolve to it
    (R4 Bundle, Resolving references).
    """
    return f'{{"fullUrl":"{base.rstrip("/")}/{resource_type}/', '","resource":', "}"


def bundle(base: str, resources: Iterable[tuple[str, str, str]]) -> str:
    """One Bundle as text from (type, id, text) of its resources."""
    entries: list[str] = []
    for kind, identity, text in resources:
        before, between, after = entry_parts(base, kind)
        entries.append(before + identity + between + text + after)
    return bundle_of(entries)


def bundle_of(entries: Sequence[str]) -> str:
    """One Bundle from its entries; a Bundle without entries has no `entry`, as R4 forbids empty arrays."""
    return OPENING + ",".join(entries) + CLOSING if entries else '{"resourceType":"Bundle","type":"collection"}'
