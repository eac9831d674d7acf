"""From a folder to a package: read, checked, refused with every finding where there is an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from interop.errors import Finding, MappingError, Place, Severity
from interop.spec.collection import lasting
from interop.spec.draft import Check, Draft, read_draft
from interop.spec.files import hash_files
from interop.spec.package import Package

__all__ = ["checked", "load_package"]


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
