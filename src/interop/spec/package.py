"""A mapping package that was read and checked: what the plan compiler reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from interop.errors import Finding
from interop.spec.card import Card
from interop.spec.concept_maps import ConceptMap
from interop.spec.contexts import Contexts, Layout
from interop.spec.ignored import Ignored
from interop.spec.tree import Rule
from interop.spec.uses import Used

__all__ = ["ConceptMap", "Ignored", "Package"]


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
