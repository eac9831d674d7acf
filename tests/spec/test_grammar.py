"""Values and expressions: tables of cases, and round trips through their own notation."""

from __future__ import annotations

from pathlib import Path as File
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from interop.errors import Place
from interop.spec.cursor import ScalarError
from interop.spec.expressions import parse_condition
from interop.spec.tree import (
    And,
    Choice,
    Compare,
    Condition,
    Constant,
    Exists,
    In,
    Miss,
    Not,
    Or,
    Path,
    Piped,
    StepCall,
    Template,
    Value,
)
from interop.spec.values import parse_value
from interop.spec.yaml_text import Text
from tests.spec.notation import show, show_condition

CASES = File(__file__).parent / "cases"
VALUES = yaml.safe_load((CASES / "values.yaml").read_text("utf-8"))
EXPRESSIONS = yaml.safe_load((CASES / "expressions.yaml").read_text("utf-8"))
NOWHERE = Place("f.yaml", 1, 1)


def scalar(text: str) -> Text:
    return Text(text, NOWHERE, "", text)


def refused(error: ScalarError) -> str:
    assert error.finding.rule is not None
    assert error.finding.fix
    return f"{error.finding.code} {error.finding.rule.column}"


@pytest.mark.parametrize("case", VALUES, ids=[case["leaf"] for case in VALUES])
def test_value(case: dict[str, Any]) -> None:
    if "is" in case:
        assert show(parse_value(scalar(case["leaf"]))) == case["is"]
        return
    with pytest.raises(ScalarError) as raised:
        parse_value(scalar(case["leaf"]))
    assert refused(raised.value) == case["find"]


@pytest.mark.parametrize("case", EXPRESSIONS, ids=[case["when"] for case in EXPRESSIONS])
def test_expression(case: dict[str, Any]) -> None:
    if "is" in case:
        assert show_condition(parse_condition(scalar(case["when"]))) == case["is"]
        return
    with pytest.raises(ScalarError) as raised:
        parse_condition(scalar(case["when"]))
    assert refused(raised.value) == case["find"]
    assert case.get("fix") in (None, raised.value.finding.fix)


def test_places_are_those_of_the_file() -> None:
    text = Text("A | code sex", Place("f.yaml", 7, 11), "'", "'A | code sex'")
    value = parse_value(text)
    assert isinstance(value, Piped)
    assert isinstance(value.source, Path)
    assert str(value.source.place) == "f.yaml:7:12"
    assert str(value.steps[0].place) == "f.yaml:7:16"


def test_nesting_is_bounded() -> None:
    with pytest.raises(ScalarError) as raised:
        parse_condition(scalar("(" * 5000 + "A exists" + ")" * 5000))
    assert raised.value.finding.detail == "nested too deeply"


@given(st.text(alphabet="ab |?={}'\"`.#()!<>&,not in exists", max_size=40))
def test_nothing_but_findings(text: str) -> None:
    for parse in (parse_value, parse_condition):
        try:
            parse(scalar(text))
        except ScalarError as error:
            rule = error.finding.rule
            assert rule is not None
            assert 1 <= rule.column <= len(text) + 1


# -- round trips: text written from a tree gives the tree again --------------------------------------------------------

NAMES = st.text(alphabet="ABc_1 é(", min_size=1, max_size=6)
PATHS = st.lists(NAMES, min_size=1, max_size=2).map(lambda parts: Path(tuple(parts), NOWHERE))
WORDS = st.text(alphabet="ab '|}=?x", max_size=6)
STEPS = st.builds(
    lambda name, args, miss: StepCall(name, tuple(args), miss, NOWHERE),
    st.sampled_from(["code", "display"]),
    st.lists(WORDS, min_size=1, max_size=2),
    st.sampled_from([Miss("find"), Miss("omit"), Miss("other", "b c")]),
)
PIPES = st.builds(lambda path, steps: Piped(path, tuple(steps)), PATHS, st.lists(STEPS, min_size=1, max_size=2))
HOLES = PATHS | PIPES
LITERALS = (  # ` | ` would begin a step
    st.text(alphabet="ab {}:|", min_size=1, max_size=6).filter(lambda text: " | " not in text).map(lambda t: f"x{t}x")
)
TEMPLATES = st.builds(
    lambda first, pairs: Template((first, *(part for pair in pairs for part in pair))),
    HOLES,
    st.lists(st.tuples(LITERALS, HOLES), max_size=2),
)
VALUE = HOLES | TEMPLATES
ALL = VALUE | st.lists(VALUE, min_size=2, max_size=3).map(lambda options: Choice(tuple(options)))


def write(value: Value, *, hole: bool = False) -> str:
    match value:
        case Path(parts):
            return ".".join(f"`{part}`" for part in parts)
        case Template(parts):
            written = (p.replace("{", "{{").replace("}", "}}") if isinstance(p, str) else None for p in parts)
            return "".join(
                text if text is not None else "{" + write(part, hole=True) + "}"
                for text, part in zip(written, parts, strict=True)
                if text is not None or not isinstance(part, str)
            )
        case Piped(source, steps):
            return " | ".join([write(source), *map(write_step, steps)])
        case Choice(options):
            return " ?? ".join(map(write, options))
        case Constant(text):
            return f"= {text}"


def write_step(step: StepCall) -> str:
    quoted = ("'" + argument.replace("'", "''") + "'" for argument in step.args)
    miss = {"find": "", "omit": " else omit"}.get(step.miss.policy, f" else = '{step.miss.other}'")
    return " ".join([step.name, *quoted]) + miss


@given(ALL)
def test_value_round_trip(value: Value) -> None:
    assert show(parse_value(scalar(write(value)))) == show(value)


LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Exists, PATHS),
    st.builds(lambda left, values: In(left, tuple(values)), HOLES, st.lists(WORDS, min_size=1, max_size=2)),
    st.builds(
        lambda left, op, right: Compare(left, op, right, False), HOLES, st.sampled_from(["=", "!=", "<="]), PATHS
    ),
    st.builds(lambda left, right: Compare(left, "<", Constant(str(right)), True), PATHS, st.integers()),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda items: And(tuple(items)), st.lists(inner, min_size=2, max_size=3))
        | st.builds(lambda items: Or(tuple(items)), st.lists(inner, min_size=2, max_size=3))
        | inner.filter(lambda condition: not isinstance(condition, Not)).map(Not)
    ),
    max_leaves=6,
)


def write_condition(condition: Condition) -> str:
    match condition:
        case Compare(left, op, right, _):
            return f"{write(left)} {op} {right.text if isinstance(right, Constant) else write(right)}"
        case In(left, values):
            return f"{write(left)} in ({', '.join(repr_quoted(value) for value in values)})"
        case Exists(left):
            return f"{write(left)} exists"
        case Not(inner):
            return f"not ({write_condition(inner)})"
        case And(inner):
            return " and ".join(f"({write_condition(item)})" for item in inner)
        case Or(inner):
            return " or ".join(f"({write_condition(item)})" for item in inner)
    raise AssertionError(condition)


def repr_quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@given(CONDITIONS)
def test_condition_round_trip(condition: Condition) -> None:
    assert show_condition(parse_condition(scalar(write_condition(condition)))) == show_condition(condition)
