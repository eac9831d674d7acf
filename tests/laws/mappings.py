"""Random mappings and random records, for the laws: every kind of value, condition and node in every kind of context."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from interop.errors import Place
from interop.plan.compile import compile_plan
from interop.plan.model import Plan
from interop.spec import tree
from interop.spec.concept_maps import ConceptMap, Target
from interop.spec.layout import Column, DelimitedLayout, Group, TableLayout

PLACE = Place("rule.yaml", 1, 1)
COLUMNS = ("KEY", "A", "B", "C", "D1", "D2", "E1", "E2")
LAYOUT = DelimitedLayout(
    tables=(
        TableLayout(
            name="claim",
            columns=tuple(Column(name) for name in COLUMNS),
            record=("KEY",),
            rows="line",
            groups=(
                Group("pair", columns=(("one", "D#"), ("two", "E#")), first=1, last=2),
                Group("named", names=("B", "C"), of="line"),
            ),
        ),
    ),
    zone="Europe/Zurich",
)
SCOPES = {
    "claim": ("claim",),
    "line": ("line", "claim"),
    "pair": ("pair", "claim"),
    "named": ("named", "line", "claim"),
}
CHILDREN = {"claim": ("line", "pair"), "line": ("named",), "pair": (), "named": ()}
NAMES = {"claim": COLUMNS, "line": COLUMNS, "pair": ("one", "two"), "named": ("name", "value")}
MAP = ConceptMap(
    name="m",
    rows={
        "1": (Target("urn:s", "one", "Number one", "equivalent"),),
        "2": (Target("urn:s", "two", "", "equivalent"), Target("urn:t", "zwei", 'with "quotes"', "wider")),
        "3": (),
    },
    place=PLACE,
)
WORDS = st.sampled_from(
    ["1", "2", "3", "x", "yes", "no", "20240229", "2024-02-30", "202405", "20240501T1030", "20240331T023000",
     "007", "1.10", "-3", "final", "male", "a b", 'q"u', "back\\slash", "tab\there", "é漢🙂", " ", "urn:oid:1.2.3", "2024"]
)  # fmt: skip
TEXTS = st.one_of(WORDS, WORDS, st.text(min_size=1, max_size=4).filter(lambda text: "\x00" not in text and text.strip()))


def step(name: str, *args: str, policy: str = "find", other: str = "") -> tree.StepCall:
    return tree.StepCall(name, args, tree.Miss(policy, other), PLACE)  # type: ignore[arg-type]


STEPS = st.sampled_from(
    [step("upper"), step("lower"), step("trim"), step("date"), step("dateTime"), step("integer"), step("decimal"),
     step("boolean"), step("slice", "1"), step("split", " ", "1"), step("omit", "1", "x"), step("only", "1", "2", "x"),
     step("code", "m"), step("display", "m", policy="omit"),
     step("code", "m", policy="other", other="one"), step("replace", "a", "é")]
)  # fmt: skip


def paths(context: str) -> st.SearchStrategy[tree.Value]:
    names = [(name,) for scope in SCOPES[context] for name in NAMES[scope]]
    special = [("#",), ("file", "name"), ("record", "number"), ("claim", "A")]
    return st.sampled_from(names * 3 + special).map(lambda parts: tree.Path(tuple(parts), PLACE))


@st.composite
def values(draw: Any, context: str, depth: int = 2) -> tree.Value:
    kind = draw(st.integers(0, 7 if depth else 2))
    if kind <= 2:
        return draw(paths(context))
    inner = values(context, depth - 1)
    if kind <= 5:
        return tree.Piped(draw(inner), tuple(draw(st.lists(STEPS, min_size=1, max_size=2))))
    if kind == 6:
        parts = draw(st.lists(st.one_of(st.sampled_from(["-", 'x"y', "é "]), inner), min_size=1, max_size=3))
        return tree.Template(tuple(parts))
    options = draw(st.lists(inner, min_size=1, max_size=2))
    if draw(st.booleans()):
        options.append(tree.Constant("fallback"))
    return tree.Choice(tuple(options))


@st.composite
def conditions(draw: Any, context: str, depth: int = 1) -> tree.Condition:
    kind = draw(st.integers(0, 8 if depth else 5))
    left = draw(values(context, 1))
    if kind <= 1:
        return tree.Exists(left)
    if kind == 2:
        return tree.In(left, ("1", "x", "final"))
    if kind == 3:
        op = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
        return tree.Compare(left, op, tree.Constant("2"), numeric=True)
    if kind == 4:
        return tree.Compare(left, draw(st.sampled_from(["=", "!=", "<"])), draw(values(context, 0)), numeric=False)
    if kind == 5:
        return tree.Matches(left, "[0-9]+")
    inner = conditions(context, depth - 1)
    if kind == 6:
        return tree.Not(draw(inner))
    parts = tuple(draw(st.lists(inner, min_size=2, max_size=2)))
    return tree.And(parts) if kind == 7 else tree.Or(parts)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.none(), strategy)


@st.composite
def leaves(draw: Any, context: str, constants: tuple[str, ...] = ("x", 'c"q')) -> tree.Node:
    kind = draw(st.integers(0, 9))
    when = draw(maybe(conditions(context)))
    if kind == 0:
        return tree.Leaf(value=tree.Constant(draw(st.sampled_from(constants))), place=PLACE, when=when)
    if kind == 1:
        options = tuple(draw(st.lists(leaves(context, constants), min_size=1, max_size=3)))
        return tree.First(options=options, place=PLACE, when=when)
    absent = draw(maybe(st.just("unknown")))
    return tree.Leaf(value=draw(values(context)), place=PLACE, when=when, absent=absent)


def coded(context: str) -> st.SearchStrategy[tree.Node]:
    def leaf(source: tree.Value, policy: str, when: tree.Condition | None) -> tree.Node:
        call = step("code", "m", policy=policy, other="one" if policy == "other" else "")
        return tree.Leaf(value=tree.Piped(source, (call,)), place=PLACE, when=when)

    policies = st.sampled_from(["find", "omit", "other", "omit", "find", "other", "fail"])
    return st.builds(leaf, values(context, 1), policies, maybe(conditions(context)))


def make(members: dict[str, tree.Node], when: tree.Condition | None = None, absent: str | None = None) -> tree.Object:
    places = dict.fromkeys(members, PLACE)
    return tree.Object(members=tuple(members.items()), places=places, place=PLACE, when=when, absent=absent)


@st.composite
def objects(draw: Any, context: str, members: dict[str, st.SearchStrategy[tree.Node]], least: int = 1) -> tree.Object:
    names = draw(st.lists(st.sampled_from(sorted(members)), min_size=least, max_size=4, unique=True))
    chosen = {name: draw(members[name]) for name in names}
    return make(chosen, draw(maybe(conditions(context))), draw(maybe(st.just("unknown"))))


def quantities(context: str) -> st.SearchStrategy[tree.Node]:
    return objects(
        context,
        {"value": leaves(context, ("1.0",)), "unit": leaves(context), "system": leaves(context), "code": leaves(context)},
    )


def periods(context: str) -> st.SearchStrategy[tree.Node]:
    when = leaves(context, ("2024-03-01",))
    return st.builds(
        lambda start, end, guard: make({"start": start, "end": end}, guard), when, when, maybe(conditions(context))
    )


def concepts(context: str) -> st.SearchStrategy[tree.Node]:
    coding = objects(context, {"system": leaves(context), "code": leaves(context), "display": leaves(context)})
    as_list = st.one_of(coding, coded(context))
    built = st.lists(as_list, min_size=1, max_size=3).map(
        lambda nodes: tree.ListNode(items=tuple(tree.Item(node=node, place=PLACE) for node in nodes), place=PLACE)
    )
    return st.one_of(coded(context), objects(context, {"coding": built, "text": leaves(context)}))


@st.composite
def lists(draw: Any, context: str, item: Any, depth: int = 1) -> tree.ListNode:
    items = []
    for _ in range(draw(st.integers(1, 3))):
        each = draw(maybe(st.sampled_from(CHILDREN[context]))) if CHILDREN[context] else None
        inside = each or context
        distinct = draw(maybe(values(inside, 1)))
        items.append(tree.Item(node=draw(item(inside)), place=PLACE, each=each, distinct=distinct))
    return tree.ListNode(items=tuple(items), place=PLACE)


def constant(text: str) -> tree.Leaf:
    return tree.Leaf(value=tree.Constant(text), place=PLACE)


def only(node: tree.Node) -> tree.ListNode:
    return tree.ListNode(items=(tree.Item(node=node, place=PLACE),), place=PLACE)


SOMEBODY = make({"display": constant("somebody")})
CONCEPT = make({"text": constant("something")})
HERE = tree.Position(list=None, key=None, place=PLACE)


def positions(keyed: str, context: str) -> st.SearchStrategy[tree.Node]:
    return values(context, 1).map(lambda key: only(tree.Position(list=keyed, key=key, place=PLACE)))


def with_members(node: tree.Object, members: dict[str, tree.Node]) -> tree.Object:
    return make({**members, **dict(node.members)}, node.when, node.absent)


def care_team(context: str) -> st.SearchStrategy[tree.Node]:
    provider = objects(context, {"display": leaves(context), "identifier": identifiers(context)})
    return objects(
        context,
        {"role": concepts(context), "responsible": leaves(context, ("true",)), "provider": sure(provider, SOMEBODY)},
    ).map(lambda node: with_members(node, {"sequence": HERE, "provider": SOMEBODY}))


def identifiers(context: str) -> st.SearchStrategy[tree.Node]:
    return objects(
        context, {"system": leaves(context), "value": leaves(context), "type": concepts(context), "period": periods(context)}
    )


def claim_items(context: str) -> st.SearchStrategy[tree.Node]:
    return objects(
        context,
        {"careTeamSequence": positions("careTeam", context), "productOrService": sure(concepts(context), CONCEPT),
         "quantity": quantities(context), "servicedPeriod": periods(context), "modifier": lists(context, concepts)},
    ).map(lambda node: with_members(node, {"sequence": HERE, "productOrService": CONCEPT}))  # fmt: skip


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


def sure(node: st.SearchStrategy[tree.Node], last: tree.Node) -> st.SearchStrategy[tree.Node]:
    """A node that falls back on a constant, most of the time."""
    certain = node.map(lambda first: tree.First(options=(first, last), place=PLACE))
    return st.one_of(certain, certain, node)


@st.composite
def rules(draw: Any, name: str, earlier: tuple[tree.Rule, ...]) -> tree.Rule:
    context = draw(st.sampled_from(sorted(SCOPES)))
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
        near = [rule.name for rule in earlier if rule.context in SCOPES[context] and rule.resource == "Observation"]
        if near:
            members["hasMember"] = st.builds(
                lambda rule, when: tree.ListNode(
                    items=(tree.Item(node=tree.Ref(rule=rule, place=PLACE, when=when), place=PLACE),), place=PLACE
                ),
                st.sampled_from(near),
                maybe(conditions(context)),
            )
    else:
        members = {
            "careTeam": lists(context, care_team),
            "item": lists(context, claim_items),
            "type": sure(concepts(context), CONCEPT),
            "status": sure(leaves(context, ("active",)), constant("active")),
            "identifier": lists(context, identifiers),
        }
    body = draw(objects(context, members, least=2))
    given = REQUIRED[resource] if draw(st.integers(0, 9)) else {}
    return tree.Rule(
        name=name,
        resource=resource,
        context=context,
        body=make({**given, **dict(body.members)}),
        place=PLACE,
        when=draw(maybe(conditions(context))),
        key=(tree.Path(("claim", "KEY"), PLACE), tree.Constant(name), *draw(keys(context))),
        merge=draw(st.sampled_from([None, "first", "richest", "union"])),
    )


class Case:
    def __init__(self, plan: Plan, rows: list[dict[str, str]], trees: tuple[tree.Rule, ...]) -> None:
        self.plan, self.rows, self.trees = plan, rows, trees

    def __repr__(self) -> str:
        text = repr((self.trees, self.rows)).replace(", place=Place(file='rule.yaml', line=1, column=1)", "")
        return text.replace(", when=None", "").replace(", absent=None", "").replace(", Place(file='rule.yaml', line=1, column=1)", "")


@st.composite
def cases(draw: Any) -> Case:
    made: tuple[tree.Rule, ...] = ()
    for number in range(draw(st.integers(1, 3))):
        made = (*made, draw(rules(f"rule{number}", made)))
    package = SimpleNamespace(
        card=SimpleNamespace(id="test/laws", version="1", target=SimpleNamespace(base="https://fhir.invalid")),
        layout=LAYOUT,
        rules=made,
        maps={"m": MAP},
        hash="0",
    )
    keys = draw(st.lists(st.sampled_from(["k1", "k2", "k3"]), min_size=1, max_size=7))
    row = st.fixed_dictionaries({}, optional={name: TEXTS for name in COLUMNS[1:]})
    rows = [{"KEY": key, **draw(row)} for key in sorted(keys)]
    return Case(compile_plan(package), rows, made)  # type: ignore[arg-type]
