"""Random parts of mappings, for the laws: every kind of value, condition and node in every kind of context."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from interop.spec import tree
from interop.spec.concept_maps import ConceptMap, Target

from .grounds import GROUNDS, PLACE, TABLES

LAYOUT = TABLES.layout
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
    ["1", "2", "3", "x", "yes", "no", "20240229", "2024-02-30", "202405", "20240501T1030", "20240331T023000", "2024",
     "20240301", "20240501T093000+0500", "007", "1.10", "-3", "final", "male", "a b", 'q"u', "back\\slash", "tab\there",
     "é漢🙂", " ", "urn:oid:1.2.3"]
)  # fmt: skip
ANY = st.text(min_size=1, max_size=4).filter(lambda text: "\x00" not in text and text.strip())
TEXTS = st.one_of(WORDS, WORDS, ANY)


def step(name: str, *args: str, policy: str = "find", other: str = "") -> tree.StepCall:
    return tree.StepCall(name, args, tree.Miss(policy, other), PLACE)  # type: ignore[arg-type]


STEPS = st.sampled_from(
    [step("upper"), step("lower"), step("trim"), step("date"), step("dateTime"), step("integer"), step("decimal"),
     step("boolean"), step("slice", "1"), step("split", " ", "1"), step("omit", "1", "x"), step("only", "1", "2", "x"),
     step("code", "m"), step("display", "m", policy="omit"),
     step("code", "m", policy="other", other="one"), step("replace", "a", "é")]
)  # fmt: skip


def paths(context: str) -> st.SearchStrategy[tree.Value]:
    ground = GROUNDS[context]
    own = [path for scope in ground.scopes[context] for path in ground.paths[scope]]
    return st.sampled_from([*own * 3, *ground.special])


def marks(context: str) -> st.SearchStrategy[tree.Value]:
    """What is asked for by `exists` only; any path where there is no such thing."""
    ground = GROUNDS[context]
    own = [path for scope in ground.scopes[context] for path in ground.marks[scope]]
    return st.one_of(st.sampled_from(own), values(context, 1)) if own else values(context, 1)


@st.composite
def values(draw: Any, context: str, depth: int = 2) -> tree.Value:
    kind = draw(st.integers(0, 7 if depth else 2))
    if kind <= 2:
        return draw(paths(context))
    inner = values(context, depth - 1)
    if kind <= 5:
        return tree.Piped(draw(inner), tuple(draw(st.lists(STEPS, min_size=1, max_size=2))))
    if kind == 6:
        parts = draw(st.lists(st.one_of(st.sampled_from(["-", 'x"y', "é "]), inner), max_size=2))
        parts.insert(draw(st.integers(0, len(parts))), draw(inner))  # without a hole it would be a constant
        return tree.Template(tuple(parts))
    options = draw(st.lists(inner, min_size=1, max_size=2))
    if draw(st.booleans()):
        options.append(tree.Constant("fallback"))
    return tree.Choice(tuple(options))


@st.composite
def conditions(draw: Any, context: str, depth: int = 1) -> tree.Condition:
    kind = draw(st.integers(0, 8 if depth else 5))
    if kind <= 1:
        return tree.Exists(draw(marks(context)))
    left = draw(values(context, 1))
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
    kind = draw(st.integers(0, 10))
    when = draw(maybe(conditions(context)))
    if kind == 0:
        return tree.Leaf(value=tree.Constant(draw(st.sampled_from(constants))), place=PLACE, when=when)
    if kind == 1:
        options = draw(st.lists(leaves(context, constants), min_size=1, max_size=3))
        last = draw(maybe(st.just(tree.Absent(reason="masked", place=PLACE))))
        return tree.First(options=(*options, last) if last else tuple(options), place=PLACE, when=when)
    value = draw(values(context))
    if kind == 2:
        noted = make({"url": constant("urn:x"), "valueString": tree.Leaf(value=draw(values(context)), place=PLACE)})
        return tree.Leaf(value=value, place=PLACE, when=when, extension=only(noted))
    return tree.Leaf(value=value, place=PLACE, when=when, absent=draw(maybe(st.just("unknown"))))


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
    words = {name: leaves(context) for name in ("unit", "system", "code")}
    return objects(context, {"value": leaves(context, ("1.0",)), **words})


def periods(context: str) -> st.SearchStrategy[tree.Node]:
    read = st.builds(tree.Piped, paths(context), st.sampled_from([(step("date"),), (step("dateTime"),)]))
    day = read.map(lambda value: tree.Leaf(value=value, place=PLACE))
    when = st.one_of(day, day, leaves(context, ("2024-03-01",)))
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
        each = draw(maybe(st.sampled_from(GROUNDS[context].opened[context])))
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


def sure(node: st.SearchStrategy[tree.Node], last: tree.Node) -> st.SearchStrategy[tree.Node]:
    """A node that falls back on a constant, most of the time."""
    certain = node.map(lambda first: tree.First(options=(first, last), place=PLACE))
    return st.one_of(*[certain] * 9, node)


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
        context,
        {"system": leaves(context), "value": leaves(context), "type": concepts(context), "period": periods(context)},
    )


def claim_items(context: str) -> st.SearchStrategy[tree.Node]:
    return objects(
        context,
        {"careTeamSequence": positions("careTeam", context), "productOrService": sure(concepts(context), CONCEPT),
         "quantity": quantities(context), "servicedPeriod": periods(context), "modifier": lists(context, concepts)},
    ).map(lambda node: with_members(node, {"sequence": HERE, "productOrService": CONCEPT}))  # fmt: skip
