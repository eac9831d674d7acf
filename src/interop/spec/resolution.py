"""Names across rules: the contexts that `$each` opens, the rules that `$ref` means, by their full names.

Source: docs/language.md, Directives; docs/hl7v2.md, One rule for several contexts and References across the tree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from operator import is_
from typing import cast

from interop.errors import Finding, Place
from interop.spec.contexts import Contexts, chain_of
from interop.spec.suggestions import remedy
from interop.spec.tree import First, Item, Leaf, ListNode, Node, Object, Ref, Rule

OF = "@"
"""Between a rule's stem and its context: `Practitioner@PV1-7`."""


def resolve_names(
    rules: tuple[Rule, ...], unread: Collection[str], contexts: Contexts | None
) -> tuple[tuple[Rule, ...], list[Finding]]:
    """The rules with full names in `$each` and `$ref`.

    Args:
        rules: As built, their contexts with full names.
        unread: Resource files that gave no rule, and have their findings.
        contexts: None when mapping.yaml gives none; then only rules are looked for.

    Errors: M120 a context that cannot be opened, M122 an unknown rule, M123 a rule that is not built here, M304.
    """
    resolver = _Resolver(rules, unread, contexts)
    return tuple(resolver.rule(rule) for rule in rules), resolver.findings


class _Resolver:
    def __init__(self, rules: Iterable[Rule], unread: Collection[str], contexts: Contexts | None) -> None:
        self.rules: Mapping[str, Rule] = {rule.name: rule for rule in rules}
        self.stems: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            self.stems.setdefault(rule.name.partition(OF)[0], []).append(rule)
        self.unread = unread
        self.contexts = contexts
        self.findings: list[Finding] = []

    def rule(self, rule: Rule) -> Rule:
        chain = chain_of(self.contexts, rule.context) if self.contexts else ()
        body = self.node(rule.body, chain)
        assert isinstance(body, Object)
        return rule if body is rule.body else replace(rule, body=body)

    def node(self, node: Node, chain: tuple[str, ...]) -> Node:
        """A node in the contexts around it, innermost first; none where one is unknown. Itself where it has no name."""
        match node:
            case Leaf(extension=None):  # most of all nodes
                return node
            case ListNode(items=items):
                listed = tuple([self.item(item, chain) for item in items])
                return node if all(map(is_, listed, items)) else replace(node, items=listed)
            case Object(members=members):
                made = self.members(members, chain)
                return node if made is members else replace(node, members=made)
            case First(options=options):
                tried = tuple([self.node(option, chain) for option in options])
                return node if all(map(is_, tried, options)) else replace(node, options=tried)
            case Leaf(extension=ListNode() as extension):
                inner = self.node(extension, chain)
                return node if inner is extension else replace(node, extension=cast(ListNode, inner))
            case Ref():
                return self.reference(node, chain)
        return node

    def members(self, members: tuple[tuple[str, Node], ...], chain: tuple[str, ...]) -> tuple[tuple[str, Node], ...]:
        made = [self.node(member, chain) for _, member in members]
        if all(map(is_, made, [member for _, member in members])):
            return members
        return tuple((name, node) for (name, _), node in zip(members, made, strict=True))

    def item(self, item: Item, chain: tuple[str, ...]) -> Item:
        each, inner = self.each(item.each, item.place, chain, quiet=isinstance(item.node, Ref))
        node = self.node(item.node, inner)
        return item if node is item.node and each == item.each else replace(item, each=each, node=node)

    def each(
        self, written: str | None, place: Place, chain: tuple[str, ...], *, quiet: bool
    ) -> tuple[str | None, tuple[str, ...]]:
        """The full name of the context, and what is around its rows."""
        if written is None or not chain or self.contexts is None:
            return written, chain if written is None else ()
        name = self.contexts.opened(written, chain)
        context = self.contexts.get(name) if name is not None else None
        if name is None or context is None:
            fix = self.contexts.each_remedy(written, chain)
            self.findings.append(Finding("M120", rule=place, detail=f"`$each: {written}` in `{chain[0]}`", fix=fix))
            return written, ()
        if not context.repeats and not quiet:
            self.findings.append(Finding("M304", rule=place, detail=f"`$each: {written}`"))
        return name, chain_of(self.contexts, name)

    def reference(self, node: Ref, chain: tuple[str, ...]) -> Ref:
        each, inner = self.each(node.each, node.place, chain, quiet=True)
        members = self.members(node.members, inner)
        name = self.target(node, inner)
        if name == node.rule and each == node.each and members is node.members:
            return node
        return replace(node, rule=name, each=each, members=members)

    def target(self, node: Ref, chain: tuple[str, ...]) -> str:
        """The rule that a reference means: of one file's the nearest."""
        if node.rule in self.unread:
            return node.rule
        rules = [self.rules[node.rule]] if node.rule in self.rules else self.stems.get(node.rule, [])
        if not rules:
            fix = remedy(node.rule, self.stems, "rules")
            self.findings.append(Finding("M122", rule=node.place, detail=f"`{node.rule}`", fix=fix))
            return node.rule
        near = sorted((chain.index(rule.context), rule.name) for rule in rules if rule.context in chain)
        if near:
            return near[0][1]
        if chain and self.contexts and any(self.contexts.get(rule.context) for rule in rules):
            self.findings.append(self._elsewhere(node, rules, chain))
        return rules[0].name

    def _elsewhere(self, node: Ref, rules: list[Rule], chain: tuple[str, ...]) -> Finding:
        """M123: the rule is built, and not here."""
        assert self.contexts is not None
        where = ", ".join(f"`{rule.context}`" for rule in rules)
        detail = f"`{node.rule}` is built for each {where}, this is `{chain[0]}`"
        fix = ""
        for rule in rules:
            written = rule.name.partition(OF)[2] or rule.context
            if self.contexts.opened(written, chain) == rule.context:
                fix = f"write a list item `{{$ref: {node.rule}, $each: {written}}}`"
                break
        return Finding("M123", rule=node.place, detail=detail, fix=fix)
