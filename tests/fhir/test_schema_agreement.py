"""Our element table and the official schema, place by place: the same members, lists, types and codes.

Two artefacts of one package that were made by different programs: where they agree, both are read rightly.
"""

import orjson

from interop.fhir.definitions import child, is_primitive, members, resource_names
from interop.fhir.tables import read_table

DEFINITIONS = orjson.loads(read_table("schema"))

KNOWN = {
    # The schema gives modifierExtension to members of type Element too; the definitions do not.
    *(
        f"{place}: ['modifierExtension']"
        for place in (
            *("DataRequirement.codeFilter", "DataRequirement.dateFilter", "DataRequirement.sort"),
            *("Dosage.doseAndRate", "ElementDefinition.base", "ElementDefinition.binding"),
            *("ElementDefinition.constraint", "ElementDefinition.mapping", "ElementDefinition.slicing"),
            *("ElementDefinition.slicing.discriminator", "ElementDefinition.type", "SubstanceAmount.referenceRange"),
            "Timing.repeat",
        )
    ),
    # The schema has no choice of Meta.
    "ElementDefinition.example: ['modifierExtension', 'valueMeta']",
    "ElementDefinition: ['defaultValueMeta', 'fixedMeta', 'patternMeta']",
    "Extension: ['valueMeta']",
    "Parameters.parameter: ['valueMeta']",
    "StructureMap.group.rule.source: ['defaultValueMeta']",
    "Task.input: ['valueMeta']",
    "Task.output: ['valueMeta']",
    # The schema has a pattern for base64Binary in choices only.
    *(
        f"{place}Base64Binary: base64Binary"
        for place in (
            *("AuditEvent.entity.detail.value", "ElementDefinition.defaultValue", "ElementDefinition.example.value"),
            *("ElementDefinition.fixed", "ElementDefinition.pattern", "Extension.value", "Parameters.parameter.value"),
            *("MedicationKnowledge.drugCharacteristic.value", "StructureMap.group.rule.source.defaultValue"),
            *("Task.input.value", "Task.output.value"),
        )
    ),
    # Code lists: one version fewer; an extensible binding taken for a required one; abstract codes left out.
    "CapabilityStatement.fhirVersion",
    "ImplementationGuide.definition.resource.fhirVersion",
    "ImplementationGuide.fhirVersion",
    "StructureDefinition.fhirVersion",
    "Expression.language",
    "Questionnaire.item.type",
}


def differences(place, name, seen):
    """What differs from a place and the schema's definition of it downwards."""
    if (place, name) in seen:
        return
    seen.add((place, name))
    properties = DEFINITIONS[name]["properties"]
    expected = {key for key in properties if not key.startswith("_")} - ({"resourceType"} if place == name else set())
    if set(members(place)) != expected:
        yield f"{place}: {sorted(set(members(place)) ^ expected)}"
    for member in sorted(expected.intersection(members(place))):
        found, schema = child(place, member), properties[member]
        if (schema.get("type") == "array") != found.element.is_list:
            yield f"{place}.{member}: list"
        schema = schema.get("items", schema)
        reference = schema.get("$ref", "").removeprefix("#/definitions/")
        if "enum" in schema:
            binding = found.element.binding
            if not binding or binding.codes != set(schema["enum"]):
                yield f"{place}.{member}"
        elif is_primitive(found.path):
            plain = DEFINITIONS[found.type]
            same = {key: plain.get(key) for key in ("type", "pattern")}
            if reference != found.type and {key: schema.get(key) for key in same} != same:
                yield f"{place}.{member}: {found.type}"
        elif found.path == "Resource":
            if reference != "ResourceList":
                yield f"{place}.{member}: Resource"
        elif found.type in {"BackboneElement", "Element"}:
            yield from differences(found.path, reference, seen)
        elif reference != found.type:
            yield f"{place}.{member}: {found.type}"
        else:
            yield from differences(found.type, reference, seen)


def test_the_differences_are_the_known_ones():
    seen = set()
    found = {text for name in resource_names() for text in differences(name, name, seen)}
    assert found == KNOWN
