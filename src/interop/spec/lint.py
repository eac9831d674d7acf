"""All checks of a loaded package, together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from interop.errors import Finding, Severity
from interop.spec.concept_maps import ConceptMap
from interop.spec.contexts import Contexts, contexts_of
from interop.spec.layers import Layers
from interop.spec.layout import DelimitedLayout
from interop.spec.lint_elements import ElementLint
from interop.spec.lint_sources import Coverage, Reads, lint_modifiers, lint_paths
from interop.spec.lint_steps import lint_step, map_name
from interop.spec.parts import Parts
from interop.spec.suggestions import remedy
from interop.spec.tree import Rule
from interop.spec.walk import Referred, Use, Visit, steps_of, visit_rule


def lint(
    rules: tuple[Rule, ...],
    unread: frozenset[str],
    layout: DelimitedLayout | None,
    layers: Layers,
    files: Mapping[str, str],
) -> list[Finding]:
    """What is wrong with the rules: by R4, by the layout, and among themselves.

    Args:
        rules: As expanded, in order.
        unread: Resource files that gave no rule, and have their findings.
        layout: None when mapping.yaml gives none; then what needs it is not checked.
        layers: Concept maps, columns' files and ignored.csv.
        files: Table → the relative name of its columns' file.
    """
    contexts = contexts_of(layout) if layout else Contexts(DelimitedLayout(()), {})
    by_name = {rule.name: rule for rule in rules}
    findings: list[Finding] = []
    reads: Reads = {}
    for rule in rules:
        findings += ElementLint(rule, by_name, layers.maps).run()
        visits = tuple(visit_rule(rule, contexts))
        findings += _steps(visits, layers.maps)
        findings += _references(visits, by_name, unread, contexts)
        if layout is None:
            continue
        found, read = lint_paths(rule, visits, contexts)
        findings += found
        findings += lint_modifiers(rule, read, layout, layers.ignored)
        for table, columns in read.items():
            reads.setdefault(table, set()).update(columns)
    if layout is not None:
        coverage = Coverage(layout, reads, layers.ignored)
        findings += coverage.lint_ignored(layers.layers[-1].place_name("ignored.csv"))
        if not any(finding.severity is Severity.ERROR for finding in findings):
            findings += coverage.lint_unread(layers.columns, files)
    return findings


def lint_unused(rules: tuple[Rule, ...], layers: Layers, parts: Parts) -> Iterator[Finding]:
    """M302 parts and M303 concept maps of the package itself, not of its bases, that nothing uses."""
    own = layers.layers[-1].data
    for name, part in parts.parts.items():
        if name not in parts.used and f"parts/{name}.yaml" in own:
            yield Finding("M302", rule=part.root.place, detail=f"`{name}`")
    nowhere = Contexts(DelimitedLayout(()), {})
    visits = (visit for rule in rules for visit in visit_rule(rule, nowhere))
    used = {map_name(call) for visit in visits if isinstance(visit, Use) for call in steps_of(visit.value)}
    for name, concept_map in layers.maps.items():
        if name not in used and f"codes/{name}.csv" in own:
            yield Finding("M303", rule=concept_map.place, detail=f"`{name}`")


def _steps(visits: tuple[Visit, ...], maps: Mapping[str, ConceptMap]) -> Iterator[Finding]:
    for visit in visits:
        if isinstance(visit, Use):
            for call in steps_of(visit.value):
                yield from lint_step(call, maps)


def _references(
    visits: tuple[Visit, ...], rules: Mapping[str, Rule], unread: frozenset[str], contexts: Contexts
) -> Iterator[Finding]:
    """M122 an unknown rule, M123 a rule that is not built here."""
    for visit in visits:
        if not isinstance(visit, Referred) or visit.node.rule in unread:
            continue
        node = visit.node
        target = rules.get(node.rule)
        if target is None:
            yield Finding("M122", rule=node.place, detail=f"`{node.rule}`", fix=remedy(node.rule, rules, "rules"))
        elif visit.contexts and target.context in contexts.by_name and target.context not in visit.contexts:
            detail = f"`{node.rule}` is built for each `{target.context}`, this is `{visit.contexts[0]}`"
            below = contexts.by_name[target.context].parent in visit.contexts
            fix = f"write a list item `{{$ref: {node.rule}, $each: {target.context}}}`" if below else ""
            yield Finding("M123", rule=node.place, detail=detail, fix=fix)
