"""A mapping package, loaded and checked: what the plan compiler reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from interop.errors import Finding, MappingError, Place, Severity
from interop.spec.card import Card
from interop.spec.collection import lasting
from interop.spec.concept_maps import ConceptMap
from interop.spec.contexts import Contexts, Layout
from interop.spec.draft import Check, Draft, read_draft
from interop.spec.files import hash_files
from interop.spec.ignored import Ignored
from interop.spec.tree import Rule
from interop.spec.uses import Used

__all__ = ["ConceptMap", "Ignored", "Package", "checked", "load_package"]


@dataclass(frozen=True, slots=True)
class Package:
    """A package without errors.

    Args:
        card: mapping.yaml.
        layout: The source.
        contexts: Those of the layout.
        uses: What the rules read, as the check found it.
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
    uses: Used = field(repr=False, compare=False)
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


@lasting()
def load_package(folder: Path, find_base: Callable[[str], Path]) -> Package:
    """Load and check a package.

    Args:
        folder: The package's folder.
        find_base: The folder of a package by its id, for `extends`; raises UsageError or LookupError for none.

    Raises:
        MappingError: with all findings of the load, by file and line.
    """
    draft = read_draft(folder, find_base)
    return checked(draft, draft.check())


def checked(draft: Draft, check: Check) -> Package:
    """The package of a draft.

    Args:
        draft: As it was read.
        check: What its check gave.

    Raises:
        MappingError: with all findings of the load, by file and line.
    """
    findings = _in_order([*draft.findings, *check.findings])
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    card, layout, contexts, layers = draft.card, draft.layout, draft.contexts, draft.layers
    if card is None or layout is None or contexts is None or errors:
        raise MappingError(errors)
    return Package(
        card=card,
        layout=layout,
        contexts=contexts,
        uses=check.used,
        rules=draft.rules,
        maps=layers.maps,
        ignored=layers.ignored,
        hash=hash_files(layers.layers),
        folder=draft.folder,
        files=tuple(layers.layers[-1].data),
        warnings=tuple(findings),
    )


def _in_order(findings: list[Finding]) -> list[Finding]:
    """Each finding once, by file, line and column."""
    nowhere = Place("", 0, 0)
    return sorted(dict.fromkeys(findings), key=lambda finding: (finding.rule or nowhere, finding.code))
