"""The generated tables are those of the official package, unchanged since the script wrote them."""

import hashlib

import pytest

from interop.fhir.tables import digests, package, read_table


def test_package_record():
    assert package() == {
        "licence": "CC0-1.0",
        "name": "hl7.fhir.r4.core",
        "sha256": "b090bf929e1f665cf2c91583720849695bc38d2892a7c5037c56cb00817fb091",
        "version": "4.0.1",
    }


@pytest.mark.parametrize("name", ["codes", "elements", "primitives", "schema", "uris"])
def test_tables_are_as_generated(name):
    assert hashlib.sha256(read_table(name)).hexdigest() == digests()[f"{name}.json"]


def test_every_table_is_recorded():
    assert sorted(digests()) == ["codes.json", "elements.json", "primitives.json", "schema.json", "uris.json"]
