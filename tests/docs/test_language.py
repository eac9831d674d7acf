"""docs/language.md tells the truth: its examples run, and it names all that the language has, and nothing else.

So does docs/hl7v2.md.
"""

from __future__ import annotations

import io
import json
import re
import shlex
from itertools import takewhile
from pathlib import Path

import pytest
import yaml

import interop
from interop.errors import MappingError
from interop.fhir.check import check_json
from interop.fhir.uris import oid_uri
from interop.job.run import Options, run_job
from interop.spec.directives import DIRECTIVES
from interop.values.failure import Failure
from interop.values.steps import STEPS, StepContext
from interop.values.zones import find_zone

from .examples import MESSAGES, PAGE, Example, StepExample, examples, section, step_examples

EXAMPLES = examples()
ALL = EXAMPLES + examples(MESSAGES)
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("executor", ["rows", "columns"])
@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_example_runs(example: Example, executor: str, tmp_path: Path) -> None:
    folder, inputs = example.write(tmp_path)
    mapping = interop.load(folder, mappings=[tmp_path])
    out = io.BytesIO()
    report = run_job(mapping.plan, mapping.package.layout, inputs, None, Options(executor=executor), stdout=out)
    assert out.getvalue().decode().splitlines() == example.output.splitlines()
    assert tuple(sorted(report.findings)) == example.findings


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_example_is_fhir(example: Example) -> None:
    lines = example.output.encode().splitlines()
    assert lines
    assert [problem for line in lines for problem in check_json(line)] == []


@pytest.mark.parametrize("example", list(step_examples()), ids=lambda example: example.call)
def test_step_example(example: StepExample) -> None:
    name, *arguments = shlex.split(example.call)
    spec = STEPS[name]
    assert spec.check(tuple(arguments)) is None
    assert spec.build is not None
    step = spec.build(tuple(arguments), StepContext(zone=find_zone("Europe/London"), oid_uri=oid_uri))
    before = arguments[0] if example.before is None and spec.fills_null else example.before
    assert before is not None
    assert step(before) == (Failure(example.code) if example.code else example.after)


def test_every_step_has_an_example() -> None:
    shown = {shlex.split(example.call)[0] for example in step_examples()}
    used = {name for name in STEPS for example in EXAMPLES if f"| {name} " in "".join(example.files.values())}
    assert set(STEPS) == shown | (used & {"code", "display", "system"})


def test_table_of_steps_names_every_step_and_no_other() -> None:
    rows = [line.split(" | ")[0] for line in section("Steps").splitlines() if line.startswith("| `")]
    named = [call.split(" ")[0] for row in rows for call in re.findall(r"`([^`]+)`", row)]
    assert sorted(named) == sorted(STEPS)


def test_table_of_directives_names_every_directive_and_no_other() -> None:
    lines = section("Resource files").split("\n### Directives\n")[1].strip().splitlines()
    rows = [line.split(" | ")[0] for line in takewhile(lambda line: line.startswith("|"), lines)]
    named = {name for row in rows for name in re.findall(r"`(\$[a-z]+)`", row)}
    assert named | {"$key"} == set(DIRECTIVES)
    assert "`{$position: careTeam, $key: value}`" in TEXT


def test_no_directive_that_the_language_does_not_have() -> None:
    assert set(re.findall(r"\$[a-z]+", TEXT)) <= set(DIRECTIVES)


def test_every_directive_has_an_example() -> None:
    used: set[str] = set()
    for example in EXAMPLES:
        for name, text in example.files.items():
            if name.endswith(".yaml"):
                used |= directives(yaml.load(text, yaml.BaseLoader))
    assert used == set(DIRECTIVES)


def directives(node: object) -> set[str]:
    """The `$` keys of a YAML tree."""
    if isinstance(node, dict):
        return {key for key in node if key.startswith("$")}.union(*map(directives, node.values()))
    return set[str]().union(*map(directives, node)) if isinstance(node, list) else set()


OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "in (", "not in (", "exists", "matches", " and ", " or ", "not ")


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_has_an_example(operator: str) -> None:
    conditions = "\n".join(EXAMPLES_BY_TITLE["Conditions"].files.values())
    assert re.search(rf"(?<![<>=!]){re.escape(operator)}(?!=)", conditions)


EXAMPLES_BY_TITLE = {example.title: example for example in EXAMPLES}


@pytest.mark.parametrize("policy", ["else omit", "else keep", "else = ", "else fail"])
def test_every_miss_policy_has_an_example(policy: str) -> None:
    assert any(policy in text for example in EXAMPLES for text in example.files.values())


@pytest.mark.parametrize(
    "path", ["`Dose (ml)`", "claim.CLAIM", "person.NAME", '"#"', "file.name", "file.disease", "record.number"]
)
def test_every_kind_of_path_has_an_example(path: str) -> None:
    assert any(path in text for example in EXAMPLES for text in example.files.values())


@pytest.mark.parametrize("example", EXAMPLES[:3], ids=lambda example: example.title)
def test_unknown_directive_is_refused(example: Example, tmp_path: Path) -> None:
    """The loader does look: with one more directive the same example is refused."""
    name = next(name for name in example.files if name != "mapping.yaml")
    example = Example(example.title, {**example.files, name: example.files[name] + "$fetch: x\n"}, example.inputs)
    folder, _ = example.write(tmp_path)
    with pytest.raises(MappingError) as refused:
        interop.load(folder, mappings=[tmp_path])
    assert [finding.code for finding in refused.value.findings] == ["M112"]


def test_example_output_is_json() -> None:
    for example in EXAMPLES:
        for line in example.output.splitlines():
            assert json.loads(line)["resourceType"]
