"""Where R4B, whose classes fhir.resources has, differs from R4: pinned, and compared with both by a test.

R4B_ABSENT are R4 types without a class. R4B_DIFFERENCES are changed ones: `-` R4B lacks the member, `+` only R4B has
it, `!` it has another type or minimum. Every other type has the same members, lists and minima in both.
Source: fhir.resources 8, R4B (4.3.0); hl7.fhir.r4.core 4.0.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["R4B_ABSENT", "R4B_DIFFERENCES"]

R4B_ABSENT: frozenset[str] = frozenset(
    {
        "EffectEvidenceSynthesis",
        "MedicinalProduct",
        "MedicinalProductAuthorization",
        "MedicinalProductContraindication",
        "MedicinalProductIndication",
        "MedicinalProductIngredient",
        "MedicinalProductInteraction",
        "MedicinalProductManufactured",
        "MedicinalProductPackaged",
        "MedicinalProductPharmaceutical",
        "MedicinalProductUndesirableEffect",
        "RiskEvidenceSynthesis",
        "SubstanceAmount",
        "SubstanceNucleicAcid",
        "SubstancePolymer",
        "SubstanceProtein",
        "SubstanceReferenceInformation",
        "SubstanceSourceMaterial",
        "SubstanceSpecification",
    }
)

R4B_DIFFERENCES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "ActivityDefinition": frozenset(("+subjectCanonical",)),
        "ElementDefinition": frozenset(
            (
                "+defaultValueCodeableReference",
                "+defaultValueRatioRange",
                "+example.valueCodeableReference",
                "+example.valueRatioRange",
                "+fixedCodeableReference",
                "+fixedRatioRange",
                "+patternCodeableReference",
                "+patternRatioRange",
                "-defaultValueMeta",
                "-example.valueMeta",
                "-fixedMeta",
                "-patternMeta",
            )
        ),
        "Evidence": frozenset(
            (
                "+assertion",
                "+certainty",
                "+citeAsMarkdown",
                "+citeAsReference",
                "+statistic",
                "+studyType",
                "+synthesisType",
                "+variableDefinition",
                "-copyright",
                "-effectivePeriod",
                "-exposureBackground",
                "-exposureVariant",
                "-jurisdiction",
                "-name",
                "-outcome",
                "-shortTitle",
                "-subtitle",
                "-topic",
            )
        ),
        "EvidenceVariable": frozenset(
            (
                "!characteristic",
                "!characteristic.timeFromStart",
                "+actual",
                "+category",
                "+characteristic.device",
                "+characteristic.method",
                "+characteristicCombination",
                "+handling",
                "-approvalDate",
                "-characteristic.definitionDataRequirement",
                "-characteristic.definitionTriggerDefinition",
                "-characteristic.participantEffectiveDateTime",
                "-characteristic.participantEffectiveDuration",
                "-characteristic.participantEffectivePeriod",
                "-characteristic.participantEffectiveTiming",
                "-characteristic.usageContext",
                "-copyright",
                "-effectivePeriod",
                "-jurisdiction",
                "-lastReviewDate",
                "-topic",
                "-type",
            )
        ),
        "Extension": frozenset(
            (
                "+valueCodeableReference",
                "+valueRatioRange",
                "-valueMeta",
            )
        ),
        "MarketingStatus": frozenset(
            (
                "!country",
                "!dateRange",
            )
        ),
        "PlanDefinition": frozenset(
            (
                "+action.subjectCanonical",
                "+subjectCanonical",
            )
        ),
    }
)
