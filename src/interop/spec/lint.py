"""All checks of a loaded package, together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interop.errors import Finding, Severity
from interop.spec.contexts import ColumnRead, Contexts, contexts_of
from interop.spec.layers import Layers
from interop.spec.layout import DelimitedLayout
from interop.spec.lint_elements import ElementLint
from interop.spec.lint_sources import Coverage, Reads, excuses, lint_modifiers
from interop.spec.lint_steps import lint_step, map_name
from interop.spec.parts import Parts
from interop.spec.sources import Source
from interop.spec.tree import Rule
from interop.spec.uses import Uses

_NOWHERE = contexts_of(DelimitedLayout(()))


def lint(
    rules: tuple[Rule, ...], contexts: Contexts | None, sources: tuple[Source, ...], layers: Layers
) -> tuple[list[Finding], Uses]:
    """What is wrong with the rules, by R4 and by the layout; and what they use.

    Args:
        rules: As expanded, in order, their names resolved.
        contexts: None when mapping.yaml gives none; then what needs them is not checked.
        sources: The columns of the layout.
        layers: Concept maps and ignored.csv.
    """
    by_name = {rule.name: rule for rule in rules}
    findings: list[Finding] = []
    reads: Reads = {}
    excused_by = excuses(sources, layers.ignored)
    excused = {path for matched in excused_by.values() for path in matched}
    modified = [source for source in sources if any(column.modifies for column in source.columns)]
    uses = Uses(contexts or _NOWHERE)
    for rule in rules:
        read = _sources_read(uses.rule(rule))
        findings += lint_modifiers(rule, read, modified, excused)
        for source, columns in read.items():
            reads.setdefault(source, set()).update(columns)
    findings += uses.findings
    for rule in _unlike(rules):
        findings += ElementLint(rule, by_name, layers.maps).run()
    findings += (finding for call in uses.steps.values() for finding in lint_step(call, layers.maps))
    if contexts is not None:
        coverage = Coverage(sources, reads, excused_by)
        findings += coverage.lint_ignored(layers.layers[-1].place_name("ignored.csv"))
        if not any(finding.severity is Severity.ERROR for finding in findings):
            findings += coverage.lint_unread()
    return findings, uses


def _sources_read(columns: Iterable[ColumnRead]) -> Reads:
    """The columns of sources behind columns of contexts."""
    reads: Reads = {}
    for read in columns:
        for source, column in read.columns:
            reads.setdefault(source, set()).add(column)
    return reads


def lint_unused(uses: Uses, layers: Layers, parts: Parts) -> Iterator[Finding]:
    """M302 parts and M303 concept maps of the package itself, not of its bases, that nothing uses.

    Args:
        uses: What the rules use.
        layers: All there are.
        parts: The parts, and which were used.
    """
    own = layers.layers[-1].data
    maps = {map_name(call) for call in uses.steps.values()}
    for name, part in parts.parts.items():
        if name not in parts.used and f"parts/{name}.yaml" in own:
            yield Finding("M302", rule=part.root.place, detail=f"`{name}`")
    for name, concept_map in layers.maps.items():
        if name not in maps and f"codes/{name}.csv" in own:
            yield Finding("M303", rule=concept_map.place, detail=f"`{name}`")


def _unlike(rules: Iterable[Rule]) -> Iterable[Rule]:
    """The rules without those that say the same as one before, in other contexts: they share their trees."""
    told: dict[tuple[int, ...], Rule] = {}
    for rule in rules:
        told.setdefault(tuple(map(id, (rule.body, rule.when, rule.key, rule.id))), rule)
    return told.values()
