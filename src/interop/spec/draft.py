"""A mapping package as it is written: its files read, its trees built, its names found. Not checked yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from interop.errors import Finding, Severity
from interop.spec.card import Card, DelimitedSource
from interop.spec.card_findings import node_place, read_card
from interop.spec.card_hl7v2 import Hl7v2Source
from interop.spec.collection import lasting
from interop.spec.contexts import Contexts, Layout, contexts_of
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.hl7v2_source import build_message_layout
from interop.spec.hl7v2_tables import STRUCTURES
from interop.spec.layers import Layers, read_layers
from interop.spec.lint import lint, lint_unused
from interop.spec.message_paths import PathDepth, grammar_of
from interop.spec.nodes import Nodes
from interop.spec.parts import Parts, read_part
from interop.spec.path_grammar import DELIMITED
from interop.spec.resolution import OF, resolve_names
from interop.spec.rules import build_rules
from interop.spec.source_layout import build_layout, columns_file
from interop.spec.sources import sources_of
from interop.spec.substitution import Scope
from interop.spec.suggestions import nearest
from interop.spec.tree import Rule
from interop.spec.uses import Used
from interop.spec.yaml_text import Node

__all__ = ["Check", "Draft", "read_draft"]


class Check(NamedTuple):
    """What is wrong with the rules of a draft, by R4, by the layout and by themselves; and what they use."""

    findings: list[Finding]
    used: Used


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read of a package, as far as it could be.

    Args:
        folder: As given.
        layers: Its files and those of its bases.
        card: mapping.yaml; None where it cannot stand.
        layout: The source; None without a card.
        contexts: Those of the layout.
        parts: The shared shapes, and which of them are used.
        rules: The resource files, in the order that mapping.yaml gives.
        findings: What reading found.
    """

    folder: Path
    layers: Layers
    card: Card | None
    layout: Layout | None
    contexts: Contexts | None
    parts: Parts
    rules: tuple[Rule, ...]
    findings: list[Finding]

    @lasting()
    def check(self) -> Check:
        """Walks all of the rules. The draft stays as it is."""
        files = _columns_files(self.card.source) if self.card else {}
        sources = sources_of(self.layout, self.layers.columns, files) if self.layout else ()
        found, uses = lint(self.rules, self.contexts, sources, self.layers)
        if not any(finding.severity is Severity.ERROR for finding in (*self.findings, *found)):
            found += lint_unused(uses, self.layers, self.parts)
        return Check(found, uses.planned())


@lasting()
def read_draft(folder: Path, find_base: Callable[[str], Path]) -> Draft:
    """Reads a package.

    Args:
        folder: The package's folder.
        find_base: The folder of a package by its id, for `extends`; raises UsageError or LookupError for none.
    """
    layers = read_layers(folder, find_base)
    findings = layers.findings
    root = layers.roots.get("mapping.yaml")
    card, found = read_card(root) if root else (None, ())
    findings += found
    layout = _layout(card, layers, root, findings) if card and root else None
    contexts = contexts_of(layout) if layout else None
    parts = _parts(layers, layout, findings)
    depth = PathDepth(layout) if isinstance(layout, Hl7v2Layout) else None
    rules = _rules(layers, card, root, Nodes(parts, depth), contexts)
    unread = frozenset(layers.stems("")) - {rule.name.partition(OF)[0] for rule in rules} | layers.broken_stems("")
    rules, unknown = resolve_names(rules, unread, contexts)
    findings += unknown
    return Draft(folder, layers, card, layout, contexts, parts, rules, findings)


def _columns_files(source: DelimitedSource | Hl7v2Source) -> dict[str, str]:
    """Table → the relative name of its columns' file."""
    if isinstance(source, Hl7v2Source):
        return {}
    return {name: columns_file(name, table) for name, table in source.tables.items()}


def _layout(card: Card, layers: Layers, root: Node, findings: list[Finding]) -> Layout:
    source = card.source
    layout: Layout
    if isinstance(source, Hl7v2Source):
        layout, found = build_message_layout(source, layers.columns, layers.roots.get(STRUCTURES), root)
    else:
        files = _columns_files(source)
        tables = {name: layers.columns[file] for name, file in files.items() if file in layers.columns}
        layout, found = build_layout(source, tables, root)
    findings += found
    return layout


def _parts(layers: Layers, layout: Layout | None, findings: list[Finding]) -> Parts:
    parts = {}
    broken = set(layers.broken_stems("parts"))
    for name, root in layers.stems("parts").items():
        part, found = read_part(name, root)
        findings += found
        if part:
            parts[name] = part
        else:
            broken.add(name)
    paths = grammar_of(layout) if isinstance(layout, Hl7v2Layout) else DELIMITED
    return Parts(parts, findings, frozenset(broken), paths=paths)


def _rules(
    layers: Layers, card: Card | None, root: Node | None, nodes: Nodes, contexts: Contexts | None
) -> tuple[Rule, ...]:
    roots = layers.stems("")
    asked = card.resources if card else ()
    for number, name in enumerate(asked):
        if name not in roots and f"{name}.yaml" not in layers.broken and root is not None:
            place = node_place(root, ("resources", number))
            near = nearest(name, roots)
            fix = f"did you mean `{near}`?" if near else ""
            nodes.findings.append(Finding("Y106", rule=place, detail=f"{name}.yaml", fix=fix))
    order = dict.fromkeys([name for name in asked if name in roots] + list(roots))
    if root is not None and not roots and not layers.broken:
        nodes.findings.append(Finding("Y106", rule=layers.layers[-1].place("mapping.yaml"), detail="no resource file"))
    built = tuple(rule for name in order for rule in build_rules(name, roots[name], nodes, contexts))
    used = set(nodes.parts.used)
    for part in nodes.parts.parts.values():  # a part that nothing uses is read too, for its syntax
        if part.name not in used:
            root_without = {key: entry for key, entry in part.root.entries.items() if key != "$parameters"}
            nodes.node(replace(part.root, entries=root_without), Scope())
    nodes.parts.used = used
    return built
