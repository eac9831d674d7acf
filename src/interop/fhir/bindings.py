"""Whether a Coding, CodeableConcept or Quantity has a code of its element's required value set.

A concept is in the value set when one of its codings is; one that says why it has no value (data-absent-reason) is let
be. Source: FHIR R4 terminologies.html#required.
"""

from __future__ import annotations

from typing import Any

from interop.fhir.definitions import coded
from interop.fhir.elements import Element

__all__ = ["binding_fault"]

_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def binding_fault(value: dict[str, Any], element: Element, kind: str) -> str | None:
    """What is wrong with a coded value of this element and type; None when it fits or nothing is required."""
    binding = element.binding
    if binding is None or not binding.required or kind not in {"Coding", "CodeableConcept", "Quantity"}:
        return None
    allowed = coded(binding.value_set)
    if allowed is None or _is_absent(value):
        return None
    codings = value.get("coding", ()) if kind == "CodeableConcept" else (value,)
    for coding in codings if isinstance(codings, list | tuple) else ():
        if isinstance(coding, dict) and (coding.get("system"), coding.get("code")) in allowed:
            return None
    return f"has no code of the required value set {binding.value_set}"


def _is_absent(value: dict[str, Any]) -> bool:
    extensions = value.get("extension")
    items = extensions if isinstance(extensions, list) else ()
    return any(isinstance(item, dict) and item.get("url") == _ABSENT for item in items)
