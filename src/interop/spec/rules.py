"""Resource files: a rule each."""

from __future__ import annotations

from typing import Literal, cast

from interop.errors import Finding
from interop.spec.directives import FILE, refuse_directive
from interop.spec.nodes import Nodes
from interop.spec.parts import Member
from interop.spec.pruning import prune_object
from interop.spec.substitution import TRUE, Scope
from interop.spec.suggestions import remedy
from interop.spec.tree import Leaf, Object, Rule, Value
from interop.spec.yaml_text import Mapping, Sequence
from interop.spec.yaml_text import Node as YamlNode

MERGES = ("first", "richest", "union")


def build_rule(name: str, root: YamlNode, nodes: Nodes) -> Rule | None:
    """Build the rule of a resource file; None when it has no resource type or no context.

    Errors: M113 wrong shape, M143 no key, M144 unknown `$merge`; and all that `Nodes` finds.
    """
    if not isinstance(root, Mapping):
        nodes.find("M113", root.place, "a resource file is a mapping", "begin it with `$resource: …`")
        return None
    shape = nodes.shape(root, Scope())
    directives = {key: member for key, member in shape.items() if key.startswith("$")}
    for directive, member in directives.items():
        if directive not in FILE and directive != "$part":
            nodes.findings.append(refuse_directive(member.key, "at the top of a resource file"))
        elif member.scope.parts and directive != "$when":
            nodes.findings.append(refuse_directive(member.key, "in a part"))
    for directive in ("$resource", "$for"):
        if directive not in directives:
            nodes.find("M113", root.place, f"`{directive}` is missing", f"write `{directive}: …` at the top")
    resource = nodes.word(directives.get("$resource"), "$resource: Patient")
    context = nodes.word(directives.get("$for"), "$for: row")
    members, places = nodes.members(shape)
    given = next((node for name, node in members if name == "id"), None)
    key, has_key = _key(directives.get("$id"), nodes)
    if has_key == (given is not None):
        nodes.find("M143", places["id"] if has_key else root.place, "both are given" if has_key else "none is given")
    if given is not None and not isinstance(given, Leaf):
        nodes.find("M133", places["id"], "`id` is a value", "write `id: PATH`")
    when = nodes.condition(directives.get("$when"))
    body = Object(members=tuple(m for m in members if m[0] != "id"), places=places, place=root.place)
    rule = Rule(
        name=name,
        resource=resource or "",
        context=context or "",
        body=prune_object(body),
        place=root.place,
        when=None if when == TRUE else when,
        key=key,
        id=given if isinstance(given, Leaf) else None,
        unique=_unique(directives.get("$unique"), nodes),
        merge=_merge(directives.get("$merge"), nodes),
    )
    return rule if resource and context and "$part" not in shape else None


def _key(member: Member | None, nodes: Nodes) -> tuple[tuple[Value, ...], bool]:
    """The values of `$id`, and whether it is given."""
    if member is None:
        return (), False
    node = member.value
    items = node.items if isinstance(node, Sequence) else (node,)
    if not items:
        nodes.find("M143", member.key.place, "an empty list")
    return tuple(nodes.value(item, member.scope) for item in items), True


def _unique(member: Member | None, nodes: Nodes) -> bool:
    word = nodes.word(member, "$unique: true")
    if word not in (None, "true", "false") and member is not None:
        nodes.find("M113", member.value.place, "`$unique` is true or false", "write `$unique: true`")
    return word == "true"


def _merge(member: Member | None, nodes: Nodes) -> Literal["first", "richest", "union"] | None:
    word = nodes.word(member, "$merge: first")
    if word is None or member is None:
        return None
    if word not in MERGES:
        fix = remedy(word, MERGES, "ways to merge")
        nodes.findings.append(Finding("M144", rule=member.value.place, detail=f"`{word}`", fix=fix))
        return None
    return cast(Literal["first", "richest", "union"], word)
