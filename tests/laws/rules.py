"""Random rules, and whole cases: a plan of some rules with rows to convert."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from interop.plan.compile import compile_plan
from interop.plan.model import Plan
from interop.spec import tree
from interop.spec.contexts import contexts_of
from interop.spec.package import Package
from interop.spec.uses import uses_of

from .grounds import COLUMNS, GROUNDS, PLACE, TABLES, Ground
from .mappings import (
    CONCEPT,
    MAP,
    SOMEBODY,
    TEXTS,
    care_team,
    claim_items,
    concepts,
    conditions,
    constant,
    identifiers,
    leaves,
    lists,
    make,
    maybe,
    objects,
    only,
    periods,
    quantities,
    sure,
    values,
)

REQUIRED: dict[str, dict[str, tree.Node]] = {
    "Observation": {"status": constant("final"), "code": CONCEPT},
    "ExplanationOfBenefit": {
        "status": constant("active"),
        "type": CONCEPT,
        "use": constant("claim"),
        "patient": SOMEBODY,
        "created": constant("2024-01-01"),
        "insurer": SOMEBODY,
        "provider": SOMEBODY,
        "outcome": constant("complete"),
        "insurance": only(make({"focal": constant("true"), "coverage": SOMEBODY})),
    },
}


def keys(context: str) -> st.SearchStrategy[list[tree.Value]]:
    """More parts of a key: mostly such that it is never null and differs from row to row."""
    number = tree.Path(("#",), PLACE)
    return st.one_of(st.just([number]), st.just([number]), st.just([]), values(context, 1).map(lambda value: [value]))


def given_ids(context: str, name: str) -> st.SearchStrategy[tree.Leaf]:
    """An `id` that is mostly one, and sometimes null or no FHIR id."""
    key = GROUNDS[context].key
    last = st.one_of(st.just(tree.Path(("#",), PLACE)), values(context, 1))
    return last.map(lambda part: tree.Leaf(value=tree.Template((name, "-", key, "-", part)), place=PLACE))


def references(inside: str, near: list[str], each: str | None) -> st.SearchStrategy[tree.Node]:
    """A list of one reference to one of these rules, under a condition in the context that it stands in."""

    def item(rule: str, when: tree.Condition | None, display: tree.Node | None) -> tree.Node:
        members = {"display": display} if display else {}
        node = tree.Ref(rule=rule, place=PLACE, when=when, members=tuple(members.items()))
        return tree.ListNode(items=(tree.Item(node=node, place=PLACE, each=each),), place=PLACE)

    return st.builds(item, st.sampled_from(near), maybe(conditions(inside)), maybe(leaves(inside)))


def first_reference(rule: tree.Rule) -> st.SearchStrategy[tree.Node]:
    """One reference to the first resource of a rule, wherever its context stands."""

    def only_one(when: tree.Condition | None, display: tree.Node | None) -> tree.Node:
        members = {"display": display} if display else {}
        return tree.Ref(rule=rule.name, place=PLACE, when=when, members=tuple(members.items()), each=rule.context)

    return st.builds(only_one, maybe(conditions(rule.context)), maybe(leaves(rule.context)))


def inner(name: tree.Node, when: tree.Condition | None) -> tree.Node:
    """A contained resource."""
    body = make({"id": constant("inner"), "manufacturer": name}, when)
    return only(replace(body, resource="Device"))


@st.composite
def rules(draw: Any, name: str, earlier: tuple[tree.Rule, ...], ground: Ground) -> tree.Rule:
    context = draw(st.sampled_from(sorted(ground.scopes)))
    resource = draw(st.sampled_from(["Observation", "ExplanationOfBenefit"]))
    if resource == "Observation":
        members = {
            "status": sure(leaves(context, ("final",)), constant("final")),
            "code": sure(concepts(context), CONCEPT),
            "identifier": lists(context, identifiers),
            "valueQuantity": quantities(context),
            "effectivePeriod": periods(context),
            "effectiveDateTime": leaves(context, ("2024",)),
            "issued": leaves(context, ("2024-01-01T00:00:00Z",)),
            "category": lists(context, concepts),
        }
        observed = [rule for rule in earlier if rule.resource == "Observation"]
        if near := [rule.name for rule in observed if rule.context in ground.scopes[context]]:
            members["hasMember"] = references(context, near, None)
        if elsewhere := [rule for rule in observed if rule.context in ground.opened[context]]:
            rule = draw(st.sampled_from(elsewhere))
            members["derivedFrom"] = references(rule.context, [rule.name], rule.context)
            members["specimen"] = first_reference(rule)
        if context == ground.root:
            members["contained"] = st.builds(inner, leaves(context), maybe(conditions(context)))
    else:
        members = {
            "careTeam": lists(context, care_team),
            "item": lists(context, claim_items),
            "type": sure(concepts(context), CONCEPT),
            "status": sure(leaves(context, ("active",)), constant("active")),
            "identifier": lists(context, identifiers),
        }
    body = draw(objects(context, members, least=2))
    given = {} if draw(st.integers(0, 29)) == 13 else REQUIRED[resource]
    given_id = draw(given_ids(context, name)) if draw(st.integers(0, 4)) == 0 else None
    return tree.Rule(
        name=name,
        resource=resource,
        context=context,
        body=make({**given, **dict(body.members)}),
        place=PLACE,
        when=draw(maybe(conditions(context))),
        key=() if given_id else (ground.key, tree.Constant(name), *draw(keys(context))),
        id=given_id,
        merge=draw(st.sampled_from([None, "first", "richest", "union"])),
    )


@dataclass(frozen=True)
class Made:
    """A plan, and the rules that it was made of: it is shown as these, without the places."""

    plan: Plan
    trees: tuple[tree.Rule, ...]
    package: Package

    def __repr__(self) -> str:
        text = repr(self.trees)
        for noise in (f", place={PLACE!r}", f", {PLACE!r}", ", when=None", ", absent=None", ", extension=None"):
            text = text.replace(noise, "")
        return text


@st.composite
def plans(draw: Any, ground: Ground) -> Made:
    made: tuple[tree.Rule, ...] = ()
    for number in range(draw(st.integers(1, 3))):
        made = (*made, draw(rules(f"rule{number}", made, ground)))
    contexts = contexts_of(ground.layout)
    package: Any = SimpleNamespace(
        card=SimpleNamespace(id="test/laws", version="1", target=SimpleNamespace(base="https://fhir.invalid")),
        layout=ground.layout,
        contexts=contexts,
        uses=uses_of(made, contexts),
        rules=made,
        maps={"m": MAP},
        hash="0",
    )
    return Made(compile_plan(package), made, package)


@dataclass(frozen=True)
class Case:
    """A plan, and rows for it."""

    made: Made
    rows: list[dict[str, str]]

    @property
    def plan(self) -> Plan:
        return self.made.plan

    @property
    def package(self) -> Package:
        return self.made.package


@st.composite
def cases(draw: Any) -> Case:
    made = draw(plans(TABLES))
    keys = draw(st.lists(st.sampled_from(["k1", "k2", "k3"]), min_size=3, max_size=7))
    row = st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS[1:], TEXTS))
    return Case(made, [{"KEY": key, **draw(row)} for key in sorted(keys)])
