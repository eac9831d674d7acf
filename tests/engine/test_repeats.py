"""Law: what the columnar form makes of repeated ids is what `settle` makes of them, one record after another."""

from __future__ import annotations

from operator import itemgetter
from typing import Any, cast

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from interop.engine.columns.repeats import Repeats
from interop.engine.merge import Merge, settle
from interop.engine.result import Resource
from interop.plan import model as plan
from tests.laws.profile import law

TEXTS = ('{"a":1}', '{"a":[1]}', '{"a":[2,3]}', '{"é":0}', '{"b":{"c":1}}', '{"a":[1],"b":{"d":2}}')
TYPES = ("Patient", "Patient", "Person")
MERGES = st.lists(st.sampled_from([None, "first", "richest", "richest", "union"]), min_size=3, max_size=3)
BUILT = st.tuples(st.sampled_from("ab"), st.sampled_from(TEXTS))
RECORDS = st.lists(st.lists(st.lists(BUILT, max_size=4), min_size=3, max_size=3), min_size=1, max_size=3)


class Rule:
    """As much of a rule as tells which may meet."""

    def __init__(self, number: int, merge: Merge) -> None:
        self.number, self.merge, self.resource = number, merge, TYPES[number]
        self.root = self.context = "row"
        self.key, self.id = (), plan.Constant("")


class Rules:
    """A plan of three rules of one context below the record's."""

    def __init__(self, merges: list[Merge]) -> None:
        self.rules = [Rule(number, merge) for number, merge in enumerate(merges)]
        self.contexts = {"row": plan.Context(name="row", parent="record", root="record", depth=1)}


def frames(found: list[list[list[tuple[str, str]]]]) -> list[tuple[int, pl.DataFrame]]:
    """The resources of all records, by rule."""
    schema = {"record": pl.UInt32, "id": pl.String, "text": pl.String}
    made = []
    for number in range(3):
        rows = [(record, *one) for record, rules in enumerate(found) for one in rules[number]]
        made.append((number, pl.DataFrame(rows, schema=schema, orient="row")))
    return [(number, frame) for number, frame in made if frame.height]


@given(MERGES, RECORDS)
@law(300)
def test_repeats_are_settled_as_by_settle(merges: list[Merge], found: Any) -> None:
    repeats, made = Repeats(cast(plan.Plan, Rules(merges))), frames(found)
    patients, clashes = repeats.settle([one for one in made if TYPES[one[0]] == "Patient"])
    persons, others = repeats.settle([one for one in made if TYPES[one[0]] == "Person"])
    rules, clashes = [*patients, *persons], [*clashes, *others]
    expected: list[tuple[int, int, str, str]] = []
    lost: list[tuple[int, int]] = []
    for record, by_rule in enumerate(found):
        built = [Resource(rule, TYPES[rule], *one) for rule, ones in enumerate(by_rule) for one in ones]
        clashed: list[Resource] = []
        kept = settle(built, merges, clashed.append)
        lost += [(record, resource.rule) for resource in clashed]
        expected += [(resource.rule, record, resource.id, resource.text) for resource in kept]
    clashing = {record for record, _ in lost}
    settled = [(number, *row) for number, frame in rules for row in frame.rows()]
    in_order = sorted(expected, key=itemgetter(0, 1))
    assert {*clashes} == {*lost}
    assert [row for row in settled if row[1] not in clashing] == [row for row in in_order if row[1] not in clashing]
