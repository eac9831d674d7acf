"""Each invariant of the table: one content that keeps it, one that breaks it; and the definitions know its key."""

import pytest

from interop.fhir.definitions import is_place
from interop.fhir.invariants import INVARIANTS, broken_invariants

UCUM = "http://unitsofmeasure.org"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CONDITION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"


def concept(system, code):
    return {"coding": [{"system": system, "code": code}]}


ACTIVE, ERROR = concept(CLINICAL, "active"), "entered-in-error"
CODE = concept("http://loinc.org", "85354-9")

# place, key, content that keeps it, content that breaks it
ROWS = [
    ("Age", "qty-3", {"value": 1, "code": "a", "system": UCUM}, {"value": 1, "code": "a"}),
    ("Age", "age-1", {"value": 1, "code": "a", "system": UCUM}, {"value": 1, "system": UCUM}),
    ("Attachment", "att-1", {"data": "YQ==", "contentType": "text/plain"}, {"data": "YQ=="}),
    ("ContactPoint", "cpt-2", {"value": "1", "system": "phone"}, {"value": "1"}),
    ("Count", "qty-3", {"value": 1, "code": "1", "system": UCUM}, {"value": 1, "code": "1"}),
    ("Count", "cnt-3", {"value": 1, "code": "1", "system": UCUM}, {"value": 1, "code": "d", "system": UCUM}),
    ("Distance", "qty-3", {"value": 1, "code": "m", "system": UCUM}, {"value": 1, "code": "m"}),
    ("Distance", "dis-1", {"value": 1, "code": "m", "system": UCUM}, {"value": 1, "code": "m", "system": "a"}),
    ("Duration", "qty-3", {"value": 1, "code": "d", "system": UCUM}, {"value": 1, "code": "d"}),
    ("Duration", "drt-1", {"value": 1, "code": "d", "system": UCUM}, {"code": "d", "system": UCUM}),
    ("Expression", "exp-1", {"language": "text/cql", "expression": "a"}, {"language": "text/cql"}),
    ("Extension", "ext-1", {"url": "a", "_valueCode": {"id": "b"}}, {"url": "a"}),
    ("Period", "per-1", {"start": "2023-05-01", "end": "2023-05"}, {"start": "2023-06", "end": "2023-05-31"}),
    ("Period", "per-1", {"start": "2023-01-01T01:00:00+02:00", "end": "2023-01-01T00:30:00Z"},
     {"start": "2023-01-01T01:00:00Z", "end": "2023-01-01T01:30:00+02:00"}),
    ("Period", "per-1", {"start": "2023-05-01T10:00:00Z", "end": "2023-05-01"},
     {"start": "2023-05-02T10:00:00Z", "end": "2023-05-01"}),
    ("Quantity", "qty-3", {"value": 1}, {"value": 1, "code": "m"}),
    ("Ratio", "rat-1", {"numerator": {"value": 1}, "denominator": {"value": 2}}, {"numerator": {"value": 1}}),
    ("Timing.repeat", "tim-1", {"duration": 1, "durationUnit": "h"}, {"duration": 1}),
    ("Timing.repeat", "tim-2", {"period": 1, "periodUnit": "d"}, {"period": 1}),
    ("Timing.repeat", "tim-6", {"periodMax": 2, "period": 1, "periodUnit": "d"}, {"periodMax": 2}),
    ("Timing.repeat", "tim-7", {"durationMax": 2, "duration": 1, "durationUnit": "h"}, {"durationMax": 2}),
    ("Timing.repeat", "tim-8", {"countMax": 2, "count": 1}, {"countMax": 2}),
    ("Timing.repeat", "tim-9", {"offset": 5, "when": ["AC"]}, {"offset": 5}),
    ("Timing.repeat", "tim-10", {"when": ["AC"]}, {"when": ["AC"], "timeOfDay": ["10:00:00"]}),
    ("AllergyIntolerance", "ait-1", {"verificationStatus": concept(ALLERGY, ERROR)}, {}),
    ("AllergyIntolerance", "ait-2", {"clinicalStatus": ACTIVE},
     {"clinicalStatus": ACTIVE, "verificationStatus": concept(ALLERGY, ERROR)}),
    ("Appointment", "app-2", {"start": "a", "end": "b"}, {"start": "a"}),
    ("Appointment", "app-3", {"status": "proposed"}, {"status": "booked"}),
    ("Appointment.participant", "app-1", {"actor": {"display": "a"}}, {"status": "accepted"}),
    ("Bundle", "bdl-1", {"type": "searchset", "total": 0}, {"type": "collection", "total": 0}),
    ("Bundle", "bdl-3", {"type": "batch", "entry": [{"request": {}}]}, {"type": "batch", "entry": [{"resource": {}}]}),
    ("Bundle", "bdl-4", {"type": "collection", "entry": [{"resource": {}}]},
     {"type": "collection", "entry": [{"resource": {}, "response": {"status": "200"}}]}),
    ("Bundle", "bdl-7", {"type": "collection", "entry": [{"fullUrl": "a"}, {"fullUrl": "b"}]},
     {"type": "collection", "entry": [{"fullUrl": "a"}, {"fullUrl": "a"}]}),
    ("Bundle", "bdl-10", {"type": "document", "timestamp": "a"}, {"type": "document"}),
    ("Bundle.entry", "bdl-5", {"fullUrl": "a", "resource": {}}, {"fullUrl": "a"}),
    ("CarePlan.activity", "cpl-3", {"detail": {}}, {"detail": {}, "reference": {}}),
    ("Composition.section", "cmp-1", {"title": "a", "text": {}}, {"title": "a"}),
    ("Composition.section", "cmp-2", {"text": {}, "emptyReason": {}}, {"emptyReason": {}, "entry": [{}]}),
    ("Condition", "con-4", {"abatementString": "a", "clinicalStatus": concept(CLINICAL, "resolved")},
     {"abatementString": "a", "clinicalStatus": ACTIVE}),
    ("Condition", "con-5", {"verificationStatus": concept(CONDITION, ERROR)},
     {"verificationStatus": concept(CONDITION, ERROR), "clinicalStatus": ACTIVE}),
    ("Condition.evidence", "con-2", {"code": [{}]}, {"id": "a"}),
    ("Condition.stage", "con-1", {"summary": {}}, {"type": {}}),
    ("Consent", "ppc-1", {"policyRule": {}}, {"status": "active"}),
    ("FamilyMemberHistory", "fhs-1", {"ageString": "a"}, {"ageString": "a", "bornDate": "1970"}),
    ("FamilyMemberHistory", "fhs-2", {"ageString": "a", "estimatedAge": True}, {"estimatedAge": True}),
    ("Goal.target", "gol-1", {"detailString": "a", "measure": {}}, {"detailString": "a"}),
    ("Group", "grp-1", {"actual": True, "member": [{}]}, {"actual": False, "member": [{}]}),
    ("Immunization.education", "imm-1", {"documentType": "a"}, {"publicationDate": "2020"}),
    ("List", "lst-1", {"entry": [{}]}, {"entry": [{}], "emptyReason": {}}),
    ("MedicationAdministration.dosage", "mad-1", {"rateRatio": {}}, {"text": "a"}),
    ("MedicationDispense", "mdd-1", {"whenPrepared": "2023-01-01", "whenHandedOver": "2023-01-02"},
     {"whenPrepared": "2023-01-02", "whenHandedOver": "2023-01-01"}),
    ("Observation", "obs-6", {"dataAbsentReason": {}}, {"dataAbsentReason": {}, "valueString": "a"}),
    ("Observation", "obs-7", {"code": CODE, "component": [{"code": CODE}]},
     {"code": CODE, "component": [{"code": CODE}], "valueString": "a"}),
    ("Observation.referenceRange", "obs-3", {"text": "a"}, {"type": {}}),
    ("Organization", "org-1", {"name": "a"}, {"active": True}),
    ("Organization", "org-2", {"name": "a", "address": [{"use": "work"}]},
     {"name": "a", "address": [{"use": "home"}]}),
    ("Organization", "org-3", {"name": "a", "telecom": [{"use": "work"}]},
     {"name": "a", "telecom": [{"use": "home"}]}),
    ("Patient.contact", "pat-1", {"_name": {"id": "a"}}, {"gender": "other"}),
    ("QuestionnaireResponse.item", "qrs-1", {"item": [{}]}, {"item": [{}], "answer": [{}]}),
    ("ServiceRequest", "prr-1", {"code": {}, "orderDetail": [{}]}, {"orderDetail": [{}]}),
]  # fmt: skip


@pytest.mark.parametrize(("place", "key", "keeps", "breaks"), ROWS, ids=lambda value: str(value)[:30])
def test_invariant(place, key, keeps, breaks):
    assert key not in dict(broken_invariants(keeps, place))
    assert key in dict(broken_invariants(breaks, place))


def test_every_invariant_has_a_row():
    table = {(place, key) for place in INVARIANTS for key, _, _ in INVARIANTS[place]}
    assert {(place, key) for place, key, _, _ in ROWS} == table
    assert all(map(is_place, INVARIANTS))


@pytest.mark.parametrize("junk", [None, 1, "a", [], {}, [None], [1], {"coding": 1}, {"coding": [1]}])
@pytest.mark.parametrize("place", sorted(INVARIANTS))
def test_other_shapes_do_not_raise(place, junk):
    names = "start end clinicalStatus verificationStatus code component entry type address telecom system value"
    for name in names.split():
        list(broken_invariants({name: junk, "valueString": "a", "abatementString": "a"}, place))
