"""Nodes of the language, typed by R4 and resolved for the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Literal, NamedTuple, cast

from interop.fhir import definitions as r4
from interop.fhir.primitives import checker
from interop.plan import model as plan
from interop.plan.functions import Functions
from interop.plan.json_text import quote
from interop.plan.numbering import Numbering
from interop.plan.scope import Scope
from interop.plan.values import Values
from interop.plan.walk import reads_record
from interop.spec import tree
from interop.spec.walk import falls_back_on, only_value

ABSENT_URL = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_FALLING_BACK = (tree.Leaf, tree.Object, tree.First)
_CODED = {"Coding": ("coding", "codings"), "CodeableConcept": ("concept", "concepts")}


class Spot(NamedTuple):
    """Where a node stands: its FHIR type or backbone path, its element path for findings, the contexts around it."""

    type: str
    target: str
    scope: Scope
    codes: frozenset[str] | None = None  # required binding
    in_list: bool = False


class _Element(NamedTuple):
    """What R4 says of a member: its type or backbone path, the codes of a required binding."""

    type: str
    codes: frozenset[str] | None


class Nodes:
    """Turns the tree's nodes into the plan's, for one rule."""

    def __init__(self, functions: Functions, rules: Mapping[str, tree.Rule], numbering: Numbering) -> None:
        self._functions = functions
        self._values = Values(functions, numbering)
        self._rules = rules
        self._numbering = numbering
        self._own_positions = 0
        self._lists: dict[str, None] = {}

    def lists_asked(self) -> tuple[str, ...]:
        """The lists of the resource that some `$position` names."""
        return tuple(self._lists)

    def resource(self, body: tree.Object, spot: Spot) -> plan.Object:
        """A rule's own object. Its `id` is the engine's business."""
        members = tuple((name, node) for name, node in body.members if name != "id")
        return replace(self._object(replace_members(body, members), spot), reads=False)  # it always stands

    # -- nodes ---------------------------------------------------------------------------------------------------

    def node(self, node: tree.Node, spot: Spot) -> plan.Node:
        """One node, under its `$when` if it has one."""
        if isinstance(node, tree.ListNode):
            return self._array(node, spot)
        if isinstance(node, tree.Ref) and node.each:
            return self._first_reference(node, node.each, spot)
        made = self._bare(node, spot)
        if node.when is None:
            return made
        return plan.Guard(self._values.condition(node.when, spot.scope, spot.target), made)

    def _bare(self, node: tree.Node, spot: Spot) -> plan.Node:
        match node:
            case tree.Leaf():
                return self._leaf(node.value, node, spot)
            case tree.Object():
                return self._object(node, spot)
            case tree.ListNode():
                return self._array(node, spot)
            case tree.Ref():
                return self._reference(node, spot)
            case tree.First():
                return plan.First(tuple([self.node(option, spot) for option in node.options]))
            case tree.Position():
                return self._position(node, spot)
            case tree.Absent():
                return plan.Json(absent_json(node.reason), node.place)

    def _leaf(self, value: tree.Value, leaf: tree.Leaf, spot: Spot) -> plan.Node:
        kind, target, scope, codes, _ = spot
        if kind in _CODED:
            return self._coded(value, leaf, spot)
        json = _json_of(kind)
        if isinstance(value, tree.Constant):
            return plan.Json(quote(value.text) if json == "string" else value.text, leaf.place)
        return plan.Primitive(
            value=self._values.value(value, scope, target),
            type=kind,
            json=json,
            bound=codes is not None,
            check=_check(kind, codes),
            order=self._numbering.add(target, leaf.place),
            target=target,
            place=leaf.place,
        )

    def _coded(self, value: tree.Value, leaf: tree.Leaf, spot: Spot) -> plan.Node:
        if isinstance(value, tree.Choice):
            return plan.First(tuple([self._coded(option, leaf, spot) for option in value.options]))
        if not isinstance(value, tree.Piped):  # the lint lets only `| code` through
            return plan.First(())
        *before, call = value.steps
        source = tree.Piped(value.source, tuple(before)) if before else value.source
        single, several = _CODED[spot.type]
        return plan.Coded(
            value=self._values.value(source, spot.scope, spot.target),
            translate=self._functions.translator(call),
            shape=cast(Literal["coding", "concept", "codings", "concepts"], several if spot.in_list else single),
            map=call.args[0],
            order=self._numbering.add(spot.target, leaf.place),
            target=spot.target,
            place=leaf.place,
        )

    def _object(self, node: tree.Object, spot: Spot) -> plan.Object:
        order = self._numbering.add(spot.target, node.place)
        kind = node.resource or spot.type
        members = [plan.Member("resourceType", plan.Json(quote(node.resource)))] if node.resource else []
        for name, child in node.members:
            members += self._member(name, child, kind, spot)
        if kind == "Period":
            members = _ordered_period(members, self._numbering, node, spot)
        return plan.Object(
            members=tuple(members),
            required=self._required(kind, members, node, spot),
            exclusive=self._exclusive(kind, members, node, spot),
            order=order,
            target=spot.target,
            place=node.place,
            reads=_reads(members),
            type=kind,
        )

    def _required(
        self, kind: str, members: list[plan.Member], node: tree.Object, spot: Spot
    ) -> tuple[plan.Required, ...]:
        """The elements of minimum 1 that a record could leave without a value."""
        elements = _required_members(kind)
        if not elements:
            return ()
        sure = {
            member.name for member in members if member.when is None and (member.absent or _never_null(member.node))
        }
        found = []
        for element, names in elements:
            if sure.isdisjoint(names):
                order = self._numbering.add(f"{spot.target}.{element}", node.place)
                found.append(plan.Required(element, names, order))
        return tuple(found)

    def _exclusive(
        self, kind: str, members: list[plan.Member], node: tree.Object, spot: Spot
    ) -> tuple[plan.Exclusive, ...]:
        """The choices that more than one member could give."""
        elements = _choices(kind)
        if not elements or len(members) < 2:
            return ()
        choices: dict[str, list[str]] = {}
        for member in members:
            if (element := elements.get(member.name)) is not None:
                choices.setdefault(element, []).append(member.name)
        return tuple(
            plan.Exclusive(tuple(names), self._numbering.add(f"{spot.target}.{element}", node.place))
            for element, names in choices.items()
            if len(names) > 1
        )

    def _member(self, name: str, child: tree.Node, within: str, spot: Spot) -> list[plan.Member]:
        """What a member of an object gives. `within` is the object's own type or backbone path."""
        element = _element(within, name)
        if element is None:
            return []
        inside = Spot(element.type, f"{spot.target}.{name}", spot.scope, element.codes)
        if isinstance(child, tree.ListNode):
            if (leaf := only_value(child)) is not None and leaf.extension:
                both = self._extended(name, leaf, leaf.extension, inside)
                return [replace(one, node=self._list_of_one(one.node, child, inside)) for one in both]
        elif isinstance(child, _FALLING_BACK) and (reason := falls_back_on(child)) is not None:
            return [self._absent_member(name, child, inside, reason)]
        elif isinstance(child, tree.Absent):
            primitive = r4.is_primitive(inside.type)
            return [plan.Member(f"_{name}" if primitive else name, self.node(child, inside))]
        elif isinstance(child, tree.Leaf) and child.extension:
            return self._extended(name, child, child.extension, inside)
        return [plan.Member(name, self.node(child, inside))]

    def _extended(self, name: str, child: tree.Leaf, extension: tree.ListNode, spot: Spot) -> list[plan.Member]:
        """A primitive and its extensions, under one condition if there is one: what it finds is found once."""
        value: plan.Node = self._bare(child, spot)
        when = self._values.condition(child.when, spot.scope, spot.target) if child.when else None
        inside = self._member("extension", extension, "Element", spot)
        shadow: plan.Node = plan.Object(
            members=tuple(inside),
            required=(),
            order=self._numbering.add(spot.target, child.place),
            target=spot.target,
            place=child.place,
            reads=_reads(inside),
            type="Element",
        )
        if when is not None:
            value, shadow = plan.Guard(when, value), plan.Guard(when, shadow)
        return [plan.Member(name, value), plan.Member(f"_{name}", shadow)]

    def _absent_member(
        self, name: str, child: tree.Leaf | tree.Object | tree.First, spot: Spot, reason: str
    ) -> plan.Member:
        """A member with a data-absent-reason to fall back on."""
        when = self._values.condition(child.when, spot.scope, spot.target) if child.when else None
        shadow = f"_{name}" if r4.is_primitive(spot.type) else name
        text = f'"{shadow}":{absent_json(reason)}'
        bare = _without_reason(child) if isinstance(child, tree.First) else child
        return plan.Member(name, self._bare(bare, spot), absent=text, when=when)

    def _list_of_one(self, node: plan.Node, child: tree.ListNode, spot: Spot) -> plan.Array:
        order, items = self._numbering.add(spot.target, child.place), (plan.Item(node, None, None),)
        return plan.Array(items=items, order=order, target=spot.target, plain=True, numbered=False)

    def _array(self, node: tree.ListNode, spot: Spot) -> plan.Array:
        order = self._numbering.add(spot.target, node.place)
        before = self._own_positions
        items = []
        for item in node.items:
            scope = spot.scope.enter(item.each) if item.each else spot.scope
            inside = Spot(spot.type, spot.target, scope, spot.codes, in_list=True)
            distinct = self._values.value(item.distinct, scope, spot.target) if item.distinct else None
            each = _way(spot.scope, scope) if item.each else None
            items.append(plan.Item(self.node(item.node, inside), each, distinct))
        numbered = self._own_positions > before and any(_counts(item.node) for item in items)
        plain = not numbered and not any(item.each is not None or item.distinct is not None for item in items)
        return plan.Array(items=tuple(items), order=order, target=spot.target, plain=plain, numbered=numbered)

    def _first_reference(self, node: tree.Ref, each: str, spot: Spot) -> plan.Array:
        """Where an element takes one reference: the first that was built in the rows of a context."""
        order = self._numbering.add(spot.target, node.place)
        scope = spot.scope.enter(each)
        item = plan.Item(self.node(replace(node, each=None), spot._replace(scope=scope)), _way(spot.scope, scope))
        return plan.Array(items=(item,), order=order, target=spot.target, plain=False, numbered=False, single=True)

    def _reference(self, node: tree.Ref, spot: Spot) -> plan.Reference:
        rule = self._rules[node.rule]
        members: list[plan.Member] = []
        for name, child in node.members:
            members += self._member(name, child, "Reference", spot)
        return plan.Reference(
            rule=node.rule,
            up=spot.scope.names.index(rule.context),
            order=self._numbering.add(spot.target, node.place),
            target=spot.target,
            place=node.place,
            members=tuple(members),
        )

    def _position(self, node: tree.Position, spot: Spot) -> plan.Position:
        if node.list:
            self._lists[node.list] = None
        else:
            self._own_positions += 1
        return plan.Position(
            list=node.list or "",
            key=self._values.value(node.key, spot.scope, spot.target) if node.key is not None else None,
            order=self._numbering.add(spot.target, node.place),
            target=spot.target,
            place=node.place,
        )


