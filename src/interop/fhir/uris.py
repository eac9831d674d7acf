"""Canonical URIs of code systems and identifier systems that older standards name by OID.

Source: identifiers of the CodeSystems and NamingSystems of hl7.fhir.r4.core 4.0.1; the HL7 v2 tables by number
(2.16.840.1.113883.12.N); R4's lists of external systems. `scripts/build_r4.py` holds the latter.
"""

from __future__ import annotations

from interop.fhir.tables import uri_table

__all__ = ["oid_uri"]


def oid_uri(oid: str) -> str | None:
    """The URI of a known OID (dotted digits, or with `urn:oid:` before), else None: never a made-up URL.

    >>> oid_uri("2.16.840.1.113883.6.96")
    'http://snomed.info/sct'
    """
    return uri_table().get(oid.removeprefix("urn:oid:"))
