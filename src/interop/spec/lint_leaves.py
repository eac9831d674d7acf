"""Lint of leaves against the element's type: constants, concept maps in bound elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from interop.errors import Finding, Place
from interop.fhir import definitions as r4
from interop.fhir.primitives import checker
from interop.spec.concept_maps import ConceptMap
from interop.spec.nodes import BROKEN
from interop.spec.substitution import is_null
from interop.spec.suggestions import remedy
from interop.spec.tree import Choice, Constant, Leaf, ListNode, Node, Object, Piped, StepCall, Value
from interop.values.failure import Failure

Maps: TypeAlias = Mapping[str, ConceptMap]
Pair: TypeAlias = tuple[str, str]

_WRITTEN = {
    "boolean": "write `= true` or `= false`",
    "date": "write `= 2024`, `= 2024-01` or `= 2024-01-31`",
    "dateTime": "write `= 2024-01-31` or `= 2024-01-31T12:30:00+01:00`",
    "instant": "write `= 2024-01-31T12:30:00+01:00`",
    "time": "write `= 12:30:00`",
    "id": "use letters, digits, `-` and `.`, at most 64",
    "integer": "write a whole number",
    "unsignedInt": "write a whole number from 0",
    "positiveInt": "write a whole number from 1",
    "decimal": "write a number with a point",
    "uri": "write a URI, without spaces",
}
_CODED = ("Coding", "CodeableConcept")


def lint_leaf(leaf: Leaf, child: r4.Child, maps: Maps) -> Iterator[Finding]:
    """A leaf of an element.

    Errors: M133 the element is an object, M137 and M138 constants and targets of concept maps.
    """
    if leaf.value is BROKEN:
        return
    options = leaf.value.options if isinstance(leaf.value, Choice) else (leaf.value,)
    if child.path in _CODED:
        for option in options:
            yield from _coded(option, leaf.place, child, maps)
        return
    if not r4.is_primitive(child.path):
        if not is_null(leaf.value):
            shown = ", ".join(r4.members(child.path)[:8])
            detail = f"`{child.element.path}` is an object ({child.type})"
            yield Finding("M133", rule=leaf.place, detail=detail, fix=f"write its members: {shown} …")
        return
    binding = child.element.binding
    codes = binding.codes if binding and binding.required else None
    for option in options:
        if isinstance(option, Constant) and option is not BROKEN:
            yield from _constant(option, leaf.place, child, codes)
        elif codes is not None and (call := _translation(option)) and (found := maps.get(call.args[0])):
            yield from _targets(sorted(found.codes - codes), codes, call, child)


def lint_coding(node: Object, kind: str, element: r4.Element) -> Iterator[Finding]:
    """M138: constants of a Coding or CodeableConcept that are not in the element's required value set."""
    binding = element.binding
    allowed = r4.coded(binding.value_set) if binding and binding.required else None
    if allowed is None:
        return
    codings: list[Node] = [node]
    if kind == "CodeableConcept":
        listed = dict(node.members).get("coding")
        codings = [item.node for item in listed.items] if isinstance(listed, ListNode) else []
    pairs = [_pair(coding) for coding in codings if isinstance(coding, Object)]
    known = [pair for pair in pairs if pair is not None]
    if known and len(known) == len(codings) and not allowed.intersection(known):
        code = known[0][1]
        fix = remedy(code, sorted({code for _, code in allowed}), "codes")
        systems = sorted({system for system, _ in allowed})
        if any(code == other for _, other in allowed):
            fix = f"write `system: = {systems[0]}`"
        yield Finding("M138", rule=node.place, detail=f"`{code}` in `{element.path}`", fix=fix)


def _coded(value: Value, place: Place, child: r4.Child, maps: Maps) -> Iterator[Finding]:
    """A leaf where a Coding or CodeableConcept is expected: only a concept map makes one."""
    call = _translation(value)
    if call is None:
        if value is not BROKEN and not is_null(value):
            fix = "translate it by `| code NAME`, or write its members: " + ", ".join(r4.members(child.path)[2:5])
            detail = f"`{child.element.path}` is an object ({child.type})"
            yield Finding("M133", rule=place, detail=detail, fix=fix)
        return
    binding = child.element.binding
    allowed = r4.coded(binding.value_set) if binding and binding.required else None
    found = maps.get(call.args[0])
    if allowed is None or found is None:
        return
    rows = [[(target.system, target.code) for target in targets] for targets in found.rows.values()]
    wrong = dict.fromkeys(pairs[0][1] for pairs in rows if pairs and not allowed.intersection(pairs))
    yield from _targets(list(wrong), {code for _, code in allowed}, call, child)


def _targets(wrong: list[str], codes: AbstractSet[str], call: StepCall, child: r4.Child) -> Iterator[Finding]:
    """Target codes of a concept map that the element does not allow, in one finding."""
    if wrong:
        shown = ", ".join(f"`{code}`" for code in wrong[:3]) + (f" and {len(wrong) - 3} more" if wrong[3:] else "")
        detail = f"{shown} of concept map `{call.args[0]}` in `{child.element.path}`"
        yield Finding("M138", rule=call.place, detail=detail, fix=remedy(wrong[0], sorted(codes), "codes"))


def _constant(value: Constant, place: Place, child: r4.Child, codes: frozenset[str] | None) -> Iterator[Finding]:
    outcome = checker(child.path, codes)(value.text)
    if not isinstance(outcome, Failure):
        return
    name = child.element.path
    if outcome.code == "V202":
        fix = remedy(value.text, sorted(codes or ()), "codes")
        yield Finding("M138", rule=place, detail=f"`{value.text}` in `{name}`", fix=fix)
    else:
        fix = _WRITTEN.get(child.path, "")
        yield Finding("M137", rule=place, detail=f"`{value.text}` is no {child.type} in `{name}`", fix=fix)


def _translation(value: Value) -> StepCall | None:
    """The `| code MAP` that a value ends in."""
    if isinstance(value, Piped) and value.steps[-1].name == "code" and value.steps[-1].args:
        return value.steps[-1]
    return None


def _pair(node: Object) -> Pair | None:
    """System and code of a Coding, when both are constants."""
    members = dict(node.members)
    values = [members.get("system"), members.get("code")]
    texts = [leaf.value.text for leaf in values if isinstance(leaf, Leaf) and isinstance(leaf.value, Constant)]
    return (texts[0], texts[1]) if len(texts) == 2 else None
