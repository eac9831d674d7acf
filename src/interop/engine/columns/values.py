"""Values and conditions of the plan as column expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from interop.engine.columns.scratch import NULL, Active, Scratch, Truth
from interop.engine.row_values import compile_condition, compile_value
from interop.plan import model as plan
from interop.plan.walk import columns_of, condition_values

TEXT = plan.Column("", "text", 0)  # stands for a text that several columns were put together to


def text_of(value: plan.Value, scratch: Scratch, active: Active) -> pl.Expr:
    """A value as a text expression."""
    match value:
        case plan.Constant(text) | plan.Named(text):
            return pl.lit(text)
        case plan.Column():
            return scratch.text(value)
        case plan.FileValue(name):
            known = scratch.view.source.batch.file_values.get(name)
            return NULL if known is None else pl.lit(known)
        case plan.RecordNumber():
            return scratch.record_number()
    single, column = reads_one(iter([value]))
    if single and not _is_plain(value):
        results, codes = scratch.over(value, column, lambda: compile_value(value), active)
        return scratch.spread(results, codes)
    match value:
        case plan.Template(parts):
            texts = [text_of(part, scratch, active) for part in parts]
            return NULL if any(text is NULL for text in texts) else pl.concat_str(texts) if texts else pl.lit("")
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


def _is_plain(value: plan.Value) -> bool:
    """Whether native expressions serve as well as a call for each distinct value: texts and columns put together."""
    match value:
        case plan.Template(parts) | plan.Choice(parts):
            return all(_is_plain(part) for part in parts)
        case plan.Stepped():
            return False
    return True


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
    if isinstance(condition, plan.Test) and condition.holds is plan.present and _is_plain(condition.value):
        return _exists(condition.value, scratch, active)
    single, column = reads_one(condition_values(condition))
    if single:
        flags, codes = scratch.over(condition, column, lambda: compile_condition(condition), active)
        return scratch.spread_flags(flags, codes)
    match condition:
        case plan.Test(value, test):
            text = text_of(value, scratch, active)
            if text is NULL:
                return False
            series = scratch.compute(text)
            flags, codes = scratch.over_text(
                condition, series, lambda: compile_condition(plan.Test(TEXT, test, "")), active
            )
            return scratch.spread_flags(flags, codes)
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


def _exists(value: plan.Value, scratch: Scratch, active: Active) -> Truth:
    """Whether a value that needs no call has a text."""
    text = text_of(value, scratch, active)
    if text is NULL:
        return False
    if isinstance(value, plan.Column) and scratch.view.source.known(value.context, value.name):
        return True
    return text.is_not_null()


def _compare(
    left: plan.Value, right: plan.Value, compare: Callable[[str, str], bool], scratch: Scratch, active: Active
) -> pl.Expr:
    one = scratch.compute(text_of(left, scratch, active))
    other = scratch.compute(text_of(right, scratch, active))
    pairs = zip(one.to_list(), other.to_list(), strict=True)
    return scratch.add(
        pl.Series([a is not None and b is not None and compare(a, b) for a, b in pairs], dtype=pl.Boolean)
    )


def reads_one(values: Iterator[plan.Value]) -> tuple[bool, plan.Column | None]:
    """Whether values read one column at most, and which."""
    columns: set[plan.Column] = set()
    for column in columns_of(values):
        if isinstance(column, plan.RecordNumber):
            return False, None
        columns.add(column)
    return len(columns) <= 1, next(iter(columns), None)
