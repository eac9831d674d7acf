"""Values and conditions of the plan as column expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import polars as pl

from interop.engine.columns.atoms import constant
from interop.engine.columns.native_tests import ORDERINGS, is_native_condition, native_test
from interop.engine.columns.scratch import NULL, Active, Scratch, Truth
from interop.engine.row_values import compile_condition, compile_value
from interop.plan import model as plan
from interop.plan.walk import is_plain

TEXT = plan.Column("", "text", 0)  # stands for a text that several columns were put together to


def text_of(value: plan.Value, scratch: Scratch, active: Active) -> pl.Expr:
    """A value as a text expression."""
    match value:
        case plan.Constant(text) | plan.Named(text):
            return constant(text)
        case plan.Column():
            return scratch.text(value)
        case plan.FileValue(name):
            known = scratch.view.source.batch.file_values.get(name)
            return NULL if known is None else constant(known)
        case plan.RecordNumber():
            return scratch.record_number()
    if not is_plain(value) and (reads := scratch.memory.reads(value)).one:
        results, codes = scratch.over(value, reads.column, lambda: compile_value(value), active)
        return scratch.spread(results, codes)
    match value:
        case plan.Template(parts):
            texts = [text_of(part, scratch, active) for part in parts]
            return NULL if any(text is NULL for text in texts) else pl.concat_str(texts) if texts else constant("")
        case plan.Choice(options):
            return first_of(options, scratch, active)
        case plan.Stepped():
            source = text_of(value.source, scratch, active)
            if source is NULL:
                return NULL
            series = scratch.compute(source)
            step = plan.Stepped(TEXT, value.name, value.args, value.apply, value.order, value.place)
            results, codes = scratch.over_text(value, series, lambda: compile_value(step), active)
            return scratch.spread(results, codes)
    raise AssertionError(value)  # pragma: no cover - the kinds above are all there are


def first_of(options: tuple[plan.Value, ...], scratch: Scratch, active: Active) -> pl.Expr:
    """The first of several values that is present."""
    found = NULL
    for option in options:
        text = text_of(option, scratch, active if found is NULL else (*active, found.is_null()))
        if text is not NULL:
            found = text if found is NULL else pl.coalesce(found, text)
    return found


def holds(condition: plan.Condition, scratch: Scratch, active: Active) -> Truth:
    """A condition as an expression that is never null, or what it is for all rows."""
    if isinstance(condition, plan.Test) and condition.holds is plan.present and is_plain(condition.value):
        text, null = _given(condition.value, scratch, active)
        return text is not NULL and (text.is_not_null() if null else True)
    reads = scratch.memory.reads(condition)
    if reads.one and not (scratch.many(reads.column) and is_native_condition(condition)):
        flags, codes = scratch.over(condition, reads.column, lambda: compile_condition(condition), active)
        return scratch.spread_flags(flags, codes)
    match condition:
        case plan.Test(value, test):
            return _test(condition, value, test, scratch, active)
        case plan.Compare(left, right, compare):
            return _compare(left, right, compare, scratch, active)
        case plan.Not(inner):
            denied = holds(inner, scratch, active)
            return not denied if isinstance(denied, bool) else ~denied
        case plan.All(inner):
            truths = [holds(part, scratch, active) for part in inner]
            open_ = [truth for truth in truths if not isinstance(truth, bool)]
            return False if any(truth is False for truth in truths) else pl.all_horizontal(open_) if open_ else True
        case plan.Some(inner):
            truths = [holds(part, scratch, active) for part in inner]
            open_ = [truth for truth in truths if not isinstance(truth, bool)]
            return True if any(truth is True for truth in truths) else pl.any_horizontal(open_) if open_ else False


def _given(value: plan.Value, scratch: Scratch, active: Active) -> tuple[pl.Expr, bool]:
    """A value that needs no call, and whether it can be null."""
    return scratch.given(value) if isinstance(value, plan.Column) else (text_of(value, scratch, active), True)


def _test(
    condition: plan.Test, value: plan.Value, test: Callable[[str], bool], scratch: Scratch, active: Active
) -> Truth:
    text = text_of(value, scratch, active)
    if text is NULL:
        return False
    native = native_test(test)
    if native is not None:
        return scratch.truth(scratch.compute(native(text).fill_null(value=False)))
    flags, codes = scratch.over_text(
        condition, scratch.compute(text), lambda: compile_condition(plan.Test(TEXT, test, "")), active
    )
    return scratch.spread_flags(flags, codes)


def _compare(
    left: plan.Value, right: plan.Value, compare: Callable[[str, str], bool], scratch: Scratch, active: Active
) -> Truth:
    one, other = text_of(left, scratch, active), text_of(right, scratch, active)
    if one is NULL or other is NULL:
        return False
    if compare in ORDERINGS:
        ordered = cast(Callable[[pl.Expr, pl.Expr], pl.Expr], compare)
        return scratch.truth(scratch.compute(ordered(one, other).fill_null(value=False)))
    pairs = zip(scratch.compute(one).to_list(), scratch.compute(other).to_list(), strict=True)
    return scratch.truth(
        pl.Series([a is not None and b is not None and compare(a, b) for a, b in pairs], dtype=pl.Boolean)
    )
