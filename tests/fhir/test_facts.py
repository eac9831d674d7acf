"""Facts of R4 as its specification prints them, looked up in the tables."""

import pytest

from interop.fhir.definitions import child, coded, data_absent_reasons, is_resource, resource_names
from interop.fhir.tables import code_table

# place, member, types of the element, min, max, type of this member, path to go deeper
FACTS = [
    ("Patient", "birthDate", ("date",), 0, 1, "date", "date"),
    ("Patient", "id", ("id",), 0, 1, "id", "id"),
    ("Patient", "gender", ("code",), 0, 1, "code", "code"),
    ("Patient", "name", ("HumanName",), 0, None, "HumanName", "HumanName"),
    ("Patient", "contact", ("BackboneElement",), 0, None, "BackboneElement", "Patient.contact"),
    ("Patient.contact", "name", ("HumanName",), 0, 1, "HumanName", "HumanName"),
    ("Patient.contact", "modifierExtension", ("Extension",), 0, None, "Extension", "Extension"),
    ("Patient.link", "other", ("Reference",), 1, 1, "Reference", "Reference"),
    ("Patient.link", "type", ("code",), 1, 1, "code", "code"),
    ("Patient", "multipleBirthInteger", ("boolean", "integer"), 0, 1, "integer", "integer"),
    ("Patient", "deceasedDateTime", ("boolean", "dateTime"), 0, 1, "dateTime", "dateTime"),
    ("Patient", "contained", ("Resource",), 0, None, "Resource", "Resource"),
    ("Patient", "text", ("Narrative",), 0, 1, "Narrative", "Narrative"),
    ("HumanName", "family", ("string",), 0, 1, "string", "string"),
    ("HumanName", "given", ("string",), 0, None, "string", "string"),
    ("HumanName", "id", ("string",), 0, 1, "string", "string"),
    ("Identifier", "system", ("uri",), 0, 1, "uri", "uri"),
    ("Identifier", "assigner", ("Reference",), 0, 1, "Reference", "Reference"),
    ("Coding", "code", ("code",), 0, 1, "code", "code"),
    ("CodeableConcept", "coding", ("Coding",), 0, None, "Coding", "Coding"),
    ("Narrative", "div", ("xhtml",), 1, 1, "xhtml", "xhtml"),
    ("Extension", "url", ("uri",), 1, 1, "uri", "uri"),
    ("date", "extension", ("Extension",), 0, None, "Extension", "Extension"),
    ("Timing", "repeat", ("Element",), 0, 1, "Element", "Timing.repeat"),
    ("Timing.repeat", "boundsPeriod", ("Duration", "Range", "Period"), 0, 1, "Period", "Period"),
    ("Dosage", "doseAndRate", ("Element",), 0, None, "Element", "Dosage.doseAndRate"),
    ("Immunization", "occurrenceDateTime", ("dateTime", "string"), 1, 1, "dateTime", "dateTime"),
    ("Immunization", "vaccineCode", ("CodeableConcept",), 1, 1, "CodeableConcept", "CodeableConcept"),
    ("Immunization", "doseQuantity", ("Quantity",), 0, 1, "Quantity", "Quantity"),
    ("Immunization.protocolApplied", "doseNumberPositiveInt", ("positiveInt", "string"), 1, 1, "positiveInt",
     "positiveInt"),
    ("Observation", "status", ("code",), 1, 1, "code", "code"),
    ("Observation.component", "valueQuantity", (
        "Quantity", "CodeableConcept", "string", "boolean", "integer", "Range", "Ratio", "SampledData", "time",
        "dateTime", "Period"), 0, 1, "Quantity", "Quantity"),
    ("Observation.component", "referenceRange", ("BackboneElement",), 0, None, "BackboneElement",
     "Observation.referenceRange"),
    ("ExplanationOfBenefit", "item", ("BackboneElement",), 0, None, "BackboneElement", "ExplanationOfBenefit.item"),
    ("ExplanationOfBenefit.item", "adjudication", ("BackboneElement",), 0, None, "BackboneElement",
     "ExplanationOfBenefit.item.adjudication"),
    ("ExplanationOfBenefit.addItem", "adjudication", ("BackboneElement",), 0, None, "BackboneElement",
     "ExplanationOfBenefit.item.adjudication"),
    ("ExplanationOfBenefit", "adjudication", ("BackboneElement",), 0, None, "BackboneElement",
     "ExplanationOfBenefit.item.adjudication"),
    ("ExplanationOfBenefit.item.adjudication", "amount", ("Money",), 0, 1, "Money", "Money"),
    ("ExplanationOfBenefit", "insurance", ("BackboneElement",), 1, None, "BackboneElement",
     "ExplanationOfBenefit.insurance"),
    ("Bundle", "entry", ("BackboneElement",), 0, None, "BackboneElement", "Bundle.entry"),
    ("Bundle.entry", "link", ("BackboneElement",), 0, None, "BackboneElement", "Bundle.link"),
    ("Bundle.entry", "resource", ("Resource",), 0, 1, "Resource", "Resource"),
    ("Parameters.parameter", "part", ("BackboneElement",), 0, None, "BackboneElement", "Parameters.parameter"),
    ("Encounter", "class", ("Coding",), 1, 1, "Coding", "Coding"),
    ("Condition", "onsetAge", ("dateTime", "Age", "Period", "Range", "string"), 0, 1, "Age", "Age"),
    ("Age", "value", ("decimal",), 0, 1, "decimal", "decimal"),
    ("MedicationRequest", "medicationCodeableConcept", ("CodeableConcept", "Reference"), 1, 1, "CodeableConcept",
     "CodeableConcept"),
    ("Provenance", "recorded", ("instant",), 1, 1, "instant", "instant"),
    ("Questionnaire.item", "item", ("BackboneElement",), 0, None, "BackboneElement", "Questionnaire.item"),
]  # fmt: skip


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact[0]}.{fact[1]}")
def test_element(fact):
    place, member, types, least, most, kind, path = fact
    found = child(place, member)
    assert (found.element.types, found.element.min, found.element.max) == (types, least, most)
    assert (found.type, found.path) == (kind, path)


