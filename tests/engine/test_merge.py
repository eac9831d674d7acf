"""One id built twice within a record."""

from __future__ import annotations

import pytest

from interop.engine.merge import merged, settle
from interop.engine.result import Resource

ONE = '{"resourceType":"Practitioner","id":"a","name":[{"family":"Lee"}],"active":true}'
OTHER = '{"resourceType":"Practitioner","id":"a","name":[{"family":"Lee"},{"text":"Dr é"}],"gender":"female"}'


def test_first_keeps_the_earlier() -> None:
    assert merged(ONE, OTHER, "first") == ONE


def test_richest_keeps_the_longer_in_bytes() -> None:
    assert merged(ONE, OTHER, "richest") == OTHER
    assert merged(OTHER, ONE, "richest") == OTHER
    assert merged('{"a":"éé"}', '{"a":"abc"}', "richest") == '{"a":"éé"}'


def test_richest_keeps_the_earlier_of_equals() -> None:
    assert merged('{"a":"1"}', '{"a":"2"}', "richest") == '{"a":"1"}'


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ('{"a":1}', '{"b":2}', '{"a":1,"b":2}'),
        ('{"b":2,"a":1}', '{"c":3,"a":9}', '{"b":2,"a":1,"c":3}'),
        ('{"a":[1]}', '{"a":[2,1]}', '{"a":[1,2]}'),
        ('{"a":[{"b":1}]}', '{"a":[{"b":1},{"b":2}]}', '{"a":[{"b":1},{"b":2}]}'),
        ('{"a":{"b":1}}', '{"a":{"b":2,"c":3}}', '{"a":{"b":1,"c":3}}'),
        ('{"a":[1]}', '{"a":2}', '{"a":[1]}'),
        ('{"a":{"b":1}}', '{"a":[2]}', '{"a":{"b":1}}'),
        ('{"a":[1,1]}', '{"a":[1,2,2]}', '{"a":[1,1,2,2]}'),
        (r'{"a":["x,\"]}"]}', r'{"a":["x,\"]}","\\"],"b":"{"}', r'{"a":["x,\"]}","\\"],"b":"{"}'),
    ],
)
def test_union_adds_what_the_earlier_lacks(one: str, other: str, both: str) -> None:
    assert merged(one, other, "union") == both


def test_union_keeps_decimals_as_they_were_sent() -> None:
    one = '{"valueQuantity":{"value":1.10},"component":[{"value":0.50}]}'
    other = '{"valueQuantity":{"value":1.1,"unit":"mg"},"component":[{"value":0.50},{"value":1E+30}]}'
    both = '{"valueQuantity":{"value":1.10,"unit":"mg"},"component":[{"value":0.50},{"value":1E+30}]}'
    assert merged(one, other, "union") == both


def test_union_of_many_is_linear() -> None:
    texts = [f'{{"id":"a","name":[{{"text":"{number}"}}]}}' for number in range(20_000)]
    (made,) = settle([resource(text) for text in texts], ["union"], pytest.fail)
    names = ",".join(f'{{"text":"{number}"}}' for number in range(20_000))
    assert made.text == f'{{"id":"a","name":[{names}]}}'


def test_union_beside_another_way() -> None:
    texts = ['{"a":[1]}', '{"a":[2]}', '{"a":[1,2]}', '{"b":"long enough"}']
    resources = [resource(text, rule) for text, rule in zip(texts, (1, 0, 1, 2), strict=True)]
    (made,) = settle(resources, ["union", None, "richest"], pytest.fail)
    assert made.text == '{"b":"long enough"}'


def resource(text: str, rule: int = 0, kind: str = "Practitioner", identity: str = "a") -> Resource:
    return Resource(rule, kind, identity, text)


def test_same_content_is_one_resource() -> None:
    clashes: list[Resource] = []
    assert settle([resource(ONE), resource(ONE, rule=1)], [None, None], clashes.append) == [resource(ONE)]
    assert clashes == []


def test_other_content_without_a_declared_merge_is_a_clash() -> None:
    clashes: list[Resource] = []
    kept = settle([resource(ONE), resource(OTHER, rule=1)], [None, None], clashes.append)
    assert kept == [resource(ONE)]
    assert clashes == [resource(OTHER, rule=1)]


@pytest.mark.parametrize("merges", [["richest", None], [None, "richest"], ["richest", "richest"]])
def test_either_rule_may_declare_the_merge(merges: list[str | None]) -> None:
    made = settle([resource(ONE), resource(OTHER, rule=1)], merges, pytest.fail)  # type: ignore[arg-type]
    assert made == [resource(OTHER)]


def test_ids_of_different_types_do_not_meet() -> None:
    both = [resource(ONE), resource(OTHER, kind="Person"), resource(OTHER, identity="b")]
    assert settle(both, [None], pytest.fail) == both


def test_order_is_that_of_the_first() -> None:
    made = [resource("{1}", identity="b"), resource("{2}", identity="a"), resource("{1}", identity="b")]
    assert [one.id for one in settle(made, [None], pytest.fail)] == ["b", "a"]
