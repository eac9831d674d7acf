"""Derived ids: UUIDv5 of the mapping, the resource type and the key. Same input, same id; no clock, no chance.

Source: RFC 9562 section 5.5; docs/clarifications.md#ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import sha1
from uuid import NAMESPACE_URL, uuid5

SEPARATOR = "\x1f"
"""Between the type and the parts of the key. It cannot stand in FHIR text."""

try:
    sha1(b"")
    _hash = sha1  # a third faster to call than with the keyword
except ValueError:  # a host that allows SHA-1 only where it is no matter of security
    _hash = partial(sha1, usedforsecurity=False)


def namespace(mapping: str) -> bytes:
    """The namespace of a mapping's ids: 16 bytes."""
    return uuid5(NAMESPACE_URL, "urn:interop:" + mapping).bytes


def derived_id(namespace: bytes, resource: str, key: Sequence[str]) -> str:
    """The id of one resource.

    Args:
        namespace: 16 bytes, by `namespace`.
        resource: The resource type.
        key: Its parts, in the order of `$id`.

    >>> derived_id(namespace("uk/immunisation"), "Patient", ["https://example.org/ids", "1"])
    'c50d1200-84b1-520e-8df3-0aafdad369ab'
    """
    text = _hash(namespace + SEPARATOR.join((resource, *key)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{'89ab'[int(text[16], 16) & 3]}{text[17:20]}-{text[20:32]}"
