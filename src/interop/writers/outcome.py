"""Findings as FHIR: an OperationOutcome for each record, an issue for each finding. Never a value.

Source: FHIR R4, OperationOutcome; value set issue-type (`issue` in the table of finding codes).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from interop.errors import CODES, Finding
from interop.fhir import definitions as r4

SYSTEM = "urn:interop:finding"
"""The code system of our finding codes; `docs/errors.md` lists them."""

PAGE = "docs/errors.md"


def outcome(findings: Iterable[Finding]) -> dict[str, object]:
    """The OperationOutcome of one record; that all is well when nothing was found (R4 asks for an issue)."""
    issues = [issue(finding) for finding in findings]
    fine = {"severity": "information", "code": "informational", "details": {"text": "nothing was found"}}
    return {"resourceType": "OperationOutcome", "issue": issues or [fine]}


def issue(finding: Finding) -> dict[str, object]:
    """One finding.

    `details` is the finding's code and title, `diagnostics` its places and the remedy, `expression` the element.

    >>> issue(Finding("V212", target="Encounter.period.start"))["expression"]
    ['Encounter.period.start']
    """
    row = CODES[finding.code]
    text = f"{row.title}: {finding.detail}" if finding.detail else row.title
    said = [f"data: {' '.join(str(finding.data).split())}"] if finding.data else []
    said += [f"rule: {finding.rule}"] if finding.rule else []
    said += [f"fix: {finding.fix or row.fix}", f"see: {PAGE}, {finding.code}"]
    coding = {"system": SYSTEM, "code": finding.code, "display": row.title}
    return {
        "severity": row.severity.value,
        "code": row.issue,
        "details": {"coding": [coding], "text": text},
        "diagnostics": "; ".join(said),
        **({"expression": [expression(finding.target)]} if finding.target else {}),
    }


@lru_cache(maxsize=4096)
def expression(target: str) -> str:
    """An element's place as FHIRPath, where a choice has no type in its name.

    >>> expression("Immunization.occurrenceDateTime"), expression("Patient.contact.name.family")
    ('Immunization.occurrence', 'Patient.contact.name.family')
    """
    place, *members = target.split(".")
    named = [place]
    for member in members:
        child = r4.child(place, member)
        place = child.path if child else ""
        named.append(child.element.name.removesuffix("[x]") if child else member)
    return ".".join(named)
