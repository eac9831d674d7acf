"""A mapping package, loaded and checked: what the plan compiler reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from interop.errors import Finding, MappingError, Place, Severity
from interop.spec.card import Card, DelimitedSource
from interop.spec.card_findings import node_place, read_card
from interop.spec.card_hl7v2 import Hl7v2Source
from interop.spec.collection import uncollected
from interop.spec.concept_maps import ConceptMap
from interop.spec.contexts import Contexts, Layout, contexts_of
from interop.spec.files import hash_files
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.hl7v2_source import build_message_layout
from interop.spec.hl7v2_tables import STRUCTURES
from interop.spec.ignored import Ignored
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
from interop.spec.uses import Uses
from interop.spec.yaml_text import Node

__all__ = ["ConceptMap", "Ignored", "Package", "load_package"]


@dataclass(frozen=True, slots=True)
class Package:
    """A package without errors.

    Args:
        card: mapping.yaml.
        layout: The source.
        contexts: Those of the layout, and what paths were found to read in them.
        uses: What the rules read and call, as the lint found it.
        rules: The resource files, in the order that mapping.yaml gives.
        maps: Concept maps by name.
        ignored: ignored.csv.
        hash: SHA-256 of the files that carry meaning, those of the bases included. Hexadecimal.
        folder: As given.
        files: Their relative names, without those of the bases; sorted.
        warnings: Findings that do not refuse the package: M3xx.
    """

    card: Card
    layout: Layout
    contexts: Contexts = field(repr=False, compare=False)
    uses: Uses = field(repr=False, compare=False)
    rules: tuple[Rule, ...]
    maps: dict[str, ConceptMap] = field(hash=False)
    ignored: tuple[Ignored, ...]
    hash: str
    folder: Path
    files: tuple[str, ...]
    warnings: tuple[Finding, ...] = ()

    def rule(self, name: str) -> Rule:
        """The rule of that name. Raises KeyError."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise KeyError(name)


@uncollected()
def load_package(folder: Path, find_base: Callable[[str], Path]) -> Package:
    """Load and check a package.

    Args:
        folder: The package's folder.
        find_base: The folder of a package by its id, for `extends`; raises UsageError or LookupError for none.

    Raises:
        MappingError: with all findings of the load, by file and line.
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
    files = _columns_files(card.source) if card else {}
    linted, uses = lint(rules, contexts, sources_of(layout, layers.columns, files) if layout else (), layers)
    findings += linted
    if not any(finding.severity is Severity.ERROR for finding in findings):
        findings += lint_unused(uses, layers, parts)
    findings = _in_order(findings)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if card is None or layout is None or contexts is None or errors:
        raise MappingError(errors)
    return Package(
        card=card,
        layout=layout,
        contexts=contexts,
        uses=uses,
        rules=rules,
        maps=layers.maps,
        ignored=layers.ignored,
        hash=hash_files(layers.layers),
        folder=folder,
        files=tuple(layers.layers[-1].data),
        warnings=tuple(findings),
    )


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


def _in_order(findings: list[Finding]) -> list[Finding]:
    """Each finding once, by file, line and column."""
    nowhere = Place("", 0, 0)
    return sorted(dict.fromkeys(findings), key=lambda finding: (finding.rule or nowhere, finding.code))
