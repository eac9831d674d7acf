"""Steps for identifiers of systems: URIs, OIDs, UUIDs.

Source: RFC 3986 (schemes), RFC 3061 (`urn:oid:`), RFC 9562 (`urn:uuid:`), FHIR R4 datatypes oid and uuid.
"""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_letters, digits

from interop.values.failure import Failure, Outcome, Step
from interop.values.numbers import is_digits

SCHEME = frozenset(ascii_letters + digits + "+-.")
HEXADECIMAL = frozenset("0123456789abcdef")
FORBIDDEN = frozenset(' <>"{}|\\^`')  # by RFC 3986 in any URI; percent-encoded where they are meant


def is_oid(text: str) -> bool:
    """Two or more arcs, no leading zeros; the first arc 0 to 2, the second below 40 under 0 and 1."""
    arcs = text.split(".")
    if len(arcs) < 2 or not all(is_digits(arc) and (arc[0] != "0" or arc == "0") for arc in arcs):
        return False
    return arcs[0] == "2" or (arcs[0] in ("0", "1") and (len(arcs[1]) == 1 or (len(arcs[1]) == 2 and arcs[1] < "40")))


def uuid_of(text: str) -> str | None:
    """The UUID in lower case when the text is one, with its hyphens; else None."""
    if len(text) != 36 or not text[8] == text[13] == text[18] == text[23] == "-":
        return None
    lower = text.lower()
    hexadecimal = lower.replace("-", "")
    return lower if len(hexadecimal) == 32 and HEXADECIMAL.issuperset(hexadecimal) else None


def uri(text: str) -> Outcome:
    """A URI as is; a bare OID or UUID becomes a URN. The UUID of a URN is written in lower case, as FHIR demands.

    Errors: V221 none of the three.

    >>> uri("2.16.840.1.113883.6.96"), uri("http://loinc.org")
    ('urn:oid:2.16.840.1.113883.6.96', 'http://loinc.org')
    """
    if not text:
        return None
    scheme, colon, rest = text.partition(":")
    if colon:
        return _checked(text, scheme, rest)
    if is_oid(text):
        return "urn:oid:" + text
    uuid = uuid_of(text)
    return "urn:uuid:" + uuid if uuid else Failure("V221")


def oid_uri(known: Callable[[str], str | None]) -> Step:
    """A known OID becomes its canonical URI, another one `urn:oid:`; what is no OID is read as `uri` reads it.

    Args:
        known: The canonical URI of an OID; None when it has none.

    Errors: V221 neither an OID nor a UUID nor a URI.
    """

    def step(text: str) -> Outcome:
        oid = text[8:] if text[:8].lower() == "urn:oid:" else text
        return (known(oid) or "urn:oid:" + oid) if is_oid(oid) else uri(text)

    return step


def _checked(text: str, scheme: str, rest: str) -> str | Failure:
    if len(scheme) < 2 or not rest or scheme[0] not in ascii_letters or not SCHEME.issuperset(scheme):
        return Failure("V221")  # a scheme of one letter is a drive: C:\...
    if not text.isprintable() or not FORBIDDEN.isdisjoint(text):
        return Failure("V221")
    if scheme.lower() == "urn":
        space, _, name = rest.partition(":")
        if space.lower() == "oid":
            return "urn:oid:" + name if is_oid(name) else Failure("V221")
        if space.lower() == "uuid":
            uuid = uuid_of(name)
            return "urn:uuid:" + uuid if uuid else Failure("V221")
    return text