BOUND = [
    ("Immunization", "status", {"completed", "entered-in-error", "not-done"}),
    ("Patient", "gender", {"male", "female", "other", "unknown"}),
    ("HumanName", "use", {"usual", "official", "temp", "nickname", "anonymous", "old", "maiden"}),
    ("ContactPoint", "system", {"phone", "fax", "email", "pager", "url", "sms", "other"}),
    ("Quantity", "comparator", {"<", "<=", ">=", ">"}),
    ("Narrative", "status", {"generated", "extensions", "additional", "empty"}),
    ("AllergyIntolerance", "clinicalStatus", {"active", "inactive", "resolved"}),
    ("Timing.repeat", "periodUnit", {"s", "min", "h", "d", "wk", "mo", "a"}),
    ("Observation", "status", {
        "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"}),
]  # fmt: skip


@pytest.mark.parametrize(("place", "member", "codes"), BOUND)
def test_required_codes(place, member, codes):
    assert child(place, member).element.binding.codes == codes


def test_required_binding_that_the_package_cannot_expand():
    binding = child("Money", "currency").element.binding
    assert (binding.strength, binding.codes) == ("required", None)
    assert coded(binding.value_set) is None


def test_looser_bindings_have_no_codes():
    binding = child("Immunization", "vaccineCode").element.binding
    assert (binding.strength, binding.value_set) == ("example", "http://hl7.org/fhir/ValueSet/vaccine-code")
    assert binding.codes is None


def test_reference_targets():
    assert child("Immunization", "patient").element.targets == ("Patient",)
    assert child("Patient", "generalPractitioner").element.targets == (
        "Organization",
        "Practitioner",
        "PractitionerRole",
    )
    assert child("Provenance", "target").element.targets == ()  # any


def test_resource_types():
    names = resource_names()
    assert len(names) == 146
    assert {"Patient", "Bundle", "Binary", "Parameters", "ExplanationOfBenefit"} <= set(names)
    assert not any(map(is_resource, ("DomainResource", "Resource", "HumanName", "date", "Citation", "")))


def test_data_absent_reasons_are_the_package_s():
    systems = code_table()["http://hl7.org/fhir/ValueSet/data-absent-reason"]
    assert systems == {"http://terminology.hl7.org/CodeSystem/data-absent-reason": sorted(data_absent_reasons)}
