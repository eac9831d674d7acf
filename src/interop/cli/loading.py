"""A package for a job: as it was kept, or loaded while what runs the job is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interop.spec.card import Card
    from interop.spec.kept import KeptPackages
    from interop.spec.package import Package

CACHE = "INTEROP_CACHE"
"""Where packages are kept, in place of the folder that the system has for it; `0` keeps none."""


def load_for_job(id_or_folder: str, mappings: Sequence[Path]) -> Package:
    """The package: as an earlier run kept it, where nothing of it has changed; else it is loaded, and kept.

    Raises:
        UsageError: There is no such package.
        MappingError: The package is refused; holds every finding.
    """
    from interop.find import find_package

    folder = find_package(id_or_folder, mappings)
    find_base = partial(find_package, extra=mappings)
    keeping = _kept_packages()
    if keeping is not None and (package := keeping.get(folder, find_base)) is not None:
        _import_job(package.card)
        return package

    from interop.job.forking import aside, beside
    from interop.spec.draft import read_draft
    from interop.spec.load import checked

    draft = read_draft(folder, find_base)
    check = beside(
        draft.check
    )  # it changes nothing of the draft, and ends before anything is compiled, read or written
    _import_job(draft.card)
    package = checked(draft, check())
    if keeping is not None:
        aside(partial(keeping.put, package, draft.layers))
    return package


def _kept_packages() -> KeptPackages | None:
    from interop.spec.kept import KeptPackages

    said = os.environ.get(CACHE, "")
    if said == "0":
        return None
    if said:
        return KeptPackages(Path(said))
    from platformdirs import user_cache_path

    folder = user_cache_path("interop", appauthor=False)
    return KeptPackages(folder) if folder.is_absolute() else None  # a user without a home


def _import_job(card: Card | None) -> None:
    """It takes as long as the check: Polars. Readers are imported by who opens one, and are there then."""
    import_module("interop.job.run")
    if card is not None:
        import_module(f"interop.readers.{card.source.format}")
