"""R4's invariants (severity error) that a mapping can break and that need no FHIRPath engine.

Each is keyed by the place that the specification puts it on. A value of another shape than the definition's is not
their business: they look only at what is there.
Source: StructureDefinition.snapshot.element.constraint of hl7.fhir.r4.core 4.0.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeAlias

__all__ = ["INVARIANTS", "broken_invariants"]

Members: TypeAlias = dict[str, Any]
Invariant: TypeAlias = tuple[str, str, Callable[[Members], bool]]  # key, text, whether it holds

_UCUM = "http://unitsofmeasure.org"
_CONDITION_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_CONDITION_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_ALLERGY_VERIFIED = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"


def broken_invariants(value: Members, place: str) -> Iterator[tuple[str, str]]:
    """Key and text of each invariant of this place that does not hold."""
    for key, text, holds in INVARIANTS.get(place, ()):
        if not holds(value):
            yield key, text


def _any(value: Members, *names: str) -> bool:
    """Whether one of them exists: as a value, or as extensions in place of one."""
    return any(name in value or f"_{name}" in value for name in names)


def _choice(value: Members, stem: str) -> bool:
    plain = (name.removeprefix("_") for name in value)
    return any(name.startswith(stem) and name[len(stem) :][:1].isupper() for name in plain)


def _needs(name: str, other: str) -> Callable[[Members], bool]:
    """`name` only with `other`."""
    return lambda value: not _any(value, name) or _any(value, other)


def _excludes(name: str, other: str) -> Callable[[Members], bool]:
    return lambda value: not _any(value, name) or not _any(value, other)


def _codes(value: Members, name: str, system: str) -> set[str]:
    concept = value.get(name)
    codings = concept.get("coding") if isinstance(concept, dict) else None
    found = [item for item in codings if isinstance(item, dict)] if isinstance(codings, list) else []
    return {str(item.get("code")) for item in found if item.get("system") == system}


def _dicts(value: Members, name: str) -> list[Members]:
    items = value.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _in_order(start: object, end: object) -> bool:
    """At the precision that both have; a day against an instant of that day is in order."""
    if not isinstance(start, str) or not isinstance(end, str):
        return True
    if "T" in start and "T" in end:
        try:
            return datetime.fromisoformat(start) <= datetime.fromisoformat(end)
        except (TypeError, ValueError):  # a leap second, or no time at all: the form is checked elsewhere
            return True
    shared = min(len(start.partition("T")[0]), len(end.partition("T")[0]))
    return start[:shared] <= end[:shared]


def _has_quantity_code(value: Members) -> bool:
    return "code" in value or "value" not in value


def _in_ucum(value: Members) -> bool:
    return bool(value.get("system", _UCUM) == _UCUM)


def _ratio(value: Members) -> bool:
    both = _any(value, "numerator") == _any(value, "denominator")
    return both and _any(value, "numerator", "extension")


def _own_code_not_in_components(value: Members) -> bool:
    if not _choice(value, "value"):
        return True
    own = _pairs(value.get("code"))
    return not any(own & _pairs(component.get("code")) for component in _dicts(value, "component"))


def _pairs(concept: object) -> set[tuple[str, str]]:
    codings = _dicts(concept, "coding") if isinstance(concept, dict) else []
    return {(str(item.get("system")), str(item.get("code"))) for item in codings}


def _entries_have(name: str, *types: str) -> Callable[[Members], bool]:
    return lambda value: all((name in entry) == (value.get("type") in types) for entry in _dicts(value, "entry"))


def _distinct_urls(value: Members) -> bool:
    if value.get("type") == "history":
        return True
    urls = []
    for entry in _dicts(value, "entry"):
        resource = entry.get("resource")
        meta = resource.get("meta") if isinstance(resource, dict) else None
        if "fullUrl" in entry:
            urls.append((str(entry["fullUrl"]), str(meta.get("versionId")) if isinstance(meta, dict) else "None"))
    return len(urls) == len(set(urls))


def _not_at_home(name: str) -> Callable[[Members], bool]:
    return lambda value: all(item.get("use") != "home" for item in _dicts(value, name))


_QUANTITY: Invariant = ("qty-3", "a unit's code needs its system", _needs("code", "system"))

INVARIANTS: dict[str, tuple[Invariant, ...]] = {
    # -- datatypes ---------------------------------------------------------------------------------------------------
    "Age": (
        _QUANTITY,
        ("age-1", "an age has a UCUM code", lambda value: _has_quantity_code(value) and _in_ucum(value)),
    ),
    "Attachment": (("att-1", "data needs its contentType", _needs("data", "contentType")),),
    "ContactPoint": (("cpt-2", "a value needs its system", _needs("value", "system")),),
    "Count": (
        _QUANTITY,
        ("cnt-3", "a count has the code 1", lambda value: _has_quantity_code(value) and value.get("code", "1") == "1"),
    ),
    "Distance": (
        _QUANTITY,
        ("dis-1", "a distance has a UCUM code", lambda value: _has_quantity_code(value) and _in_ucum(value)),
    ),
    "Duration": (
        _QUANTITY,
        (
            "drt-1",
            "a duration's code is of UCUM and has a value",
            lambda value: "code" not in value or (value.get("system") == _UCUM and "value" in value),
        ),
    ),
    "Expression": (("exp-1", "an expression or a reference", lambda value: _any(value, "expression", "reference")),),
    "Extension": (
        ("ext-1", "either a value or extensions", lambda value: _choice(value, "value") != ("extension" in value)),
    ),
    "Period": (("per-1", "start is after end", lambda value: _in_order(value.get("start"), value.get("end"))),),
    "Quantity": (_QUANTITY,),
    "Ratio": (("rat-1", "numerator and denominator together", _ratio),),
    "Timing.repeat": (
        ("tim-1", "duration needs durationUnit", _needs("duration", "durationUnit")),
        ("tim-2", "period needs periodUnit", _needs("period", "periodUnit")),
        ("tim-6", "periodMax needs period", _needs("periodMax", "period")),
        ("tim-7", "durationMax needs duration", _needs("durationMax", "duration")),
        ("tim-8", "countMax needs count", _needs("countMax", "count")),
        ("tim-9", "offset needs when", _needs("offset", "when")),
        ("tim-10", "timeOfDay or when, not both", _excludes("timeOfDay", "when")),
    ),
    # -- resources ---------------------------------------------------------------------------------------------------
    "AllergyIntolerance": (
        (
            "ait-1",
            "clinicalStatus is needed unless entered in error",
            lambda value: (
                "clinicalStatus" in value
                or "entered-in-error" in _codes(value, "verificationStatus", _ALLERGY_VERIFIED)
            ),
        ),
        (
            "ait-2",
            "no clinicalStatus when entered in error",
            lambda value: (
                "clinicalStatus" not in value
                or "entered-in-error" not in _codes(value, "verificationStatus", _ALLERGY_VERIFIED)
            ),
        ),
    ),
    "Appointment": (
        ("app-2", "start and end together", lambda value: _any(value, "start") == _any(value, "end")),
        (
            "app-3",
            "only proposed, cancelled or waiting appointments have no time",
            lambda value: _any(value, "start") or value.get("status") in {"proposed", "cancelled", "waitlist"},
        ),
    ),
    "Appointment.participant": (("app-1", "a type or an actor", lambda value: _any(value, "type", "actor")),),
    "Bundle": (
        (
            "bdl-1",
            "total only in search sets and histories",
            lambda value: "total" not in value or value.get("type") in {"searchset", "history"},
        ),
        (
            "bdl-3",
            "entries have a request in batches, transactions and histories, and only there",
            _entries_have("request", "batch", "transaction", "history"),
        ),
        (
            "bdl-4",
            "entries have a response in responses and histories, and only there",
            _entries_have("response", "batch-response", "transaction-response", "history"),
        ),
        ("bdl-7", "two entries have one fullUrl", _distinct_urls),
        (
            "bdl-10",
            "a document has a timestamp",
            lambda value: value.get("type") != "document" or "timestamp" in value,
        ),
    ),
    "Bundle.entry": (
        ("bdl-5", "a resource, request or response", lambda value: _any(value, "resource", "request", "response")),
    ),
    "CarePlan.activity": (("cpl-3", "detail or reference, not both", _excludes("detail", "reference")),),
    "Composition.section": (
        ("cmp-1", "a text, entries or sections", lambda value: _any(value, "text", "entry", "section")),
        ("cmp-2", "emptyReason only without entries", _excludes("emptyReason", "entry")),
    ),
    "Condition": (
        (
            "con-4",
            "an abated condition is inactive, resolved or in remission",
            lambda value: (
                not _choice(value, "abatement")
                or bool({"inactive", "resolved", "remission"} & _codes(value, "clinicalStatus", _CONDITION_CLINICAL))
            ),
        ),
        (
            "con-5",
            "no clinicalStatus when entered in error",
            lambda value: (
                "clinicalStatus" not in value
                or "entered-in-error" not in _codes(value, "verificationStatus", _CONDITION_VERIFIED)
            ),
        ),
    ),
    "Condition.evidence": (("con-2", "a code or details", lambda value: _any(value, "code", "detail")),),
    "Condition.stage": (("con-1", "a summary or an assessment", lambda value: _any(value, "summary", "assessment")),),
    "Consent": (("ppc-1", "a policy or a policyRule", lambda value: _any(value, "policy", "policyRule")),),
    "FamilyMemberHistory": (
        ("fhs-1", "age or born, not both", lambda value: not (_choice(value, "age") and _choice(value, "born"))),
        ("fhs-2", "estimatedAge needs age", lambda value: "estimatedAge" not in value or _choice(value, "age")),
    ),
    "Goal.target": (
        ("gol-1", "detail needs measure", lambda value: not _choice(value, "detail") or "measure" in value),
    ),
    "Group": (
        (
            "grp-1",
            "only actual groups have members",
            lambda value: "member" not in value or value.get("actual") is True,
        ),
    ),
    "Immunization.education": (
        ("imm-1", "a documentType or a reference", lambda value: _any(value, "documentType", "reference")),
    ),
    "List": (("lst-1", "emptyReason only without entries", _excludes("emptyReason", "entry")),),
    "MedicationAdministration.dosage": (
        ("mad-1", "a dose or a rate", lambda value: "dose" in value or _choice(value, "rate")),
    ),
    "MedicationDispense": (
        (
            "mdd-1",
            "handed over before it was prepared",
            lambda value: _in_order(value.get("whenPrepared"), value.get("whenHandedOver")),
        ),
    ),
    "Observation": (
        (
            "obs-6",
            "dataAbsentReason only without a value",
            lambda value: "dataAbsentReason" not in value or not _choice(value, "value"),
        ),
        ("obs-7", "a component has the observation's own code beside its value", _own_code_not_in_components),
    ),
    "Observation.referenceRange": (
        ("obs-3", "a low, a high or a text", lambda value: _any(value, "low", "high", "text")),
    ),
    "Organization": (
        ("org-1", "an identifier or a name", lambda value: _any(value, "identifier", "name")),
        ("org-2", "no address is a home", _not_at_home("address")),
        ("org-3", "no telecom is of a home", _not_at_home("telecom")),
    ),
    "Patient.contact": (
        (
            "pat-1",
            "a name, telecom, address or organization",
            lambda value: _any(value, "name", "telecom", "address", "organization"),
        ),
    ),
    "QuestionnaireResponse.item": (("qrs-1", "answers or items, not both", _excludes("answer", "item")),),
    "ServiceRequest": (("prr-1", "orderDetail needs code", _needs("orderDetail", "code")),),
}
