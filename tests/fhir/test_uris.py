"""OIDs that are known by a URI, and OIDs that are not."""

import pytest

from interop.fhir.tables import uri_table
from interop.fhir.uris import oid_uri

HL7 = "2.16.840.1.113883"


@pytest.mark.parametrize(
    ("oid", "uri"),
    [
        (f"{HL7}.6.96", "http://snomed.info/sct"),
        (f"{HL7}.6.1", "http://loinc.org"),
        (f"{HL7}.6.3", "http://hl7.org/fhir/sid/icd-10"),
        (f"{HL7}.6.90", "http://hl7.org/fhir/sid/icd-10-cm"),
        (f"{HL7}.6.103", "http://hl7.org/fhir/sid/icd-9-cm"),
        (f"{HL7}.6.88", "http://www.nlm.nih.gov/research/umls/rxnorm"),
        (f"{HL7}.6.8", "http://unitsofmeasure.org"),
        (f"{HL7}.6.69", "http://hl7.org/fhir/sid/ndc"),
        (f"{HL7}.6.12", "http://www.ama-assn.org/go/cpt"),
        (f"{HL7}.6.285", "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"),
        (f"{HL7}.12.292", "http://hl7.org/fhir/sid/cvx"),
        (f"{HL7}.4.6", "http://hl7.org/fhir/sid/us-npi"),
        (f"{HL7}.4.1", "http://hl7.org/fhir/sid/us-ssn"),
        (f"{HL7}.12.1", "http://terminology.hl7.org/CodeSystem/v2-0001"),
        (f"{HL7}.12.203", "http://terminology.hl7.org/CodeSystem/v2-0203"),
        (f"{HL7}.18.108", "http://terminology.hl7.org/CodeSystem/v2-0203"),
        (f"{HL7}.12.360", "http://terminology.hl7.org/CodeSystem/v2-0360"),  # in the package by version only
        (f"{HL7}.5.1", "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender"),
        (f"{HL7}.5.4", "http://terminology.hl7.org/CodeSystem/v3-ActCode"),
        (f"{HL7}.5.1008", "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"),
        (f"{HL7}.4.642.4.2", "http://hl7.org/fhir/administrative-gender"),
        ("1.2.840.10008.2.16.4", "http://dicom.nema.org/resources/ontology/DCM"),
        ("1.0.3166.1.2.2", "urn:iso:std:iso:3166"),
        (f"{HL7}.6.316", "urn:ietf:bcp:47"),
        (f"urn:oid:{HL7}.6.1", "http://loinc.org"),
    ],
)
def test_known(oid, uri):
    assert oid_uri(oid) == uri


@pytest.mark.parametrize("oid", ["", "1.2.3", f"{HL7}.6.238", "urn:oid:", "http://loinc.org", f"{HL7}.12.9999"])
def test_unknown(oid):
    assert oid_uri(oid) is None


def test_the_table_s_form():
    assert all(key.replace(".", "").isdigit() for key in uri_table())
    assert all(":" in uri and "|" not in uri and " " not in uri for uri in uri_table().values())
