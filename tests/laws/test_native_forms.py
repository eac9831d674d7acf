"""Native column forms say what the scalar ones say, on the worst of texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.engine.columns.identities import derive
from interop.engine.columns.native import _UNSAFE, form_of, part
from interop.engine.columns.native_tests import native_test
from interop.engine.period import ends_before
from interop.errors import Place
from interop.fhir.primitives import checker
from interop.plan import model as plan
from interop.plan.json_text import quote
from interop.plan.text_tests import Equals, Matching, OneOf
from interop.values import dates
from interop.values.ids import derived_id, namespace
from interop.values.patterns import compile_pattern

from .profile import law

COLUMN = plan.Column("row", "A", 0)
SPACES = "\t\n\r\v\f \x1c\x85\xa0\u1680\u180e\u2000\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\ufffe\uffff"
WORST = st.text(st.sampled_from(SPACES + 'ab"\\/\x00\x1f\x7f\x80\x9fé漢🙂\U0010ffff\u0301'), min_size=1, max_size=4)
TEXTS = st.lists(
    st.one_of(st.sampled_from(["a", "a b", "1.10", "é漢"]), WORST, st.text(min_size=1, max_size=3)), max_size=4
)


def leaf(
    kind: str, value: plan.Value = COLUMN, json: Literal["string", "number", "boolean"] = "string"
) -> plan.Primitive:
    return plan.Primitive(
        value=value,
        type=kind,
        json=json,
        bound=False,
        check=checker(kind),
        order=0,
        target="",
        place=Place("", 1, 1),
    )


def parted(texts: list[str | None], node: plan.Primitive) -> tuple[list[str | None], list[str | None]]:
    """For each text what its form makes of it, and the text itself where it is left to the scalar one."""
    form = form_of(node)
    assert form is not None
    found = part(pl.Series(texts, dtype=pl.String), form)
    rest: list[str | None] = [None] * len(texts)
    if found.rest is not None:
        rest = [None if code is None else found.rest.values[code] for code in found.rest.codes.to_list()]
    return found.text.to_list(), rest


def holds(texts: list[str | None], node: plan.Primitive, scalar: Callable[[str], object]) -> None:
    """What the form makes of a text is what the scalar one makes of it; every other text is left as it is."""
    for text, regular, rest in zip(texts, *parted(texts, node), strict=True):
        if regular is not None:
            assert (rest, scalar(text or "")) == (None, regular)
            assert quote(regular) == f'"{regular}"'
        else:
            assert rest == text


@pytest.mark.parametrize("kind", sorted(_UNSAFE))
def test_text_that_is_spliced_is_text_that_the_check_leaves_as_it_is(kind: str) -> None:
    node = leaf(kind)

    @given(TEXTS)
    @law(400)
    def held(texts: list[str]) -> None:
        holds([*texts, None], node, node.check)

    held()


@pytest.mark.parametrize("kind", sorted(_UNSAFE))
def test_ordinary_text_is_spliced(kind: str) -> None:
    """The law above would hold of a form that gives up on everything."""
    texts = ["http://example.org/é?a=1#漢", "J45.9", None, "🙂"]
    if kind in {"string", "markdown"}:
        texts += ["Ana Müller-O'Hara", "two  spaces"]
    assert parted(texts, leaf(kind)) == (texts, [None] * len(texts))


@pytest.mark.parametrize(
    "text", ['"', "\\", "\x00", "\n", "\x7f", "\xa0", "\u2028", "\ufeff", " a", "a ", "x" * 100_001]
)
def test_one_doubtful_text_is_left_to_the_check(text: str) -> None:
    assert parted(["plain", text], leaf("string")) == (["plain", None], [None, text])


NUMBERS = st.integers(0, 99).map(lambda number: f"{number:02}")
OFFSETS = st.sampled_from(["", "Z", "+0000", "-1400", "+1400", "+1401", "+0560", "+01:00", "-13:59", "+14:00", "+1"])
MOMENTS = st.builds(
    lambda year, rest, marks, fraction, offset, cut: (
        f"{year}{marks[0]}{rest[0]}{marks[0]}{rest[1]}{marks[1]}{rest[2]}{marks[2]}{rest[3]}{marks[2]}{rest[4]}"
        f"{fraction}{offset}"
    )[:cut],
    st.sampled_from(["2024", "2023", "1900", "2000", "0000", "0001", "0010", "0999", "9999"]),
    st.tuples(
        st.one_of(st.sampled_from(["01", "02", "04", "12"]), NUMBERS),
        st.one_of(st.sampled_from(["01", "28", "29", "30", "31"]), NUMBERS),
        st.one_of(st.sampled_from(["00", "23", "24"]), NUMBERS),
        st.one_of(st.sampled_from(["00", "59"]), NUMBERS),
        st.one_of(st.sampled_from(["00", "59", "60"]), NUMBERS),
    ),
    st.sampled_from([("", "", ""), ("-", "T", ":"), ("-", " ", ":"), ("-", "t", ":"), ("", "T", "")]),
    st.sampled_from(["", ".", ".1", ".123456789", ",5"]),
    OFFSETS,
    st.one_of(st.just(99), st.integers(0, 30)),
)
STEPS = {"date": dates.date(), "dateTime": dates.date_time(), "instant": dates.instant()}


@pytest.mark.parametrize("kind", ["date", "dateTime", "instant"])
@pytest.mark.parametrize("name", sorted(STEPS))
def test_moments_are_those_of_the_step(name: str, kind: str) -> None:
    step = STEPS[name]
    node = leaf(kind, plan.Stepped(COLUMN, name, (), step, 0, Place("", 1, 1)))
    if form_of(node) is None:
        assert (name, kind) in {("date", "instant"), ("dateTime", "instant"), ("instant", "date")}
        return

    def scalar(text: str) -> object:
        made = step(text)
        return node.check(made) if isinstance(made, str) else made

    @given(st.lists(st.one_of(st.none(), MOMENTS.filter(bool), st.text(min_size=1, max_size=3)), max_size=8))
    @law(400)
    def held(texts: list[str | None]) -> None:
        holds(texts, node, scalar)

    held()


def test_ordinary_moments_are_native() -> None:
    node = leaf("dateTime", plan.Stepped(COLUMN, "dateTime", (), STEPS["dateTime"], 0, Place("", 1, 1)))
    texts = ["20240904183325+0100", "20240904", "2024-09-04", "2024-09-04T18:33:25Z", "20240904183325.25-0500"]
    made = ["2024-09-04T18:33:25+01:00", "2024-09-04", "2024-09-04", texts[3], "2024-09-04T18:33:25.25-05:00"]
    assert parted(texts, node) == (made, [None] * 5)


PIECES = ["a", "B", "0", "[0-9]", "[^ ]", "[a-z_]", ".", "\\.", "(a|b)", "(?:0|1)", "-", "é", "[+-]", "^", "$"]
PATTERNS = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}"])).map("".join),
    min_size=1,
    max_size=5,
).map("".join)
TESTED = st.text(st.sampled_from("aB0 9.é-_+b1^$\n"), max_size=6)


@given(PATTERNS, st.lists(st.one_of(st.none(), TESTED), max_size=12))
@law(500)
def test_patterns_match_the_same(pattern: str, texts: list[str | None]) -> None:
    if compile_pattern(pattern) is None or (native := native_test(Matching(pattern))) is None:
        return
    found = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}).select(native(pl.col("text"))).to_series()
    assert found.to_list() == [None if text is None else Matching(pattern)(text) for text in texts]


@pytest.mark.parametrize("pattern", ["[0-9]{4}[-+.0-9]*", "(<|<=|>|>=) *[+-]?[0-9]+[.]?", "urn:oid:.*", "[^ ]+"])
def test_patterns_of_mappings_are_native(pattern: str) -> None:
    assert native_test(Matching(pattern)) is not None


@pytest.mark.parametrize("pattern", [r"\d+", r"\w", r"a\b", r"\pL", "(?i)a", "[[:alpha:]]", "[a&&b]"])
def test_patterns_that_differ_are_not(pattern: str) -> None:
    assert native_test(Matching(pattern)) is None


@given(st.lists(st.one_of(st.none(), st.text(max_size=2)), max_size=8), st.text(max_size=2), st.text(max_size=2))
@law(200)
def test_words_are_the_same(texts: list[str | None], one: str, other: str) -> None:
    column = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    for test in (Equals(one), OneOf(frozenset((one, other)))):
        native = native_test(test)
        assert native is not None
        found = column.select(native(pl.col("text"))).to_series().to_list()
        assert found == [None if text is None else test(text) for text in texts]


@given(st.lists(st.one_of(st.none(), st.lists(st.text(max_size=3), min_size=2, max_size=2)), max_size=5))
@law(200)
def test_ids_of_a_column_are_the_ids_of_its_keys(keys: list[list[str] | None]) -> None:
    space = namespace("zz/laws")
    parts = [pl.Series([key[at] if key else None for key in keys], dtype=pl.String) for at in range(2)]
    ids = pl.select(derive(UUID(bytes=space), "Patient", list(map(pl.lit, parts)))).to_series()
    assert ids.to_list() == [derived_id(space, "Patient", key) if key else None for key in keys]


DAYS = st.builds(
    lambda day, size: f'"{day.isoformat()[:size]}"',
    st.dates(date(2023, 12, 30), date(2024, 2, 2)),
    st.sampled_from([4, 7, 10]),
)


@given(DAYS, DAYS)
@law(300)
def test_two_dates_in_order_of_text_are_in_order(start: str, end: str) -> None:
    """What the columnar executor relies on to look at few periods one by one."""
    if start < end:
        assert not ends_before(start, end)
