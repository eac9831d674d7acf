r"""Tests of text as native expressions, where they say what the scalar ones say.

Polars' regular expressions are Rust's, the language's are RE2. Both read the same where a pattern is made of
literals, classes that list their characters, `.`, groups, alternatives and quantifiers; they differ in `\d`, `\b`,
`\pL`, flags, nested and combined classes, and in what may be escaped: such patterns stay with RE2.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from operator import eq, ge, gt, le, lt

import polars as pl

from interop.plan import model as plan
from interop.plan.text_tests import Equals, Matching, OneOf
from interop.plan.walk import is_plain

ORDERINGS = frozenset((eq, lt, le, gt, ge))
"""Comparisons that are the same of two columns: texts are in the order of their code points here and there."""

_OTHER = "\u00a1-\U0010ffff"
_LITERAL = rf"[A-Za-z0-9 _,;:!%@='\"/~<>&#{_OTHER}-]"
_ESCAPED = r"\\[.+*?()|\[\]{}^$\\/-]"
_LISTED = rf"(?:[A-Za-z0-9 _.,;:!%@='\"/<>+*?()|{{}}$^{_OTHER}]|~(?!~)|&(?!&)|{_ESCAPED})"
_CLASS = rf"\[\^?-?{_LISTED}(?:-{_LISTED}|{_LISTED})*-?\]"
_QUANTIFIER = r"(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})"
_SHARED = rf"(?:(?:{_LITERAL}|\.|{_ESCAPED}|{_CLASS}|\)){_QUANTIFIER}?|\((?:\?:)?|\|)*"


def native_test(holds: Callable[[str], bool]) -> Callable[[pl.Expr], pl.Expr] | None:
    """A test as a function of a text expression, null where the text is; None when it has no native form."""
    if holds is plan.present:
        return lambda text: text.is_not_null()
    match holds:
        case Equals(wanted):
            return lambda text: text == pl.lit(wanted)
        case OneOf(wanted):
            known = pl.Series(sorted(wanted), dtype=pl.String)
            return lambda text: text.is_in(known.implode())
        case Matching(pattern):
            anchored = native_pattern(pattern)
            return None if anchored is None else lambda text: text.str.contains(anchored)
    return None


def is_native_condition(condition: plan.Condition) -> bool:
    """Whether a condition needs no call: native tests of texts that need none."""
    match condition:
        case plan.Test(value, test):
            return is_plain(value) and native_test(test) is not None
        case plan.Compare(left, right, compare):
            return is_plain(left) and is_plain(right) and compare in ORDERINGS
        case plan.Not(inner):
            return is_native_condition(inner)
        case plan.All(inner) | plan.Some(inner):
            return all(map(is_native_condition, inner))


def shared_pattern(pattern: str) -> str | None:
    """A pattern of the whole text as Rust's regular expressions take it; None when it might read another way there."""
    return f"^(?:{pattern})$" if re.fullmatch(_SHARED, pattern) else None


@lru_cache(maxsize=4096)
def native_pattern(pattern: str) -> str | None:
    """The same as Polars' `contains` takes it."""
    anchored = shared_pattern(pattern)
    if anchored is None:
        return None
    try:
        pl.Series([""]).str.contains(anchored)
    except pl.exceptions.ComputeError:
        return None
    return anchored