@cache
def _element(within: str, name: str) -> _Element | None:
    """A member of a type; None for one that it has not."""
    found = r4.child(within, name)
    if found is None:
        return None
    binding = found.element.binding
    return _Element(found.path, binding.codes if binding is not None and binding.required else None)


@cache
def _json_of(kind: str) -> Literal["string", "number", "boolean"]:
    return r4.primitive(kind).json


_check = cache(checker)
"""One check for all leaves of a type and its codes."""


@cache
def _required_members(kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The elements of minimum 1 of a type, each with the members that can give it."""
    return tuple(
        (element.name, tuple(shadow for name in element.members for shadow in (name, f"_{name}")))
        for element in r4.required(kind)
    )


@cache
def _choices(kind: str) -> dict[str, str]:
    """The members of a type that are one of several, each with their element."""
    return {member: element.name for element in r4.children(kind) if element.is_choice for member in element.members}


def _way(outer: Scope, inner: Scope) -> plan.Each:
    """How the rows of a context are reached: from the nearest context that is around both."""
    around = inner.names[1:]
    up, shared = next((up, name) for up, name in enumerate(outer.names) if name in around)
    return plan.Each(up, tuple(reversed(inner.names[: inner.names.index(shared)])))


def _without_reason(node: tree.First) -> tree.First:
    """The same alternatives without the reason that they end in."""
    *before, last = node.options
    if isinstance(last, tree.Absent):
        return replace(node, options=tuple(before))
    assert isinstance(last, tree.Leaf | tree.Object)
    return replace(node, options=(*before, replace(last, absent=None)))


def absent_json(reason: str) -> str:
    """An element that is only a data-absent-reason extension."""
    return f'{{"extension":[{{"url":"{ABSENT_URL}","valueCode":{quote(reason)}}}]}}'


def replace_members(body: tree.Object, members: tuple[tuple[str, tree.Node], ...]) -> tree.Object:
    """The same object with other members."""
    return replace(body, members=members)


def _counts(node: plan.Node) -> bool:
    """Whether a node holds its own item's number: `{$position: this}` outside of lists further in."""
    match node:
        case plan.Position(list=""):
            return True
        case plan.Guard(_, inner):
            return _counts(inner)
        case plan.Object(members=members):
            return any(_counts(member.node) for member in members)
        case plan.First(options):
            return any(_counts(option) for option in options)
    return False


def _reads(members: Iterable[plan.Member]) -> bool:
    """Whether an object of these members reads the record: only then it can be null."""
    for member in members:
        node = member.node
        if member.when is not None or (node.reads if isinstance(node, plan.Object) else reads_record(node)):
            return True
    return False


def _never_null(node: plan.Node) -> bool:
    match node:
        case plan.Json():
            return True
        case plan.Object(members=members):
            return not node.reads and all(_never_null(member.node) for member in members)
        case plan.Array(items=items):
            return any(_never_null(item.node) and item.each is None for item in items)
        case plan.First(options):
            return any(_never_null(option) for option in options)
        case plan.Position(list=""):
            return True
    return False


def _ordered_period(
    members: list[plan.Member], numbering: Numbering, node: tree.Object, spot: Spot
) -> list[plan.Member]:
    """A Period whose end gives way when it is before its start."""
    by_name = {member.name: member for member in members}
    if "start" not in by_name or "end" not in by_name:
        return members
    start = by_name["start"]
    target = f"{spot.target}.end"
    end = plan.PeriodEnd(
        start=start.node if start.when is None else plan.Guard(start.when, start.node),
        end=by_name["end"].node,
        order=numbering.add(target, node.place),
        target=target,
        place=node.place,
    )
    return [replace(member, node=end) if member.name == "end" else member for member in members]
