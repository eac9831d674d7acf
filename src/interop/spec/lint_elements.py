"""Lint of a rule's shape against R4: elements, cardinality, choices, required members.

Each finding is at the member's key, so a mistake in a part is found once, whatever the number of its uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from interop.errors import Finding, Place
from interop.fhir import definitions as r4
from interop.spec.lint_datatypes import lint_datatype
from interop.spec.lint_leaves import Maps, lint_coding, lint_leaf
from interop.spec.lint_shadows import lint_shadows
from interop.spec.suggestions import remedy
from interop.spec.tree import Absent, Constant, First, Item, Leaf, ListNode, Node, Object, Position, Ref, Rule

_NUMBERS = ("positiveInt", "unsignedInt", "integer", "decimal")


class ElementLint:
    """The checks of one rule."""

    def __init__(self, rule: Rule, rules: Mapping[str, Rule], maps: Maps) -> None:
        self.rule = rule
        self.rules = rules
        self.maps = maps

    def run(self) -> Iterator[Finding]:
        """All findings of the rule.

        Errors: M113, M124, M130 to M142, M145, M152, M153.
        """
        rule = self.rule
        if not r4.is_resource(rule.resource):
            fix = remedy(rule.resource, r4.resource_names(), "resource types")
            yield Finding("M130", rule=rule.place, detail=f"`{rule.resource}`", fix=fix)
            return
        if rule.id is not None and (id_child := r4.child(rule.resource, "id")):
            yield from _bare_id(rule.id)
            yield from lint_leaf(rule.id, id_child, self.maps)
        yield from self._members(rule.body, rule.resource)

    # -- objects -----------------------------------------------------------------------------------------------------

    def _members(self, node: Object | Ref, place: str) -> Iterator[Finding]:
        """The members of an object whose type or backbone path is `place`."""
        choices: dict[str, tuple[str, Node]] = {}
        for name, member in node.members:
            at = node.places.get(name, node.place)
            child = r4.child(place, name)
            if child is None or name == "resourceType":
                yield _unknown(place, name, at)
                continue
            if child.element.is_choice:
                first = choices.setdefault(child.element.name, (name, member))
                if first[0] != name and _may_both_stand(first[1], member):
                    fix = f"keep one, or give `{name}` a `$when` that excludes `{first[0]}`"
                    yield Finding("M134", rule=at, detail=f"`{first[0]}` and `{name}` of {place}", fix=fix)
            yield from self._member(name, member, child, at)
        if isinstance(node, Object):
            yield from _missing(node, place)
            yield from lint_datatype(node, place)

    def _member(self, name: str, node: Node, child: r4.Child, at: Place) -> Iterator[Finding]:
        if isinstance(node, ListNode) != child.element.is_list:
            detail = f"`{child.element.path}` is {'a list' if child.element.is_list else 'one value'}"
            fix = (
                "begin the value with `- `, or put it in `[…]`" if child.element.is_list else "remove the `- ` or `[…]`"
            )
            yield Finding("M132", rule=at, detail=detail, fix=fix)
        yield from lint_shadows(node, child)
        if isinstance(node, ListNode):
            yield from self._items(node, child, at)
        else:
            yield from self._node(node, child, at)

    def _items(self, node: ListNode, child: r4.Child, at: Place) -> Iterator[Finding]:
        if not node.items:
            yield Finding("M113", rule=at, detail="a list without items", fix="write an item, or remove the member")
        names: dict[str, Item] = {}
        for item in node.items:
            if item.name is not None and names.setdefault(item.name, item) is not item:
                yield Finding("M113", rule=item.place, detail=f"two items are named `{item.name}`", fix="rename one")
            yield from self._node(item.node, child, item.place)

    def _node(self, node: Node, child: r4.Child, at: Place) -> Iterator[Finding]:
        """A single value of an element."""
        primitive = r4.is_primitive(child.path)
        match node:
            case Leaf():
                yield from _reason(node.absent, node.place)
                yield from lint_leaf(node, child, self.maps)
                if node.extension is not None and (extension := r4.child("Element", "extension")):
                    yield from self._items(node.extension, extension, node.extension.place)
            case Object() if primitive:
                fix = "write the value itself, or `{$value: …, extension: […]}`"
                yield Finding("M133", rule=at, detail=f"`{child.element.path}` is a value ({child.type})", fix=fix)
            case Object():
                yield from _reason(node.absent, node.place)
                yield from self._object(node, child, at)
            case Ref():
                yield from self._reference(node, child, at)
            case Position():
                yield from self._position(node, child)
            case First(options=options):
                for option in options:
                    yield from self._node(option, child, option.place)
            case Absent(reason=reason):
                yield from _reason(reason, node.place)

    def _object(self, node: Object, child: r4.Child, at: Place) -> Iterator[Finding]:
        if child.path != "Resource":
            if node.resource is not None:
                fix = "write it in an item of `contained`"
                yield Finding("M113", rule=at, detail=f"`$resource` in `{child.element.path}`", fix=fix)
            yield from self._members(node, child.path)
            yield from lint_coding(node, child.path, child.element)
        elif node.resource is None:
            fix = "write `$resource: Organization` or another type"
            yield Finding("M113", rule=node.place, detail="a contained resource without `$resource`", fix=fix)
        elif not r4.is_resource(node.resource):
            fix = remedy(node.resource, r4.resource_names(), "resource types")
            yield Finding("M130", rule=node.place, detail=f"`{node.resource}`", fix=fix)
        else:
            yield from self._members(node, node.resource)

    # -- references and positions ------------------------------------------------------------------------------------

    def _reference(self, node: Ref, child: r4.Child, at: Place) -> Iterator[Finding]:
        if child.path != "Reference":
            yield Finding(
                "M133", rule=at, detail=f"`{child.element.path}` is no Reference", fix="`$ref` makes a Reference"
            )
            return
        for name in ("reference", "type"):
            if name in node.places:
                fix = "remove it: `$ref` gives it" if name == "reference" else "remove it, or refer by `identifier`"
                yield Finding("M113", rule=node.places[name], detail=f"`{name}` beside `$ref`", fix=fix)
        yield from self._members(node, "Reference")
        target = self.rules.get(node.rule)
        allowed = child.element.targets
        if target is not None and allowed and target.resource not in allowed:
            detail = f"`{child.element.path}` to {target.resource}"
            yield Finding("M124", rule=node.place, detail=detail, fix=f"it may refer to: {', '.join(allowed)}")

    def _position(self, node: Position, child: r4.Child) -> Iterator[Finding]:
        if child.path not in _NUMBERS:
            detail = f"`{child.element.path}` is no number"
            yield Finding("M133", rule=node.place, detail=detail, fix="`$position` makes a number")
        if node.list is None:
            return
        lists = {name: member for name, member in self.rule.body.members if isinstance(member, ListNode)}
        counted = [name for name, member in lists.items() if any(item.distinct for item in member.items)]
        if node.list not in counted:
            what = "has no item with `$distinct`" if node.list in lists else "is no list of this resource"
            fix = remedy(node.list, counted, "lists with `$distinct`")
            yield Finding("M142", rule=node.place, detail=f"`{node.list}` {what}", fix=fix)


def _bare_id(leaf: Leaf) -> Iterator[Finding]:
    """An id is a value and nothing else: each resource has one."""
    if leaf.when is not None or leaf.absent is not None or leaf.extension is not None:
        fix = "write the value alone; a `$when` at the top of the file tells which rows have the resource"
        yield Finding("M113", rule=leaf.place, detail="directives of `id`", fix=fix)


def _unknown(place: str, name: str, at: Place) -> Finding:
    """An element that R4 does not have there."""
    detail = f"`{name}` in {place}"
    if name == "resourceType":
        return Finding("M131", rule=at, detail=detail, fix="remove it: `$resource` says it")
    if name.startswith("_") and r4.child(place, name[1:]):
        fix = f"write `{name[1:]}: {{$value: …, extension: […]}}`"
        return Finding("M131", rule=at, detail=detail, fix=fix)
    for element in r4.children(place):
        if element.is_choice and name in (element.name, element.name[:-3]):
            members = element.members
            shown = ", ".join(f"`{member}`" for member in members[:8]) + (" …" if len(members) > 8 else "")
            return Finding("M135", rule=at, detail=detail, fix=f"write one of {shown}")
    near = r4.suggest(place, name)
    fix = f"did you mean `{near}`?" if near else remedy(name, r4.members(place), "elements")
    return Finding("M131", rule=at, detail=detail, fix=fix)


def _missing(node: Object, place: str) -> Iterator[Finding]:
    """Required elements that the object never gives."""
    given = {name for name, _ in node.members}
    for element in r4.required(place):
        if place == "Extension" and element.name == "url":
            continue  # M141
        if given.isdisjoint(element.members):
            names = " or ".join(f"`{member}`" for member in element.members[:3])
            fix = f"give {names} a value, or `$absent`"
            yield Finding("M136", rule=node.place, detail=f"`{element.path}`", fix=fix)


def _reason(reason: str | None, place: Place) -> Iterator[Finding]:
    if reason is not None and reason not in r4.data_absent_reasons:
        fix = remedy(reason, sorted(r4.data_absent_reasons), "reasons")
        yield Finding("M145", rule=place, detail=f"`{reason}`", fix=fix)


def _may_both_stand(one: Node, other: Node) -> bool:
    """Whether nothing tells two members of a choice apart: no `$when` at either, or a constant without one."""
    free = [node for node in (one, other) if isinstance(node, ListNode) or node.when is None]
    return len(free) > 1 or any(isinstance(node, Leaf) and isinstance(node.value, Constant) for node in free)
