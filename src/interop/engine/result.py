"""What a conversion gives: resources as JSON text, and findings."""

from __future__ import annotations

from interop.errors import Finding
from interop.immutable import immutable


@immutable()
class Resource:
    """One resource. `text` is compact JSON; `rule` is the number of the rule that built it."""

    rule: int
    type: str
    id: str
    text: str


@immutable()
class RecordResult:
    """What one record became. A failed record has findings and no resources."""

    resources: tuple[Resource, ...]
    findings: tuple[Finding, ...]
    failed: bool
