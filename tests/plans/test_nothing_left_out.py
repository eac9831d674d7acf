"""What the files of a package read, its plan reads: no path is written there in vain."""

from __future__ import annotations

from pathlib import Path

import pytest

import interop
from interop.spec.uses import Uses
from tests.mapping_cases import packages


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_packages(folder: Path) -> None:
    package = interop.load(folder).package
    for rule in package.rules:
        uses = Uses(package.contexts)
        read = {(column.context, column.name) for column in uses.rule(rule)}
        assert read <= uses.columns, rule.name
