"""Each pass on small mappings: the plan before it and after it, as text. The cases are in `*.yaml` beside this."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from interop.plan import passes
from interop.plan.compile import compile_plan, resolve
from interop.plan.explain import ExplainedRule, explain
from interop.plan.model import Plan
from interop.spec.package import Package

from .notation import show_plan
from .snippets import SOURCE, write_package

HERE = Path(__file__).parent
PASSES = {function.__name__: function for function in (*passes.PASSES, passes.project_columns)}


@dataclass(frozen=True)
class Case:
    """`run` is the pass; `explain` what the whole plan says, for the cases of explain.yaml."""

    title: str
    columns: str
    files: dict[str, str]
    source: str = SOURCE
    run: str = ""
    before: str = ""
    after: str = ""
    explain: str = ""
    tables: dict[str, str] = field(default_factory=dict)  # more tables: their columns

    def load(self, folder: Path) -> Package:
        return write_package(folder, self.files, {"row": self.columns, **self.tables}, self.source)


def cases(name: str) -> list[Case]:
    found = yaml.load((HERE / name).read_text(encoding="utf-8"), yaml.BaseLoader)
    return [Case(**case) for case in found]


def plan_before(package: Package, name: str) -> Plan:
    """The plan as a pass gets it."""
    compiled = resolve(package)
    for function in PASSES.values():
        if function.__name__ == name:
            break
        compiled = function(compiled)
    return compiled


@pytest.mark.parametrize("case", cases("passes.yaml"), ids=lambda case: f"{case.run}: {case.title}")
def test_pass(case: Case, tmp_path: Path) -> None:
    before = plan_before(case.load(tmp_path), case.run)
    after = PASSES[case.run](before)
    assert show_plan(before) == case.before
    assert show_plan(after) == (case.after or case.before)


@pytest.mark.parametrize("case", cases("presence.yaml"), ids=lambda case: case.title)
def test_presence(case: Case, tmp_path: Path) -> None:
    assert show_plan(resolve(case.load(tmp_path))) == case.before


def test_every_pass_has_cases() -> None:
    assert {case.run for case in cases("passes.yaml")} == set(PASSES)


@pytest.mark.parametrize("case", cases("explain.yaml"), ids=lambda case: case.title)
def test_explain(case: Case, tmp_path: Path) -> None:
    text = "".join(map(_text, explain(compile_plan(case.load(tmp_path))).rules))
    assert text == case.explain


def _text(rule: ExplainedRule) -> str:
    when = f" when {rule.when}" if rule.when else ""
    lines = [f"{rule.name}: {rule.resource} of {rule.context}{when}, id from {', '.join(rule.key)}"]
    for item in rule.elements:
        conditions = "".join(f" [{condition}]" for condition in item.when)
        lines.append(f"  {item.target} <- {item.source}{conditions} @{Path(item.place.file).name}:{item.place.line}")
    return "\n".join(lines) + "\n"
