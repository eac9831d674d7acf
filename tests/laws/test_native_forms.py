"""Native column forms say what the scalar ones say, on the worst of texts."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.engine.columns.identities import derive
from interop.engine.columns.native import _UNSAFE, is_native, is_safe
from interop.engine.period import ends_before
from interop.errors import Place
from interop.fhir.primitives import checker
from interop.plan import model as plan
from interop.plan.json_text import quote
from interop.values.ids import derived_id, namespace

from .profile import law

SPACES = "\t\n\r\v\f \x1c\x85\xa0\u1680\u180e\u2000\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\ufffe\uffff"
WORST = st.text(st.sampled_from(SPACES + 'ab"\\/\x00\x1f\x7f\x80\x9fé漢🙂\U0010ffff\u0301'), min_size=1, max_size=4)
TEXTS = st.lists(
    st.one_of(st.sampled_from(["a", "a b", "1.10", "é漢"]), WORST, st.text(min_size=1, max_size=3)), max_size=4
)


def leaf(kind: str) -> plan.Primitive:
    return plan.Primitive(
        value=plan.Column("row", "A", 0),
        type=kind,
        json="string",
        bound=False,
        check=checker(kind),
        order=0,
        target="",
        place=Place("", 1, 1),
    )


@pytest.mark.parametrize("kind", sorted(_UNSAFE))
def test_text_that_is_spliced_is_text_that_the_check_leaves_as_it_is(kind: str) -> None:
    node = leaf(kind)
    assert is_native(node)

    @given(TEXTS)
    @law(400)
    def holds(texts: list[str]) -> None:
        column = pl.Series([*texts, None], dtype=pl.String)
        if is_safe(column, kind):
            assert [node.check(text) for text in texts] == texts
            assert [quote(text) for text in texts] == [f'"{text}"' for text in texts]

    holds()


@pytest.mark.parametrize("kind", sorted(_UNSAFE))
def test_ordinary_text_is_spliced(kind: str) -> None:
    """The law above would hold of a form that gives up on everything."""
    column = pl.Series(["http://example.org/é?a=1#漢", "J45.9", None, "🙂"])
    assert is_safe(column, kind)
    if kind in {"string", "markdown"}:
        column = pl.Series(["Ana Müller-O'Hara", "two  spaces"])
        assert is_safe(column, kind)


@pytest.mark.parametrize(
    "text", ['"', "\\", "\x00", "\n", "\x7f", "\xa0", "\u2028", "\ufeff", " a", "a ", "x" * 100_001]
)
def test_one_doubtful_text_sends_the_column_to_the_check(text: str) -> None:
    assert not is_safe(pl.Series(["plain", text]), "string")


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
