"""A package for a job, loaded while what runs the job is."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interop.spec.draft import Draft
    from interop.spec.package import Package


def load_for_job(id_or_folder: str, mappings: Sequence[Path]) -> Package:
    """The package. Its check, which changes nothing of it, is a process of its own where that may be: meanwhile this
    one imports what jobs need. It ends before anything is compiled, read or written.

    Raises:
        UsageError: There is no such package.
        MappingError: The package is refused; holds every finding.
    """
    from interop.find import find_package
    from interop.job.forking import beside
    from interop.spec.draft import read_draft
    from interop.spec.package import checked

    draft = read_draft(find_package(id_or_folder, mappings), lambda base: find_package(base, mappings))
    check = beside(draft.check)
    _import_job(draft)
    return checked(draft, check())


def _import_job(draft: Draft) -> None:
    """It takes as long as the check: Polars. Readers are imported by who opens one, and are there then."""
    import_module("interop.job.run")
    if draft.card is not None:
        import_module(f"interop.readers.{draft.card.source.format}")
