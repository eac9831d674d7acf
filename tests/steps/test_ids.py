"""Derived ids are UUIDv5 to the letter."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

from hypothesis import example, given
from hypothesis import strategies as st

from interop.values.ids import SEPARATOR, derived_id, namespace

SPACE = namespace("uk/immunisation")
keys = st.lists(st.text(), min_size=1, max_size=4)


def test_a_namespace_is_that_of_its_mapping() -> None:
    assert uuid5(NAMESPACE_URL, "urn:interop:uk/immunisation").bytes == SPACE
    assert namespace("uk/other") != SPACE


@given(st.text(), keys)
@example("Patient", ["https://example.org/ids", "1"])
def test_an_id_is_uuid5(resource: str, key: list[str]) -> None:
    wanted = uuid5(UUID(bytes=SPACE), SEPARATOR.join([resource, *key]))
    assert derived_id(SPACE, resource, key) == str(wanted)
    assert wanted.version == 5


def test_type_mapping_and_parts_of_the_key_tell_ids_apart() -> None:
    ids = {
        derived_id(SPACE, "Patient", ["ab", "c"]),
        derived_id(SPACE, "Patient", ["a", "bc"]),
        derived_id(SPACE, "Patient", ["abc"]),
        derived_id(SPACE, "Person", ["ab", "c"]),
        derived_id(namespace("uk/other"), "Patient", ["ab", "c"]),
    }
    assert len(ids) == 5
