"""The editor's schemas: valid draft-07, and no stricter than the load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import pytest
import yaml

from interop.fhir import definitions as r4
from interop.spec.json_schema import schema
from interop.spec.yaml_scanner import Loader
from tests.spec.conftest import DEFAULTS
from tests.spec.messages import MESSAGES

MAPPINGS = Path(__file__).parents[2] / "mappings"


def load(text: str) -> Any:
    return yaml.load(text, Loader)


@pytest.fixture(scope="module")
def resource() -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(schema("resource"))


@pytest.mark.parametrize("kind", ["mapping", "resource", "part"])
def test_is_a_draft_7_schema_of_a_fair_size(kind: Literal["mapping", "resource", "part"]) -> None:
    made = schema(kind)
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert jsonschema_rs.meta.is_valid(made)
    assert len(json.dumps(made)) < 1_000_000
    assert "$defs" not in json.dumps(made)


def test_every_reference_has_its_definition() -> None:
    made = schema("resource")
    text = json.dumps(made)
    names = {piece.partition('"')[0] for piece in text.split('"$ref": "#/definitions/')[1:]}
    definitions = made["definitions"]
    flat = set(definitions) | {f"members/{name}" for name in definitions["members"]}
    assert names <= flat
    assert set(r4.resource_names()) <= flat


def test_the_packages_of_this_repository_fit(resource: jsonschema_rs.Draft7Validator) -> None:
    mapping = jsonschema_rs.Draft7Validator(schema("mapping"))
    overlay = jsonschema_rs.Draft7Validator(
        {**schema("resource"), "required": []}
    )  # the base has `$resource` and `$for`
    files = sorted(MAPPINGS.glob("*/*/*.yaml"))
    for file in files:
        extends = load((file.parent / "mapping.yaml").read_text("utf-8")).get("extends")
        made = mapping if file.name == "mapping.yaml" else overlay if extends else resource
        errors = [(file.name, error.instance_path) for error in made.iter_errors(load(file.read_text("utf-8")))]
        assert errors == []
    assert mapping.is_valid(load(DEFAULTS["mapping.yaml"]))
    assert resource.is_valid(load(DEFAULTS["Patient.yaml"]))


@pytest.mark.parametrize(
    "text",
    [
        "brithDate: A",
        "name: {family: A}",
        "gender: [A]",
        "contact: [{nme: {family: A}}]",
        "birthDate: {value: A}",
        "$unique: perhaps",
        "$absent: nope",
        "contained: [{$resource: Patint}]",
        "contained: [{$resource: Organization, nme: A}]",
    ],
)
def test_mistakes_are_shown(text: str, resource: jsonschema_rs.Draft7Validator) -> None:
    good = load("$resource: Patient\n$for: row\n$id: ID\n")
    assert resource.is_valid(good)
    assert not resource.is_valid(good | load(text))


def test_hover_and_completion() -> None:
    made = schema("resource")
    patient = made["definitions"]["Patient"]["properties"]
    gender = made["definitions"]["members"][patient["gender"]["$ref"].rpartition("/")[2]]
    assert gender["description"] == "0..1 code"
    assert "= female" in gender["allOf"][0]["anyOf"][0]["enum"]
    assert "$first" in made["definitions"]["directives"]["properties"]


CARD = load(MESSAGES["mapping.yaml"])


@pytest.mark.parametrize(
    ("changes", "valid"),
    [
        ("{}", True),
        ("extends: zz/base", True),
        ("{extends: zz/base, source: {zone: Asia/Tokyo, contexts: {order: {holds: [ZBX]}}}}", True),
        ("{extends: null, source: {zone: Asia/Tokyo}}", False),
        ("source: {format: hl7v2, tables: {row: {}}}", False),
        ("source: {format: hl7v2, contexts: {message: {hold: [MSH]}}}", False),
        ("source: {format: delimited, contexts: {message: {holds: [MSH]}}}", False),
        ("{extends: zz/base, source: {zones: Asia/Tokyo}}", False),
        ("{extends: zz/base, sorce: {zone: Asia/Tokyo}}", False),
    ],
)
def test_cards_of_messages_and_of_overlays(changes: str, *, valid: bool) -> None:
    assert jsonschema_rs.Draft7Validator(schema("mapping")).is_valid(CARD | load(changes)) == valid
