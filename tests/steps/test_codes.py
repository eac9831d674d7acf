"""Translation by concept maps, with each miss policy."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from interop.values.codes import Kept, NotedTargets, Part, Policy, Rows, miss_fault, targets, translate
from interop.values.failure import Failure, Noted, Outcome


@dataclass(frozen=True, slots=True)
class Row:
    system: str
    code: str
    display: str = ""


MALE = Row("http://example.org/sex", "male", "Male")
OTHER = Row("http://example.org/sex", "other")
NONE = Row("", "")
SEX: Rows = {"1": (MALE,), "9": (OTHER,), "X": (NONE,), "B": (MALE, OTHER), "E": (NONE, OTHER)}
TWO: Rows = {"a": (Row("http://example.org/one", "a"),), "b": (Row("http://example.org/two", "b"),)}


@pytest.mark.parametrize("policy", ["find", "omit", "keep", "fail"])
def test_a_code_of_the_map_is_translated_whatever_the_policy(policy: Policy) -> None:
    find = targets(SEX, policy)
    assert find("1") == (MALE,)
    assert find("B") == (MALE, OTHER)


def test_a_code_without_equivalent_is_absent_and_no_finding() -> None:
    assert targets(SEX)("X") == ()
    assert translate(SEX)("X") is None
    assert targets(SEX)("E") == (OTHER,)


@pytest.mark.parametrize(
    ("policy", "other", "wanted"),
    [
        ("find", "", Failure("C301")),
        ("fail", "", Failure("C302")),
        ("omit", "", NotedTargets((), "C303")),
        ("keep", "", NotedTargets((Kept("http://example.org/sex", "7"),), "C304")),
        ("other", "other", NotedTargets((OTHER,), "C305")),
    ],
)
def test_a_code_outside_the_map_follows_the_policy(policy: Policy, other: str, wanted: object) -> None:
    assert targets(SEX, policy, other)("7") == wanted


@pytest.mark.parametrize(
    ("policy", "other", "part", "wanted"),
    [
        ("find", "", "code", Failure("C301")),
        ("omit", "", "code", Noted(None, "C303")),
        ("keep", "", "code", Noted("7", "C304")),
        ("keep", "", "system", Noted("http://example.org/sex", "C304")),
        ("keep", "", "display", Noted(None, "C304")),
        ("other", "male", "display", Noted("Male", "C305")),
    ],
)
def test_one_text_of_a_code_outside_the_map(policy: Policy, other: str, part: Part, wanted: Outcome) -> None:
    assert translate(SEX, policy, other, part)("7") == wanted


def test_one_text_of_a_code_of_the_map() -> None:
    parts: tuple[Part, ...] = ("code", "display", "system")
    assert [translate(SEX, part=part)("1") for part in parts] == ["male", "Male", "http://example.org/sex"]
    assert translate(SEX, part="display")("9") is None
    assert translate(SEX)("B") == "male"


def test_codes_are_compared_as_text() -> None:
    assert translate(SEX)("01") == Failure("C301")
    assert translate(SEX)(" 1") == Failure("C301")
    assert translate(SEX)("") is None


def test_a_policy_that_the_map_cannot_keep_is_refused() -> None:
    assert miss_fault(TWO, "keep") == "`else keep` needs a map of one target system"
    assert miss_fault({}, "keep") == "`else keep` needs a map of one target system"
    assert miss_fault(SEX, "other", "female") == "the code after `else =` is not a target code of the map"
    assert miss_fault(SEX, "other", "") == "the code after `else =` is not a target code of the map"
    assert [miss_fault(SEX, "keep"), miss_fault(SEX, "other", "male"), miss_fault(TWO, "find")] == [None] * 3
    with pytest.raises(ValueError, match="one target system"):
        targets(TWO, "keep")
