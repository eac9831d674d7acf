"""Each pass is a plain function that leaves the meaning of a plan as it is: the row executor says the same after it."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given

import interop
from interop.engine.record import RowExecutor
from interop.engine.result import RecordResult
from interop.plan import passes
from interop.plan.compile import compile_plan, resolve
from interop.plan.explain import explain
from interop.plan.model import Plan
from interop.readers import open_reader
from interop.readers.protocol import Input, Projection, Record
from interop.readers.rows import rows_of
from interop.spec.package import Package
from tests.laws.batches import records
from tests.laws.mappings import LAYOUT
from tests.laws.profile import law
from tests.laws.rules import Case, cases
from tests.mapping_cases import ROOT, packages

from .notation import show_plan

MOST = 12  # records of a sample file
PASSES = (*passes.PASSES, passes.project_columns)


def stages(package: Package) -> list[tuple[str, Plan]]:
    """The plan before any pass, and after each."""
    compiled = resolve(package)
    found = [("resolve", compiled)]
    for function in PASSES:
        compiled = function(compiled)
        found.append((function.__name__, compiled))
    return found


def said(result: RecordResult) -> tuple[object, ...]:
    """What came of a record: every byte, and the findings. A pass may say more exactly which column one is of."""
    findings = [(finding.code, finding.target, finding.rule) for finding in result.findings]
    return [(resource.rule, resource.text) for resource in result.resources], sorted(findings, key=str), result.failed


@lru_cache(maxsize=1)
def package_of(folder: Path) -> Package:
    return interop.load(folder).package


def sampled(package: Package, plans: list[Plan]) -> list[Record]:
    """Records of the package's samples, with all that any of the plans reads."""
    reads: dict[str, dict[str, None]] = {}
    for plan in plans:
        for context, names in passes.project_columns(plan).reads.items():
            reads.setdefault(context, {}).update(dict.fromkeys(names))
    projection = Projection({context: tuple(names) for context, names in reads.items()})
    reader = open_reader(package.layout)
    found: list[Record] = []
    for path in sorted((ROOT / "samples" / package.card.id).iterdir()):
        if path.suffix != ".md":
            source = Input(path.name, lambda path=path: path.open("rb"))
            for batch in islice(reader.batches(source, projection, batch_rows=MOST), 1):
                found += rows_of(batch, reader)
    return found


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_mappings_mean_the_same_after_each_pass(folder: Path) -> None:
    package = package_of(folder)
    (_, first), *rest = stages(package)
    found = sampled(package, [first, rest[-1][1]])
    assert found
    expected = [said(RowExecutor(first).convert(record)) for record in found]
    assert any(resources for resources, _, _ in expected)
    for name, plan in rest:
        executor = RowExecutor(plan)
        assert [said(executor.convert(record)) for record in found] == expected, name


@given(cases())
@law(60)
def test_random_rules_mean_the_same_after_each_pass(case: Case) -> None:
    found = list(records(LAYOUT, case.rows))
    (_, first), *rest = stages(case.package)
    expected = [said(RowExecutor(first).convert(record)) for record in found]
    for name, plan in rest:
        executor = RowExecutor(plan)
        assert [said(executor.convert(record)) for record in found] == expected, name


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_passes_do_not_change_what_they_are_given(folder: Path) -> None:
    package = package_of(folder)
    compiled = resolve(package)
    for function in PASSES:
        before = repr(compiled)
        after = function(compiled)
        assert repr(compiled) == before, function.__name__
        compiled = after
    assert show_plan(compiled) == show_plan(compile_plan(package))


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
@pytest.mark.parametrize("name", ["widen_groups", "fold_constants", "project_columns"])
def test_pass_has_nothing_left_to_do(folder: Path, name: str) -> None:
    function = getattr(passes, name)
    after = dict(stages(package_of(folder)))[name]
    assert repr(function(after)) == repr(after)


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_projection_and_fusing_change_nothing_that_is_explained(folder: Path) -> None:
    plans = dict(stages(package_of(folder)))
    assert explain(plans["fold_constants"]).rules == explain(plans["fuse_columns"]).rules
