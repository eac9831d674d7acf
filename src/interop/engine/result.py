"""What a conversion gives: resources as JSON text, and findings."""

from __future__ import annotations

from dataclasses import dataclass

from interop.errors import Finding


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource. `text` is compact JSON; `rule` is the number of the rule that built it."""

    rule: int
    type: str
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class RecordResult:
    """What one record became. A failed record has findings and no resources."""

    resources: tuple[Resource, ...]
    findings: tuple[Finding, ...]
    failed: bool
