"""Resource files: a rule each, or one for each context of `$for`."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

from interop.errors import Finding
from interop.spec.contexts import Contexts
from interop.spec.directives import FILE, refuse_directive
from interop.spec.nodes import Nodes
from interop.spec.parts import Member
from interop.spec.pruning import prune_object
from interop.spec.resolution import OF
from interop.spec.substitution import Scope
from interop.spec.suggestions import remedy
from interop.spec.tree import Leaf, Object, Rule, Value
from interop.spec.yaml_text import Mapping, Sequence, Text
from interop.spec.yaml_text import Node as YamlNode

MERGES = ("first", "richest", "union")


def build_rules(stem: str, root: YamlNode, nodes: Nodes, contexts: Contexts | None) -> tuple[Rule, ...]:
    """Build the rules of a resource file: one, or one for each context of `$for`; none when it has no resource type or
    no context. Where there are several, their names tell the context: `Practitioner@PV1-7`.

    Errors: M113 wrong shape, M120 unknown context, M143 no key, M144 unknown `$merge`; and all that `Nodes` finds.
    """
    if not isinstance(root, Mapping):
        nodes.find("M113", root.place, "a resource file is a mapping", "begin it with `$resource: …`")
        return ()
    words = _contexts(root, nodes)
    if not words:
        _build_rule(stem, "", root, nodes, Scope())
        return ()
    places: dict[str, str] = {}  # full name of the context → how it is told from the others
    for word in words:
        names = contexts.built_for(word.value) if contexts else (word.value,)
        if not names and contexts:
            detail, fix = f"`$for: {word.value}`", contexts.for_remedy(word.value)
            nodes.findings.append(Finding("M120", rule=word.place, detail=detail, fix=fix))
        for name in names or (word.value,):
            places.setdefault(name, word.value if len(names) < 2 else name)
    single = len(places) == 1 and isinstance(root.entries["$for"].value, Text)
    built: dict[str | None, Rule | None] = {}  # by field: what a rule says depends on nothing else of its context
    rules = []
    for context, shown in places.items():
        field = nodes.paths.field(context)
        if field not in built:
            built[field] = _build_rule(stem, context, root, nodes, Scope(base=(field,)) if field else Scope())
        rule = built[field]
        if rule is not None:
            rules.append(replace(rule, name=stem if single else f"{stem}{OF}{shown}", context=context))
    return tuple(rules)


def _contexts(root: Mapping, nodes: Nodes) -> list[Text]:
    """The words of `$for`."""
    entry = root.entries.get("$for")
    if entry is None:
        return []
    words = list(entry.value.items) if isinstance(entry.value, Sequence) else [entry.value]
    texts = [word for word in words if isinstance(word, Text) and not word.empty]
    if not texts or len(texts) < len(words):
        nodes.find("M113", entry.key.place, "`$for` is a context, or a list of them", "write `$for: row`")
        return []
    return texts


def _build_rule(name: str, context: str, root: Mapping, nodes: Nodes, scope: Scope) -> Rule | None:
    """The rule for one context."""
    shape = nodes.shape(root, scope)
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
        context=context,
        body=prune_object(body),
        place=root.place,
        when=when,
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
