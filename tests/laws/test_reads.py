"""Law: what a plan reads, told from the trees of its rules, is what its bodies read after all passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import interop
from interop.plan.compile import compile_plan, resolve
from interop.plan.passes import PASSES, project_columns, widen_groups
from interop.plan.reads import reads_of
from interop.spec.package import Package
from tests.mapping_cases import packages

from .grounds import MESSAGES, TABLES
from .profile import law
from .rules import Made, plans


def agree(package: Package) -> None:
    """Fails unless both say the same, of the lists over groups by names too where nothing is widened."""
    compiled = resolve(package)
    for step in PASSES:
        if step is not widen_groups:
            compiled = step(compiled)
    assert reads_of(compiled, package.uses) == project_columns(compiled).reads
    whole = compile_plan(package)
    assert whole.reads == project_columns(whole).reads


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_packages(folder: Path) -> None:
    agree(interop.load(folder).package)


@given(st.sampled_from([TABLES, MESSAGES]).flatmap(plans))
@law(150)
def test_drawn_mappings(made: Made) -> None:
    agree(made.package)
